-- What analysts may read: schema analytics, over schema analytics_base that only the views read.
CREATE SCHEMA analytics_base;
COMMENT ON SCHEMA analytics_base IS 'What the views of schema analytics are made of; not for analysts.';
CREATE SCHEMA analytics;
COMMENT ON SCHEMA analytics IS 'Stable views for analysts; what is read here may be relied upon.';

-- The one place that says which pictures are restricted to analysts: those that an asker of unknown
-- country may not see. Consent lifts a restriction whose countries it covers.
CREATE VIEW analytics_base.restricted_images AS
SELECT r.image_id, string_agg(DISTINCT r.kind, ', ' ORDER BY r.kind) AS why
  FROM restrictions r
 WHERE NOT EXISTS (
       SELECT FROM consents c
        WHERE c.image_id = r.image_id AND c.withdrawn_at IS NULL AND c.valid_until > now()
          AND (r.kind <> 'admin' OR c.created_at > r.created_at)
          AND ('*' = ANY (c.countries) OR c.countries @> r.countries))
 GROUP BY r.image_id;

-- The one place that says what was refused.
CREATE VIEW analytics_base.refused AS
SELECT (created_at AT TIME ZONE 'UTC')::date AS day, country, rule FROM refusals;

-- Grades of every judge who counts, as how often each grade was given to a pair.
CREATE VIEW analytics_base.expert_counts AS
SELECT g.image_id, g.query_key,
       max(g.grades) FILTER (WHERE j.kind = 'panel') AS panel,
       sum(cardinality(array_positions(g.grades, 1::smallint)))::integer AS ones,
       sum(cardinality(array_positions(g.grades, 2::smallint)))::integer AS twos,
       sum(cardinality(array_positions(g.grades, 3::smallint)))::integer AS threes,
       sum(cardinality(array_positions(g.grades, 4::smallint)))::integer AS fours
  FROM expert_grades g
  JOIN judges j ON j.id = g.judge_id
 WHERE j.excluded_at IS NULL
 GROUP BY g.image_id, g.query_key;

CREATE VIEW analytics_base.crowd_counts AS
SELECT v.image_id, v.query_key, sum(v.yes)::integer AS yes, sum(v.no)::integer AS no,
       coalesce(sum(v.yes)::double precision / sum(v.yes + v.no), avg(v.share)) AS score
  FROM crowd_votes v
  JOIN judges j ON j.id = v.judge_id
 WHERE j.excluded_at IS NULL
 GROUP BY v.image_id, v.query_key;

CREATE VIEW analytics_base.judged AS
SELECT image_id, query_key, e.panel, e.ones, e.twos, e.threes, e.fours,
       (e.ones + e.twos + e.threes + e.fours) AS grades,
       (e.ones + 2 * e.twos + 3 * e.threes + 4 * e.fours)::double precision
           / (e.ones + e.twos + e.threes + e.fours) AS expert_mean,
       c.yes, c.no, c.score AS crowd_score
  FROM analytics_base.expert_counts e
  FULL JOIN analytics_base.crowd_counts c USING (image_id, query_key);

-- Everything that follows from the judgements of a pair alone, worked out when asked for.
CREATE VIEW analytics_base.live_pairs AS
SELECT d.*, (d.expert_mean - 1) / 3 AS expert_score,
       -- Three grades of experts say more than three votes: docs/analytics.md, The target.
       CASE WHEN d.expert_mean IS NULL OR d.crowd_score IS NULL
            THEN coalesce((d.expert_mean - 1) / 3, d.crowd_score)
            ELSE 0.75 * (d.expert_mean - 1) / 3 + 0.25 * d.crowd_score END AS target,
       CASE WHEN d.grades IS NOT NULL
            THEN ((CASE WHEN d.fours > 0 THEN 4 WHEN d.threes > 0 THEN 3 WHEN d.twos > 0 THEN 2
                        ELSE 1 END)
                  - (CASE WHEN d.ones > 0 THEN 1 WHEN d.twos > 0 THEN 2 WHEN d.threes > 0 THEN 3
                          ELSE 4 END))::double precision / 3 END AS expert_spread,
       CASE WHEN d.yes + d.no > 1 THEN 1 - abs(2 * d.crowd_score - 1) END AS crowd_split,
       abs((d.expert_mean - 1) / 3 - d.crowd_score) AS gap
  FROM analytics_base.judged d;

-- The same, worked out beforehand: read instead of it where there are many judgements.
CREATE MATERIALIZED VIEW analytics_base.stored_pairs AS SELECT * FROM analytics_base.live_pairs;
CREATE UNIQUE INDEX uq_stored_pairs ON analytics_base.stored_pairs (image_id, query_key);

CREATE TABLE analytics_base.reading (
    is_stored boolean NOT NULL,
    written bigint NOT NULL,
    refreshed_at timestamptz,
    one_row boolean NOT NULL DEFAULT true UNIQUE CHECK (one_row)
);
COMMENT ON TABLE analytics_base.reading IS
    'Whether views read stored_pairs, and how much had been written when it was last refreshed.';
INSERT INTO analytics_base.reading VALUES (false, 0, NULL);

-- Only one half is ever run: the question is answered once, before either begins.
CREATE VIEW analytics_base.scored AS
SELECT * FROM analytics_base.live_pairs
 WHERE (SELECT NOT is_stored FROM analytics_base.reading)
UNION ALL
SELECT * FROM analytics_base.stored_pairs
 WHERE (SELECT is_stored FROM analytics_base.reading);

-- Pairs with names and texts, as far as they may be shown.
CREATE VIEW analytics_base.named_pairs AS
SELECT CASE WHEN r.image_id IS NULL THEN i.name END AS image,
       CASE WHEN r.image_id IS NULL AND o.image_id IS NULL THEN q.query_id END AS query_id,
       CASE WHEN r.image_id IS NULL AND o.image_id IS NULL THEN q.text END AS query_text,
       s.panel[1] AS expert_1, s.panel[2] AS expert_2, s.panel[3] AS expert_3,
       CASE WHEN s.grades IS NOT NULL
            THEN array_fill(1::smallint, ARRAY[s.ones]) || array_fill(2::smallint, ARRAY[s.twos])
                 || array_fill(3::smallint, ARRAY[s.threes])
                 || array_fill(4::smallint, ARRAY[s.fours]) END AS expert_grades,
       s.expert_mean, s.expert_score, s.yes AS crowd_yes, s.no AS crowd_no, s.crowd_score,
       s.target, coalesce(q.image_id = s.image_id, false) AS own_caption,
       (r.image_id IS NOT NULL) AS restricted, s.expert_spread, s.crowd_split, s.gap,
       greatest(s.expert_spread, s.crowd_split, s.gap) AS noise
  FROM analytics_base.scored s
  JOIN images i ON i.id = s.image_id AND i.deleted_at IS NULL
  JOIN queries q ON q.id = s.query_key
  LEFT JOIN analytics_base.restricted_images r ON r.image_id = s.image_id
  LEFT JOIN analytics_base.restricted_images o ON o.image_id = q.image_id;

CREATE VIEW analytics.pairs AS
SELECT image, query_id, query_text, expert_1, expert_2, expert_3, expert_grades, expert_mean,
       expert_score, crowd_yes, crowd_no, crowd_score, target, own_caption, restricted
  FROM analytics_base.named_pairs;

COMMENT ON VIEW analytics.pairs IS 'One judged pair of a picture and a query.';
COMMENT ON COLUMN analytics.pairs.image IS 'File name of the picture; NULL when restricted.';
COMMENT ON COLUMN analytics.pairs.query_id IS 'Id of the query, <image file>#<n>; NULL when the picture, or the one it was written for, is restricted.';
COMMENT ON COLUMN analytics.pairs.query_text IS 'Text of the query; NULL when unknown or when query_id is.';
COMMENT ON COLUMN analytics.pairs.expert_1 IS 'Lowest of the imported grades, 1 to 4: the three are sorted, so the column is not a person. NULL where none was imported.';
COMMENT ON COLUMN analytics.pairs.expert_2 IS 'Middle one of the imported grades.';
COMMENT ON COLUMN analytics.pairs.expert_3 IS 'Highest of the imported grades.';
COMMENT ON COLUMN analytics.pairs.expert_grades IS 'All grades in rising order, those of signed-in judges too, without excluded judges; NULL where no expert judged.';
COMMENT ON COLUMN analytics.pairs.expert_mean IS 'Mean of expert_grades, 1 to 4.';
COMMENT ON COLUMN analytics.pairs.expert_score IS '(expert_mean - 1) / 3: 0 for no match, 1 for a perfect one.';
COMMENT ON COLUMN analytics.pairs.crowd_yes IS 'Votes of the crowd that the text fits; NULL where counts are unknown.';
COMMENT ON COLUMN analytics.pairs.crowd_no IS 'Votes of the crowd that it does not.';
COMMENT ON COLUMN analytics.pairs.crowd_score IS 'Share of yes among the votes, 0 to 1.';
COMMENT ON COLUMN analytics.pairs.target IS 'What a scorer learns, 0 to 1, from experts and crowd together (docs/analytics.md, The target); NULL where too few judged.';
COMMENT ON COLUMN analytics.pairs.own_caption IS 'Whether the query was written for this very picture.';
COMMENT ON COLUMN analytics.pairs.restricted IS 'Whether the picture is restricted by law; its name and texts are NULL then.';

-- How often grades a and b met on one pair. Within a panel every judge meets every other one, in
-- both orders, weighted so that a pair counts as many times as it has grades; a named judge (a)
-- meets the rest (b) with a weight of one a pair. 'share' halves what is counted in both orders.
CREATE VIEW analytics_base.meetings AS
SELECT g.judge_id, 0.5 AS share, g.pairs, x.grade AS a, y.grade AS b,
       g.pairs::double precision / nullif(cardinality(g.grades) - 1, 0) AS weight
  FROM (SELECT judge_id, grades, count(*) AS pairs FROM expert_grades
         GROUP BY judge_id, grades) g
  JOIN judges j ON j.id = g.judge_id AND j.kind = 'panel' AND j.excluded_at IS NULL
 CROSS JOIN LATERAL unnest(g.grades) WITH ORDINALITY AS x (grade, place)
 CROSS JOIN LATERAL unnest(g.grades) WITH ORDINALITY AS y (grade, place)
 WHERE x.place <> y.place
UNION ALL
SELECT o.judge_id, 1.0, o.pairs, o.grade, r.grade,
       o.pairs * r.times::double precision / (o.grades - 1)
  FROM (SELECT g.judge_id, g.grades[1] AS grade, s.ones, s.twos, s.threes, s.fours, s.grades,
               count(*) AS pairs
          FROM expert_grades g
          JOIN judges j ON j.id = g.judge_id AND j.kind = 'person' AND j.excluded_at IS NULL
          JOIN analytics_base.scored s USING (image_id, query_key)
         WHERE s.grades > 1
         GROUP BY 1, 2, 3, 4, 5, 6, 7) o
 CROSS JOIN LATERAL (VALUES (1::smallint, o.ones - (o.grade = 1)::integer),
                            (2::smallint, o.twos - (o.grade = 2)::integer),
                            (3::smallint, o.threes - (o.grade = 3)::integer),
                            (4::smallint, o.fours - (o.grade = 4)::integer)) AS r (grade, times);

CREATE VIEW analytics.expert_agreement AS
WITH cells AS (
    SELECT judge_id, max(share) AS share, a, b, sum(weight) AS met
      FROM analytics_base.meetings WHERE weight > 0 GROUP BY judge_id, a, b
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
), totals AS (
    SELECT judge_id, count(*) AS pairs, sum(cardinality(grades)) AS judgements
      FROM expert_grades GROUP BY judge_id
)
SELECT j.name AS source, j.kind, t.pairs, t.judgements::bigint AS judgements,
       coalesce(o.same, 0 * o.met) / o.met AS exact_agreement,
       coalesce(o.near, 0 * o.met) / o.met AS within_one_grade,
       1 - o.squares * o.met / nullif(e.squares, 0) AS quadratic_weighted_kappa,
       (1 - (o.given - 1) * o.ranks / nullif(e.ranks, 0))::double precision AS krippendorff_alpha
  FROM totals t
  JOIN judges j ON j.id = t.judge_id AND j.kind IN ('panel', 'person') AND j.excluded_at IS NULL
  LEFT JOIN observed o ON o.judge_id = t.judge_id
  LEFT JOIN expected e ON e.judge_id = t.judge_id;

COMMENT ON VIEW analytics.expert_agreement IS 'One source of grades: the unnamed panel of a data set, whose judges are exchangeable, or one named judge against the rest.';
COMMENT ON COLUMN analytics.expert_agreement.source IS 'Name of the panel or of the judge.';
COMMENT ON COLUMN analytics.expert_agreement.kind IS 'panel or person.';
COMMENT ON COLUMN analytics.expert_agreement.pairs IS 'Pairs this source judged.';
COMMENT ON COLUMN analytics.expert_agreement.judgements IS 'Grades this source gave.';
COMMENT ON COLUMN analytics.expert_agreement.exact_agreement IS 'Share of comparisons of two judges on one pair that gave the same grade; NULL where nothing can be compared.';
COMMENT ON COLUMN analytics.expert_agreement.within_one_grade IS 'Share of comparisons whose grades differ by at most one.';
COMMENT ON COLUMN analytics.expert_agreement.quadratic_weighted_kappa IS 'Cohen''s kappa with quadratic weights over all comparisons, in both orders within a panel; 1 is perfect, 0 is chance.';
COMMENT ON COLUMN analytics.expert_agreement.krippendorff_alpha IS 'Krippendorff''s alpha for ordinal data; 1 is perfect, 0 is chance.';

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

COMMENT ON VIEW analytics.expert_vs_crowd IS 'One expert grade, and what the crowd said of the pairs whose middle expert grade (the lower of two middles) it is.';
COMMENT ON COLUMN analytics.expert_vs_crowd.grade IS 'Middle expert grade, 1 to 4.';
COMMENT ON COLUMN analytics.expert_vs_crowd.pairs IS 'Pairs of that grade that the crowd judged too.';
COMMENT ON COLUMN analytics.expert_vs_crowd.mean_crowd_score IS 'Mean share of yes.';
COMMENT ON COLUMN analytics.expert_vs_crowd.lower_quartile IS 'A quarter of the pairs has a share of yes of at most this.';
COMMENT ON COLUMN analytics.expert_vs_crowd.median IS 'Half of the pairs has a share of yes of at most this.';
COMMENT ON COLUMN analytics.expert_vs_crowd.upper_quartile IS 'Three quarters of the pairs have a share of yes of at most this.';

CREATE VIEW analytics.noisy_pairs AS
SELECT image, query_id, query_text, expert_grades, expert_mean, crowd_yes, crowd_no, crowd_score,
       expert_spread, crowd_split, gap, noise, restricted
  FROM analytics_base.named_pairs
 WHERE noise >= 0.5
 ORDER BY noise DESC, gap DESC NULLS LAST, query_id, image;

COMMENT ON VIEW analytics.noisy_pairs IS 'Pairs whose judges disagree most (noise of at least a half), the worst first.';
COMMENT ON COLUMN analytics.noisy_pairs.image IS 'As in pairs.';
COMMENT ON COLUMN analytics.noisy_pairs.query_id IS 'As in pairs.';
COMMENT ON COLUMN analytics.noisy_pairs.query_text IS 'As in pairs.';
COMMENT ON COLUMN analytics.noisy_pairs.expert_grades IS 'As in pairs.';
COMMENT ON COLUMN analytics.noisy_pairs.expert_mean IS 'As in pairs.';
COMMENT ON COLUMN analytics.noisy_pairs.crowd_yes IS 'As in pairs.';
COMMENT ON COLUMN analytics.noisy_pairs.crowd_no IS 'As in pairs.';
COMMENT ON COLUMN analytics.noisy_pairs.crowd_score IS 'As in pairs.';
COMMENT ON COLUMN analytics.noisy_pairs.expert_spread IS 'Highest less lowest expert grade, on a scale of 0 to 1.';
COMMENT ON COLUMN analytics.noisy_pairs.crowd_split IS '0 for a unanimous crowd, 1 for an even split; NULL with fewer than two votes.';
COMMENT ON COLUMN analytics.noisy_pairs.gap IS 'Distance of expert_score and crowd_score.';
COMMENT ON COLUMN analytics.noisy_pairs.noise IS 'The largest of expert_spread, crowd_split and gap.';
COMMENT ON COLUMN analytics.noisy_pairs.restricted IS 'As in pairs.';

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
                    sum(coalesce(grades, 0) + coalesce(yes + no, (crowd_score IS NOT NULL)::integer))
                        AS judgements
               FROM analytics_base.scored GROUP BY image_id) n ON n.image_id = i.id
  LEFT JOIN analytics_base.restricted_images r ON r.image_id = i.id
 WHERE i.deleted_at IS NULL;

COMMENT ON VIEW analytics.images IS 'One picture.';
COMMENT ON COLUMN analytics.images.image_id IS 'Public id, as in addresses.';
COMMENT ON COLUMN analytics.images.image IS 'File name; NULL when restricted.';
COMMENT ON COLUMN analytics.images.collections IS 'Collections it is in, by name.';
COMMENT ON COLUMN analytics.images.state IS 'pending, ready (searchable) or quarantined.';
COMMENT ON COLUMN analytics.images.width IS 'Width in pixels.';
COMMENT ON COLUMN analytics.images.height IS 'Height in pixels.';
COMMENT ON COLUMN analytics.images.size_bytes IS 'Size of the stored file.';
COMMENT ON COLUMN analytics.images.captions IS 'Its own descriptions, in order; NULL when restricted.';
COMMENT ON COLUMN analytics.images.caption_count IS 'How many descriptions it has.';
COMMENT ON COLUMN analytics.images.judged_pairs IS 'Queries it was judged against.';
COMMENT ON COLUMN analytics.images.judgements IS 'Grades and votes it was given.';
COMMENT ON COLUMN analytics.images.restricted IS 'Whether it is restricted by law.';
COMMENT ON COLUMN analytics.images.restricted_why IS 'What restricts it: caption, question, judgement, admin or flag.';
COMMENT ON COLUMN analytics.images.created_at IS 'When it came in.';

CREATE VIEW analytics.policy_decisions_daily AS
SELECT day, rule, country, count(*) AS decisions
  FROM analytics_base.refused
 GROUP BY day, rule, country
 ORDER BY day, rule, country;

COMMENT ON VIEW analytics.policy_decisions_daily IS 'A day''s refused searches by rule and country.';
COMMENT ON COLUMN analytics.policy_decisions_daily.day IS 'Day in UTC.';
COMMENT ON COLUMN analytics.policy_decisions_daily.rule IS 'The rule that refused.';
COMMENT ON COLUMN analytics.policy_decisions_daily.country IS 'Countries of the asker; empty for unknown.';
COMMENT ON COLUMN analytics.policy_decisions_daily.decisions IS 'How many searches were refused.';

CREATE VIEW analytics.searches_daily AS
SELECT (asked_at AT TIME ZONE 'UTC')::date AS day, count(*) AS searches,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY took_ms) AS median_ms,
       percentile_cont(0.95) WITHIN GROUP (ORDER BY took_ms) AS p95_ms,
       percentile_cont(0.99) WITHIN GROUP (ORDER BY took_ms) AS p99_ms,
       count(*) FILTER (WHERE results = 0) AS empty_results
  FROM searches
 GROUP BY 1
 ORDER BY 1;

COMMENT ON VIEW analytics.searches_daily IS 'A day''s searches; their texts are kept nowhere.';
COMMENT ON COLUMN analytics.searches_daily.day IS 'Day in UTC.';
COMMENT ON COLUMN analytics.searches_daily.searches IS 'Searches answered, further pages not counted.';
COMMENT ON COLUMN analytics.searches_daily.median_ms IS 'Half of the searches took at most so many milliseconds.';
COMMENT ON COLUMN analytics.searches_daily.p95_ms IS '95 of 100 searches took at most so many milliseconds.';
COMMENT ON COLUMN analytics.searches_daily.p99_ms IS '99 of 100 searches took at most so many milliseconds.';
COMMENT ON COLUMN analytics.searches_daily.empty_results IS 'Searches that found nothing.';
