-- A million judgements of 8,000 pictures: 800,000 rows of the crowd, 100,000 of a panel on pairs that
-- the crowd judged too, and 100,000 grades of ten persons on the panel's pairs.
INSERT INTO images (public_id, sha256, name, format, media_type, suffix, served_media_type,
                    served_suffix, width, height, size_bytes, placeholder)
SELECT n, n, n || '_5a2dd9b7bd.jpg', 'jpeg', 'image/jpeg', '.jpg', 'image/jpeg', '.jpg', 4, 3, 1, ''
  FROM generate_series(1, 8000) n;
INSERT INTO queries (query_id, text, image_id)
SELECT n || '_ab12.jpg#' || n % 5, 'A brown dog runs over field ' || n, 1 + n % 8000
  FROM generate_series(1, 40000) n;
INSERT INTO collections (name) VALUES ('bench/train'), ('bench/test');
INSERT INTO image_collections (collection_id, image_id)
SELECT 1 + (n % 5 = 0)::integer, n FROM generate_series(1, 8000) n;
INSERT INTO captions (image_id, position, text)
SELECT n, k, 'Words of caption ' || k || ' of picture ' || n
  FROM generate_series(1, 8000) n, generate_series(0, 4) k;
INSERT INTO datasets (name) VALUES ('bench');
INSERT INTO judges (kind, name, dataset_id)
VALUES ('panel', 'experts of bench', 1), ('crowd', 'crowd of bench', 1);
INSERT INTO judges (kind, name) SELECT 'person', 'person ' || n FROM generate_series(1, 10) n;
INSERT INTO crowd_votes (image_id, query_key, judge_id, yes, no)
SELECT 1 + n / 100, 1 + n * 7919::bigint % 40000, 2, yes, 3 - yes
  FROM generate_series(0, 799999) n
 CROSS JOIN LATERAL (SELECT CASE WHEN n * 7::bigint % 10 < 8 THEN 0 ELSE 1 + n % 3 END) v (yes);
INSERT INTO expert_grades (image_id, query_key, judge_id, grades)
SELECT 1 + n / 100, 1 + n * 7919::bigint % 40000, 1,
       (ARRAY['{1,1,1}', '{1,1,2}', '{1,2,2}', '{2,2,3}', '{3,3,4}', '{4,4,4}', '{1,3,4}'])
           [1 + n % 7]::smallint[]
  FROM generate_series(0, 799999, 8) n;
INSERT INTO expert_grades (image_id, query_key, judge_id, grades)
SELECT 1 + n / 100, 1 + n * 7919::bigint % 40000, 3 + n / 8 % 10, ARRAY[1 + n % 4]::smallint[]
  FROM generate_series(0, 799999, 8) n;
INSERT INTO searches (asked_at, took_ms, results)
SELECT now() - n * interval '1 minute', n % 300, n % 7 FROM generate_series(1, 100000) n;
