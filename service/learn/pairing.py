"""Encoders of two towers, made from what is stored, as the edges call it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from service.config import Settings
from service.encoder.pair.spec import TfIdfSpec, picture_spec, text_spec
from service.law.judging import PictureLaw
from service.law.live_gate import LiveGate
from service.store import Store
from service.transaction import Transactions

if TYPE_CHECKING:  # torch and scipy take seconds
    from service.encoder.pair.towers import Machine
    from service.learn.align import Aligned, Watching


@dataclass(frozen=True, slots=True)
class Pairing:
    """The pairs of one home."""

    settings: Settings
    engine: Engine
    transactions: Transactions
    store: Store
    gate: LiveGate
    law: PictureLaw
    machine: "Callable[[], Machine]"

    def align(
        self,
        *,
        image: str,
        text: str,
        name: str,
        collections: Sequence[str] = (),
        seed: int = 0,
        watch: "Callable[[int], Watching]" = lambda _: lambda _: None,
    ) -> "Aligned":
        """Align two towers on what is stored; the result can be added as pair:NAME."""
        from service.encoder.pair.tfidf import fit_tfidf
        from service.encoder.pair.towers import load_pictures, load_texts
        from service.learn.align import Aligning, align, place_of

        folder = place_of(self.settings.home, name)
        seeing, reading = picture_spec(image), text_spec(text)
        machine = self.machine()
        work = Aligning(
            engine=self.engine,
            transactions=self.transactions,
            store=self.store,
            gate=self.gate,
            law=self.law,
            max_pixels=self.settings.max_pixels,
            batch=self.settings.batch,
        )
        return align(
            work,
            pictures=load_pictures(seeing, machine),
            texts=(
                (lambda captions: fit_tfidf(captions, reading))
                if isinstance(reading, TfIdfSpec)
                else load_texts(reading, machine)
            ),
            folder=folder,
            collections=collections,
            seed=seed,
            watch=watch,
        )
