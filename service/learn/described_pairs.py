"""What an alignment is learned from: stored pictures with captions, as far as the law allows."""

import hashlib
from collections.abc import Container, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import Engine

from service.db.described import Described, described
from service.db.engine import connection
from service.domain import AllowedQuery
from service.law.judging import PictureLaw
from service.law.live_gate import LiveGate
from service.policy.gate import Refused


@dataclass(frozen=True, slots=True)
class DescribedPair:
    """One picture and those of its captions that the gate let through."""

    picture: Described
    captions: tuple[AllowedQuery, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How much was there and is not learned from, by reason."""

    restricted_pictures: int = 0
    evaluation_pictures: int = 0
    refused_captions: int = 0
    pictures_without_allowed_captions: int = 0
    unreadable_pictures: int = 0


@dataclass(frozen=True, slots=True)
class DescribedPairs:
    """The pairs, what was left out, and under which version of the rules."""

    pairs: tuple[DescribedPair, ...]
    left_out: LeftOut
    policy_version: int

    @property
    def captions(self) -> tuple[AllowedQuery, ...]:
        """All captions, picture by picture."""
        return tuple(caption for pair in self.pairs for caption in pair.captions)

    @property
    def owners(self) -> tuple[int, ...]:
        """For each caption the place of its picture."""
        return tuple(at for at, pair in enumerate(self.pairs) for _ in pair.captions)

    @property
    def fingerprint(self) -> str:
        """The pictures' contents and the captions, hashed."""
        digest = hashlib.sha256()
        for pair in sorted(self.pairs, key=lambda one: one.picture.sha256):
            digest.update(pair.picture.sha256.encode())
            for caption in pair.captions:
                digest.update(b"\0" + caption.text.encode())
        return digest.hexdigest()

    def only(self, image_keys: Container[int]) -> "DescribedPairs":
        """The pairs with these pictures; the others could not be read."""
        kept = tuple(pair for pair in self.pairs if pair.picture.image_key in image_keys)
        lost = len(self.pairs) - len(kept)
        return replace(self, pairs=kept, left_out=replace(self.left_out, unreadable_pictures=lost))

    def facts(self, collections: Sequence[str]) -> dict[str, Any]:
        """What a card tells of the lesson."""
        return {
            "fingerprint": self.fingerprint,
            "collections": list(collections),
            "pictures": len(self.pairs),
            "captions": len(self.captions),
            "left_out": asdict(self.left_out),
            "policy_version": self.policy_version,
        }


def described_pairs(
    engine: Engine, gate: LiveGate, law: PictureLaw, *, collections: Sequence[str] = ()
) -> DescribedPairs:
    """All that may be learned from, under the union of all rules; evaluation pictures stay out."""
    with connection(engine) as conn:
        there = described(conn, collections=collections)
        restricted = law.hidden(conn, [one.image_key for one in there], ())
    evaluated = {one.image_key for one in there if one.evaluated} - restricted
    kept, refused, speechless = [], 0, 0
    for one in there:
        if one.image_key in restricted | evaluated:
            continue
        captions = [query for text in one.captions if (query := passed(gate, text))]
        refused += len(one.captions) - len(captions)
        speechless += not captions
        if captions:
            kept.append(DescribedPair(one, tuple(captions)))
    return DescribedPairs(
        pairs=tuple(kept),
        left_out=LeftOut(len(restricted), len(evaluated), refused, speechless),
        policy_version=gate.policy_version,
    )


def passed(gate: LiveGate, text: str) -> AllowedQuery | None:
    """The text where no rule anywhere refuses it."""
    try:
        return gate.allow(text)
    except Refused:
        return None
