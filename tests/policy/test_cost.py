"""What a text costs grows with its length and no faster: calls are counted, not seconds."""

import sys
from types import FrameType

import pytest

from service.policy.gate import Gate

SMALL, LARGE = 1_500, 6_000
NASTY = {
    "one word": "a",
    "letters apart": "x y z ",
    "scraps": "бо й ",
    "digits apart": "1 ",
    "number words": "twenty five ",
    "hyphens": "a-",
    "stars": "b*",
    "overrides": "\u202e",
    "nested overrides": "\u202eab",
    "marks": "e\u0301",
    "emoji": "👍",
    "ages": "20 year old ",
    "durations": "20 лет ",
    "phrases": "baby carrot ",
    "mixed letters": "а1b",
    "leet": "@1!",
    "lone surrogates": "\ud800",
    "minors": "c minor ",
    "compounds": "children",
    "titles": "beach boys ",
    "escapes": "&#98;%6f",
    "half escapes": "&#&#",
}


def calls(gate: Gate, text: str) -> int:
    """How many functions, Python's own included, one verdict calls."""
    counted = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal counted
        del frame, argument
        counted += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        gate.verdict(text, "")
    finally:
        sys.setprofile(None)
    return counted


@pytest.mark.parametrize("name", NASTY)
def test_work_grows_in_step_with_length(gate: Gate, name: str) -> None:
    """Four times the text is at most about four times the work."""
    unit = NASTY[name]
    small = calls(gate, (unit * SMALL)[:SMALL])
    large = calls(gate, (unit * LARGE)[:LARGE])
    assert large <= 4.6 * small + 500


def test_a_megabyte_gets_a_verdict(gate: Gate) -> None:
    """The last word of a megabyte counts like the first."""
    assert gate.verdict("sea and sand " * 80_000 + "boy", "").matched == "boy"
