-- The views of schema analytics, over what 0012_base.sql makes.

-- Pairs with names and texts, as far as they may be shown.
CREATE VIEW analytics_base.named_pairs AS
SELECT i.public_id AS image_id, CASE WHEN r.image_id IS NULL THEN i.name END AS image,
       CASE WHEN r.image_id IS NULL AND o.image_id IS NULL THEN q.query_id END AS query_id,
       CASE WHEN r.image_id IS NULL AND o.image_id IS NULL THEN q.text END AS query_text,
       s.panel[1] AS expert_1, s.panel[2] AS expert_2, s.panel[3] AS expert_3,
       CASE WHEN s.grades IS NOT NULL
            THEN array_fill(1::smallint, ARRAY[s.ones]) || array_fill(2::smallint, ARRAY[s.twos])
                 || array_fill(3::smallint, ARRAY[s.threes])
                 || array_fill(4::smallint, ARRAY[s.fours]) END AS expert_grades,
       s.expert_mean, s.expert_score, s.yes AS crowd_yes, s.no AS crowd_no, s.crowd_score,
       s.votes AS crowd_votes, s.target, coalesce(q.image_id = s.image_id, false) AS own_caption,
       (r.image_id IS NOT NULL) AS restricted, s.expert_spread, s.crowd_split, s.gap, s.noise,
       s.judges, s.judged_at, m.collections
  FROM analytics_base.scored s
  JOIN images i ON i.id = s.image_id AND i.deleted_at IS NULL
  LEFT JOIN queries q ON q.id = s.query_key
  LEFT JOIN analytics_base.restricted_images r ON r.image_id = s.image_id
  LEFT JOIN analytics_base.restricted_images o ON o.image_id = q.image_id
  LEFT JOIN (SELECT n.image_id, array_agg(c.name ORDER BY c.name) AS collections
               FROM image_collections n JOIN collections c ON c.id = n.collection_id
              GROUP BY n.image_id) m ON m.image_id = s.image_id;

CREATE VIEW analytics.pairs AS
SELECT image, query_id, query_text, expert_1, expert_2, expert_3, expert_grades, expert_mean,
       expert_score, crowd_yes, crowd_no, crowd_score, target, own_caption, restricted
  FROM analytics_base.named_pairs;

CREATE VIEW analytics.pairs_in_full AS
SELECT image_id, image, query_id, query_text, expert_grades, expert_mean, expert_score,
       crowd_votes, crowd_yes, crowd_no, crowd_score, target, noise, own_caption, collections,
       judges, judged_at, restricted
  FROM analytics_base.named_pairs;

CREATE VIEW analytics.judgements AS
SELECT i.public_id AS image_id, CASE WHEN r.image_id IS NULL THEN i.name END AS image,
       CASE WHEN r.image_id IS NULL AND o.image_id IS NULL THEN q.query_id END AS query_id,
       j.name AS judge, j.kind, w.grades, w.yes, w.no, w.share, w.judged_at,
       (j.excluded_at IS NULL) AS counts, j.excluded_reason, (r.image_id IS NOT NULL) AS restricted
  FROM (SELECT image_id, query_key, judge_id, grades, NULL::integer AS yes, NULL::integer AS no,
               NULL::double precision AS share, coalesce(updated_at, created_at) AS judged_at
          FROM expert_grades
        UNION ALL
        SELECT image_id, query_key, judge_id, NULL, yes, no,
               coalesce(share, yes::double precision / (yes + no)),
               coalesce(updated_at, created_at)
          FROM crowd_votes) w
  JOIN judges j ON j.id = w.judge_id
  JOIN images i ON i.id = w.image_id AND i.deleted_at IS NULL
  LEFT JOIN queries q ON q.id = w.query_key
  LEFT JOIN analytics_base.restricted_images r ON r.image_id = w.image_id
  LEFT JOIN analytics_base.restricted_images o ON o.image_id = q.image_id;

CREATE VIEW analytics.expert_agreement AS
WITH cells AS (
    SELECT * FROM analytics_base.meetings WHERE a > 0
), margins AS (
    SELECT judge_id, grade, sum(met) FILTER (WHERE is_row) AS row_sum,
           sum(met) FILTER (WHERE NOT is_row) AS column_sum, sum(met * share) AS given
      FROM (SELECT judge_id, a AS grade, met, share, true AS is_row FROM cells
            UNION ALL SELECT judge_id, b, met, share, false FROM cells) sides
     GROUP BY judge_id, grade
), ranked AS (
    SELECT *, sum(given) OVER (PARTITION BY judge_id ORDER BY grade) AS up_to FROM margins
), expected AS (
    SELECT x.judge_id,
           sum(coalesce(x.row_sum, 0) * coalesce(y.column_sum, 0) * (x.grade - y.grade) ^ 2)
               AS squares,
           sum(x.given * y.given * (x.up_to - y.up_to + (y.given - x.given) / 2) ^ 2) AS ranks
      FROM ranked x JOIN ranked y USING (judge_id)
     GROUP BY x.judge_id
), observed AS (
    SELECT c.judge_id, sum(c.met) AS met, 2 * sum(c.met * c.share) AS given,
           sum(c.met) FILTER (WHERE c.a = c.b) AS same,
           sum(c.met) FILTER (WHERE abs(c.a - c.b) <= 1) AS near,
           sum(c.met * (c.a - c.b) ^ 2) AS squares,
           sum(2 * c.share * c.met * (x.up_to - y.up_to + (y.given - x.given) / 2) ^ 2) AS ranks
      FROM cells c
      JOIN ranked x ON x.judge_id = c.judge_id AND x.grade = c.a
      JOIN ranked y ON y.judge_id = c.judge_id AND y.grade = c.b
     GROUP BY c.judge_id
)
SELECT j.name AS source, j.kind, t.pairs, t.judgements,
       coalesce(o.same, 0 * o.met) / o.met AS exact_agreement,
       coalesce(o.near, 0 * o.met) / o.met AS within_one_grade,
       1 - o.squares * o.met / nullif(e.squares, 0) AS quadratic_weighted_kappa,
       (1 - (o.given - 1) * o.ranks / nullif(e.ranks, 0))::double precision AS krippendorff_alpha
  FROM (SELECT * FROM analytics_base.meetings WHERE a = 0) t
  JOIN judges j ON j.id = t.judge_id
  LEFT JOIN observed o ON o.judge_id = t.judge_id
  LEFT JOIN expected e ON e.judge_id = t.judge_id;

CREATE VIEW analytics.expert_vs_crowd AS
SELECT grade, count(*) AS pairs, avg(crowd_score) AS mean_crowd_score,
       percentile_cont(0.25) WITHIN GROUP (ORDER BY crowd_score) AS lower_quartile,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY crowd_score) AS median,
       percentile_cont(0.75) WITHIN GROUP (ORDER BY crowd_score) AS upper_quartile
  FROM (SELECT crowd_score,
               CASE WHEN 2 * ones >= grades THEN 1
                    WHEN 2 * (ones + twos) >= grades THEN 2
                    WHEN 2 * (ones + twos + threes) >= grades THEN 3
                    ELSE 4 END AS grade
          FROM analytics_base.scored d
          JOIN images i ON i.id = d.image_id AND i.deleted_at IS NULL
         WHERE grades IS NOT NULL AND crowd_score IS NOT NULL) both_judged
 GROUP BY grade
 ORDER BY grade;

CREATE VIEW analytics.noisy_pairs AS
SELECT image, query_id, query_text, expert_grades, expert_mean, crowd_yes, crowd_no, crowd_score,
       expert_spread, crowd_split, gap, noise, restricted
  FROM analytics_base.named_pairs
 WHERE noise >= 0.5
 ORDER BY noise DESC, gap DESC NULLS LAST, query_id, image;

CREATE VIEW analytics.images AS
SELECT i.public_id AS image_id, CASE WHEN r.image_id IS NULL THEN i.name END AS image,
       ARRAY(SELECT c.name FROM image_collections m JOIN collections c ON c.id = m.collection_id
              WHERE m.image_id = i.id ORDER BY c.name) AS collections,
       CASE coalesce(e.state, 'pending') WHEN 'done' THEN 'ready' ELSE coalesce(e.state, 'pending')
           END AS state,
       i.width, i.height, i.size_bytes,
       CASE WHEN r.image_id IS NULL
            THEN ARRAY(SELECT t.text FROM captions t WHERE t.image_id = i.id ORDER BY t.position)
            END AS captions,
       (SELECT count(*) FROM captions t WHERE t.image_id = i.id)::integer AS caption_count,
       coalesce(n.pairs, 0) AS judged_pairs, coalesce(n.judgements, 0) AS judgements,
       (r.image_id IS NOT NULL) AS restricted, r.why AS restricted_why, i.created_at
  FROM images i
  LEFT JOIN encodings e ON e.image_id = i.id
       AND e.encoder_id = (SELECT id FROM encoders WHERE state = 'serving')
  LEFT JOIN (SELECT image_id, count(*) AS pairs,
                    sum(coalesce(grades, 0) + coalesce(yes + no, (votes IS NOT NULL)::integer))
                        AS judgements
               FROM analytics_base.scored GROUP BY image_id) n ON n.image_id = i.id
  LEFT JOIN analytics_base.restricted_images r ON r.image_id = i.id
 WHERE i.deleted_at IS NULL;

CREATE VIEW analytics.policy_decisions_daily AS
SELECT (created_at AT TIME ZONE 'UTC')::date AS day, rule, country, count(*) AS decisions
  FROM refusals
 GROUP BY day, rule, country
 ORDER BY day, rule, country;

CREATE VIEW analytics.searches_daily AS
SELECT (asked_at AT TIME ZONE 'UTC')::date AS day, count(*) AS searches,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY took_ms) AS median_ms,
       percentile_cont(0.95) WITHIN GROUP (ORDER BY took_ms) AS p95_ms,
       percentile_cont(0.99) WITHIN GROUP (ORDER BY took_ms) AS p99_ms,
       count(*) FILTER (WHERE results = 0) AS empty_results
  FROM searches
 GROUP BY 1
 ORDER BY 1;
