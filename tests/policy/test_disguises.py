"""Words in disguise: decoration never changes a verdict, and no text breaks the gate."""

import random
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.policy.gate import Gate
from service.policy.normalise import fold, views
from service.policy.shipped import shipped_rules
from tests.policy import disguises
from tests.policy.corpus import slice_of

GATE = Gate([shipped_rules()])
WORDS = [
    *("girl", "children", "babies", "toddler", "kids", "infant", "teenagers", "schoolboy"),
    *("дети", "девочка", "малыш", "ребёнок", "мальчиками", "подросток", "школьницы", "младенцу"),
]
HARMLESS = ["cowboy", "canteen", "mountain", "kidney", "деталь", "девушка", "озеро", "метель"]
NAMES = sorted(disguises.DECORATIONS)
INSIDE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u0301\u0336\u20dd\u202a\u202c\u2066\u2069"


@given(st.sampled_from(WORDS), st.sampled_from(NAMES), st.randoms(use_true_random=False))
@settings(max_examples=250, deadline=None)
def test_one_disguise_never_hides_a_word(word: str, name: str, rng: random.Random) -> None:
    """Each way of hiding, on its own, leaves the word refused."""
    text = disguises.DECORATIONS[name](word, rng)
    assert GATE.verdict(f"{text} by the sea", "").blocked, text


@given(st.sampled_from(WORDS), st.lists(st.tuples(st.integers(0, 9), st.sampled_from(INSIDE))))
@settings(max_examples=150, deadline=None)
def test_marks_and_invisible_characters_anywhere_change_nothing(
    word: str, inserted: list[tuple[int, str]]
) -> None:
    """Any number of them at any place."""
    letters = list(word)
    for place, character in inserted:
        letters.insert(1 + place % len(word), character)
    assert GATE.verdict("".join(letters), "").blocked


@given(
    st.sampled_from(WORDS),
    st.sampled_from(["case", "invisible", "fullwidth"]),
    st.sampled_from(["homoglyph", "leet", "stretch", "marks"]),
    st.randoms(use_true_random=False),
)
@settings(max_examples=120, deadline=None)
def test_two_disguises_at_once_hide_nothing(
    word: str, second: str, first: str, rng: random.Random
) -> None:
    """Look-alikes in odd case with invisible letters between."""
    once = disguises.DECORATIONS[first](word, rng)
    assert GATE.verdict(disguises.DECORATIONS[second](once, rng), "").blocked


@given(st.sampled_from(HARMLESS), st.sampled_from(NAMES), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_disguising_a_harmless_word_makes_no_child_of_it(
    word: str, name: str, rng: random.Random
) -> None:
    """A cowboy stays one."""
    text = disguises.DECORATIONS[name](word, rng)
    assert not GATE.verdict(f"{text} at noon", "").blocked, text


@given(st.text(st.characters(), max_size=300))
@settings(max_examples=300, deadline=None)
def test_no_text_raises_and_spans_lie_inside(text: str) -> None:
    """Any Unicode, lone surrogates included, gets a verdict."""
    verdict = GATE.verdict(text, "")
    if verdict.blocked:
        assert verdict.start is not None
        assert verdict.end is not None
        assert 0 <= verdict.start < verdict.end <= len(text)
        assert verdict.matched == text[verdict.start : verdict.end]


@given(st.sampled_from(WORDS), st.integers(0, 9), st.sampled_from(["&#{};", "&#x{:x};", "%"]))
@settings(max_examples=120, deadline=None)
def test_an_escaped_letter_is_read(word: str, place: int, how: str) -> None:
    """As an entity of HTML or as bytes of an address; the span holds the escape."""
    at = place % len(word)
    letter = word[at]
    escaped = quote(letter.encode(), safe="") if how == "%" else how.format(ord(letter))
    if escaped == letter:
        escaped = f"%{ord(letter):02X}"
    text = f"see {word[:at]}{escaped}{word[at + 1 :]} run"
    verdict = GATE.verdict(text, "")
    assert verdict.blocked, text
    assert verdict.start is not None
    assert verdict.start >= len("see ")


@pytest.mark.parametrize("text", ["100% cotton", "a & b; c", "50%25 off", "&nbsp;boat&amp;oar"])
def test_what_only_looks_escaped_is_let_through(text: str) -> None:
    """Percentages and ampersands are no disguise."""
    assert not GATE.verdict(text, "").blocked


PIECES = [
    "b",
    "о",
    "y",
    "1",
    " ",
    "-",
    "year",
    "old",
    "лет",
    "5",
    "\u202e",
    "\u202c",
    "minor",
    "'s",
]


@given(
    st.lists(st.sampled_from([*PIECES, *WORDS, "½", "👶", "@", "*", "\n", "goat kid"]), max_size=40)
)
@settings(max_examples=150, deadline=None)
def test_no_jumble_of_meaningful_pieces_raises(pieces: list[str]) -> None:
    """What rules look at, in any order."""
    GATE.verdict("".join(pieces), "")


@given(st.text(max_size=200))
@settings(max_examples=120, deadline=None)
def test_folding_knows_where_each_character_came_from(text: str) -> None:
    """Every folded character has a place in the original, in order."""
    folded = fold(text)
    assert len(folded.starts) == len(folded.text)
    assert list(folded.starts) == sorted(folded.starts)
    assert all(0 <= place < len(text) for place in folded.starts)


def test_short_i_and_yo_are_kept_apart_from_marks() -> None:
    """й typed as one character or two folds alike, and so does ё."""
    assert fold("й ё").text == fold("и\u0306 е\u0308").text == "и е"


def test_an_override_is_read_as_it_is_seen() -> None:
    """Stored order and visible order are both looked at."""
    assert [v.text for v in views("a \u202eyob\u202c z")] == ["a yob z", "a boy z"]


@pytest.mark.parametrize("name", ["case", "marks", "decomposed", "invisible"])
def test_queries_of_the_corpus_keep_their_verdict(name: str) -> None:
    """What changes no letter changes no verdict: whole plain queries, both labels."""
    rng = random.Random(7)
    plain = {"plain", "inflection", "everyday", "scenery", "adult"}
    rows = [row for row in slice_of("worked") if row.kind in plain]
    for row in rows[::3]:
        words = row.query.split(" ")
        hidden = " ".join(
            disguises.DECORATIONS[name](w, rng) if len(w) > 2 and w.isalpha() else w for w in words
        )
        assert GATE.verdict(hidden, "").blocked == row.is_blocked, hidden
