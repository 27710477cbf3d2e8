"""Rule sets as data: written, read back, edited and refused."""

import json
import re

import pytest

from service.policy.gate import Gate
from service.policy.rules import AgePattern, InvalidRules, Phrase, RuleSet, Term, WordClass
from service.policy.shipped import shipped_rules


def test_rules_survive_json() -> None:
    """What is written is read back the same, through real JSON."""
    rules = shipped_rules()
    assert RuleSet.from_json(json.loads(json.dumps(rules.to_json()))) == rules


@pytest.mark.parametrize("key", ["version", "countries", "age", "blocked", "classes"])
def test_an_incomplete_document_is_refused(key: str) -> None:
    """A missing key is told, not guessed."""
    document = shipped_rules().to_json()
    del document[key]
    with pytest.raises(InvalidRules, match="incomplete"):
        RuleSet.from_json(document)


def test_senseless_rules_are_refused() -> None:
    """No country, no disclaimer, an impossible age, an unknown language."""
    mistakes: list[dict[str, object]] = [
        {"countries": []},
        {"disclaimer": " "},
        {"age": 0},
        {"age": 40},
        {"blocked": [{"text": "x", "language": "xx"}]},
    ]
    for wrong in mistakes:
        with pytest.raises(InvalidRules):
            RuleSet.from_json(shipped_rules().to_json() | wrong)


@pytest.mark.parametrize("text", ["", "* boy", "$", "boy {years}", "a b c d e f g h i"])
def test_a_senseless_pattern_is_refused(text: str) -> None:
    """Patterns that could never be meant fail when the gate is built, with the entry named."""
    with pytest.raises(InvalidRules, match="Correct the entry"):
        Gate([RuleSet(version=1, allowed=(Phrase(text, "en"),))])


def test_editing_lists_each_entry_once() -> None:
    """Adding what is there changes nothing but the version."""
    rules = RuleSet(version=1, blocked=(Term("boy", "en"),))
    assert rules.edited(version=2, block=[Term("boy", "en")]).blocked == rules.blocked


def test_patterns_mean_what_their_signs_say() -> None:
    """Choices, options, exact forms, classes, ends and numbers."""
    rules = RuleSet(
        version=1,
        blocked=(
            Term("red|blue ball?  game", "en"),
            Term("=oxen", "en"),
            Term("pet <beast>", "en"),
            Term("finish $", "en"),
        ),
        ages=(AgePattern("{age} winters", "en"),),
        classes=(WordClass("beast", "en", ("yak",)),),
    )
    gate = Gate([rules])
    for text in (
        "blue game",
        "red balls game",
        "oxen",
        "pet yaks",
        "finish",
        "finish, now",
        "9 winters",
    ):
        assert gate.verdict(text, "").blocked, text
    for text in ("blue ball", "ox", "pet", "finish line", "16 winters", "red, game"):
        assert not gate.verdict(text, "").blocked, text


def test_the_shipped_data_is_in_order() -> None:
    """No entry twice, no class unnamed."""
    rules = shipped_rules()
    names = {c.name for c in rules.classes} | {f"{c.name}_of" for c in rules.classes} | {"ing"}
    for texts in (
        [(e.language, e.text) for e in rules.blocked],
        [(e.language, e.text) for e in rules.allowed],
        [(e.language, e.text) for e in rules.ages],
    ):
        assert len(set(texts)) == len(texts)
        for _, text in texts:
            assert set(re.findall(r"<(\w+)>", text)) <= names, text


def test_every_plain_term_refuses_and_every_plain_phrase_allows(gate: Gate) -> None:
    """Each single blocked word blocks itself; each phrase of plain words lets itself through."""
    rules = shipped_rules()
    for term in rules.blocked:
        if not re.search(r"[<{$|?*]", term.text):
            assert gate.verdict(term.text.replace("=", ""), "").blocked, term
    for phrase in rules.allowed:
        if not re.search(r"[<{$|?*]", phrase.text):
            assert not gate.verdict(phrase.text.replace("=", ""), "").blocked, phrase
