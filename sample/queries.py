"""Evaluation questions by kind, each with the claim that decides what answers it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count, islice
from random import Random

from sample import captions_en, captions_ru
from sample.claim import MANY, Claim, Mention, full_claim
from sample.scene import Pairs, Scene, make_scene
from sample.things import COLOURS, HELD_OUT, KINDS
from sample.truth import claim_bits, satisfied, scene_bits

LANGUAGES = ("en", "ru")
# Seeds of galleries lie apart from those of training and of the collection.
FIRST_KNOWN, FIRST_NEW = 5_000_000, 6_000_000


@dataclass(frozen=True, slots=True)
class Question:
    """One text, its kind and language, and the claim that a right answer satisfies."""

    text: str
    kind: str
    language: str
    claim: Claim


def gallery(size: int, pairs: Pairs, *, children: bool = True) -> list[Scene]:
    """Scenes never met in training: of known pairs of colour and kind, or each with a new pair.

    Without children where the search obeys a law that refuses to speak of them.
    """
    scenes = (
        make_scene(seed, pairs) for seed in count(FIRST_NEW if pairs is Pairs.NEW else FIRST_KNOWN)
    )
    return list(islice((scene for scene in scenes if children or not scene.shows_child), size))


def full_texts(scenes: Sequence[Scene], language: str, seed: int = 11) -> list[str]:
    """One full caption of each scene, asked against the whole gallery."""
    rng = Random(seed)
    say = captions_ru if language == "ru" else captions_en
    return [say.caption(full_claim(scene), rng) for scene in scenes]


def questions(language: str, seed: int = 12, *, children: bool = True) -> list[Question]:
    """Short questions: things, colours, counts and ways of asking; children only if wanted."""
    rng = Random(seed)
    say = captions_ru if language == "ru" else captions_en
    found = []
    for name in (name for name, kind in KINDS.items() if children or kind.family != "child"):
        one = Mention(name, name)
        found.append(("thing", say.caption, Claim((one,))))
        found.append(("request", say.request, Claim((one,))))
        for number in (2, 3):
            counted = Mention(name, name, count=number)
            found.append(("count", say.caption, Claim((counted,))))
        for colour in COLOURS:
            painted = Claim((Mention(name, name, colour=colour),))
            kind = "new colour + thing" if (name, colour) in HELD_OUT else "colour + thing"
            found.append((kind, say.caption, painted))
            found.append(("colour request", say.request, painted))
        found.append(("plural", say.caption, Claim((Mention(name, name, count=MANY),))))
    return [Question(ask(claim, rng), kind, language, claim) for kind, ask, claim in found]


def answers(asked: Sequence[Question], scenes: Sequence[Scene]) -> list[set[int]]:
    """For each question, the numbers of the scenes that answer it."""
    truth = satisfied(claim_bits([question.claim for question in asked]), scene_bits(scenes))
    return [set(map(int, row.nonzero()[0])) for row in truth]
