"""What searches answer: texts that match nothing, and questions that some picture answers."""

import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from sample.queries import answers, questions
from sample.scene import Scene
from service.domain import Asker
from service.services import Services

EVERYTHING = 500


def unmatched() -> dict[str, Any]:
    """The texts that were written down before anything was measured on them."""
    return tomllib.loads(Path(__file__).with_name("unmatched.toml").read_text("utf-8"))


def refused(services: Services, texts: Sequence[str]) -> float:
    """The share of texts that find nothing."""
    return sum(not services.search(text=one, asker=Asker()).hits for one in texts) / len(texts)


def lost(services: Services, scenes: dict[str, Scene], language: str, *, every: int = 1) -> float:
    """Of questions that some drawn picture answers, the share that is shown none of those."""
    asked = questions(language, children=False)[::every]
    names = list(scenes)
    found = [
        (question.text, {names[number] for number in right})
        for question, right in zip(asked, answers(asked, list(scenes.values())), strict=True)
        if right
    ]
    return lost_of(services, found)


def lost_of(services: Services, asked: Iterable[tuple[str, set[str]]]) -> float:
    """Of questions with the names of the right pictures, the share that is shown none of them."""
    gone = total = 0
    for text, right in asked:
        hits = services.search(text=text, asker=Asker(), limit=EVERYTHING).hits
        gone += not {hit.name for hit in hits} & right
        total += 1
    return gone / total
