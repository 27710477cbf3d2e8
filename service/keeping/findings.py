"""What a verification found: each problem with what it is, where, and how it is mended."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """Something amiss; mended is None while nobody tried, and False where nobody can."""

    kind: str
    where: str
    what: str
    mend: str
    mended: bool | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem, and what mends it: something to call that answers whether that helped."""

    problem: Problem
    repair: Callable[[], bool] | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was looked at, and what was amiss."""

    checked: Mapping[str, int]
    problems: tuple[Problem, ...]

    @property
    def left(self) -> tuple[Problem, ...]:
        """What is amiss still."""
        return tuple(problem for problem in self.problems if not problem.mended)

    @property
    def ok(self) -> bool:
        """Whether all is well now."""
        return not self.left

    def as_document(self) -> dict[str, object]:
        """For programs."""
        problems = [asdict(problem) for problem in self.problems]
        return {"ok": self.ok, "checked": dict(self.checked), "problems": problems}
