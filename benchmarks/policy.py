"""The policy gate on its corpus: what it catches and lets through, by kind, and how fast."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.table import show
from service.policy.gate import Gate
from service.policy.shipped import shipped_rules
from tests.policy.corpus import SLICES, Labelled, read, slice_of

ROUNDS = 3
LENGTHS = (10_000, 100_000, 1_000_000)
NASTY = {"one word": "a", "letters apart": "b q ", "hyphens": "a-", "mixed letters": "а1b"}


def main(paths: Sequence[str] = ()) -> None:
    """Judge every slice, and any file of the same columns that is named."""
    gate = Gate([shipped_rules()])
    slices = {name: slice_of(name) for name in SLICES}
    slices |= {Path(path).name: list(read(Path(path))) for path in paths}
    for name, rows in slices.items():
        by_kind(gate, name, rows)
    speed(gate, [row.query for rows in slices.values() for row in rows])


def by_kind(gate: Gate, name: str, rows: list[Labelled]) -> None:
    """One slice's table; the hard ones are counted apart."""
    refused = {row.query for row in rows if gate.verdict(row.query, "").blocked}
    kinds = sorted({row.kind for row in rows})
    table = [line(k, [r for r in rows if r.kind == k and not r.is_hard], refused) for k in kinds]
    table.append(line("all but the hard", [r for r in rows if not r.is_hard], refused))
    table.append(line("the hard", [r for r in rows if r.is_hard], refused))
    head = ("kind", "to block", "recall", "to allow", "let through", "precision")
    show(f"Policy gate, {name} slice ({len(rows)} queries)", head, table)


def line(kind: str, rows: list[Labelled], refused: set[str]) -> tuple[str, ...]:
    """How one kind fares."""
    blocking = [row.query for row in rows if row.is_blocked]
    allowing = [row.query for row in rows if not row.is_blocked]
    caught = sum(query in refused for query in blocking)
    harmed = sum(query in refused for query in allowing)
    return (
        kind,
        str(len(blocking)),
        percent(caught, len(blocking)),
        str(len(allowing)),
        percent(len(allowing) - harmed, len(allowing)),
        percent(caught, caught + harmed),
    )


def percent(part: int, whole: int) -> str:
    """A share for a table."""
    return f"{100 * part / whole:.1f} %" if whole else "–"


def speed(gate: Gate, queries: list[str]) -> None:
    """Queries a second of processor time, words seen before and not; and long texts."""
    started = time.process_time()
    fresh = Gate([shipped_rules()])
    loading = time.process_time() - started
    rows: list[tuple[object, ...]] = [("compiling the rules", f"{loading:.2f} s")]
    rows.append(("queries a second, words never seen", f"{rate(fresh, queries):,.0f}"))
    rows.append(("queries a second, words seen before", f"{rate(gate, queries * ROUNDS):,.0f}"))
    for name, unit in NASTY.items():
        for length in LENGTHS:
            text = (unit * length)[:length]
            started = time.process_time()
            gate.verdict(text, "")
            rows.append(
                (f"{name}, {length:,} characters", f"{time.process_time() - started:.3f} s")
            )
    show("Policy gate, one core", ("what", "processor time"), rows)


def rate(gate: Gate, queries: list[str]) -> float:
    """Verdicts a second."""
    started = time.process_time()
    for query in queries:
        gate.verdict(query, "")
    return len(queries) / (time.process_time() - started)


if __name__ == "__main__":
    main(sys.argv[1:])
