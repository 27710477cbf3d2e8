"""A Glimpse with judged pictures of eight colours, for tests of the whole way."""

from sqlalchemy import text

from service.domain import Asker
from service.learn.train import Plan
from service.services import Services
from tests.encoder_stand_in import COLOURS
from tests.factories import searchable

QUICK = Plan(kinds=("cosine",), splits=("grouped",), control=False)
EACH = 3


def judged_colours(services: Services, *, grade_of_others: int = 1) -> list[str]:
    """Pictures of every colour with a caption, each judged with every colour's name by experts."""
    names = list(COLOURS)
    ids = searchable(services, *(name for name in names for _ in range(EACH)))
    for number, image_id in enumerate(ids):
        services.describe(image_id, [f"something {names[number // EACH]}"])
    with services.transactions() as transaction:
        conn = transaction.conn
        conn.execute(text("INSERT INTO datasets (name) VALUES ('colours')"))
        conn.execute(
            text(
                "INSERT INTO judges (kind, name, dataset_id)"
                " SELECT 'panel', 'panel', id FROM datasets"
            )
        )
        for name in names:
            conn.execute(
                text("INSERT INTO queries (query_id, text) VALUES (:id, :text)"),
                {"id": f"{name}#0", "text": f"a {name} thing"},
            )
        for number, image_id in enumerate(ids):
            for name in names:
                match = name == names[number // EACH]
                grades = [4, 4, 3] if match else [1, 1, grade_of_others]
                conn.execute(
                    text(
                        """
                        INSERT INTO expert_grades (image_id, query_key, judge_id, grades)
                        SELECT i.id, q.id, j.id, CAST(:grades AS smallint[])
                          FROM images i, queries q, judges j
                         WHERE i.public_id = :image AND q.query_id = :query AND j.kind = 'panel'
                        """
                    ),
                    {"image": image_id, "query": f"{name}#0", "grades": grades},
                )
    return ids


def taught_colours(services: Services) -> None:
    """Such pictures, and a scorer that learnt from them and serves."""
    judged_colours(services)
    services.learning.train(QUICK, publish=True)


def found(services: Services, query: str, **how: object) -> list[str]:
    """What a search finds."""
    page = services.search(text=query, asker=Asker(), limit=100, **how)  # type: ignore[arg-type]
    return [hit.image_id for hit in page.hits]
