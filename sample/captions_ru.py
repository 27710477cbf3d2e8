"""Says a claim in Russian."""

from random import Random

from sample.claim import MANY, Claim, Mention, is_person
from sample.grammar_ru import Case, adjective, counted, gender, one, several, with_
from sample.things import KINDS, LOOKS
from sample.words import table

PHRASES = table("phrases")
RIDDEN = {"horse", "bicycle"}
WHICH = {"m": "который", "f": "которая", "n": "которое"}
CASES = {"nom": Case.NOM, "acc": Case.ACC, "gen": Case.GEN, "ins": Case.INS}


def caption(claim: Claim, rng: Random) -> str:
    """A plain sentence or phrase, in one of several orders of words."""
    pieces = _circumstances(claim, rng)
    if len(claim.mentions) == 2:
        core = _pair(claim, rng, Case.NOM)
    else:
        subject, verb = _subject(claim.mentions[0], rng)
        if verb and pieces and rng.random() < 0.3:
            return " ".join((*pieces, verb, subject))
        core = f"{subject} {verb}".strip()
    if pieces and rng.random() < 0.3:
        first = pieces.pop(rng.randrange(len(pieces)))
        return " ".join((first, core, *pieces))
    return " ".join((core, *pieces))


def request(claim: Claim, rng: Random) -> str:
    """The same, asked for in the case that the asking word wants."""
    case_name, frame = rng.choice(PHRASES["requests"]["ru"]).split(": ")
    case = CASES[case_name]
    if len(claim.mentions) == 2:
        core = _pair(claim, rng, case)
    else:
        mention = claim.mentions[0]
        noun = _noun(mention, rng)
        core = _phrase(mention, noun, case, rng)
        if mention.pose is not None:
            which = "которые" if mention.count is not None else WHICH[gender(noun)]
            core = f"{core}, {which} {_verb(mention, rng)}"
    if case is Case.INS:
        core = with_(core)
    return " ".join((frame.format(core), *_circumstances(claim, rng)))


def keywords(claim: Claim, rng: Random) -> str:
    """Bare words, as hurried people type them."""
    nouns = [_phrase(mention, _noun(mention, rng), Case.NOM, rng) for mention in claim.mentions]
    return " ".join((*nouns, *([_said("places", claim.place, rng)] if claim.place else [])))


def scenery(claim: Claim, rng: Random) -> str:
    """A claim about the place, the time or the weather alone."""
    said = (("places", claim.place), ("times", claim.time), ("weathers", claim.weather))
    nouns = [LOOKS[what][name]["noun_ru"].split("/") for what, name in said if name]
    if len(nouns) == 1 and rng.random() < 0.4:
        case_name, frame = rng.choice(PHRASES["requests"]["ru"]).split(": ")
        if case_name in {"nom", "acc"}:
            asked: str = frame.format(nouns[0][0 if case_name == "nom" else 1])
            return asked
    return " ".join(noun[0] for noun in nouns)


def _said(what: str, name: str, rng: Random) -> str:
    words: list[str] = LOOKS[what][name]["ru"]
    return words[0] if rng.random() < 0.6 else rng.choice(words)


def _circumstances(claim: Claim, rng: Random) -> list[str]:
    pieces = [_said("places", claim.place, rng)] if claim.place else []
    if claim.time:
        pieces.append(_said("times", claim.time, rng))
    if claim.weather and LOOKS["weathers"][claim.weather]["ru"]:
        pieces.append(_said("weathers", claim.weather, rng))
    return pieces


def _subject(mention: Mention, rng: Random) -> tuple[str, str]:
    phrase = _phrase(mention, _noun(mention, rng), Case.NOM, rng)
    return phrase, _verb(mention, rng)


def _verb(mention: Mention, rng: Random) -> str:
    if mention.pose is None:
        return ""
    words: list[str] = PHRASES["verbs"][mention.pose]["ru"]
    plural = mention.count is not None
    return rng.choice(words[1 if plural else 0 :: 2])


def _pair(claim: Claim, rng: Random, case: Case) -> str:  # noqa: PLR0911 - a way out for each relation
    a, b = claim.mentions
    noun_a, noun_b = _noun(a, rng), _noun(b, rng)
    first = _phrase(a, noun_a, case, rng)
    verb = f" {_verb(a, rng)}" if a.pose and case is Case.NOM else ""
    relation = claim.relation

    def second(other: Case) -> str:
        return _phrase(b, noun_b, other, rng)

    if relation in {None, "none"}:
        verb_b = f" {_verb(b, rng)}" if b.pose and case is Case.NOM else ""
        if verb and verb_b:
            return f"{first}{verb}, и {second(case)}{verb_b}"
        return f"{first} и {second(case)}"  # one verb for two subjects would read amiss
    if relation in {"left", "right"}:
        here, there = ("слева", "справа") if relation == "left" else ("справа", "слева")
        if case is Case.NOM and rng.random() < 0.25:
            return f"{here} {first}, {there} {second(Case.NOM)}"
        if case is Case.NOM and rng.random() < 0.2:
            return f"{here} от {second(Case.GEN)}{verb} {first}"
        return f"{first}{verb} {here} от {second(Case.GEN)}"
    if relation == "on":
        ridden = b.kind in RIDDEN and is_person(a) and case is Case.NOM and rng.random() < 0.4
        near = "в" if b.kind == "boat" else "на"
        return f"{first}{' едет' if ridden else verb} {near} {second(Case.LOC)}"
    words = {"above": "над", "under": "под", "beneath": "под", "beside": "рядом"}
    if relation in {"with", "beside", "held"}:
        link = "рядом " if relation == "beside" else ""
        return f"{first}{verb} {link}{with_(second(Case.INS))}"
    return f"{first}{verb} {words[relation or '']} {second(Case.INS)}"


def _noun(mention: Mention, rng: Random) -> str:
    if mention.word != mention.kind:
        family: str = rng.choice(PHRASES["families"][mention.word]["ru"])
        return family
    names = KINDS[mention.kind].ru
    return names[0] if rng.random() < 0.75 else rng.choice(names)


def _phrase(mention: Mention, noun: str, case: Case, rng: Random) -> str:
    dressed = is_person(mention)
    adjectives = [LOOKS["sizes"][mention.size]["ru"][0]] if mention.size else []
    if mention.colour and not dressed:
        adjectives.append(_colour(mention.colour, rng))
    words = tuple(adjectives)
    if mention.count is None:
        phrase = one(noun, words, case)
    elif mention.count == MANY:
        phrase = several(noun, words, case)
    else:
        phrase = counted(mention.count, noun, words, case)
    return f"{phrase} {_clothes(mention, rng)}" if mention.colour and dressed else phrase


def _colour(name: str, rng: Random) -> str:
    words: list[str] = LOOKS["colours"][name]["ru"]
    return words[0] if rng.random() < 0.8 else rng.choice(words)


def _clothes(mention: Mention, rng: Random) -> str:
    colour = _colour(mention.colour or "", rng)
    garment = PHRASES["clothes"].get(mention.kind)
    if mention.count is None and mention.word == mention.kind and garment and rng.random() < 0.5:
        return f"в {one(garment[1], (colour,), Case.LOC)}"
    if rng.random() < 0.2:
        return f"в {one('одежда', (colour,), Case.LOC)}"
    return f"в {adjective(colour, 'n', Case.LOC, animate=False)}"
