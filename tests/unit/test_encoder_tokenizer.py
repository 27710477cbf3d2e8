"""The tokenizer neither drowns in a hostile text nor remembers all that people ever asked."""

from pathlib import Path

import pytest
from open_clip.tokenizer import SimpleTokenizer

from service.encoder import tokenizer
from service.encoder.tokenizer import REMEMBERED_WORDS
from tests import checkpoints

TEXT = checkpoints.architecture()["text_cfg"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with merges of its own."""
    checkpoints.write_merges(tmp_path)
    return tmp_path


def build(folder: Path, context: int = 16) -> tokenizer.Tokenize:
    """The tokenizer under test."""
    vocabulary = TEXT["vocab_size"]
    return tokenizer.build(folder, TEXT, name="tiny", context=context, vocabulary=vocabulary)


@pytest.mark.parametrize(
    "text",
    [
        "red dog",
        "Красная собака, blue & red!",
        "a,b;c.d" * 30,
        "one two three " * 40,
        "x" * 64,
        " " * 5000 + "red\t\n dog",
        "",
        "🐕" * 10,
    ],
)
def test_ordinary_texts_are_left_as_they_are(folder: Path, text: str) -> None:
    """Every text of ordinary words gets the tokens that open_clip's own tokenizer gives it."""
    own = SimpleTokenizer(bpe_path=str(folder / "bpe.txt.gz"), context_length=16)
    assert build(folder)([text]).tolist() == own([text]).tolist()


def test_texts_always_have_the_context_length(folder: Path) -> None:
    """However long the text, there are as many tokens as the encoder has positions."""
    for context in (8, 16):
        tokens = build(folder, context)(["", "dog", "dog " * 5000, "d" * 10_000])
        assert tokens.shape == (4, context)
        assert tokens.max() < TEXT["vocab_size"]


def test_endless_words_are_cut(folder: Path) -> None:
    """Of a run of ten thousand letters only the beginning is looked at: merging is quadratic."""
    tokenize = build(folder)
    assert tokenize(["d" * 10_000]).tolist() == tokenize(["d" * 64]).tolist()
    assert tokenize(["!" * 10_000]).tolist() == tokenize(["!" * 64]).tolist()


def test_the_words_people_used_are_forgotten(folder: Path) -> None:
    """The memory of words met is emptied before it grows without bound, and nothing changes."""
    tokenize = build(folder)
    first = tokenize(["red dog"]).tolist()
    remembered = tokenize._tokenizer.cache  # type: ignore[attr-defined] # noqa: SLF001 - what it is about
    remembered.update({str(number): "" for number in range(REMEMBERED_WORDS + 1)})
    assert tokenize(["red dog"]).tolist() == first
    assert len(tokenize._tokenizer.cache) < 10  # type: ignore[attr-defined] # noqa: SLF001 - as above


def test_tokens_of_a_text_in_company(folder: Path) -> None:
    """A text has the same tokens alone and among others."""
    tokenize = build(folder)
    texts = ["red", "blue dog", "красная"]
    together = tokenize(texts).tolist()
    assert together == [tokenize([text]).tolist()[0] for text in texts]
