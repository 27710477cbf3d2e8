"""Terms as a file that people edit: a line an entry, its fields parted by tabs."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import cast, get_args

from service.errors import Invalid
from service.law.entries import check
from service.policy.rules import Language, Phrase, RuleSet, Term

HEADER = "kind\tlanguage\tcompounds\ttext"
BLOCKED, ALLOWED, COMPOUNDS = "blocked", "allowed", "compounds"


class BadTermsLine(Invalid):
    """Line {line} cannot be read: {reason}. Nothing was changed.

    A line is: blocked or allowed, a language (en, ru or any), compounds or -, and the text, with
    tabs between them.
    """


class BadRulesDocument(Invalid):
    """The file is no JSON document of rule sets: {reason}. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The entries of one rule set that a file holds."""

    blocked: tuple[Term, ...]
    allowed: tuple[Phrase, ...]

    @property
    def entries(self) -> tuple[Term | Phrase, ...]:
        """Both kinds."""
        return (*self.blocked, *self.allowed)


def written(blocked: Iterable[Term], allowed: Iterable[Phrase]) -> Iterator[str]:
    """The lines of the file that read() understands."""
    yield HEADER
    for term in blocked:
        flag = COMPOUNDS if term.compounds else "-"
        yield f"{BLOCKED}\t{term.language}\t{flag}\t{term.text}"
    for phrase in allowed:
        yield f"{ALLOWED}\t{phrase.language}\t-\t{phrase.text}"


def read(text: str) -> Terms:
    """The entries of a file; blank lines, comments and the header are passed over."""
    blocked: list[Term] = []
    allowed: list[Phrase] = []
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        bare = line.removesuffix("\r")
        if not bare.strip() or bare.startswith("#") or bare == HEADER:
            continue
        entry = read_line(number, bare)
        if isinstance(entry, Term):
            blocked.append(entry)
        else:
            allowed.append(entry)
    return Terms(tuple(blocked), tuple(allowed))


def read_line(number: int, line: str) -> Term | Phrase:
    """One entry, or what is wrong with the line."""
    fields = line.split("\t")
    if len(fields) != 4:  # noqa: PLR2004 - the fields that the header names
        raise BadTermsLine(line=number, reason=f"it has {len(fields)} fields instead of 4")
    kind, language, flag, text = fields
    if kind not in {BLOCKED, ALLOWED}:
        raise BadTermsLine(line=number, reason=f"{kind!r} is neither blocked nor allowed")
    if flag not in {COMPOUNDS, "-", ""}:
        raise BadTermsLine(line=number, reason=f"{flag!r} is neither compounds nor -")
    if language not in get_args(Language):
        raise BadTermsLine(line=number, reason=f"{language!r} is no language of the gate")
    spoken = cast("Language", language)
    entry = Phrase(text, spoken) if kind == ALLOWED else Term(text, spoken, flag == COMPOUNDS)
    try:
        check(entry)
    except Invalid as error:
        raise BadTermsLine(line=number, reason=error.message.rstrip(".")) from error
    return entry


def written_whole(rulesets: Sequence[RuleSet]) -> str:
    """All rule sets with everything in them, as JSON."""
    return json.dumps([rules.to_json() for rules in rulesets], ensure_ascii=False, indent=1)


def is_whole(text: str) -> bool:
    """Whether a file holds whole rule sets rather than lines of terms."""
    return text.removeprefix("\ufeff").lstrip()[:1] in {"[", "{"}


def read_whole(text: str) -> list[RuleSet]:
    """The rule sets of a JSON document."""
    try:
        document = json.loads(text.removeprefix("\ufeff"))
    except ValueError as error:
        raise BadRulesDocument(reason=str(error)) from error
    documents = document if isinstance(document, list) else [document]
    if not all(isinstance(one, dict) for one in documents):
        raise BadRulesDocument(reason="a rule set is an object")
    return [RuleSet.from_json(one) for one in documents]
