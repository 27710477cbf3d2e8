"""What the templates may say besides plain values: filters and words for scores and sizes."""

import re
from collections.abc import Sequence
from decimal import Decimal
from urllib.parse import urlencode

from flask import Flask, request, url_for
from flask_babel import format_decimal, format_percent, get_locale

from service.domain import Hit, PictureState, Role, UploadStatus
from service.web.asked import SHARES, SIDES, Question
from service.web.errors import DISCLAIMER
from service.web.reasons import reworded
from service.web.words import say as _

# Widths to heights in steps of a twentieth, each a class in grid.css: no inline styles needed.
RATIO_STEP = 20
SLIMMEST, WIDEST = 10, 50
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
BLANK = re.compile(r"\s+(?=[.,;:!?])")
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
COLOURS = re.compile(r"#[0-9a-f]{36}")
KILO = 1024
SECOND_MS = 1000


def ratio_class(width: int, height: int) -> str:
    """The grid's class for a picture's shape; very slim and very wide ones are cut to fit."""
    steps = round(RATIO_STEP * width / height) if width > 0 and height > 0 else RATIO_STEP
    return f"r-{min(max(steps, SLIMMEST), WIDEST)}"


def tone(placeholder: str) -> list[str]:
    """The colours to stand where the picture will be: one, or four across and three down."""
    if COLOUR.fullmatch(placeholder):
        return [placeholder]
    if not COLOURS.fullmatch(placeholder):
        return []
    return [f"#{placeholder[at : at + 3]}" for at in range(1, len(placeholder), 3)]


def tile_sizes(width: int, height: int) -> str:
    """About how wide a tile gets, for the browser to choose its thumbnail by."""
    steps = int(ratio_class(width, height).removeprefix("r-"))
    return f"(max-width: 40rem) {steps * 7 / RATIO_STEP:g}rem, {steps * 13 / RATIO_STEP:g}rem"


def percent(share: float, digits: int = 0) -> str:
    """A share of one in the reader's own writing of per cent."""
    return str(format_percent(share, f"#,##0{'.' * bool(digits)}{'0' * digits}%"))


def file_size(size: int) -> str:
    """Bytes in the largest unit that keeps the figure readable."""
    if size < KILO:
        return _("%(n)s B", n=size)
    if size < KILO**2:
        return _("%(n)s kB", n=format_decimal(round(size / KILO)))
    if size < KILO**3:
        return _("%(n)s MB", n=format_decimal(round(size / KILO**2, 1)))
    return _("%(n)s GB", n=format_decimal(round(size / KILO**3, 1)))


def ordered(captions: Sequence[str]) -> list[tuple[str, str]]:
    """Captions with their language, those in the reader's first, without blanks before stops."""
    own = str(get_locale())
    known = [("ru" if CYRILLIC.search(text) else "en", text) for text in captions]
    known.sort(key=lambda pair: pair[0] != own)
    return [(language, BLANK.sub("", text)) for language, text in known]


def caption(captions: Sequence[str]) -> str:
    """The first caption in the reader's language, else the first there is."""
    return next((text for _language, text in ordered(captions)), "")


def score_words(hit: Hit, scorer: str | None) -> str:
    """What the mark on a picture means, in a sentence."""
    if scorer is None:
        return _("Similarity %(share)s", share=percent(hit.score))
    return _("Matches with a probability of %(share)s", share=percent(hit.score))


def state_words(state: PictureState) -> str:
    """A picture's state for people."""
    return {
        PictureState.PENDING: _("Being prepared"),
        PictureState.READY: _("Searchable"),
        PictureState.QUARANTINED: _("Failed"),
    }[state]


def source_words(source: str) -> str:
    """How a picture came in, for people."""
    words = {"upload": _("Upload"), "import": _("Import"), "sample": _("The sample")}
    return words.get(source, source)


def duration(milliseconds: float) -> str:
    """A time in the unit that keeps the figure readable."""
    if milliseconds < SECOND_MS:
        return _("%(n)s ms", n=format_decimal(round(milliseconds)))
    return _("%(n)s s", n=format_decimal(round(milliseconds / SECOND_MS, 1)))


def upload_words(status: UploadStatus) -> str:
    """What became of a file, for people."""
    return {
        UploadStatus.PENDING: _("Being prepared"),
        UploadStatus.READY: _("Searchable"),
        UploadStatus.DUPLICATE: _("Already here"),
        UploadStatus.REJECTED: _("Refused"),
    }[status]


def role_words(role: Role) -> str:
    """A role for people."""
    return {
        Role.VIEWER: _("Viewer"),
        Role.ANNOTATOR: _("Judge"),
        Role.ANALYST: _("Analyst"),
        Role.ADMIN: _("Admin"),
    }[role]


def score_choices(chosen: float | None) -> list[tuple[str, str]]:
    """The minimum scores to choose from, with the one that the address names."""
    shares = sorted({*SHARES, *(() if chosen is None else (chosen,))}, reverse=True)
    named = [(f"{share:g}", _("From %(share)s", share=percent(share))) for share in shares if share]
    return [("", _("Good matches")), *named, ("0", _("Weak ones too"))]


def side_choices(chosen: int) -> list[tuple[str, str]]:
    """The smallest sizes to choose from, with the one that the address names."""
    sides = sorted({*SIDES, *([chosen] if chosen else [])})
    named = [(str(side), _("From %(side)s pixels", side=side)) for side in sides]
    return [("", _("Any size")), *named]


def pair(name: str) -> tuple[str, str]:
    """A choice whose value is also its words."""
    return name, name


def more_url(asked: Question, cursor: str) -> str:
    """The address of the next results of a question."""
    return url_for("search.page", **asked.parameters(), cursor=cursor)


def here_with(**changes: str) -> str:
    """This page's address with other parameters; pages that took a form lead to the start."""
    if request.method != "GET" or request.endpoint is None:
        return f"/?{urlencode(changes)}"
    kept = {name: value for name, value in request.args.items() if name not in changes}
    path = "/" if request.path == "/results" else request.path
    return f"{path}?{urlencode(kept | changes)}"


def thumbnail(image_id: str, width: int = 320) -> str:
    """Where a picture's thumbnail is."""
    return url_for("pictures.thumbnail", image_id=image_id, w=width)


def cell_words(value: object) -> str:
    """A cell of a table of figures."""
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, float):
        return f"{value:.4g}"
    return "–" if value is None else str(value)


def init_view_words(app: Flask) -> None:
    """Hand the words to every template."""
    app.jinja_env.filters.update(
        percent=percent,
        file_size=file_size,
        duration=duration,
        source_words=source_words,
        state_words=state_words,
        caption=caption,
        ordered=ordered,
        reworded=reworded,
        cell_words=cell_words,
        pair=pair,
    )
    app.jinja_env.globals.update(
        ratio_class=ratio_class,
        tone=tone,
        tile_sizes=tile_sizes,
        more_url=more_url,
        score_choices=score_choices,
        side_choices=side_choices,
        role_words=role_words,
        upload_words=upload_words,
        score_words=score_words,
        here_with=here_with,
        thumbnail=thumbnail,
        DISCLAIMER=DISCLAIMER,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
