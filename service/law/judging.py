"""Pictures before the law: their texts are judged, and what may not be shown is held back."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NoReturn

import structlog
from sqlalchemy import Connection

from service.db import evidence, restrictions
from service.db.evidence import Evidence
from service.db.restrictions import Restriction
from service.errors import LegallyUnavailable
from service.law.live_gate import InForce, Law, LiveGate
from service.policy.rules import DISCLAIMER
from service.transaction import Transactions

log = structlog.get_logger()

BATCH = 100


class PictureRestricted(LegallyUnavailable):
    """{disclaimer}"""


@dataclass(frozen=True, slots=True)
class PictureLaw:
    """Decides which pictures may be shown to whom."""

    gate: LiveGate

    def judge(self, conn: Connection, image_keys: Sequence[int]) -> None:
        """Judge these pictures' texts in the transaction that brought them."""
        restrictions.lock(conn, image_keys)
        self._note(conn, image_keys, self.gate.in_force(), changed=image_keys)

    def hidden(
        self, conn: Connection, image_keys: Sequence[int], countries: Sequence[str]
    ) -> set[int]:
        """Which of these may not be shown to askers from there.

        Pictures that the rules in force have not judged yet are judged on the spot.
        """
        kept_back = restrictions.hidden(conn, image_keys, countries)
        found = self.gate.in_force()
        rest = [key for key in image_keys if key not in kept_back]
        unjudged = restrictions.stale(conn, rest, version=found.version)
        if unjudged:
            kept_back |= {
                one.image_key
                for one in broken(evidence.of_pictures(conn, unjudged), found)
                if meets(one.countries, countries)
            }
        return kept_back

    def refuse_if_hidden(self, conn: Connection, image_key: int, countries: Sequence[str]) -> None:
        """Raise when this picture may not be shown to askers from there."""
        if self.hidden(conn, [image_key], countries):
            self.refuse()

    def refuse(self) -> NoReturn:
        """Refuse a picture with the law's own words."""
        found = self.gate.in_force()
        disclaimers = [rules.disclaimer for rules in found.rulesets] or [DISCLAIMER]
        raise PictureRestricted(disclaimer=disclaimers[0], policy_version=found.version)

    def judge_waiting(self, transactions: Transactions, *, batch: int = BATCH) -> int:
        """Judge every picture whose texts or rules have changed; answers how many there were.

        Restrictions are added as pictures are judged, and what the newer rules no longer
        ask for is lifted when all have been: hidden first, shown later.
        """
        judged = 0
        found = self.gate.complete()
        while True:
            with transactions() as transaction:
                conn = transaction.conn
                waiting = restrictions.lock_stale(conn, version=found.version, most=batch)
                changed = [one.image_key for one in waiting if one.texts_changed]
                self._note(conn, [one.image_key for one in waiting], found, changed=changed)
                if not waiting:
                    lifted = restrictions.forget_outdated(conn, version=found.version)
                    break
            judged += len(waiting)
        if judged or lifted:
            log.info("pictures judged", version=found.version, pictures=judged, lifted=lifted)
        return judged

    def _note(
        self,
        conn: Connection,
        image_keys: Sequence[int],
        found: InForce,
        *,
        changed: Sequence[int],
    ) -> None:
        if not image_keys:
            return
        said = list(broken(evidence.of_pictures(conn, image_keys), found))
        restrictions.add(conn, said, version=found.version)
        # What changed texts say again keeps its date; what they no longer say goes at once.
        restrictions.forget(conn, changed, but=said)
        # Half-compiled rules are stricter than meant: what they say is looked at again.
        restrictions.mark_judged(conn, image_keys, version=found.version if found.complete else 0)


def broken(texts: Iterable[Evidence], found: InForce) -> Iterator[Restriction]:
    """The restrictions that the rules ask for, each once."""
    seen: set[tuple[int, str, tuple[str, ...]]] = set()
    for one in texts:
        for law in found.laws:
            restriction = judged(one, law)
            if restriction is None:
                continue
            place = (one.image_key, one.kind, restriction.countries)
            if place not in seen:
                seen.add(place)
                yield restriction


def judged(one: Evidence, law: Law) -> Restriction | None:
    """What one law makes of one text: nothing, or a restriction with the words that broke it."""
    verdict = law.gate.verdict(one.text, "")
    if not verdict.blocked:
        return None
    countries = tuple(sorted(country.upper() for country in law.countries))
    return Restriction(one.image_key, one.kind, countries, f"{verdict.rule}: {verdict.matched}")


def meets(rule_countries: Sequence[str], asker_countries: Sequence[str]) -> bool:
    """Whether askers from there meet a rule that holds in these countries."""
    return (
        not asker_countries
        or "*" in rule_countries
        or not set(asker_countries).isdisjoint(rule_countries)
    )
