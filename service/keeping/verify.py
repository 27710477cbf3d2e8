"""Whether everything that is stored is whole and goes together, and the mending of what is not."""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace

import structlog
from sqlalchemy import Engine

from service.at_work import EncoderRenewed
from service.config import Settings
from service.db import consistency, encoders, locks
from service.db.engine import connection
from service.errors import GlimpseError
from service.keeping.files import Files
from service.keeping.findings import Finding, Problem, Report
from service.keeping.repairs import Repairs
from service.keeping.rows import Rows, told
from service.keeping.watch import NobodyWatches, Watch
from service.serving import Serving
from service.store import Store
from service.transaction import Transactions

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Looks after what is stored in one home."""

    settings: Settings
    engine: Engine
    transactions: Transactions
    store: Store
    serving: Serving

    def verify(
        self, *, quick: bool = False, mend: bool = False, watch: Watch | None = None
    ) -> Report:
        """Check everything; mend what can be mended where that is wished.

        The service may go on meanwhile. Nothing that people gave is deleted: what belongs nowhere
        is moved aside.
        """
        watching = watch or NobodyWatches()
        with connection(self.engine) as conn:
            pictures = consistency.count_pictures(conn)
            vectors = consistency.count_vectors(conn)
            known = encoders.all_of_them(conn)
        rows = Rows(self.engine, self.transactions)
        limits = self.settings.max_file, self.settings.max_pixels
        repairs = Repairs(self.transactions, self.store, limits)
        files = Files(self.engine, self.store, repairs, quick=quick)
        # A backup that is being made goes on finding every file where it was.
        with locks.shared(self.engine, locks.Lock.STORED_FILES) if mend else nullcontext():
            problems = self._looked_at(rows.findings(), mend=mend)
            problems += self._looked_at(self.fingerprint(), mend=mend)
            with watching.steps("Looking at the pictures", pictures) as step:
                problems += self._looked_at(files.findings(step), mend=mend)
        checked = {"pictures": pictures, "vectors": vectors, "encoders": len(known)}
        return Report(checked, tuple(problems))

    def fingerprint(self) -> Iterator[Finding]:
        """Whether the encoder at hand is the one whose vectors are stored."""
        with connection(self.engine) as conn:
            stored = encoders.serving(conn)
        if stored is None:
            return
        try:
            self.serving.encoder_of(stored)
        except EncoderRenewed as error:
            mend = "--mend, like the next start of a worker, prepares the pictures for it"
            yield Finding(Problem("encoder", told(stored), error.message, mend), self.serving.renew)
        except GlimpseError as error:
            yield Finding(Problem("encoder", told(stored), error.message, "see docs/encoders.md"))

    def _looked_at(self, findings: Iterator[Finding], *, mend: bool) -> list[Problem]:
        return [mended(one) if mend else one.problem for one in list(findings)]


def mended(finding: Finding) -> Problem:
    """The problem after its mend; one that fails is left as it was, with the reason."""
    if finding.repair is None:
        return replace(finding.problem, mended=False)
    try:
        return replace(finding.problem, mended=finding.repair())
    except GlimpseError as error:
        log.warning("not mended", kind=finding.problem.kind, reason=error.message)
        return replace(finding.problem, mended=False, mend=error.message)
