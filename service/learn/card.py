"""A pair's card for people: what it is made of, what it learned from, how well it does."""

from collections.abc import Mapping
from typing import Any

from service.encoder.pair.folder import Card

HEAD = ("recall@1", "recall@5", "recall@10", "MRR", "captions", "gallery")
KEYS = ("recall_at_1", "recall_at_5", "recall_at_10", "mrr", "captions", "gallery")


def readme(name: str, card: Card) -> str:
    """The card in Markdown."""
    learned, data = card.learned, card.learned["data"]
    left_out = ", ".join(
        f"{count} {reason.replace('_', ' ')}" for reason, count in data["left_out"].items()
    )
    chosen, found = learned["setting"], learned["out_of_fold"]
    seen, said = chosen["regularisation"]
    return f"""# The pair {name}

- Picture tower: `{card.picture.spec}` ({card.picture.width} numbers)
- Text tower: `{card.text.spec}` ({card.text.width} numbers)
- Alignment: {learned["method"]}, {card.dimension} dimensions; regularisation {seen:g} for pictures
  and {said:g} for texts; directions weighted by their correlation to the power {chosen["weight"]:g}
- Learned from {data["pictures"]} pictures with {data["captions"]} captions, fingerprint
  `{data["fingerprint"][:16]}`, under version {data["policy_version"]} of the rules
- Left out: {left_out}
- Seed {learned["seed"]}

Captions looking for their own picture, {found["folds"]} folds, each under an alignment that has not
seen the fold:

| | {" | ".join(HEAD)} |
|---|{"---|" * len(HEAD)}
{row("out of fold", found)}
{row("control, pictures swapped", learned["control"])}
"""


def row(name: str, found: Mapping[str, Any]) -> str:
    """One row of figures."""
    return f"| {name} | " + " | ".join(f"{found[key]:g}" for key in KEYS) + " |"
