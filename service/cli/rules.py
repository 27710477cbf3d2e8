"""`glimpse policy`: the check on the stored rules, and editing them."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import cast

import click

from service.cli.editor import editor
from service.cli.policy import policy_group
from service.cli.report import report
from service.cli.running import running_services
from service.config import read_settings
from service.law import terms_file
from service.law.book import PolicyBook
from service.law.entries import Entry
from service.law.versions import Editor
from service.policy.gate import Gate
from service.policy.rules import EVERYWHERE, Language, Phrase, RuleSet, Term

CYRILLIC = range(0x400, 0x530)


def stored_gate() -> Gate:
    """The gate over the rules that are stored."""
    with running_services(read_settings()) as services:
        services.book.adopt_shipped()
        rulesets = services.book.current().rulesets
    return Gate(rulesets)


policy = policy_group(stored_gate)
policy.add_command(report)


@policy.group()
def terms() -> None:
    """List and edit the stored blocked terms and allowed phrases."""


why = click.option("--why", default="Edited on the command line.", help="Kept in the history.")
country = click.option(
    "--country",
    "countries",
    multiple=True,
    default=(EVERYWHERE,),
    help="The rule set of these countries; without, the one that holds everywhere.",
)
allowed = click.option("--allowed", is_flag=True, help="An allowed phrase, not a blocked term.")
language = click.option(
    "--language",
    type=click.Choice(["en", "ru", "any"]),
    help="Without, Russian if it has Cyrillic letters, else English.",
)


@terms.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_(*, as_json: bool) -> None:
    """Print every blocked term and allowed phrase."""
    with running_services(read_settings()) as services:
        services.book.adopt_shipped()
        current = services.book.current()
    if as_json:
        document = {
            "policy_version": current.version,
            "rulesets": [as_document(rules) for rules in current.rulesets],
        }
        click.echo(json.dumps(document, ensure_ascii=False))
        return
    for rules in current.rulesets:
        click.echo(f"# {', '.join(rules.countries)}: under {rules.age}")
        click.echo("\n".join(terms_file.written(rules.blocked, rules.allowed)))


def as_document(rules: RuleSet) -> dict[str, object]:
    """What list prints of a rule set."""
    whole = rules.to_json()
    return {name: whole[name] for name in ("countries", "age", "disclaimer", "blocked", "allowed")}


@terms.command()
@click.argument("text")
@click.option("--compounds", is_flag=True, help="Words that end in it count too: schoolboy.")
@allowed
@language
@country
@why
def add(
    text: str,
    language: str | None,
    countries: Sequence[str],
    why: str,
    *,
    compounds: bool,
    allowed: bool,
) -> None:
    """Add the blocked term, or allowed phrase, TEXT."""
    spoken = language_of(text, language)
    with running_services(read_settings()) as services:
        version = services.book.add(
            editor(why),
            block=() if allowed else (Term(text, spoken, compounds),),
            allow=(Phrase(text, spoken),) if allowed else (),
            countries=countries,
        )
        services.law.judge_waiting(services.transactions)
    click.echo(f"Version {version} holds.")


@terms.command()
@click.argument("text")
@allowed
@language
@country
@why
def remove(
    text: str, language: str | None, countries: Sequence[str], why: str, *, allowed: bool
) -> None:
    """Take the blocked term, or allowed phrase, TEXT out."""
    spoken = language_of(text, language)
    entry: Entry = Phrase(text, spoken) if allowed else Term(text, spoken)
    with running_services(read_settings()) as services:
        version = services.book.remove(editor(why), [entry], countries=countries)
        services.law.judge_waiting(services.transactions)
    click.echo(f"Version {version} holds.")


@terms.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@country
@why
def import_(file: Path, countries: Sequence[str], why: str) -> None:
    """Add FILE's entries, or replace all rules if it is a JSON export."""
    text = file.read_bytes().decode("utf-8", "replace")
    with running_services(read_settings()) as services:
        version = take(services.book, text, countries, editor(why))
        services.law.judge_waiting(services.transactions)
    click.echo(f"Version {version} holds.")


def take(book: PolicyBook, text: str, countries: Sequence[str], editor: Editor) -> int:
    """Bring a file into the rules."""
    if terms_file.is_whole(text):
        return book.replace(editor, terms_file.read_whole(text))
    read = terms_file.read(text)
    return book.add(editor, block=read.blocked, allow=read.allowed, countries=countries)


@terms.command()
@click.option("--json", "as_json", is_flag=True, help="Everything there is, age patterns included.")
@country
def export(countries: Sequence[str], *, as_json: bool) -> None:
    """Print the entries as `import` reads them."""
    with running_services(read_settings()) as services:
        services.book.adopt_shipped()
        if as_json:
            click.echo(terms_file.written_whole(services.book.current().rulesets))
            return
        rules = services.book.ruleset(countries)
    click.echo("\n".join(terms_file.written(rules.blocked, rules.allowed)))


@policy.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def history(*, as_json: bool) -> None:
    """Print who changed the rules, when and why."""
    with running_services(read_settings()) as services:
        edits = services.book.history()
    if as_json:
        rows = [
            {"version": e.version, "at": iso(e.created_at), "who": e.who, "change": e.change,
             "why": e.why}
            for e in edits
        ]  # fmt: skip
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for edit in edits:
        click.echo(
            f"{edit.version}  {iso(edit.created_at)}  {edit.who}: {edit.change} ({edit.why})"
        )


@policy.command()
@click.argument("version", type=int)
@why
def rollback(version: int, why: str) -> None:
    """Make the rules of an old VERSION hold again, as a new version."""
    with running_services(read_settings()) as services:
        made = services.book.roll_back(editor(why), version=version)
        services.law.judge_waiting(services.transactions)
    click.echo(f"Version {made} holds, with the rules of version {version}.")


def language_of(text: str, given: str | None) -> Language:
    """The language that was named, or the one whose letters the text has."""
    if given:
        return cast("Language", given)
    return "ru" if any(ord(char) in CYRILLIC for char in text) else "en"


def iso(moment: datetime) -> str:
    """A moment to the second."""
    return moment.isoformat(timespec="seconds")
