"""Edits of the rules as values: entries, ages and whole rule sets, drafted before saved."""

import pytest

from service.law.book import ChangedMeanwhile
from service.law.edits import (
    Add,
    AddRuleSet,
    Change,
    ChangeRuleSet,
    Edit,
    NoRules,
    NoSuchRuleSet,
    NotACountry,
    RemoveRuleSet,
)
from service.law.entries import NoSuchEntry
from service.policy.rules import AgePattern, InvalidRules, RuleSet, Term
from service.services import Services
from tests.law.conftest import EDITOR, EVERYWHERE, GERMAN

RULES = (EVERYWHERE, GERMAN)


def test_a_draft_saves_nothing(services: Services) -> None:
    """What an edit would make can be looked at, and is made only by saving."""
    drafted = services.book.draft(Add((Term("wizard", "en"),)))
    assert Term("wizard", "en") in drafted.rulesets[0].blocked
    assert {rules.version for rules in drafted.rulesets} == {drafted.before.version + 1}
    assert services.book.latest() == drafted.before.version


def test_an_edit_made_for_another_version_is_not_saved(services: Services) -> None:
    """Who looked at an older version looks again."""
    edit = Add((Term("wizard", "en"),))
    base = services.book.latest()
    services.book.add(EDITOR, block=[Term("witch", "en")])
    with pytest.raises(ChangedMeanwhile):
        services.book.apply(EDITOR, edit, base=base)
    assert services.book.apply(EDITOR, edit, base=base + 1) == base + 2


def test_an_entry_is_changed_in_one_edit() -> None:
    """The old one goes and the new one comes, flags included; patterns of ages likewise."""
    changed = Change(Term("boy", "en"), Term("lad", "en", compounds=True)).applied(RULES)
    assert {term.text for term in changed[0].blocked} == {"lad", "child", "мальчик"}
    pattern = AgePattern("{age} winters", "en", "before")
    aged = Add((pattern,)).applied(RULES)
    assert aged[0].ages == (pattern,)
    other = Change(pattern, AgePattern("{age} summers", "en")).applied(aged)
    assert [one.text for one in other[0].ages] == ["{age} summers"]
    with pytest.raises(NoSuchEntry):
        Change(pattern, pattern).applied(RULES)


def test_another_jurisdiction_comes_changes_and_goes() -> None:
    """A rule set begins empty or like another one, moves to other countries, and can be removed."""
    with_italy = AddRuleSet(("IT",), age=18, like=("DE",)).applied(RULES)
    assert with_italy[2].blocked == GERMAN.blocked
    assert with_italy[2].age == 18
    moved = ChangeRuleSet(("IT",), ("IT", "SM"), 14, " Not here. ").applied(with_italy)
    assert (moved[2].countries, moved[2].age) == (("IT", "SM"), 14)
    assert moved[2].disclaimer == "Not here."
    assert RemoveRuleSet(("SM", "it")).applied(moved) == RULES
    assert AddRuleSet(("IT",)).applied(RULES)[2].classes


@pytest.mark.parametrize(
    ("edit", "error"),
    [
        (AddRuleSet(("DE",)), NoRules),
        (AddRuleSet(("UK",)), NotACountry),
        (AddRuleSet(("IT",), age=99), InvalidRules),
        (AddRuleSet(("IT",), disclaimer=" "), InvalidRules),
        (AddRuleSet(("IT",), like=("ES",)), NoSuchRuleSet),
        (ChangeRuleSet(("DE",), (), 16, "No."), InvalidRules),
        (RemoveRuleSet(("ES",)), NoSuchRuleSet),
        (Add((AgePattern("{age} {nonsense}", "en"),)), InvalidRules),
    ],
)
def test_what_cannot_be_a_rule_set_is_refused(
    services: Services, edit: Edit, error: type[Exception]
) -> None:
    """No country, no disclaimer, an odd age, a second one for a country, an unknown word list."""
    with pytest.raises(error):
        services.book.draft(edit)


def test_the_last_rule_set_stays(services: Services) -> None:
    """Without any rule set nobody would be protected."""
    services.book.replace(EDITOR, [RuleSet(version=1, blocked=(Term("boy", "en"),))])
    with pytest.raises(NoRules):
        services.book.apply(EDITOR, RemoveRuleSet(("*",)))
