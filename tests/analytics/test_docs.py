"""docs/analytics.md: every question in it can be asked."""

import re
from pathlib import Path

from sqlalchemy import text

from service.services import Services
from tests.analytics.judged import Judged

PAGE = Path(__file__).parents[2] / "docs" / "analytics.md"


def test_every_question_of_the_page_is_answered(services: Services) -> None:
    """At least a dozen questions, each run as an analyst; those about pairs find some."""
    with services.transactions() as transaction:
        hand = Judged(transaction.conn)
        for number, (image, query) in enumerate(hand.pairs([(1, 1, 4), (4, 4, 4), (1, 1, 1)])):
            hand.vote(image, query, 1, number)
    questions = re.findall(r"^```sql\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    answers = [services.console.ask(question) for question in questions]
    assert len(questions) >= 12
    assert sum(bool(answer.rows) for answer in answers) >= 7


def test_the_page_names_every_view(services: Services) -> None:
    """The table of views is complete."""
    with services.engine.connect() as conn:
        views = conn.execute(
            text(
                "SELECT relname FROM pg_class"
                " WHERE relnamespace = 'analytics'::regnamespace AND relkind = 'v'"
            )
        ).scalars()
        missing = [name for name in views if f"| `{name}` |" not in PAGE.read_text("utf-8")]
    assert missing == []
