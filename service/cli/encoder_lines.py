"""Encoders and presets as lines for people, and as documents for programs."""

from collections.abc import Mapping, Sequence
from typing import Any

from service.db.encoder_progress import Standing
from service.encoder.presets import Preset

FIGURES = (
    ("R@1", "retrieval", "recall_at_1"),
    ("R@5", "retrieval", "recall_at_5"),
    ("R@10", "retrieval", "recall_at_10"),
    ("MRR", "retrieval", "mrr"),
    ("judges", "judgements", "spearman"),
    ("text ms", "speed", "text_ms"),
    ("pictures/s", "speed", "pictures_per_second"),
)


def as_document(standing: Standing) -> dict[str, Any]:
    """One encoder as JSON has it."""
    encoder = standing.encoder
    return {
        "encoder_id": encoder.encoder_id,
        "spec": encoder.spec,
        "state": encoder.state,
        "paused": encoder.paused,
        "dimension": encoder.dimension,
        "fingerprint": encoder.fingerprint,
        "done": standing.done,
        "waiting": standing.waiting,
        "quarantined": standing.quarantined,
        "pictures_per_second": round(standing.per_second, 2),
        "seconds_left": standing.seconds_left and round(standing.seconds_left),
        "error": standing.error,
        "figures": standing.figures,
        "origin": standing.origin,
    }


def listing(found: Sequence[Standing]) -> str:
    """The encoders, a line each; what is under way with its pace."""
    lines = []
    for one in found:
        encoder = one.encoder
        state = f"{encoder.state}, paused" if encoder.paused else encoder.state
        counted = f"{one.done} of {one.total}"
        lines.append(
            f"{encoder.encoder_id:>3}  {state:<17}{encoder.dimension:>5}  {counted:<18}"
            f"{pace(one)}{encoder.spec}"
        )
        if one.origin:
            lines.append(f"     {origin_words(one.origin)}")
        if one.error:
            lines.append(f"     {one.error}")
    return "\n".join(lines)


def origin_words(origin: Mapping[str, Any]) -> str:
    """Which commit the files are, and what the weights hash to."""
    known = f", {origin['file']} {origin['sha256'][:12]}" if origin["sha256"] else ""
    return f"{origin['repository']} {origin['revision']} as of {origin['commit'][:12]}{known}"


def pace(one: Standing) -> str:
    """How fast it goes and how long it still takes, where something is under way."""
    if one.seconds_left is None:
        return ""
    return f"{one.per_second:.1f}/s, {lasting(one.seconds_left)} left  "


def lasting(seconds: float) -> str:
    """A time span in the unit that suits it."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.0f} s"


def compared(found: Sequence[Standing]) -> str:
    """What each measured, in columns; the serving one has a star."""
    head = "    " + "".join(f"{name:>11}" for name, _, _ in FIGURES) + "  encoder"
    rows = [head]
    for one in found:
        star = "*" if one.encoder.state == "serving" else " "
        cells = "".join(f"{cell(one, part, key):>11}" for _, part, key in FIGURES)
        rows.append(f"{one.encoder.encoder_id:>3}{star}{cells}  {one.encoder.spec}")
        if one.figures is None:
            rows.append(f"     not measured: glimpse encoders measure {one.encoder.encoder_id}")
    return "\n".join(rows)


def cell(one: Standing, part: str, key: str) -> str:
    """One figure, or a dash."""
    value = ((one.figures or {}).get(part) or {}).get(key)
    return "–" if value is None else f"{value:g}"


def preset_lines(preset: Preset) -> list[str]:
    """What a person wants to know before fetching one."""
    published = [f"    {one.what}: {one.value}, {one.source}" for one in preset.figures]
    return [
        f"{preset.name}: {preset.good_for}",
        f"  {preset.spec}",
        f"  languages {preset.languages}; licence {preset.licence}",
        f"  vectors of {preset.dimension}; pictures of {preset.side} px, texts of {preset.context}",
        f"  download about {preset.download_mb} MB, memory about {preset.memory_mb} MB in fp32",
        f"  {preset.speed}",
        *(["  published:", *published] if published else []),
    ]
