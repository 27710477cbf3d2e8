"""What the installation knows of the sample collection: how far it is, and how it goes again.

The pictures themselves come from the package sample, which the service never imports.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from service.db import audit, facts, images
from service.db.engine import connection
from service.domain import Asker, SampleProgress, Source
from service.transaction import Transactions

FACT = "sample"


def progress(conn: Connection) -> SampleProgress:
    """How far the sample collection is."""
    value = facts.read(conn, FACT)
    if not isinstance(value, dict):
        return SampleProgress()
    return SampleProgress(value["state"], value["done"], value["total"])


@dataclass(frozen=True, slots=True)
class SampleCollection:
    """The sample collection of one installation."""

    engine: Engine
    transactions: Transactions

    def progress(self) -> SampleProgress:
        """How far it is."""
        with connection(self.engine) as conn:
            return progress(conn)

    def examples(self, language: str) -> list[str]:
        """Queries that it answers, in a language; none once it is removed."""
        with connection(self.engine) as conn:
            value = facts.read(conn, FACT)
        if not isinstance(value, dict) or value["state"] == "removed":
            return []
        return [str(one) for one in value["examples"].get(language, [])]

    def advance(
        self, state: str, *, done: int, total: int, examples: Mapping[str, Sequence[str]]
    ) -> None:
        """Remember how far it is."""
        value = {"state": state, "done": done, "total": total, "examples": dict(examples)}
        with self.transactions() as transaction:
            facts.write(transaction.conn, FACT, value)

    def remove(self, asker: Asker | None = None) -> int:
        """Take the sample's pictures out and keep it from coming back; answers how many went.

        A picture that somebody brought in on his own is his, and stays.
        """
        with self.transactions() as transaction:
            self._change_state(transaction.conn, "removed")
            note(transaction.conn, asker, "sample removed")
            return images.mark_source_deleted(transaction.conn, Source.SAMPLE)

    def bring_back(self, asker: Asker | None = None) -> int:
        """Undo the removal, while the pictures are still kept; answers how many came back."""
        with self.transactions() as transaction:
            self._change_state(transaction.conn, "ready")
            note(transaction.conn, asker, "sample restored")
            return images.unmark_source_deleted(transaction.conn, Source.SAMPLE)

    def _change_state(self, conn: Connection, state: str) -> None:
        value = facts.read(conn, FACT)
        known = value if isinstance(value, dict) else {"done": 0, "total": 0, "examples": {}}
        facts.write(conn, FACT, {**known, "state": state})


def note(conn: Connection, asker: Asker | None, action: str) -> None:
    """Put on the audit trail that somebody took the sample out or brought it back."""
    user_id = asker.user_id if asker else None
    audit.note(conn, user_id=user_id, action=action, subject="sample collection", detail={})
