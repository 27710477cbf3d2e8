"""What a written word means to the rules, and where it stands."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """What one word is: the labels that patterns ask for, and its number if it is one."""

    labels: frozenset[str] = frozenset()
    number: float | None = None
    ordinal: float | None = None

    @property
    def says_something(self) -> bool:
        """Whether any rule could ask for this word."""
        return bool(self.labels) or self.number is not None or self.ordinal is not None

    def __or__(self, other: "Part") -> "Part":
        """Both meanings of a word that has two."""
        return Part(
            self.labels | other.labels,
            other.number if self.number is None else self.number,
            other.ordinal if self.ordinal is None else self.ordinal,
        )


Reading = tuple[Part, ...]  # «пятилетний» reads as two words: five, years old
NOTHING: Reading = ()
NO_PART = Part()
GERUND = Part(frozenset({"<ing>"}))


@dataclass(slots=True)
class Token:
    """A word with its meaning; start and end count in the folded text.

    glued tells that only blanks and hyphens part it from the word before, hyphen that one does.
    """

    start: int
    end: int
    text: str
    part: Part
    glued: bool = False
    hyphen: bool = False
