"""`glimpse policy`: what the gate says of a text, and of a million lines."""

import json
import sys
from collections.abc import Callable, Iterator

import click

from service.config import read_settings
from service.policy.check import CheckedQuery, check_lines, check_text
from service.policy.gate import Gate
from service.policy.shipped import shipped_rules


def policy_group(gate: Callable[[], Gate]) -> click.Group:
    """The command group over whichever rules the given function brings."""

    @click.group()
    def policy() -> None:
        """Ask the policy gate."""

    @policy.command()
    @click.argument("text", required=False)
    @click.option("--country", default="", help="Two letters; without, every country's rules.")
    @click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
    def check(text: str | None, country: str, *, as_json: bool) -> None:
        """Judge TEXT, or each line of the standard input, a JSON line each."""
        place = country or read_settings().country
        if text is None:
            _check_input(gate(), place)
            return
        checked = check_text(gate(), _printable(text), place)
        click.echo(_as_json(checked) if as_json else _as_words(checked))

    return policy


def _check_input(gate: Gate, country: str) -> None:
    for checked in check_lines(gate, _lines(), country):
        click.echo(_as_json(checked).encode("utf-8"))


def _lines() -> Iterator[str]:
    """Lines end at LF only; bytes that are no UTF-8 become U+FFFD and never an error."""
    for line in sys.stdin.buffer:
        yield line.decode("utf-8", "replace")


def _printable(text: str) -> str:
    """An argument's undecodable bytes, which Python keeps as lone surrogates, made visible."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _as_json(checked: CheckedQuery) -> str:
    return json.dumps(checked, ensure_ascii=False)


def _as_words(checked: CheckedQuery) -> str:
    if checked["verdict"] == "allow":
        return f"allow  (policy version {checked['policy_version']})"
    return (
        f"block  {checked['matched']!r} by the rule {checked['rule']!r}"
        f"  (policy version {checked['policy_version']})"
    )


def shipped_gate() -> Gate:
    """The gate over the rules that Glimpse ships with."""
    return Gate([shipped_rules()])


policy = policy_group(shipped_gate)
