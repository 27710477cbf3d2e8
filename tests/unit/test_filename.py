"""Names of files as clients send them, and as they are shown."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service.filename import MAX_BYTES, clean_name


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("cat.jpg", "cat.jpg"),
        ("../../etc/passwd", "passwd"),
        ("/var/www/cat.jpg", "cat.jpg"),
        ("C:\\Users\\me\\Pictures\\cat.jpg", "cat.jpg"),
        ("C:cat.jpg", "cat.jpg"),
        ("\\\\server\\share\\cat.jpg", "cat.jpg"),
        ("pictures/", "pictures"),
        ("cat.jpg/..", "cat.jpg"),
        ("cat\0.jpg\0.exe", "cat.jpg.exe"),
        ("a\r\nSet-Cookie: b.jpg", "a Set-Cookie: b.jpg"),
        ("red\x1b[31m.jpg", "red[31m.jpg"),
        ("innocent\u202egpj.exe", "innocentgpj.exe"),
        ("\u2066cat\u2069.jpg", "cat.jpg"),
        ("  cat \t picture.jpg  ", "cat picture.jpg"),
        ("cat.jpg...", "cat.jpg"),
        ("Котёнок на крыше.jpeg", "Котёнок на крыше.jpeg"),
        ("и\u0306.jpg", "й.jpg"),
        ("שלום.png", "שלום.png"),
        ("👩‍👩‍👧 🐈‍⬛️.webp", "👩‍👩‍👧 🐈‍⬛️.webp"),
        ("🫨🫪.jpg", "🫨🫪.jpg"),
        ("\ufffe\ufdd0cat\ue000.jpg", "cat.jpg"),
        (".hidden", ".hidden"),
        ("\ud83d.jpg", ".jpg"),
        ("<img src=x>.jpg", "<img src=x>.jpg"),
        ("", "picture"),
        ("..", "picture"),
        ("/", "picture"),
        ("\0\u202e", "picture"),
        ("\u200d", "picture"),
    ],
)
def test_a_name_is_cleaned(sent: str, shown: str) -> None:
    """Folders, controls and tricks of direction go; what people write stays."""
    assert clean_name(sent) == shown


@pytest.mark.parametrize("letter", ["a", "ё", "猫", "🐈"])
def test_a_long_name_keeps_its_suffix(letter: str) -> None:
    """A name is cut before its suffix, between letters, and no shorter than it must be."""
    shown = clean_name(letter * 500 + ".jpeg")
    size = len(letter.encode())
    assert shown == letter * ((MAX_BYTES - 5) // size) + ".jpeg"


def test_a_long_name_without_suffix_is_cut_too() -> None:
    """A full stop in a long sentence does not make a suffix of the rest."""
    assert clean_name("a. " + "b" * 500) == "a. " + "b" * 252


TRICKY = st.text(st.sampled_from("ab.:/\\ \0\n\u200d\u202e\u0306иA👩\ud800é") | st.characters())


@given(TRICKY)
@example("A:B:.jpg")
@example("0 \x1b 0")
@example("A: B:. .")
@example("\u200d./\u200d")
def test_every_name_comes_out_fit_to_be_shown(sent: str) -> None:
    """Whatever is sent, a short, printable, honest name without folders comes out, once for all."""
    shown = clean_name(sent)
    assert 0 < len(shown.encode()) <= MAX_BYTES
    assert clean_name(shown) == shown
    assert shown == unicodedata.normalize("NFC", shown).strip()
    assert not set(shown) & set("/\\\u202a\u202b\u202d\u202e\u2066\u2067\u2068")
    assert not {unicodedata.category(letter) for letter in shown} & {"Cc", "Cs", "Co"}
    assert shown not in {".", ".."}


@given(st.text(max_size=600), st.text("abcdefgh", min_size=1, max_size=15))
def test_a_suffix_survives(stem: str, suffix: str) -> None:
    """A file's kind can be read off its shown name, however long or odd the rest."""
    assert clean_name(f"{stem}x.{suffix}").endswith(f"x.{suffix}"[-len(suffix) - 1 :])
