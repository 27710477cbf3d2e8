"""Encoders in the reader's words: states, times left, figures side by side."""

from dataclasses import dataclass

from flask_babel import format_decimal, format_percent

from service.db.encoder_progress import Standing
from service.db.encoders import StoredEncoder
from service.encoder.presets import Figure, Preset
from service.web.words import say as _

HOUR, MINUTE = 3600, 60


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure of an encoder, beside the serving one's where there is one."""

    name: str
    value: str
    serving: str


def encoder_state_words(encoder: StoredEncoder) -> str:
    """How far an encoder is."""
    if encoder.paused:
        return _("Paused")
    return {
        "building": _("Being built"),
        "ready": _("Ready"),
        "serving": _("Serves the search"),
        "retired": _("Retired"),
    }[encoder.state]


def time_left(seconds: float | None) -> str:
    """How long a build still takes, roughly."""
    if seconds is None:
        return ""
    if seconds >= HOUR:
        return _("about %(n)s h left", n=format_decimal(round(seconds / HOUR, 1)))
    if seconds >= MINUTE:
        return _("about %(n)s min left", n=format_decimal(round(seconds / MINUTE)))
    return _("less than a minute left")


def figures_of(one: Standing, serving: Standing | None) -> list[Compared]:
    """What an encoder measured; each figure with the serving one's."""
    named = (
        (_("Finds it first"), "retrieval", "recall_at_1", share),
        (_("Among the first 5"), "retrieval", "recall_at_5", share),
        (_("Among the first 10"), "retrieval", "recall_at_10", share),
        (_("Agrees with judges"), "judgements", "spearman", decimal),
        (_("One text, ms"), "speed", "text_ms", decimal),
        (_("Pictures a second"), "speed", "pictures_per_second", decimal),
    )
    beside = serving if serving is not None and serving is not one else None
    return [
        Compared(name, write(value(one, part, key)), write(value(beside, part, key)))
        for name, part, key, write in named
        if value(one, part, key) is not None
    ]


def value(one: Standing | None, part: str, key: str) -> float | None:
    """One figure, where it was measured."""
    found: float | None = (((one and one.figures) or {}).get(part) or {}).get(key)
    return found


def share(number: float | None) -> str:
    """A share of one."""
    return "" if number is None else str(format_percent(number, "#,##0.0%"))


def decimal(number: float | None) -> str:
    """A plain number."""
    return "" if number is None else str(format_decimal(round(number, 2)))


def published_words(figure: Figure) -> str:
    """A published figure and who says so, in the reader's language."""
    what = {
        "ImageNet, zero-shot": _("ImageNet, classes named and not learned"),
        "COCO, text to picture, recall@1": _("COCO, pictures found first by a text"),
        "Flickr30k, text to picture, recall@1": _("Flickr30k, pictures found first by a text"),
    }[figure.what]
    return f"{what}: {share(float(figure.value.removesuffix('%')) / 100)} ({figure.source})"


def preset_words(preset: Preset) -> dict[str, str]:
    """What a preset is for and in which languages, in the reader's language."""
    return {
        "multilingual": {
            "good_for": _("For photographs, asked for in any language: the one to begin with"),
            "languages": _("Over a hundred languages"),
            "licence": preset.licence,
        },
        "small": {
            "good_for": _("For many pictures on a machine without a GPU"),
            "languages": _("About a hundred languages"),
            "licence": preset.licence,
        },
        "best": {
            "good_for": _("For the finest distinctions, on a GPU"),
            "languages": _("Over a hundred languages"),
            "licence": preset.licence,
        },
        "english-fast": {
            "good_for": _("For English questions on a small machine"),
            "languages": _("English only"),
            "licence": _("For research, not for commercial use (apple-amlr)"),
        },
    }[preset.name]
