"""Rule sets as data: written, read back, edited and refused."""

import json
import re
from dataclasses import replace

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


@pytest.mark.parametrize(
    "text", ["", "* boy", "$", "!boy", "red !boy blue", "boy {years}", "a b c d e f g h i"]
)
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


def test_what_must_not_follow_ends_a_phrase() -> None:
    """The barred word is only looked at, and the end of the text is no such word."""
    rules = RuleSet(
        version=1, blocked=(Term("baby", "en"),), allowed=(Phrase("baby bear !suit|<beast>", "en"),)
    )
    gate = Gate([replace(rules, classes=(WordClass("beast", "en", ("yak",)),))])
    for text in ("baby bear", "a baby bear asleep", "baby bear, suit"):
        assert not gate.verdict(text, "").blocked, text
    for text in ("baby bear suit", "baby bear yaks", "baby"):
        assert gate.verdict(text, "").blocked, text


def test_a_title_counts_alone_or_beside_a_work() -> None:
    """The band is let through, boys on a beach are not, and a work hides no neighbour."""
    rules = RuleSet(
        version=1,
        blocked=(Term("boy", "en"), Term("girl", "en")),
        allowed=(Phrase('"beach boys"', "en"),),
        classes=(
            WordClass("work", "en", ("album", "concert")),
            WordClass("showing", "en", ("live",)),
        ),
    )
    gate = Gate([rules])
    for text in (
        "beach boys",
        "the beach boys",
        "Beach Boys, 1965",
        "a concert of the beach boys",
        "beach boys live on stage",
        "beach boys in concert",
    ):
        assert not gate.verdict(text, "").blocked, text
    for text in (
        "beach boys with a kite",
        "two beach boys",
        "live beach boys with a kite",
        "beach boys and girls in concert",
        "beach boys, boy",
    ):
        assert gate.verdict(text, "").blocked, text


def test_the_shipped_data_is_in_order() -> None:
    """No entry twice, no class unnamed."""
    rules = shipped_rules()
    names = {c.name + end for c in rules.classes for end in ("", "_of", "_nom")} | {"ing"}
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
        if not re.search(r"[<{$|?*!]", term.text):
            assert gate.verdict(term.text.replace("=", ""), "").blocked, term
    for phrase in rules.allowed:
        if not re.search(r"[<{$|?*!]", phrase.text):
            assert not gate.verdict(re.sub('[="]', "", phrase.text), "").blocked, phrase
