"""Encoders of two towers, made from what is stored, as the edges call it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from sqlalchemy import Engine

from service.config import Settings
from service.encoder.pair.spec import TfIdfSpec, picture_spec, text_spec
from service.errors import Invalid
from service.law.judging import PictureLaw
from service.law.live_gate import LiveGate
from service.matrix_threads import one_thread
from service.store import Store
from service.transaction import Transactions

if TYPE_CHECKING:  # torch and scipy take seconds
    from service.encoder.pair.towers import Machine
    from service.learn.align import Aligned, Watching


class AdapterHasNoMethod(Invalid):
    """Both halves of one encoder get an adapter, which is learned in one way only, not by {method}.

    Leave --method out.
    """


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
        method: str = "",
        names: bool = True,
        watch: "Callable[[int], Watching]" = lambda _: lambda _: None,
    ) -> "Aligned":
        """Join two towers by what is stored; the result can be added as pair:NAME.

        Names of the picture tower's classes come beside that where they find more, and if wanted.
        Both halves of one joint encoder get an adapter, where that measures better than none.
        """
        from service.encoder.pair.tfidf import fit_tfidf
        from service.encoder.pair.towers import load_pictures, load_texts
        from service.learn.adapt import adapt
        from service.learn.align import Aligning, align, place_of
        from service.learn.methods import BEST

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
        pictures = load_pictures(seeing, machine)
        lesson = Lesson(folder=folder, collections=collections, seed=seed, watch=watch)
        how = method or BEST
        with one_thread():
            if isinstance(reading, TfIdfSpec):
                words = partial(fit_tfidf, spec=reading)
                return align(
                    work, pictures=pictures, texts=words, method=how, names=names, **lesson
                )
            texts = load_texts(reading, machine)
            if seeing != reading:
                return align(
                    work, pictures=pictures, texts=texts, method=how, names=names, **lesson
                )
            # Halves that were trained together need no alignment, only fitting to what is here.
            if method:
                raise AdapterHasNoMethod(method=method)
            return adapt(work, pictures=pictures, texts=texts, **lesson)


class Lesson(TypedDict):
    """What aligning and adapting are told alike."""

    folder: Path
    collections: Sequence[str]
    seed: int
    watch: "Callable[[int], Watching]"
