"""The stored rules: seeded, edited, imported, rolled back, and none of it ever lost."""

from dataclasses import replace

import pytest

from service.db import facts
from service.errors import Invalid
from service.law import terms_file
from service.law.book import SHIPPED_FACT, NoSuchVersion
from service.law.edits import NoSuchRuleSet
from service.law.entries import NoSuchEntry, UnusableEntry
from service.law.shipping import merged, plain
from service.law.terms_file import BadRulesDocument, BadTermsLine
from service.policy.rules import EVERYWHERE, Phrase, RuleSet, Term
from service.policy.shipped import shipped_rules
from service.services import Services
from tests.law.conftest import EDITOR

UNICORN = Term("unicorn", "en")


def test_a_new_installation_starts_from_the_shipped_rules(services: Services) -> None:
    """The first version holds what is shipped, and says so."""
    first = services.book.version(1)
    assert first.rulesets == (shipped_rules(),)
    assert first.change == "shipped"
    assert services.book.adopt_shipped() == services.book.latest()


def test_every_edit_is_a_version_with_who_and_why(services: Services) -> None:
    """An edit makes the next version; the one before stays as it was."""
    before = services.book.current()
    version = services.book.add(EDITOR, block=[UNICORN])
    assert version == before.version + 1
    assert UNICORN in services.book.ruleset([EVERYWHERE]).blocked
    assert services.book.version(before.version) == before
    latest = services.book.history()[0]
    assert (latest.who, latest.why) == (EDITOR.who, EDITOR.why)
    assert "unicorn" in latest.change
    assert services.trail.entries()[0].subject == f"version {version}"


def test_an_edit_that_changes_nothing_makes_no_version(services: Services) -> None:
    """Adding what is there already leaves the version as it is."""
    version = services.book.add(EDITOR, block=[UNICORN])
    assert services.book.add(EDITOR, block=[UNICORN]) == version


def test_a_term_goes_whether_or_not_it_covers_compounds(services: Services) -> None:
    """Who removes a term need not know its flag."""
    services.book.remove(EDITOR, [Term("boy", "en")])
    assert all(term.text != "boy" for term in services.book.ruleset(["*"]).blocked)


def test_a_rollback_is_an_edit(services: Services) -> None:
    """The old rules hold again under a new number, and the history shows it."""
    old = services.book.current()
    services.book.add(EDITOR, block=[UNICORN])
    version = services.book.roll_back(EDITOR, version=old.version)
    assert version == old.version + 2
    now = services.book.current().rulesets
    assert [replace(one, version=old.version) for one in now] == list(old.rulesets)


def test_what_cannot_be_meant_is_refused(services: Services) -> None:
    """Empty entries, unknown versions, entries and countries are named, and nothing changes."""
    version = services.book.latest()
    with pytest.raises(UnusableEntry):
        services.book.add(EDITOR, block=[Term(" - ", "en")])
    with pytest.raises(NoSuchEntry):
        services.book.remove(EDITOR, [UNICORN])
    with pytest.raises(NoSuchRuleSet):
        services.book.add(EDITOR, block=[UNICORN], countries=["IT"])
    with pytest.raises(NoSuchVersion):
        services.book.roll_back(EDITOR, version=99)
    with pytest.raises(Invalid):
        services.book.replace(EDITOR, [])
    assert services.book.latest() == version


def test_exported_terms_read_back_the_same() -> None:
    """Both forms of export hold everything they were made from."""
    rules = shipped_rules()
    read = terms_file.read("\n".join(terms_file.written(rules.blocked, rules.allowed)))
    assert (read.blocked, read.allowed) == (rules.blocked, rules.allowed)
    whole = terms_file.written_whole([rules])
    assert terms_file.is_whole(whole)
    assert terms_file.read_whole(whole) == [rules]


@pytest.mark.parametrize(
    "line", ["blocked\ten\tunicorn", "maybe\ten\t-\tx", "blocked\tde\t-\tx", "blocked\ten\t-\t  "]
)
def test_a_bad_line_is_named_by_its_number(line: str) -> None:
    """A file with one bad line is refused with the line's number and the reason."""
    with pytest.raises(BadTermsLine, match="Line 2"):
        terms_file.read(f"{terms_file.HEADER}\n{line}\n")
    with pytest.raises(BadRulesDocument):
        terms_file.read_whole("[1]")


def test_a_release_changes_only_what_it_ships_anew(services: Services) -> None:
    """New shipped terms arrive and dropped ones go; what an admin did stays done."""
    before = RuleSet(1, blocked=(Term("a1", "en"), Term("b1", "en"), Term("c1", "en")))
    now = RuleSet(1, blocked=(Term("a1", "en"), Term("b1", "en"), Term("d1", "en")))
    stored = before.edited(version=7, block=[UNICORN], remove=[Term("b1", "en")])
    (after,) = merged([stored], before=before, now=now)
    assert {term.text for term in after.blocked} == {"a1", "d1", "unicorn"}
    with services.transactions() as transaction:
        shipped = shipped_rules()
        older = replace(shipped, allowed=(*shipped.allowed, Phrase("gone now", "en")))
        facts.write(transaction.conn, SHIPPED_FACT, plain(older))
    version = services.book.latest()
    assert services.book.adopt_shipped() == version + 1
    assert services.book.adopt_shipped() == version + 1
