"""What was asked, let through by the gate: the whole text as it was typed, and every part alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.domain import AllowedQuery
from service.law.live_gate import LiveGate
from service.query import parse, speaks

__all__ = ["Asked", "speaks", "understand"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that the gate has let through, part by part."""

    text: AllowedQuery | None
    unwanted: tuple[AllowedQuery, ...]
    phrases: tuple[str, ...]
    policy_version: int


def understand(gate: LiveGate, text: str, countries: Sequence[str]) -> Asked:
    """Take the text apart; the gate judges the whole, as it was typed, and every part alone."""
    if not speaks(text):
        return Asked(None, (), (), gate.policy_version)
    whole = gate.allow(text, countries)
    parts = parse(text)
    if parts.wanted == text:
        return Asked(whole, (), (), whole.policy_version)
    for phrase in parts.phrases:
        gate.allow(phrase, countries)
    return Asked(
        text=gate.allow(parts.wanted, countries),
        unwanted=tuple(gate.allow(term, countries) for term in parts.unwanted),
        phrases=parts.phrases,
        policy_version=whole.policy_version,
    )
