"""The names of a picture tower's classes, as far as the law lets them be: beside an alignment."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from service.domain import AllowedQuery
from service.encoder.class_names import ClassNames
from service.encoder.pair.imagenet import descriptions
from service.encoder.pair.spec import TFIDF
from service.encoder.port import PictureTower, TextTower

Letting = Callable[[str], AllowedQuery | None]
"""The text where no rule refuses it, else None."""


@dataclass(frozen=True, slots=True)
class Naming:
    """The classes that may be named, and how many a rule refuses."""

    names: ClassNames
    refused: int


def naming(let: Letting, pictures: PictureTower, texts: TextTower) -> Naming | None:
    """The picture tower's classes as the text tower reads them; None where it tells none apart.

    A class whose description any rule refuses is left out, as captions are. Counted words know
    only what captions said, which class names hardly are.
    """
    if pictures.classifier is None or texts.spec.startswith(TFIDF):
        return None
    every = [let(text) for text in descriptions()]
    places = np.array([at for at, query in enumerate(every) if query], np.intp)
    if not len(places):
        return None
    vectors = texts.encode([query for query in every if query])
    names = ClassNames(pictures.classifier.only(places), vectors)
    return Naming(names, refused=len(every) - len(places))
