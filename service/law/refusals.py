"""What is kept of searches under the law: refusals by rule, country and version.

Texts are kept only where the operator says so, and for 30 days; else a salted hash tells that two
refusals were of one text.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import structlog
from sqlalchemy import Engine

from service.db import audit, kept_queries
from service.db.audit import RefusalCount
from service.db.engine import connection
from service.errors import GlimpseError, LegallyUnavailable
from service.transaction import Transactions

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Refusals:
    """The refused searches of one installation."""

    engine: Engine
    transactions: Transactions
    salt: str
    keep_texts: bool

    def note(self, text: str, countries: Sequence[str], refused: LegallyUnavailable) -> None:
        """Count a refusal; one that cannot be counted is still a refusal."""
        kept = text.replace("\0", "") if self.keep_texts else None
        self._count(self.digest(text), kept, countries, refused)

    def note_picture(
        self, sha256: str, countries: Sequence[str], refused: LegallyUnavailable
    ) -> None:
        """Count a picture that nobody may ask with; nothing of it is kept but a salted hash."""
        self._count(self.digest(sha256), None, countries, refused)

    def _count(
        self,
        digest: str,
        kept: str | None,
        countries: Sequence[str],
        refused: LegallyUnavailable,
    ) -> None:
        try:
            with self.transactions() as transaction:
                audit.add_refusal(
                    transaction.conn,
                    rule=str(refused.facts.get("rule") or ""),
                    country=",".join(countries),
                    policy_version=int(str(refused.facts.get("policy_version") or 0)),
                    query_digest=digest,
                    query_text=kept,
                )
        except GlimpseError as error:
            log.warning("refusal not counted", reason=type(error).__name__)

    def keep_answered(self, text: str, countries: Sequence[str]) -> None:
        """Keep the text of an answered search, for admins who try new rules on it."""
        if not self.keep_texts:
            return
        try:
            with self.transactions() as transaction:
                kept_queries.add(
                    transaction.conn,
                    query_text=text.replace("\0", ""),
                    country=",".join(countries),
                )
        except GlimpseError as error:
            log.warning("text not kept", reason=type(error).__name__)

    def forget_old(self) -> int:
        """Forget texts of more than 30 days ago."""
        with self.transactions() as transaction:
            return kept_queries.forget_old(transaction.conn)

    def times(self, text: str) -> int:
        """How often exactly this text was refused in the last 30 days, by its hash."""
        with connection(self.engine) as conn:
            return audit.refused_lately(conn, query_digest=self.digest(text))

    def digest(self, text: str) -> str:
        """What tells that two texts are the same without telling either."""
        data = text.encode("utf-8", "surrogatepass")
        return hmac.new(self.salt.encode(), b"refused:" + data, hashlib.sha256).hexdigest()

    def by_day(self, *, since: date, until: date) -> list[RefusalCount]:
        """Refusals from the first day to before the last one."""
        with connection(self.engine) as conn:
            return audit.refusals_by_day(conn, since=since, until=until)
