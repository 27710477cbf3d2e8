"""The gate's verdicts: what they tell, whom they bind, what they leave alone."""

from dataclasses import replace
from pathlib import Path

import pytest

from service.domain import AllowedQuery
from service.policy.gate import Gate, Refused
from service.policy.rules import DISCLAIMER, Phrase, RuleSet, Term
from service.policy.shipped import shipped_rules

SERVICE = Path(__file__).parents[2] / "service"


def gate_for(*, version: int = 1, countries: tuple[str, ...] = ("*",), word: str = "boy") -> Gate:
    """A gate with one rule."""
    return Gate([RuleSet(version=version, countries=countries, blocked=(Term(word, "en"),))])


def test_a_verdict_names_the_rule_the_span_and_the_version(gate: Gate) -> None:
    """The matched words are told as they stand in the original text."""
    text = "Зимой: М\u0430\u043b\u044c\u00adчи\u200bками полон двор"
    verdict = gate.verdict(text, "DE")
    assert verdict.blocked
    assert (verdict.start, verdict.end) == (7, 19)
    assert verdict.matched == text[7:19]
    assert verdict.rule
    assert verdict.policy_version == shipped_rules().version
    assert verdict.disclaimer == DISCLAIMER


@pytest.mark.parametrize(
    ("text", "matched"),
    [
        ("a b o y, running", "b o y"),
        ("see ｋｉｄｓ run", "ｋｉｄｓ"),
        ("a five-year-old with a kite", "five-year-old"),
        ("пятилетний кулинар", "пятилетний"),
        ("go, \u202eyob\u202c!", "yob"),
        ("😀 g\u0301i\u0301r\u0301l\u0301 😀", "g\u0301i\u0301r\u0301l\u0301"),
        ("pic of a b@by", "b@by"),
    ],
)
def test_spans_survive_disguises(gate: Gate, text: str, matched: str) -> None:
    """However the word is hidden, the span holds it and no more."""
    verdict = gate.verdict(text, "")
    assert verdict.matched == matched
    assert text[verdict.start : verdict.end] == matched


def test_an_allowed_phrase_hides_only_itself(gate: Gate) -> None:
    """Neighbours of baby carrots are judged like everyone."""
    assert not gate.verdict("baby carrots", "").blocked
    assert gate.verdict("baby carrots, boy", "").matched == "boy"
    assert gate.verdict("boy with baby carrots", "").matched == "boy"
    assert gate.verdict("baby, carrots", "").blocked
    assert gate.verdict("baby carrots for babies", "").matched == "babies"


def test_only_rules_of_the_askers_country_bind() -> None:
    """A rule for Norway binds Norway."""
    gate = gate_for(countries=("NO",))
    assert gate.verdict("boy", "NO").blocked
    assert gate.verdict("boy", "no").blocked
    assert not gate.verdict("boy", "SE").blocked


@pytest.mark.parametrize("country", ["", "unknown", "?", "N", "NOR", "1A", "ÅÄ"])
def test_an_unknown_country_meets_the_union_of_all_rules(country: str) -> None:
    """Who cannot be placed is bound by every rule set."""
    rulesets = [
        RuleSet(version=1, countries=("NO",), blocked=(Term("boy", "en"),)),
        RuleSet(version=2, countries=("SE",), blocked=(Term("girl", "en"),)),
    ]
    gate = Gate(rulesets)
    assert gate.verdict("boy", country).blocked
    assert gate.verdict("girl", country).blocked
    assert gate.policy_version == 2


def test_allowing_makes_a_query_and_refusing_says_the_disclaimer() -> None:
    """The message is the law's wording; version and rule are facts."""
    gate = gate_for(version=5)
    assert gate.allow("cat", "") == AllowedQuery("cat", 5)
    with pytest.raises(Refused) as refused:
        gate.allow("boy", "")
    assert refused.value.message == DISCLAIMER
    assert refused.value.facts["policy_version"] == 5
    assert refused.value.facts["rule"] == "boy"


def test_a_rule_set_speaks_its_own_disclaimer() -> None:
    """Braces in it are no placeholders."""
    rules = RuleSet(version=1, disclaimer="Nicht {hier}", blocked=(Term("boy", "en"),))
    with pytest.raises(Refused) as refused:
        Gate([rules]).allow("boy", "")
    assert refused.value.message == "Nicht {hier}"


def test_a_gate_without_rules_lets_everything_through() -> None:
    """No law, no refusal."""
    assert not Gate([]).verdict("boy", "").blocked


def test_only_the_gate_makes_an_allowed_query() -> None:
    """No other file of the product calls the constructor."""
    makers = [
        path.relative_to(SERVICE).as_posix()
        for path in SERVICE.rglob("*.py")
        if "AllowedQuery(" in path.read_text(encoding="utf-8").replace("class AllowedQuery", "")
    ]
    assert makers == ["policy/gate.py"]


def test_an_added_term_is_found_in_all_its_forms() -> None:
    """An operator names a word once; the gate inflects it, words of no dictionary too."""
    added = (Term("бармалёныш", "ru"), Term("gizmoling", "en", compounds=True))
    gate = Gate([shipped_rules().edited(version=2, block=added)])
    for text in ("с бармалёнышами", "о бармаленыше", "barmalyonyshi", "the gizmolings' den"):
        assert gate.verdict(text, "").blocked, text
    assert gate.verdict("turbogizmolings", "").blocked
    assert gate.verdict("g1zm0l1ng", "").blocked


def test_an_added_phrase_and_a_removed_term_take_effect() -> None:
    """What an editor allows is allowed, what he removes is gone."""
    rules = shipped_rules()
    assert Gate([rules]).verdict("детская площадка", "").blocked
    edited = rules.edited(version=2, allow=[Phrase("детская площадка", "ru")])
    assert not Gate([edited]).verdict("на детских площадках", "").blocked
    assert Gate([edited]).verdict("на детских площадках дети", "").matched == "дети"
    without = rules.edited(version=3, remove=[t for t in rules.blocked if t.text == "tyke"])
    assert not Gate([without]).verdict("tyke", "").blocked


def test_the_protected_age_is_the_rule_sets() -> None:
    """Where the law protects people under 18, seventeen is refused and eighteen is not."""
    gate = Gate([replace(shipped_rules(), age=18)])
    assert gate.verdict("17-year-old pianist", "").blocked
    assert not gate.verdict("18-year-old pianist", "").blocked
    assert gate.verdict("17 лет, скрипачка", "").blocked
