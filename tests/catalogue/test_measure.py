"""Measuring: an encoder that finds and agrees shows it, one that does not shows that too."""

from sqlalchemy import text

from service.domain import Asker
from service.services import Services
from tests.encoder_stand_in import ContraryEncoder
from tests.factories import searchable

JUDGED = {("red", "red"): 4, ("red", "blue"): 1, ("blue", "blue"): 4, ("blue", "red"): 2}


def known(services: Services, keys: dict[str, str]) -> None:
    """Questions with known answers, one of them refused by the law, and judged pairs."""
    with services.transactions() as transaction:
        conn = transaction.conn
        dataset = conn.scalar(text("INSERT INTO datasets (name) VALUES ('mine') RETURNING id"))
        for number, (colour, asked) in enumerate(
            [("red", "red"), ("blue", "blue"), ("green", "a little girl")]
        ):
            conn.execute(
                text(
                    "INSERT INTO test_queries (query_id, image_id, text, dataset_id)"
                    " SELECT :query, id, :text, :dataset FROM images WHERE public_id = :image"
                ),
                {"query": f"q{number}", "text": asked, "dataset": dataset, "image": keys[colour]},
            )
        judge = conn.scalar(
            text(
                "INSERT INTO judges (kind, name, dataset_id) VALUES ('panel', 'panel', :dataset)"
                " RETURNING id"
            ),
            {"dataset": dataset},
        )
        for colour in ("red", "blue"):
            conn.execute(
                text("INSERT INTO queries (query_id, text) VALUES (:text, :text)"), {"text": colour}
            )
        for (image, query), grade in JUDGED.items():
            conn.execute(
                text(
                    "INSERT INTO expert_grades (image_id, query_key, judge_id, grades)"
                    " SELECT i.id, q.id, :judge, ARRAY[:grade]::smallint[] FROM images i, queries q"
                    " WHERE i.public_id = :image AND q.text = :query"
                ),
                {"judge": judge, "grade": grade, "image": keys[image], "query": query},
            )


def test_what_finds_and_what_does_not(services: Services) -> None:
    """Recall, rank correlation and speed are kept, and stand beside those of the serving one."""
    colours = ("red", "blue", "green")
    keys = dict(zip(colours, searchable(services, *colours), strict=True))
    known(services, keys)
    other = services.catalogue.add(ContraryEncoder.name).encoder_id
    services.serving.embed(seconds=30)
    for standing in services.catalogue.listed():
        services.catalogue.measure(standing.encoder.encoder_id)
    good, bad = (one.figures or {} for one in services.catalogue.listed())
    assert good["retrieval"] == {
        "queries": 3,
        "refused": 1,
        "gallery": 3,
        "recall_at_1": 1.0,
        "recall_at_5": 1.0,
        "recall_at_10": 1.0,
        "mrr": 1.0,
    }
    assert bad["retrieval"]["recall_at_1"] == 0.0
    assert bad["retrieval"]["recall_at_5"] == 1.0
    assert good["judgements"]["pairs"] == 4
    assert good["judgements"]["spearman"] > 0.7
    assert bad["judgements"]["spearman"] < -0.7
    assert good["speed"]["text_ms"] >= 0
    assert good["speed"]["pictures_per_second"] > 0
    services.catalogue.order("measure", ContraryEncoder.name)
    services.catalogue.run_orders()
    assert services.catalogue.orders() == []
    assert services.catalogue.one(other).figures != bad


def test_nothing_to_measure_by(services: Services) -> None:
    """Without questions and judgements there are no figures but speed, and no failure."""
    searchable(services, "red")
    (standing,) = services.catalogue.listed()
    figures = services.catalogue.measure(standing.encoder.encoder_id).figures or {}
    assert figures["retrieval"]["queries"] == 0
    assert figures["retrieval"]["recall_at_1"] is None
    assert figures["judgements"] == {"pairs": 0, "texts": 0, "spearman": None}
    assert services.counts(Asker()).ready == 1
