"""The one gate: every text that people search by, import or train on passes here or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.domain import AllowedQuery
from service.errors import LegallyUnavailable
from service.policy.matcher import Matcher
from service.policy.normalise import views
from service.policy.rules import DISCLAIMER, RuleSet


class Refused(LegallyUnavailable):
    """{disclaimer}"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says of one text; start and end count in the text as it was given."""

    blocked: bool
    policy_version: int
    rule: str | None = None
    matched: str | None = None
    start: int | None = None
    end: int | None = None
    disclaimer: str = DISCLAIMER


class Gate:
    """All rule sets of one policy version, compiled."""

    def __init__(self, rulesets: Sequence[RuleSet]) -> None:
        self._matchers = [Matcher(rules) for rules in rulesets]
        self.policy_version = max((r.version for r in rulesets), default=0)

    def verdict(self, text: str, country: str) -> Verdict:
        """Judge a text for an asker from there; an unknown country meets every rule set."""
        folded_views = views(text)
        for matcher in self._matchers:
            if not matcher.rules.holds_in(country):
                continue
            for folded in folded_views:
                match = matcher.first_match(folded)
                if match:
                    start, end = folded.span(match.start, match.end)
                    return Verdict(
                        blocked=True,
                        policy_version=self.policy_version,
                        rule=match.rule,
                        matched=text[start:end],
                        start=start,
                        end=end,
                        disclaimer=matcher.rules.disclaimer,
                    )
        return Verdict(blocked=False, policy_version=self.policy_version)

    def allow(self, text: str, asker_country: str) -> AllowedQuery:
        """The text as something that may be searched by, or Refused with the disclaimer."""
        verdict = self.verdict(text, asker_country)
        if verdict.blocked:
            raise Refused(
                disclaimer=verdict.disclaimer,
                policy_version=verdict.policy_version,
                rule=verdict.rule,
            )
        return AllowedQuery(text=text, policy_version=self.policy_version)
