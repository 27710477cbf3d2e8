-- The questions behind the charts of the analytics page, as an analyst would ask them. Conditions of
-- the page's filters stand in for {pairs}, {images}, {grades}, {first_day} and {last_day}.

-- name: totals
SELECT count(*) AS pairs, count(DISTINCT image_id) AS pictures,
       coalesce(sum(cardinality(expert_grades)), 0) AS grades,
       coalesce(sum(crowd_votes), 0)::bigint AS votes, avg(target) AS mean_target
  FROM analytics.pairs_in_full
 WHERE true{pairs}

-- name: grades
SELECT grade, count(*) AS judgements
  FROM analytics.pairs_in_full, unnest(expert_grades) AS grade
 WHERE expert_grades IS NOT NULL{pairs}
 GROUP BY grade
 ORDER BY grade

-- name: experts_and_crowd
SELECT expert_grades[(cardinality(expert_grades) + 1) / 2] AS middle_grade,
       percentile_cont(0.25) WITHIN GROUP (ORDER BY crowd_score) AS lower_quartile,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY crowd_score) AS median,
       percentile_cont(0.75) WITHIN GROUP (ORDER BY crowd_score) AS upper_quartile,
       avg(crowd_score) AS mean_crowd_score, count(*) AS pairs
  FROM analytics.pairs_in_full
 WHERE expert_grades IS NOT NULL AND crowd_score IS NOT NULL{pairs}
 GROUP BY middle_grade
 ORDER BY middle_grade

-- name: matrix
SELECT x.grade AS one_expert, y.grade AS another_expert, sum(pairs)::bigint AS meetings
  FROM (SELECT expert_grades, count(*) AS pairs
          FROM analytics.pairs_in_full
         WHERE cardinality(expert_grades) > 1{pairs}
         GROUP BY expert_grades) AS alike,
       unnest(expert_grades) WITH ORDINALITY AS x (grade, place),
       unnest(expert_grades) WITH ORDINALITY AS y (grade, place)
 WHERE x.place <> y.place
 GROUP BY x.grade, y.grade
 ORDER BY x.grade, y.grade

-- name: agreement
SELECT source, exact_agreement AS exact, within_one_grade AS within_one,
       quadratic_weighted_kappa AS kappa, krippendorff_alpha AS alpha, judgements
  FROM analytics.expert_agreement
 ORDER BY kind, krippendorff_alpha DESC NULLS LAST, source
 LIMIT 20

-- name: judges
SELECT judge, count(*) FILTER (WHERE grade = 1) AS grade_1,
       count(*) FILTER (WHERE grade = 2) AS grade_2, count(*) FILTER (WHERE grade = 3) AS grade_3,
       count(*) FILTER (WHERE grade = 4) AS grade_4
  FROM analytics.judgements, unnest(grades) AS grade
 WHERE grades IS NOT NULL AND counts{grades}
 GROUP BY judge
 ORDER BY count(*) DESC, judge
 LIMIT 20

-- name: target
SELECT bin / 20.0 AS target_from, count(target) FILTER (WHERE expert_mean IS NOT NULL) AS experts,
       count(target) FILTER (WHERE expert_mean IS NULL) AS crowd_alone
  FROM generate_series(0, 19) AS bin
  LEFT JOIN (SELECT target, expert_mean FROM analytics.pairs_in_full
              WHERE target IS NOT NULL{pairs}) AS p ON least(floor(target * 20), 19) = bin
 GROUP BY bin
 ORDER BY bin

-- name: balance
SELECT CASE WHEN target < 0.25 THEN '0 – ¼' WHEN target < 0.5 THEN '¼ – ½'
            WHEN target < 0.75 THEN '½ – ¾' ELSE '¾ – 1' END AS target_class,
       count(*) FILTER (WHERE expert_mean IS NOT NULL) AS experts,
       count(*) FILTER (WHERE expert_mean IS NULL) AS crowd_alone
  FROM analytics.pairs_in_full
 WHERE target IS NOT NULL{pairs}
 GROUP BY target_class
 ORDER BY min(target)

-- name: coverage
SELECT CASE WHEN crowd_score IS NULL THEN 'experts'
            WHEN expert_mean IS NULL THEN 'crowd'
            ELSE 'experts + crowd' END AS judged_by, count(*) AS pairs
  FROM analytics.pairs_in_full
 WHERE true{pairs}
 GROUP BY judged_by
 ORDER BY pairs DESC

-- name: noise
SELECT bin / 20.0 AS noise_from, count(noise) AS pairs
  FROM generate_series(0, 19) AS bin
  LEFT JOIN (SELECT noise FROM analytics.pairs_in_full
              WHERE noise IS NOT NULL{pairs}) AS p ON least(floor(noise * 20), 19) = bin
 GROUP BY bin
 ORDER BY bin

-- name: per_picture
SELECT judged_pairs / 10 * 10 AS judged_pairs_from, count(*) AS pictures
  FROM analytics.images
 WHERE true{images}
 GROUP BY judged_pairs_from
 ORDER BY judged_pairs_from

-- name: captions
SELECT caption_count, count(*) AS pictures
  FROM analytics.images
 WHERE true{images}
 GROUP BY caption_count
 ORDER BY caption_count

-- name: words
SELECT word, count(*) AS times
  FROM analytics.images, unnest(captions) AS caption,
       regexp_split_to_table(lower(caption), '[^[:alpha:]]+') AS word
 WHERE length(word) > 3{images}
 GROUP BY word
 ORDER BY times DESC, word
 LIMIT 12

-- name: searches
SELECT d.day::date AS day, coalesce(s.searches - s.empty_results, 0) AS with_results,
       coalesce(s.empty_results, 0) AS empty
  FROM generate_series({first_day}, {last_day}, interval '1 day') AS d (day)
  LEFT JOIN analytics.searches_daily AS s ON s.day = d.day::date
 ORDER BY day

-- name: latency
SELECT day, median_ms, p95_ms
  FROM analytics.searches_daily
 WHERE day BETWEEN {first_day} AND {last_day}
 ORDER BY day

-- name: refusals
SELECT d.day::date AS day, coalesce(sum(r.decisions), 0)::bigint AS refusals
  FROM generate_series({first_day}, {last_day}, interval '1 day') AS d (day)
  LEFT JOIN analytics.policy_decisions_daily AS r ON r.day = d.day::date
 GROUP BY d.day
 ORDER BY day
