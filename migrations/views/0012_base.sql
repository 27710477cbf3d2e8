-- What analysts may read: schema analytics, over schema analytics_base that only the views read.
-- Takes the place of 0010.sql. This file makes what the views stand on; then come 0012.sql, the views
-- themselves, and 0012_comments.sql, what each column means.
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

-- The formula of targets, as service/learn/targets.py explains it: the only SQL that says it.
CREATE FUNCTION analytics_base.target(
    expert_mean double precision, grades bigint, crowd_score double precision, votes bigint,
    expert_weight double precision, crowd_weight double precision,
    min_grades integer, min_votes integer
) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (CASE WHEN grades >= min_grades THEN expert_weight ELSE 0 END
            * coalesce((expert_mean - 1) / 3, 0)
        + CASE WHEN votes >= min_votes THEN crowd_weight ELSE 0 END * coalesce(crowd_score, 0))
       / nullif(CASE WHEN grades >= min_grades THEN expert_weight ELSE 0 END
                + CASE WHEN votes >= min_votes THEN crowd_weight ELSE 0 END, 0);

CREATE VIEW analytics_base.formula AS
SELECT expert_weight, crowd_weight, min_grades, min_votes, weigh_judges
  FROM target_formulas ORDER BY version DESC LIMIT 1;

-- How far each judge's grades are from the mean of everybody else's, in units of a target.
CREATE VIEW analytics_base.judge_errors AS
SELECT judge_id, count(*) AS pairs,
       avg(power((total / grades - (all_total - total) / (all_grades - grades)) / 3, 2))
           AS mean_square
  FROM (SELECT *, sum(total) OVER pair AS all_total, sum(grades) OVER pair AS all_grades
          FROM (SELECT g.image_id, g.query_key, g.judge_id, cardinality(g.grades) AS grades,
                       (SELECT sum(x) FROM unnest(g.grades) x)::double precision AS total
                  FROM expert_grades g JOIN judges j ON j.id = g.judge_id
                 WHERE j.excluded_at IS NULL) one
        WINDOW pair AS (PARTITION BY image_id, query_key)) whole
 WHERE all_grades > grades
 GROUP BY judge_id;

-- What each judge counts by his reliability: the average judge's squared error over his own, drawn
-- towards 1 by twenty average pairs, between a quarter and four.
CREATE VIEW analytics_base.judge_weights AS
SELECT judge_id, CASE WHEN own > 0 THEN least(4, greatest(0.25, average / own)) ELSE 1 END AS weight
  FROM (SELECT judge_id, average, (pairs * mean_square + 20 * average) / (pairs + 20) AS own
          FROM (SELECT *, sum(pairs * mean_square) OVER () / sum(pairs) OVER () AS average
                  FROM analytics_base.judge_errors) every_judge) drawn_in;

-- The same where the formula in force weighs judges, else nothing: then all count alike.
CREATE VIEW analytics_base.weights_in_force AS
SELECT judge_id, weight FROM analytics_base.judge_weights
 WHERE (SELECT weigh_judges FROM analytics_base.formula);

-- Grades of every judge who counts, as how often each grade was given to a pair.
CREATE VIEW analytics_base.expert_counts AS
SELECT g.image_id, g.query_key,
       max(g.grades) FILTER (WHERE j.kind = 'panel') AS panel,
       sum(cardinality(array_positions(g.grades, 1::smallint)))::integer AS ones,
       sum(cardinality(array_positions(g.grades, 2::smallint)))::integer AS twos,
       sum(cardinality(array_positions(g.grades, 3::smallint)))::integer AS threes,
       sum(cardinality(array_positions(g.grades, 4::smallint)))::integer AS fours,
       sum(coalesce(w.weight, 1) * (SELECT sum(x) FROM unnest(g.grades) x))
           / sum(coalesce(w.weight, 1) * cardinality(g.grades)) AS weighted_mean,
       array_agg(j.name) AS judges, max(coalesce(g.updated_at, g.created_at)) AS judged_at
  FROM expert_grades g
  JOIN judges j ON j.id = g.judge_id AND j.excluded_at IS NULL
  LEFT JOIN analytics_base.weights_in_force w ON w.judge_id = g.judge_id
 GROUP BY g.image_id, g.query_key;

-- A share of yes without counts stands for three votes.
CREATE VIEW analytics_base.crowd_counts AS
SELECT v.image_id, v.query_key, sum(v.yes)::integer AS yes, sum(v.no)::integer AS no,
       sum(coalesce(v.yes + v.no, 3)) AS votes,
       sum(coalesce(v.yes, 3 * v.share)) / sum(coalesce(v.yes + v.no, 3)) AS score,
       sum(coalesce(w.weight, 1) * coalesce(v.yes, 3 * v.share))
           / sum(coalesce(w.weight, 1) * coalesce(v.yes + v.no, 3)) AS weighted_score,
       array_agg(j.name) AS judges, max(coalesce(v.updated_at, v.created_at)) AS judged_at
  FROM crowd_votes v
  JOIN judges j ON j.id = v.judge_id AND j.excluded_at IS NULL
  LEFT JOIN analytics_base.weights_in_force w ON w.judge_id = v.judge_id
 GROUP BY v.image_id, v.query_key;

CREATE VIEW analytics_base.judged AS
SELECT image_id, query_key, e.panel, e.ones, e.twos, e.threes, e.fours,
       (e.ones + e.twos + e.threes + e.fours) AS grades,
       (e.ones + 2 * e.twos + 3 * e.threes + 4 * e.fours)::double precision
           / (e.ones + e.twos + e.threes + e.fours) AS expert_mean, e.weighted_mean,
       c.yes, c.no, c.votes, c.score AS crowd_score, c.weighted_score,
       coalesce(e.judges, '{}') || coalesce(c.judges, '{}') AS judges,
       greatest(e.judged_at, c.judged_at) AS judged_at
  FROM analytics_base.expert_counts e
  FULL JOIN analytics_base.crowd_counts c USING (image_id, query_key);

-- Everything that follows from the judgements of a pair alone, worked out when asked for.
CREATE VIEW analytics_base.live_pairs AS
SELECT d.image_id, d.query_key, d.panel, d.ones, d.twos, d.threes, d.fours, d.grades,
       d.expert_mean, (d.expert_mean - 1) / 3 AS expert_score, d.yes, d.no, d.votes, d.crowd_score,
       analytics_base.target(d.weighted_mean, d.grades, d.weighted_score, d.votes, f.expert_weight,
                             f.crowd_weight, f.min_grades, f.min_votes) AS target,
       x.expert_spread, x.crowd_split, x.gap,
       greatest(x.expert_spread, x.crowd_split, x.gap) AS noise, d.judges, d.judged_at
  FROM analytics_base.judged d
 CROSS JOIN analytics_base.formula f
 CROSS JOIN LATERAL (
       SELECT ((CASE WHEN d.fours > 0 THEN 4 WHEN d.threes > 0 THEN 3 WHEN d.twos > 0 THEN 2
                     WHEN d.ones > 0 THEN 1 END)
               - (CASE WHEN d.ones > 0 THEN 1 WHEN d.twos > 0 THEN 2 WHEN d.threes > 0 THEN 3
                       WHEN d.fours > 0 THEN 4 END))::double precision / 3 AS expert_spread,
              CASE WHEN d.votes > 1 THEN 1 - abs(2 * d.crowd_score - 1) END AS crowd_split,
              abs((d.expert_mean - 1) / 3 - d.crowd_score) AS gap) x;

-- The same, worked out beforehand: read instead where there are many judgements.
CREATE MATERIALIZED VIEW analytics_base.stored_pairs AS
SELECT * FROM analytics_base.live_pairs WITH NO DATA;
CREATE UNIQUE INDEX uq_stored_pairs ON analytics_base.stored_pairs (image_id, query_key);
CREATE INDEX ix_stored_pairs_query_key ON analytics_base.stored_pairs (query_key);
CREATE INDEX ix_stored_pairs_noise ON analytics_base.stored_pairs (noise DESC)
 WHERE noise >= 0.5;

-- What the views below read: live_pairs, or stored_pairs where there are many judgements. Which one
-- is said by this view itself, and likewise by meetings; service/db/analytics/stored.py replaces both.
CREATE VIEW analytics_base.scored AS SELECT * FROM analytics_base.live_pairs;

CREATE TABLE analytics_base.reading (
    is_stored boolean NOT NULL,
    written bigint NOT NULL,
    refreshed_at timestamptz,
    seconds double precision NOT NULL DEFAULT 0,
    one_row boolean NOT NULL DEFAULT true UNIQUE CHECK (one_row)
);
COMMENT ON TABLE analytics_base.reading IS
    'Whether views read stored_pairs, how much had been written when it was last refreshed, and how long that took.';
INSERT INTO analytics_base.reading VALUES (false, 0, NULL);

-- How often grades a and b met on one pair. Within a panel every judge meets every other one, in
-- both orders, weighted so that a pair counts as many times as it has grades; a named judge (a)
-- meets the rest (b) with a weight of one a pair. 'share' halves what is counted in both orders.
-- A judge's row with a and b of 0 counts what he judged.
CREATE VIEW analytics_base.live_meetings AS
WITH given AS (
    SELECT g.image_id, g.query_key, g.judge_id, j.kind, g.grades
      FROM expert_grades g
      JOIN judges j ON j.id = g.judge_id AND j.kind IN ('panel', 'person')
           AND j.excluded_at IS NULL
      JOIN images i ON i.id = g.image_id AND i.deleted_at IS NULL
), met AS (
    SELECT g.judge_id, 0.5 AS share, x.grade AS a, y.grade AS b,
           g.pairs::double precision / (cardinality(g.grades) - 1) AS weight
      FROM (SELECT judge_id, grades, count(*) AS pairs FROM given
             WHERE kind = 'panel' AND cardinality(grades) > 1 GROUP BY judge_id, grades) g
     CROSS JOIN LATERAL unnest(g.grades) WITH ORDINALITY AS x (grade, place)
     CROSS JOIN LATERAL unnest(g.grades) WITH ORDINALITY AS y (grade, place)
     WHERE x.place <> y.place
    UNION ALL
    SELECT o.judge_id, 1.0, o.grade, r.grade, o.pairs * r.times::double precision / (o.grades - 1)
      FROM (SELECT g.judge_id, g.grades[1] AS grade, s.ones, s.twos, s.threes, s.fours,
                   s.grades, count(*) AS pairs
              FROM given g JOIN analytics_base.scored s USING (image_id, query_key)
             WHERE g.kind = 'person' AND s.grades > 1
             GROUP BY 1, 2, 3, 4, 5, 6, 7) o
     CROSS JOIN LATERAL (VALUES (1::smallint, o.ones - (o.grade = 1)::integer),
                                (2::smallint, o.twos - (o.grade = 2)::integer),
                                (3::smallint, o.threes - (o.grade = 3)::integer),
                                (4::smallint, o.fours - (o.grade = 4)::integer))
            AS r (grade, times)
)
SELECT judge_id, a, b, max(share) AS share, sum(weight) AS met, 0::bigint AS pairs,
       0::bigint AS judgements
  FROM met WHERE weight > 0 GROUP BY judge_id, a, b
UNION ALL
SELECT judge_id, 0, 0, NULL, NULL, count(*), sum(cardinality(grades))
  FROM given GROUP BY judge_id;

CREATE MATERIALIZED VIEW analytics_base.stored_meetings AS
SELECT * FROM analytics_base.live_meetings WITH NO DATA;
CREATE UNIQUE INDEX uq_stored_meetings ON analytics_base.stored_meetings (judge_id, a, b);

CREATE VIEW analytics_base.meetings AS SELECT * FROM analytics_base.live_meetings;
