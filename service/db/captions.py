"""Pictures' own descriptions, and what they say."""

from collections.abc import Sequence

from sqlalchemy import Connection, text

# PostgreSQL's Russian configuration reads Latin words as English. The letter ё is often left out,
# so it counts as е. Index ix_captions_words is on exactly this expression.
WORDS = "to_tsvector('russian'::regconfig, translate(t.text, 'ёЁ', 'еЕ'))"


def says(parameter: str) -> str:
    """The condition that a caption of picture `i` says a phrase, in any form of its words.

    A phrase of nothing but stop words has no lexemes: it is looked for letter by letter.
    """
    asked = f"translate(CAST(:{parameter} AS text), 'ёЁ', 'еЕ')"
    phrase = f"phraseto_tsquery('russian'::regconfig, {asked})"
    folded = "lower(translate(t.text, 'ёЁ', 'еЕ'))"
    return f"""i.id IN (
        SELECT t.image_id FROM captions t
         WHERE {WORDS} @@ {phrase}
            OR (numnode({phrase}) = 0 AND position(lower({asked}) IN {folded}) > 0))"""


def says_every_word(parameter: str) -> str:
    """The condition that one caption of picture `i` says all the words, in any form and order.

    Where there are only stop words nothing says them.
    """
    asked = f"translate(CAST(:{parameter} AS text), 'ёЁ', 'еЕ')"
    return f"""i.id IN (
        SELECT t.image_id FROM captions t
         WHERE {WORDS} @@ plainto_tsquery('russian'::regconfig, {asked}))"""


def replace(conn: Connection, *, image_key: int, captions: Sequence[str]) -> None:
    """Make these the picture's captions, in this order."""
    conn.execute(text("DELETE FROM captions WHERE image_id = :key"), {"key": image_key})
    if captions:
        conn.execute(
            text("INSERT INTO captions (image_id, position, text) VALUES (:key, :position, :text)"),
            [
                {"key": image_key, "position": position, "text": caption}
                for position, caption in enumerate(captions)
            ],
        )
