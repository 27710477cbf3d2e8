"""Encoders that a person can choose by a word; presets.toml has their facts."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

NEWEST = "main"
FILE = Path(__file__).with_name("presets.toml")


@dataclass(frozen=True, slots=True)
class Figure:
    """One published measurement, and who published it."""

    what: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class Preset:
    """One encoder with what a person wants to know before fetching it."""

    name: str
    base: str
    revision: str
    architecture: str
    languages: str
    good_for: str
    licence: str
    dimension: int
    side: int
    context: int
    parameters_millions: int
    download_mb: int
    speed: str
    figures: tuple[Figure, ...]

    @property
    def spec(self) -> str:
        """The encoder's name; one that is pinned to a revision says so."""
        pinned = "" if self.revision == NEWEST else f"@{self.revision}"
        return f"{self.base}{pinned}"

    @property
    def memory_mb(self) -> int:
        """What the weights take in fp32: four bytes a number."""
        return round(self.parameters_millions * 4e6 / 2**20)


@cache
def presets() -> dict[str, Preset]:
    """The presets by name, the recommended one first."""
    read = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {
        name: Preset(
            name=name,
            base=facts["spec"],
            **{key: value for key, value in facts.items() if key not in {"spec", "figures"}},
            figures=tuple(Figure(**figure) for figure in facts.get("figures", ())),
        )
        for name, facts in read.items()
    }


def spec_of(name: str) -> str:
    """The encoder that a preset's name stands for; any other name stands for itself."""
    preset = presets().get(name)
    return preset.spec if preset else name
