"""The audit trail as admins read it, and the monthly report."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine

from service.db import audit
from service.db.audit import AuditEntry, Wanted
from service.db.engine import connection
from service.law.report import Report, report


@dataclass(frozen=True, slots=True)
class Trail:
    """Who did what under the law, in one installation."""

    engine: Engine

    def entries(
        self, wanted: Wanted | None = None, *, limit: int = 200, before: int | None = None
    ) -> list[AuditEntry]:
        """The entries that are wanted, the latest first."""
        with connection(self.engine) as conn:
            return audit.entries(conn, wanted or Wanted(), limit=limit, before=before)

    def actions(self) -> list[str]:
        """What has ever been done."""
        with connection(self.engine) as conn:
            return audit.actions(conn)

    def report(self, month: date) -> Report:
        """One month, counted."""
        with connection(self.engine) as conn:
            return report(conn, month)
