"""The views: names and types that stay, and figures held against pandas on the real data."""

import json
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import Connection, Engine, text

from tests.analytics.judged import Judged, real_rows

PINNED = Path(__file__).with_name("views.json")

SHAPE = """
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) AS type,
           col_description(c.oid, a.attnum) AS said, obj_description(c.oid) AS about
      FROM pg_class c
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE c.relnamespace = 'analytics'::regnamespace
     ORDER BY c.relname, a.attnum
"""


def view(conn: Connection, name: str) -> pd.DataFrame:
    """A view as a frame."""
    return pd.read_sql(text(f"SELECT * FROM analytics.{name}"), conn)  # noqa: S608 - a test's names


def test_views_keep_their_columns_and_types(engine: Engine) -> None:
    """What analysts rely on is exactly what is pinned beside this test."""
    with engine.connect() as conn:
        rows = conn.execute(text(SHAPE)).all()
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        found.setdefault(row.relname, {})[row.attname] = row.type
    pinned = json.loads(PINNED.read_text("utf-8"))
    assert {name: list(columns.items()) for name, columns in found.items()} == {
        name: list(columns.items()) for name, columns in pinned.items()
    }


def test_every_view_and_column_says_what_it_means(engine: Engine) -> None:
    """Comments are there for all of them."""
    with engine.connect() as conn:
        rows = conn.execute(text(SHAPE)).all()
    assert [(row.relname, row.attname) for row in rows if not (row.said and row.about)] == []


def test_a_pair_joins_panel_person_and_crowd(engine: Engine) -> None:
    """One row has the imported grades, everybody's grades and the crowd's votes."""
    with engine.begin() as conn:
        hand = Judged(conn)
        image = hand.picture("dog.jpg")
        query = hand.query("dog.jpg#1", "A dog runs", image=image)
        hand.grade(image, query, [2, 3, 3])
        hand.grade(image, query, [1], hand.person("ann"))
        hand.vote(image, query, 1, 3)
        found = dict(conn.execute(text("SELECT * FROM analytics.pairs")).mappings().one())
    target = found.pop("target")
    assert 0 <= target <= 1
    assert found == {
        "image": "dog.jpg",
        "query_id": "dog.jpg#1",
        "query_text": "A dog runs",
        "expert_1": 2,
        "expert_2": 3,
        "expert_3": 3,
        "expert_grades": [1, 2, 3, 3],
        "expert_mean": 2.25,
        "expert_score": pytest.approx(1.25 / 3),
        "crowd_yes": 1,
        "crowd_no": 3,
        "crowd_score": 0.25,
        "own_caption": True,
        "restricted": False,
    }


def test_a_pair_may_have_one_kind_of_judges_only(engine: Engine) -> None:
    """What experts or crowd did not judge is NULL; a deleted picture's pairs are gone."""
    with engine.begin() as conn:
        hand = Judged(conn)
        image, gone = hand.picture("a.jpg"), hand.picture("b.jpg")
        query = hand.query("z.jpg#0")
        hand.vote(image, query, 0, 3)
        hand.grade(gone, query, [1, 1, 1])
        conn.execute(text("UPDATE images SET deleted_at = now() WHERE id = :id"), {"id": gone})
        found = conn.execute(text("SELECT * FROM analytics.pairs")).mappings().one()
    assert found["expert_grades"] is None
    assert found["query_text"] is None
    assert found["crowd_score"] == 0
    assert found["own_caption"] is False


ABOUT_PAIRS = ("pairs", "pairs_in_full", "noisy_pairs", "judgements")


def test_a_restricted_picture_keeps_its_rows_without_names(engine: Engine) -> None:
    """Names and texts are NULL in every view, also of a query written for it; counts stay true."""
    with engine.begin() as conn:
        hand = Judged(conn)
        image, other = hand.picture("kid.jpg"), hand.picture("dog.jpg")
        own = hand.query("kid.jpg#0", "A child", image=image)
        for picture in (image, other):
            hand.grade(picture, own, [1, 1, 4])
        conn.execute(text("INSERT INTO captions VALUES (:i, 0, 'A child')"), {"i": image})
        conn.execute(
            text(
                "INSERT INTO restrictions (image_id, kind, countries, reason)"
                " VALUES (:i, 'caption', ARRAY['*'], 'its caption')"
            ),
            {"i": image},
        )
        images = view(conn, "images")
        about_pairs = {name: view(conn, name) for name in ABOUT_PAIRS}
    for frame in about_pairs.values():
        assert sorted(frame["restricted"]) == [False, True]
        assert sorted(frame["image"].dropna()) == ["dog.jpg"]
        assert frame["query_id"].isna().all()
        if "query_text" in frame:
            assert frame["query_text"].isna().all()
    hidden = images[images["restricted"]].iloc[0]
    assert pd.isna(hidden["image"])
    assert pd.isna(hidden["captions"])
    assert (hidden["caption_count"], hidden["judgements"]) == (1, 3)
    assert hidden["restricted_why"] == "caption"


def test_searches_are_counted_by_day(engine: Engine) -> None:
    """Latency quantiles and empty results of each day."""
    with engine.begin() as conn:
        conn.execute(
            text(
                "INSERT INTO searches (asked_at, took_ms, results)"
                " SELECT '2026-01-02 10:00Z'::timestamptz, n, n % 2 FROM generate_series(1, 101) n"
            )
        )
        found = conn.execute(text("SELECT * FROM analytics.searches_daily")).one()
    assert (found.day.isoformat(), found.searches, found.empty_results) == ("2026-01-02", 101, 50)
    assert (found.median_ms, found.p95_ms, found.p99_ms) == (51, 96, 100)


@pytest.fixture(scope="module")
def judged_outside() -> pd.DataFrame:
    """The real judgements, joined by pandas."""
    columns = ["image", "query_id"]
    experts = pd.DataFrame(
        real_rows("ExpertAnnotations.tsv"), columns=[*columns, "e1", "e2", "e3"]
    ).astype({"e1": int, "e2": int, "e3": int})
    crowd = pd.DataFrame(
        real_rows("CrowdAnnotations.tsv"), columns=[*columns, "share", "yes", "no"]
    ).astype({"yes": int, "no": int})
    both = experts.merge(crowd.drop(columns="share"), on=columns, how="outer")
    both["mean"] = both[["e1", "e2", "e3"]].mean(axis=1)
    both["crowd"] = both["yes"] / (both["yes"] + both["no"])
    return both.sort_values(columns).reset_index(drop=True)


def test_the_real_pairs_are_those_of_the_files(real: Engine, judged_outside: pd.DataFrame) -> None:
    """Every judged pair of the files is there once, with its mean grade and share of yes."""
    with real.connect() as conn:
        found = view(conn, "pairs").sort_values(["image", "query_id"]).reset_index(drop=True)
    assert list(found["image"]) == list(judged_outside["image"])
    assert list(found["query_id"]) == list(judged_outside["query_id"])
    for ours, theirs in (("expert_mean", "mean"), ("crowd_score", "crowd"), ("expert_2", "e2")):
        pd.testing.assert_series_equal(
            found[ours].astype(float), judged_outside[theirs].astype(float), check_names=False
        )


def test_the_crowd_by_expert_grade_is_as_computed_outside(
    real: Engine, judged_outside: pd.DataFrame
) -> None:
    """Pairs, mean and quartiles of each middle grade are pandas' own."""
    crowd = judged_outside.dropna().groupby("e2")["crowd"]
    with real.connect() as conn:
        found = view(conn, "expert_vs_crowd").set_index("grade")
    assert list(found["pairs"]) == list(crowd.count())
    assert list(found["mean_crowd_score"]) == pytest.approx(list(crowd.mean()))
    for column, share in (("lower_quartile", 0.25), ("median", 0.5), ("upper_quartile", 0.75)):
        assert list(found[column]) == pytest.approx(list(crowd.quantile(share)))


def test_the_noisy_pairs_are_those_found_outside(
    real: Engine, judged_outside: pd.DataFrame
) -> None:
    """Spread, split and gap computed by pandas choose the same pairs."""
    spread = (judged_outside["e3"] - judged_outside["e1"]) / 3
    split = 1 - (2 * judged_outside["crowd"] - 1).abs()
    split = split.where(judged_outside["yes"] + judged_outside["no"] > 1)
    gap = ((judged_outside["mean"] - 1) / 3 - judged_outside["crowd"]).abs()
    noise = pd.concat([spread, split, gap], axis=1).max(axis=1)
    with real.connect() as conn:
        found = view(conn, "noisy_pairs")
    assert found["noise"].is_monotonic_decreasing
    assert sorted(found["noise"]) == pytest.approx(sorted(noise[noise >= 0.5]))


def test_the_real_images_have_their_captions(real: Engine) -> None:
    """Each picture of the files has the captions and the judgements that the files hold."""
    captions = pd.DataFrame(real_rows("captions.csv"), columns=["image", "id", "text"])
    votes = sum(int(yes) + int(no) for *_, yes, no in real_rows("CrowdAnnotations.tsv"))
    with real.connect() as conn:
        found = view(conn, "images").set_index("image")
    counts = captions.groupby("image")["text"].count()
    assert dict(found.loc[counts.index, "caption_count"]) == dict(counts)
    assert found["judgements"].sum() == votes + 3 * len(real_rows("ExpertAnnotations.tsv"))


def test_a_judgement_tells_who_said_what_and_whether_it_counts(engine: Engine) -> None:
    """Panels, crowds and persons, excluded ones with the reason and in no other view."""
    with engine.begin() as conn:
        hand = Judged(conn)
        (image, query), *_ = hand.pairs([(1, 1, 2)])
        hand.vote(image, query, 1, 3)
        ann = hand.person("ann")
        hand.grade(image, query, [4], ann)
        hand.exclude(ann)
        found = view(conn, "judgements").set_index("judge")
        pair = view(conn, "pairs_in_full").iloc[0]
    assert dict(found["kind"]) == {"panel": "panel", "crowd": "crowd", "ann": "person"}
    assert dict(found["counts"]) == {"panel": True, "crowd": True, "ann": False}
    assert found.loc["ann", "excluded_reason"] == "r"
    assert found.loc["panel", "grades"] == [1, 1, 2]
    assert found.loc["crowd", "share"] == 0.25
    assert sorted(pair["judges"]) == ["crowd", "panel"]
    assert (pair["crowd_votes"], pair["expert_mean"]) == (4, pytest.approx(4 / 3))
