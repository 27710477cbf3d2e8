"""What stands around a match: the owner of an age, and what makes a phrase a title."""

from collections.abc import Callable, Sequence

from service.policy import morphology
from service.policy.meaning import Token

Surface = Callable[[Token], str]

_NEAR = 4  # words looked at on either side
_TITLE_NEAR = 3
_PERSON_ENDINGS = ("er", "or", "ist", "ian", "ers", "ors", "ists", "ians", "man", "woman", "ess")
_LONGEST_GAP = 3
_ARTICLES = frozenset({"a", "an", "the", "his", "her", "their", "its"})
_THINGS = frozenset({"<thing>", "<animal>", "<drink>"})


def belongs_to_thing(
    tokens: Sequence[Token], start: int, end: int, surface: Surface, *, may_follow: bool
) -> bool:
    """Whether the age in tokens[start:end] is that of a thing or an animal."""
    return _thing_precedes(tokens, start, surface) or (
        may_follow and _thing_follows(tokens, end, surface)
    )


def stands_as_title(tokens: Sequence[Token], start: int, end: int) -> bool:
    """Whether tokens[start:end] are a title: alone in the clause, or beside a song or a film.

    So 'beach boys' and 'a beach boys concert' are the band, 'beach boys with a kite' is not.
    """
    while start > 0 and tokens[start].glued and tokens[start - 1].text in _ARTICLES:
        start -= 1
    before = _clause(tokens, range(start - 1, max(-1, start - 1 - _TITLE_NEAR), -1), step=1)
    after = _clause(tokens, range(end, min(end + _TITLE_NEAR, len(tokens))), step=0)
    if not before and not after:
        return True
    if after and _is(after[0], "showing"):
        return True
    return any(_is(token, "work") for token in (*before, *after))


def _clause(tokens: Sequence[Token], places: range, *, step: int) -> list[Token]:
    """The words at these places, up to where the clause ends."""
    found: list[Token] = []
    for place in places:
        if not tokens[place + step].glued:
            break
        found.append(tokens[place])
    return found


def _thing_follows(tokens: Sequence[Token], end: int, surface: Surface) -> bool:
    """'12-year-old single malt', «трёхлетний конь»: the head of what follows in the clause."""
    if tokens[end - 1].text.endswith("'s"):
        return False  # 'a five-year-old's painting' is not about a painting's age
    seen = False
    for place in range(end, min(end + _NEAR, len(tokens))):
        token = tokens[place]
        if not token.glued or _is(token, "function") or _acts_on(tokens, place):
            break
        if morphology.is_russian(token.text):
            kind = _russian(token, surface)
            if kind == "modifier":
                continue
            return kind == "thing" and not _is(token, "age")
        if _is(token, "person"):
            return False
        if _is_thing(token):
            seen = True
        elif seen and token.text.endswith(_PERSON_ENDINGS):
            return False
        elif _is(token, "ing") and not seen:
            break
    return seen


def _acts_on(tokens: Sequence[Token], place: int) -> bool:
    """Whether a word in -ing has an object: 'painting a fence', unlike 'painting on wood'."""
    if not tokens[place].text.endswith("ing") or place + 1 >= len(tokens):
        return False
    after = tokens[place + 1]
    if not after.glued:
        return False
    return after.text in _ARTICLES or (tokens[place].text == "building" and _is_thing(after))


def _thing_precedes(tokens: Sequence[Token], start: int, surface: Surface) -> bool:
    """'the house is 8 years old', «кот 7 лет»: the word that the age is said of.

    Across a comma only animals and drinks count: 'piano, 9 years old' is about a player.
    """
    place = start - 1
    while place >= 0 and place >= start - _LONGEST_GAP and _is(tokens[place], "copula"):
        place -= 1
    if place < 0 or any(_is(t, "beside") for t in tokens[max(0, place - 2) : place]):
        return False
    token = tokens[place]
    if not tokens[place + 1].glued:
        return _is(token, "animal") or _is(token, "drink")
    if morphology.is_russian(token.text):
        return _russian(token, surface) == "thing" and not _is(token, "childlike")
    return _is_thing(token)


def _russian(token: Token, surface: Surface) -> str:
    if _is_thing(token):
        return "thing"
    if _is(token, "person") or _is(token, "function"):
        return "other"
    return morphology.russian_kind(surface(token))


def _is(token: Token, name: str) -> bool:
    return f"<{name}>" in token.part.labels


def _is_thing(token: Token) -> bool:
    return not token.part.labels.isdisjoint(_THINGS)
