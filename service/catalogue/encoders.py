"""Everything that can be done with the encoders of a home, as the edges call it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, Protocol

from sqlalchemy import Engine

from service.catalogue import moves
from service.catalogue.measure import Measuring, measure
from service.catalogue.orders import run_orders
from service.catalogue.scorers import ScorersOfEncoders
from service.catalogue.towers import Towers
from service.config import Settings
from service.db import audit, encoder_orders, encoder_progress
from service.db.encoder_orders import Order
from service.db.encoder_progress import Standing
from service.db.encoders import StoredEncoder, all_of_them
from service.db.engine import connection
from service.domain import User
from service.encoder.port import Encoder
from service.encoder.presets import spec_of
from service.jobs import Job
from service.law.live_gate import LiveGate
from service.store import Store
from service.transaction import Transactions

COMMAND_LINE = "command line"


class Load(Protocol):
    """Loads an encoder of this name, with the towers wanted."""

    def __call__(self, spec: str, *, towers: Literal["text", "picture", "both"]) -> Encoder:
        """The encoder; fetches what is not on this machine."""


@dataclass(frozen=True, slots=True)
class Encoders:
    """The encoders of one home."""

    settings: Settings
    engine: Engine
    transactions: Transactions
    store: Store
    gate: LiveGate
    load: Load
    scorers: ScorersOfEncoders
    is_checked: moves.IsChecked
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    @property
    def towers(self) -> Towers:
        """The picture towers whose own vectors are kept."""
        return Towers(self.engine, self.transactions, self.settings.home)

    def listed(self) -> list[Standing]:
        """Every encoder with its progress and figures: the serving one, then the oldest first."""
        with connection(self.engine) as conn:
            found = encoder_progress.standings(conn)
        return sorted(found, key=lambda one: one.encoder.state != "serving")

    def one(self, encoder_id: int) -> Standing:
        """One encoder with its progress and figures."""
        for standing in self.listed():
            if standing.encoder.encoder_id == encoder_id:
                return standing
        raise moves.NoSuchEncoder(encoder_id=encoder_id)

    def lacking(self) -> dict[int, moves.Lacking]:
        """What people would miss, by each encoder that is ready to serve."""
        with connection(self.engine) as conn:
            return {
                one.encoder_id: moves.lacking(
                    conn, one, scorers=self.scorers, is_checked=self.is_checked
                )
                for one in all_of_them(conn)
                if one.state == "ready" and not one.paused
            }

    def orders(self) -> list[Order]:
        """What was ordered and is not done."""
        with connection(self.engine) as conn:
            return encoder_orders.all_of_them(conn)

    def add(self, name: str, *, by: User | None = None) -> StoredEncoder:
        """Load an encoder, by its spec or its preset's name, and begin to build it."""
        stored = moves.add(self.transactions, self.load(spec_of(name), towers="text"))
        self._note("encoder added", stored, by)
        return stored

    def order(self, kind: Literal["add", "measure"], name: str) -> None:
        """Have a worker add or measure an encoder."""
        with self.transactions() as transaction:
            encoder_orders.place(transaction.conn, kind=kind, spec=spec_of(name))
            transaction.nudge(Job.ENCODERS)

    def drop_order(self, order_id: int) -> None:
        """Forget an order that failed."""
        with self.transactions() as transaction:
            encoder_orders.drop(transaction.conn, order_id)

    def run_orders(self) -> None:
        """Do what was ordered."""
        doing = {"add": self.add_unless_there, "measure": self._measure_spec}
        run_orders(self.engine, self.transactions, doing)

    def add_unless_there(self, spec: str) -> None:
        """As add; an order that was done before its worker died is done."""
        if self._find(spec) is None:
            self.add(spec)

    def pause(self, encoder_id: int, *, by: User | None = None) -> StoredEncoder:
        """Let an encoder's pictures wait."""
        stored = moves.pause(self.transactions, encoder_id)
        self._note("encoder paused", stored, by)
        return stored

    def resume(self, encoder_id: int, *, by: User | None = None) -> StoredEncoder:
        """Go on with a paused or retired encoder."""
        stored = moves.resume(self.transactions, encoder_id)
        self._note("encoder resumed", stored, by)
        return stored

    def switch(
        self, encoder_id: int, *, anyway: bool = False, by: User | None = None
    ) -> StoredEncoder:
        """Let an encoder serve, at once and everywhere."""
        stored = moves.switch(
            self.transactions,
            encoder_id,
            scorers=self.scorers,
            is_checked=self.is_checked,
            anyway=anyway,
        )
        self._note("encoder switched", stored, by)
        return stored

    def rollback(self, *, by: User | None = None) -> StoredEncoder:
        """Let the former encoder serve again."""
        stored = moves.rollback(self.transactions, scorers=self.scorers, is_checked=self.is_checked)
        self._note("encoder rolled back", stored, by)
        return stored

    def remove(self, encoder_id: int, *, by: User | None = None) -> StoredEncoder:
        """Drop an encoder and its vectors for good."""
        stored = self.one(encoder_id).encoder
        tower = self.towers.of(stored.spec)
        moves.remove(self.transactions, encoder_id)
        self.towers.forget_unused(grace=0, only=tower)
        self._note("encoder removed", stored, by)
        return stored

    def purge(self) -> int:
        """Drop what was kept for encoders that are no more; answers how many vectors."""
        return self.towers.forget_unused()

    def measure(self, encoder_id: int) -> Standing:
        """Measure an encoder and keep the figures."""
        stored = self.one(encoder_id).encoder
        work = Measuring(
            engine=self.engine,
            store=self.store,
            gate=self.gate,
            encoder=self.load(stored.spec, towers="both"),
            stored=stored,
            max_pixels=self.settings.max_pixels,
        )
        figures = {**measure(work), "measured_at": self.now().isoformat(timespec="seconds")}
        with self.transactions() as transaction:
            encoder_progress.keep_figures(transaction.conn, encoder_id, figures)
        return self.one(encoder_id)

    def _measure_spec(self, spec: str) -> None:
        stored = self._find(spec)
        if stored is not None:
            self.measure(stored.encoder_id)

    def _find(self, spec: str) -> StoredEncoder | None:
        with connection(self.engine) as conn:
            return next((one for one in all_of_them(conn) if one.spec == spec), None)

    def _note(self, action: str, stored: StoredEncoder, by: User | None) -> None:
        with self.transactions() as transaction:
            audit.add(
                transaction.conn,
                user_id=by.user_id if by else None,
                who=by.name if by else COMMAND_LINE,
                action=action,
                subject=stored.spec,
                detail={"encoder": stored.encoder_id},
            )
