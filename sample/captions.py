"""The five captions of a picture: full to partial, in both languages."""

from dataclasses import dataclass
from random import Random

from sample import captions_en, captions_ru
from sample.claim import Claim, full_claim, partial_claim
from sample.scene import Scene

JUDGED = 2  # the caption that other pictures are judged against, as in the real corpus


@dataclass(frozen=True, slots=True)
class Caption:
    """One caption and what it claims."""

    text: str
    claim: Claim


def five_captions(scene: Scene, number: int) -> list[Caption]:
    """Two full captions and three partial ones; every other picture's third is Russian."""
    rng = Random(scene.seed * 13 + 5)
    middle = captions_en if number % 2 == 0 else captions_ru
    plan = (
        (captions_en, full_claim(scene)),
        (captions_ru, full_claim(scene)),
        (middle, _telling(scene, rng)),
        (captions_en, partial_claim(scene, rng)),
        (captions_ru, partial_claim(scene, rng)),
    )
    return [Caption(_sentence(say.caption(claim, rng)), claim) for say, claim in plan]


def _telling(scene: Scene, rng: Random) -> Claim:
    """A partial claim that still says where: a lone word would fit too many pictures."""
    while True:
        claim = partial_claim(scene, rng)
        if claim.place and (len(claim.mentions) == 2 or claim.mentions[0].colour):
            return claim


def _sentence(text: str) -> str:
    """With a capital letter and a full stop."""
    return f"{text[0].upper()}{text[1:]}."
