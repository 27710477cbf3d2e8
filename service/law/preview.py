"""What an edit would change, before it is saved: searches, pictures, training pairs, samples."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from sqlalchemy import Connection, Engine

from service.db import evidence, kept_queries, lawful_pairs, restrictions
from service.db.engine import connection
from service.db.restrictions import Restriction
from service.law.book import Drafted
from service.law.diff import RuleSetDiff, differences
from service.law.judging import broken
from service.law.live_gate import InForce, LiveGate, compiled
from service.policy.gate import Verdict

# So many are judged while somebody waits: a gate reads some ten thousand texts a second.
MOST_PICTURES = 10_000
MOST_TEXTS = 30_000
MOST_SEARCHES = 3_000
MOST_EXAMPLES = 200
SAMPLES = 12
BATCH = 1_000

# Keys before and after.
Sides = tuple[set[int], set[int]]


@dataclass(frozen=True, slots=True)
class TextChange:
    """One text with what both versions say of it."""

    text: str
    before: Verdict
    after: Verdict
    searches: int = 0

    @property
    def changes(self) -> bool:
        """Whether the edit decides otherwise."""
        return self.before.blocked != self.after.blocked

    @property
    def told(self) -> Verdict:
        """The verdict that names the rule: the one that refuses, if either does."""
        return self.after if self.after.blocked else self.before


@dataclass(frozen=True, slots=True)
class PictureSample:
    """A picture that the edit hides or shows, with the words that do it."""

    image_id: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Affected:
    """How many there are of a kind, and some of them."""

    count: int = 0
    samples: tuple[PictureSample, ...] = ()


@dataclass(frozen=True, slots=True)
class Searched:
    """Recent searches that would be answered otherwise; looked_at is 0 where none are kept."""

    looked_at: int = 0
    refused: tuple[TextChange, ...] = ()
    allowed: tuple[TextChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """Everything that an admin should know before saving."""

    base: int
    diff: list[RuleSetDiff]
    searched: Searched
    examples: tuple[TextChange, ...]
    pictures: int
    looked_at: int
    hidden: Affected
    shown: Affected
    pairs_excluded: int
    pairs_included: int


@dataclass(slots=True)
class Judged:
    """What one version makes of the pictures: where each is hidden, and by which words."""

    places: dict[int, set[str]] = field(default_factory=dict)
    reasons: dict[int, str] = field(default_factory=dict)

    def note(self, one: Restriction) -> None:
        """Add what one text has done."""
        self.places.setdefault(one.image_key, set()).update(one.countries)
        self.reasons.setdefault(one.image_key, one.reason)


@dataclass(frozen=True, slots=True)
class Previews:
    """Looks ahead for the admins of one installation."""

    engine: Engine
    gate: LiveGate

    def of(self, drafted: Drafted, *, examples: Sequence[str] = ()) -> Preview:
        """What the draft would change; nothing is written."""
        old = self.gate.complete()
        new = compiled(drafted.before.version + 1, drafted.rulesets)
        with connection(self.engine) as conn:
            keys = lawful_pairs.newest_pictures(conn, most=MOST_PICTURES)
            before, after = stored(conn, keys, old), judged(conn, keys, new)
            held = lawful_pairs.held_back(conn, keys)
            fixed = held | lawful_pairs.consented(conn, keys)
            hidden = [k for k in after.places if k not in fixed and wider(after, before, k)]
            shown = [k for k in before.places if k not in fixed and wider(before, after, k)]
            pairs = Pairs(
                refused=refused_queries(conn, (old, new)),
                hidden=(before.places.keys() - fixed, after.places.keys() - fixed),
                held=held,
            )
            return Preview(
                base=drafted.before.version,
                diff=differences(drafted.before.rulesets, drafted.rulesets),
                searched=searched(conn, old, new),
                examples=tuple(judged_texts(examples[:MOST_EXAMPLES], old, new)),
                pictures=lawful_pairs.pictures(conn),
                looked_at=len(keys),
                hidden=affected(conn, hidden, after),
                shown=affected(conn, shown, before),
                pairs_excluded=pairs.leaving(conn, now=1, otherwise=0),
                pairs_included=pairs.leaving(conn, now=0, otherwise=1),
            )


def stored(conn: Connection, image_keys: Sequence[int], version: InForce) -> Judged:
    """What the rules that hold have made of these pictures; what has yet to be judged is judged."""
    found = judged(conn, restrictions.stale(conn, image_keys, version=version.version), version)
    for one in lawful_pairs.by_rule(conn, image_keys):
        found.note(one)
    return found


def judged(conn: Connection, image_keys: Sequence[int], version: InForce) -> Judged:
    """What a version makes of these pictures' texts."""
    found = Judged()
    for batch in batches(image_keys):
        for one in broken(evidence.of_pictures(conn, batch), version):
            found.note(one)
    return found


def wider(one: Judged, other: Judged, image_key: int) -> bool:
    """Whether one version hides the picture somewhere where the other does not."""
    known = other.places.get(image_key, set())
    return "*" not in known and not one.places[image_key] <= known


def refused_queries(conn: Connection, versions: tuple[InForce, InForce]) -> Sides:
    """The judged queries whose text is refused to anybody, by either version."""
    texts = lawful_pairs.judged_texts(conn, most=MOST_TEXTS)
    old, new = (
        {one.query_key for one in texts if version.verdict(one.text).blocked}
        for version in versions
    )
    return old, new


@dataclass(frozen=True, slots=True)
class Pairs:
    """Which judged pairs may be trained on, before and after.

    A pair is left out when its picture is hidden from anybody, or its text is refused to anybody.
    """

    refused: Sides
    hidden: Sides
    held: set[int]

    def leaving(self, conn: Connection, *, now: int, otherwise: int) -> int:
        """How many are left out on one side and not on the other."""
        return lawful_pairs.changed(
            conn,
            image_keys=sorted(self.hidden[now] - self.hidden[otherwise]),
            query_keys=sorted(self.refused[now] - self.refused[otherwise]),
            other_images=sorted(self.hidden[otherwise] | self.held),
            other_queries=sorted(self.refused[otherwise]),
        )


def searched(conn: Connection, old: InForce, new: InForce) -> Searched:
    """The kept texts of recent searches, each as its own askers would meet it."""
    kept = kept_queries.latest(conn, most=MOST_SEARCHES)
    changes = [
        TextChange(
            one.text,
            old.verdict(one.text, one.countries),
            new.verdict(one.text, one.countries),
            one.searches,
        )
        for one in kept
    ]
    return Searched(
        looked_at=len(kept),
        refused=tuple(one for one in changes if one.changes and one.after.blocked),
        allowed=tuple(one for one in changes if one.changes and one.before.blocked),
    )


def judged_texts(texts: Iterable[str], old: InForce, new: InForce) -> Iterator[TextChange]:
    """Texts that the admin brought along, as an asker of unknown country would meet them."""
    return (TextChange(text, old.verdict(text), new.verdict(text)) for text in texts)


def affected(conn: Connection, image_keys: Sequence[int], why: Judged) -> Affected:
    """How many pictures, and the first of them."""
    first = sorted(image_keys, reverse=True)[:SAMPLES]
    known = lawful_pairs.names(conn, first)
    return Affected(
        count=len(image_keys),
        samples=tuple(PictureSample(*known[key], why.reasons[key]) for key in first),
    )


def batches(keys: Sequence[int]) -> Iterator[list[int]]:
    """Handfuls of keys."""
    rest = iter(keys)
    while batch := list(islice(rest, BATCH)):
        yield batch
