"""`glimpse policy check`: one text, or a stream of them."""

import json

from click.testing import CliRunner

from service.cli.policy import policy, policy_group
from service.policy.check import check_lines
from service.policy.gate import Gate
from service.policy.rules import RuleSet, Term


def test_lines_end_at_lf_and_nothing_else_is_stripped(gate: Gate) -> None:
    """Carriage returns, blanks and other line separators belong to the query."""
    lines = [" boy \r\n", "\n", "a\u2028b"]
    assert [row["query"] for row in check_lines(gate, lines, "")] == [" boy \r", "", "a\u2028b"]


def test_standard_input_gives_a_json_line_for_each_line() -> None:
    """In order, with the contract's names, whatever the bytes."""
    given = "girl with a kite\nsalad\r\n\nдети\u2028\n".encode() + b"\xff\xfe\nlast: kid"
    result = CliRunner().invoke(policy, ["check"], input=given)
    assert result.exit_code == 0
    rows = [json.loads(line) for line in result.output.split("\n")[:-1]]
    assert [row["verdict"] for row in rows] == [
        "block",
        "allow",
        "allow",
        "block",
        "allow",
        "block",
    ]
    assert rows[0] == {
        "query": "girl with a kite",
        "verdict": "block",
        "rule": "girl",
        "matched": "girl",
        "policy_version": 1,
    }
    assert rows[1]["query"] == "salad\r"
    assert rows[4]["query"] == "\ufffd\ufffd"


def test_one_text_is_judged_in_words_or_in_json() -> None:
    """A refusal is an answer, so the command succeeds."""
    words = CliRunner().invoke(policy, ["check", "a boy"])
    assert (words.exit_code, words.output.split()[0]) == (0, "block")
    allowed = CliRunner().invoke(policy, ["check", "--json", "canteen"])
    assert json.loads(allowed.output)["verdict"] == "allow"


def test_the_country_chooses_the_rules() -> None:
    """Another country's rule does not bind."""
    gate = Gate([RuleSet(version=3, countries=("NO",), blocked=(Term("boy", "en"),))])
    group = policy_group(lambda: gate)
    result = CliRunner().invoke(group, ["check", "boy", "--country", "SE", "--json"])
    assert json.loads(result.output)["verdict"] == "allow"
    result = CliRunner().invoke(group, ["check", "boy", "--json"])
    assert json.loads(result.output)["policy_version"] == 3
