"""Verdicts as plain rows, one a query: what `glimpse policy check` prints."""

from collections.abc import Iterable, Iterator
from typing import TypedDict

from service.policy.gate import Gate


class CheckedQuery(TypedDict):
    """One row of the check, as the contract names its columns."""

    query: str
    verdict: str
    rule: str | None
    matched: str | None
    policy_version: int


def check_text(gate: Gate, text: str, country: str) -> CheckedQuery:
    """The verdict on one text."""
    verdict = gate.verdict(text, country)
    return CheckedQuery(
        query=text,
        verdict="block" if verdict.blocked else "allow",
        rule=verdict.rule,
        matched=verdict.matched,
        policy_version=verdict.policy_version,
    )


def check_lines(gate: Gate, lines: Iterable[str], country: str) -> Iterator[CheckedQuery]:
    """A verdict for each line, in order; a line ends at LF and nothing else is stripped."""
    for line in lines:
        yield check_text(gate, line.removesuffix("\n"), country)
