"""A pair's card for people: what it is made of, what it learned from, how well it does."""

from collections.abc import Mapping
from typing import Any

from service.encoder.pair.folder import Card

HEAD = ("recall@1", "recall@5", "recall@10", "MRR", "captions", "gallery")
NAMES = {"control": "control, pictures swapped", "without": "without the adapter"}
KEYS = ("recall_at_1", "recall_at_5", "recall_at_10", "mrr", "captions", "gallery")


def readme(name: str, card: Card) -> str:
    """The card in Markdown."""
    learned, data = card.learned, card.learned["data"]
    left_out = ", ".join(
        f"{count} {reason.replace('_', ' ')}" for reason, count in data["left_out"].items()
    )
    found = learned["out_of_fold"]
    control = "control" if "control" in learned else "without"
    return f"""# The pair {name}

- Picture tower: `{card.picture.spec}` ({card.picture.width} numbers)
- Text tower: `{card.text.spec}` ({card.text.width} numbers)
- Method: {learned["method"]}, {card.dimension} dimensions; {how(learned)}
- Learned from {data["pictures"]} pictures with {data["captions"]} captions, fingerprint
  `{data["fingerprint"][:16]}`, under version {data["policy_version"]} of the rules
- Left out: {left_out}
{classes(learned)}- Seed {learned["seed"]}

Captions looking for their own picture, {found["folds"]} folds, each under what was learned without
the fold:

| | {" | ".join(HEAD)} |
|---|{"---|" * len(HEAD)}
{row("out of fold", found)}
{row(NAMES[control], learned[control])}
{unnamed(learned)}"""


def classes(learned: Mapping[str, Any]) -> str:
    """Whether names of the picture tower's classes count, where it knows any."""
    if "classes" not in learned:
        return ""
    told, setting = learned["classes"], learned["setting"]
    of = f"{told['named']} classes of the picture tower, {told['refused']} refused"
    if not setting["naming"]:
        return f"- Class names: tried and left out, since they find no more; {of}\n"
    counts = f"weight {setting['naming']:g}, sharpness {setting['sharpness']:g}"
    return f"- Class names: {counts}; {of}\n"


def unnamed(learned: Mapping[str, Any]) -> str:
    """The row of figures without class names, where these count."""
    if "classes" not in learned or not learned["setting"]["naming"]:
        return ""
    return row("out of fold, without class names", learned["classes"]["without"]) + "\n"


def how(learned: Mapping[str, Any]) -> str:
    """The setting in words, and for an adapter what judges say of it."""
    chosen = learned["setting"]
    if "spearman" in learned:
        told = learned["spearman"]
        return (
            f"ridge {chosen['strength']:g}; agreement with {learned['data']['judgements']} "
            f"judgements (Spearman) {told['adapted']}, without it {told['without']}"
        )
    seen, said = chosen["regularisation"]
    method = chosen.get("method", "cca")
    if method == "ridge":
        return f"ridge {said:g} for texts"
    began = f"{chosen['steps']} steps from " if method == "contrastive" else ""
    return began + (
        f"regularisation {seen:g} for pictures and {said:g} for texts, directions weighted by "
        f"their correlation to the power {chosen['weight']:g}"
    )


def row(name: str, found: Mapping[str, Any]) -> str:
    """One row of figures."""
    return f"| {name} | " + " | ".join(f"{found[key]:g}" for key in KEYS) + " |"
