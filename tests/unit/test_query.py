"""What is typed is taken apart into what is wanted, what is not, and phrases."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.query import MOST_PARTS, OnlyUnwanted, Query, TooManyParts, parse, speaks

WORD = st.text(alphabet="abcdefgабвгдё0123456789", min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ("dog -snow", Query("dog", ("snow",))),
        ("собака -снег", Query("собака", ("снег",))),
        ("-snow dog", Query("dog", ("snow",))),
        ("dog −snow –rain", Query("dog", ("snow", "rain"))),
        ('dog "red ball"', Query("dog red ball", (), ("red ball",))),
        ("собака «красный мяч»", Query("собака красный мяч", (), ("красный мяч",))),
        ("dog “red ball”", Query("dog red ball", (), ("red ball",))),
        ("собака „красный мяч“", Query("собака красный мяч", (), ("красный мяч",))),
        ('dog -"deep snow"', Query("dog", ("deep snow",))),
        ('dog -snow "red ball"', Query("dog red ball", ("snow",), ("red ball",))),
        ("a well-known dog", Query("a well-known dog")),
        ("dog - snow", Query("dog - snow")),
        ("dog -- snow", Query("dog -- snow")),
        ('a 5" screen', Query('a 5" screen')),
        ('an "open end', Query('an "open end')),
        ('""', Query('""')),
        ("  dog   in  the  sun ", Query("  dog   in  the  sun ")),
    ],
)
def test_operators_are_read(typed: str, taken: Query) -> None:
    """A dash before a word keeps it out, quotation marks make a phrase, and the rest is text."""
    assert parse(typed) == taken


@pytest.mark.parametrize("typed", ["-snow", '-"deep snow"', "- -snow"])
def test_something_has_to_be_wanted(typed: str) -> None:
    """A query that only says what it does not want is explained."""
    with pytest.raises(OnlyUnwanted):
        parse(typed)


def test_there_is_an_end_to_terms() -> None:
    """Each term costs an encoding, so there are only so many."""
    allowed = "dog " + " ".join(f"-t{n}" for n in range(MOST_PARTS))
    assert len(parse(allowed).unwanted) == MOST_PARTS
    with pytest.raises(TooManyParts):
        parse(f"{allowed} -more")


@given(
    st.lists(WORD, min_size=1, max_size=6), st.lists(WORD, max_size=4), st.lists(WORD, max_size=4)
)
def test_what_is_put_together_comes_apart(
    wanted: list[str], unwanted: list[str], phrases: list[str]
) -> None:
    """Any words, written with the operators, are read as they were meant."""
    typed = " ".join([*wanted, *(f"-{one}" for one in unwanted), *(f'"{one}"' for one in phrases)])
    taken = parse(typed)
    assert taken.unwanted == tuple(unwanted)
    assert taken.phrases == tuple(phrases)
    assert taken.wanted.split() == [*wanted, *phrases]


@given(st.text(max_size=200))
def test_any_text_is_taken_apart_or_explained(typed: str) -> None:
    """No text breaks it, no part is empty, and no letter gets lost on the way to the gate."""
    try:
        taken = parse(typed)
    except (OnlyUnwanted, TooManyParts):
        return
    assert all(map(speaks, (*taken.unwanted, *taken.phrases)))
    letters = {char for char in typed if char.isalnum()}
    assert letters == {char for part in taken.parts for char in part if char.isalnum()}
