"""A pair as it lies in its folder: which towers, which alignment, learned from what."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from service.encoder.pair.spec import PAIR
from service.errors import Invalid, NotFound

CARD, ALIGNMENT, README = "pair.json", "alignment.safetensors", "CARD.md"
RECIPE = 1
"""To be raised when pairs come to be put together in another way."""


class PairMissing(NotFound):
    """There is no pair {name}: {folder} holds no pair.json.

    Make one with glimpse encoders align, or check the path after pair:.
    """


class PairBroken(Invalid):
    """The pair in {folder} cannot be used: {reason}.

    Make it again with glimpse encoders align, or copy its files again.
    """


class TowerChanged(Invalid):
    """The {kind} tower {spec} is not the one that the pair {name} was made with.

    Put its former files back, or make the pair again with glimpse encoders align.
    """


@dataclass(frozen=True, slots=True)
class TowerFacts:
    """One of the towers, and what determines its vectors."""

    spec: str
    fingerprint: str
    width: int


@dataclass(frozen=True, slots=True)
class Card:
    """All that is known of a pair: enough to load it, to judge it and to make it again."""

    picture: TowerFacts
    text: TowerFacts
    alignment: str
    dimension: int
    side: int
    learned: Mapping[str, Any] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """What determines the pair's vectors; known without loading a tower."""
        parts = [RECIPE, self.picture.fingerprint, self.text.fingerprint, self.alignment]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def place(spec: str, home: Path) -> Path:
    """Where a pair lies: under the home where it is a mere name, else where its path says."""
    name = spec.removeprefix(PAIR)
    if name and "/" not in name and name not in {".", "..", "~"}:
        return home / "encoders" / name
    return Path(name).expanduser().absolute()


def content_hash(path: Path) -> str:
    """The hash of a file's bytes; weights.py has the same, but brings torch along."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_card(folder: Path, card: Card) -> None:
    """Write the card for the loader; the one for people is made of the same facts."""
    text = json.dumps({"version": 1, **asdict(card)}, indent=2, ensure_ascii=False)
    (folder / CARD).write_text(text + "\n", encoding="utf-8")


def read_card(folder: Path, *, name: str) -> Card:
    """The card of the pair in this folder, held against the alignment that lies beside it."""
    if not (folder / CARD).is_file():
        raise PairMissing(name=name, folder=folder)
    try:
        facts = json.loads((folder / CARD).read_text(encoding="utf-8"))
        card = Card(
            picture=TowerFacts(**facts["picture"]),
            text=TowerFacts(**facts["text"]),
            alignment=str(facts["alignment"]),
            dimension=int(facts["dimension"]),
            side=int(facts["side"]),
            learned=dict(facts["learned"]),
        )
        stored = content_hash(folder / ALIGNMENT)
    except (OSError, ValueError, LookupError, TypeError) as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        raise PairBroken(folder=folder, reason=reason) from error
    if stored != card.alignment:
        raise PairBroken(folder=folder, reason=f"{ALIGNMENT} is not the one of its card")
    return card
