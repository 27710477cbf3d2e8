"""Says a claim in English."""

from random import Random

from sample.claim import MANY, Claim, Mention, is_person
from sample.things import KINDS, LOOKS
from sample.words import table

PHRASES = table("phrases")
RIDDEN = {"horse", "bicycle"}
RELATIONS = {
    "above": ("above", "over"),
    "under": ("under", "below"),
    "on": ("on",),
    "with": ("with", "holding"),
    "left": ("to the left of", "on the left of"),
    "right": ("to the right of", "on the right of"),
    "beside": ("next to", "beside"),
    "beneath": ("under",),
    "held": ("and",),
}


def caption(claim: Claim, rng: Random) -> str:
    """A plain sentence or phrase."""
    core = _core(claim, rng)
    pieces = _circumstances(claim, rng)
    if len(pieces) > 1 and rng.random() < 0.25:
        return " ".join((pieces.pop(), core, *pieces))
    return " ".join((core, *pieces))


def request(claim: Claim, rng: Random) -> str:
    """The same, asked for."""
    frame: str = rng.choice(PHRASES["requests"]["en"])
    return frame.format(" ".join((_core(claim, rng, finite=False), *_circumstances(claim, rng))))


def keywords(claim: Claim, rng: Random) -> str:
    """Bare words, as hurried people type them."""
    nouns = [_phrase(mention, rng, article=False) for mention in claim.mentions]
    if claim.place:
        words = _said("places", claim.place, rng).split()
        nouns.extend(word for word in words[1:] or words if word not in {"a", "the"})
    return " ".join(nouns)


def scenery(claim: Claim, rng: Random) -> str:
    """A claim about the place, the time or the weather alone."""
    said = (("places", claim.place), ("times", claim.time), ("weathers", claim.weather))
    nouns = [LOOKS[what][name]["noun_en"] for what, name in said if name]
    if len(nouns) == 1 and rng.random() < 0.4:
        frame: str = rng.choice(PHRASES["requests"]["en"])
        return frame.format(f"the {nouns[0]}")
    return " ".join(nouns)


def _said(what: str, name: str, rng: Random) -> str:
    words: list[str] = LOOKS[what][name]["en"]
    return words[0] if rng.random() < 0.6 else rng.choice(words)


def _circumstances(claim: Claim, rng: Random) -> list[str]:
    pieces = [_said("places", claim.place, rng)] if claim.place else []
    if claim.time:
        pieces.append(_said("times", claim.time, rng))
    if claim.weather and LOOKS["weathers"][claim.weather]["en"]:
        pieces.append(_said("weathers", claim.weather, rng))
    return pieces


def _core(claim: Claim, rng: Random, *, finite: bool = True) -> str:
    first = _phrase(claim.mentions[0], rng)
    verb = _verb(claim.mentions[0], rng, finite=finite)
    if len(claim.mentions) == 1:
        return f"{first}{verb}"
    second = _phrase(claim.mentions[1], rng)
    if claim.relation in {None, "none"}:
        return f"{first}{verb} and {second}{_verb(claim.mentions[1], rng, finite=finite)}"
    if claim.relation in {"left", "right"} and rng.random() < 0.25:
        sides = ("left", "right") if claim.relation == "left" else ("right", "left")
        return f"{first} on the {sides[0]} and {second} on the {sides[1]}"
    kind = claim.mentions[1].kind
    if (
        claim.relation == "on"
        and kind in RIDDEN
        and is_person(claim.mentions[0])
        and rng.random() < 0.4
    ):
        return f"{first} riding {second}"
    word = (
        "in"
        if claim.relation == "on" and kind == "boat"
        else rng.choice(RELATIONS[claim.relation or ""])
    )
    return f"{first}{verb} {word} {second}"


def _verb(mention: Mention, rng: Random, *, finite: bool) -> str:
    if mention.pose is None:
        return ""
    one, many, gerund = PHRASES["verbs"][mention.pose]["en"]
    plural = mention.count is not None
    choice = rng.random() if finite else 0.0
    if choice < 0.4:
        return f" {gerund}"
    if choice < 0.75:
        return f" {'are' if plural else 'is'} {gerund}"
    return f" {many if plural else one}"


def _phrase(mention: Mention, rng: Random, *, article: bool = True) -> str:
    words: list[str] = []
    plural = mention.count is not None
    if mention.size:
        words.append(_said("sizes", mention.size, rng))
    dressed = is_person(mention)
    if mention.colour and not dressed:
        words.append(_colour(mention.colour, rng))
    words.append(_noun(mention, rng)[1 if plural else 0])
    if mention.count:
        number: str = PHRASES["numbers"]["en"][mention.count - 1]
        words.insert(0, number if rng.random() < 0.85 else str(mention.count))
    elif mention.count == MANY and rng.random() < 0.15:
        words.insert(0, "several" if rng.random() < 0.5 else "some")
    elif not plural and article:
        words.insert(0, "an" if words[0][0] in "aeiou" else "a")
    if mention.colour and dressed:
        words.append(_clothes(mention, rng, plural=plural))
    return " ".join(words)


def _colour(name: str, rng: Random) -> str:
    words: list[str] = LOOKS["colours"][name]["en"]
    return words[0] if rng.random() < 0.85 else rng.choice(words)


def _noun(mention: Mention, rng: Random) -> tuple[str, str]:
    if mention.word != mention.kind:
        one, many = rng.choice(PHRASES["families"][mention.word]["en"]).split("/")
        return one, many
    names = KINDS[mention.kind].en
    return names[0] if rng.random() < 0.75 else rng.choice(names)


def _clothes(mention: Mention, rng: Random, *, plural: bool) -> str:
    colour = _colour(mention.colour or "", rng)
    garment = PHRASES["clothes"].get(mention.kind)
    if garment is None or plural or mention.word != mention.kind or rng.random() < 0.45:
        return f"in {colour}" if rng.random() < 0.8 else f"in {colour} clothes"
    return f"in {'an' if colour[0] in 'aeiou' else 'a'} {colour} {garment[0]}"
