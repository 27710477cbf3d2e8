"""What a release ships anew is brought into the stored rules without touching an admin's edits."""

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from service.policy.rules import Phrase, RuleSet, Term
from service.policy.shipped import shipped_rules


def plain(rules: RuleSet) -> dict[str, object]:
    """The rules as a fact is stored."""
    document: dict[str, object] = json.loads(json.dumps(rules.to_json()))
    return document


@cache
def shipped_fact() -> dict[str, object]:
    """What this release ships, so written."""
    return plain(shipped_rules())


def merged(stored: Sequence[RuleSet], *, before: RuleSet, now: RuleSet) -> tuple[RuleSet, ...]:
    """The stored rules with what the release changed since the last one."""
    gone: list[Term | Phrase] = [
        *(set(before.blocked) - set(now.blocked)),
        *(set(before.allowed) - set(now.allowed)),
    ]
    old_blocked, old_allowed = set(before.blocked), set(before.allowed)

    def follow(rules: RuleSet) -> RuleSet:
        if rules.countries != before.countries:
            return rules
        changed = rules.edited(
            version=rules.version,
            block=[term for term in now.blocked if term not in old_blocked],
            allow=[phrase for phrase in now.allowed if phrase not in old_allowed],
            remove=gone,
        )
        return replace(
            changed,
            ages=now.ages if rules.ages == before.ages else rules.ages,
            classes=now.classes if rules.classes == before.classes else rules.classes,
        )

    return tuple(follow(rules) for rules in stored)
