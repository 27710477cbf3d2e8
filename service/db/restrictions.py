"""Restricted pictures: the one predicate that decides who may see which, and what it looks at."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

BY_RULE = ("caption", "question", "judgement")


def visible(image: str = "i.id") -> str:
    """The condition that a picture may be shown to askers from :askers, an array of countries.

    An empty array is an asker of unknown country, who meets every rule. Consent lifts a restriction
    for the countries it covers and lapses by the clock; an admin's word that came after it stands.
    """
    return f"""NOT EXISTS (
        SELECT FROM restrictions r
         WHERE r.image_id = {image}
           AND (cardinality(CAST(:askers AS text[])) = 0
                OR r.countries && (CAST(:askers AS text[]) || '{{*}}'))
           AND NOT EXISTS (
               SELECT FROM consents c
                WHERE c.image_id = r.image_id AND c.withdrawn_at IS NULL AND c.valid_until > now()
                  AND (r.kind <> 'admin' OR c.created_at > r.created_at)
                  AND ('*' = ANY(c.countries) OR c.countries @> r.countries
                       OR (cardinality(CAST(:askers AS text[])) > 0
                           AND c.countries @> CAST(:askers AS text[])))))"""


@dataclass(frozen=True, slots=True)
class Restriction:
    """Why and where one picture is not shown."""

    image_key: int
    kind: str
    countries: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Stale:
    """A picture whose texts have not been judged by the rules that hold."""

    image_key: int
    texts_changed: bool


def hidden(conn: Connection, image_keys: Sequence[int], askers: Sequence[str]) -> set[int]:
    """Which of these pictures may not be shown to askers from there."""
    rows = conn.execute(
        text(f"SELECT i.id FROM images i WHERE i.id = ANY(:keys) AND NOT ({visible()})"),
        {"keys": list(image_keys), "askers": list(askers)},
    )
    return set(rows.scalars())


def stale(conn: Connection, image_keys: Sequence[int], *, version: int) -> list[int]:
    """Which of these pictures have not been judged by that version of the rules."""
    rows = conn.execute(
        text("SELECT id FROM images WHERE id = ANY(:keys) AND judged_version < :version"),
        {"keys": list(image_keys), "version": version},
    )
    return list(rows.scalars())


def lock_stale(conn: Connection, *, version: int, most: int) -> list[Stale]:
    """Some pictures that are still to be judged, locked; others' are left to them."""
    rows = conn.execute(
        text(
            """
            SELECT id, judged_version = 0 AS changed FROM images
             WHERE judged_version < :version
             ORDER BY judged_version, id LIMIT :most FOR NO KEY UPDATE SKIP LOCKED
            """
        ),
        {"version": version, "most": most},
    )
    return [Stale(row.id, row.changed) for row in rows]


def lock(conn: Connection, image_keys: Sequence[int]) -> None:
    """Wait until nobody else changes the texts of these pictures."""
    conn.execute(
        text("SELECT FROM images WHERE id = ANY(:keys) ORDER BY id FOR NO KEY UPDATE"),
        {"keys": list(image_keys)},
    )


def mark_judged(conn: Connection, image_keys: Sequence[int], *, version: int) -> None:
    """These pictures' texts have been judged by that version."""
    conn.execute(
        text("UPDATE images SET judged_version = :version WHERE id = ANY(:keys)"),
        {"keys": list(image_keys), "version": version},
    )


def forget(conn: Connection, image_keys: Sequence[int], *, but: Sequence[Restriction] = ()) -> None:
    """Take away what the rules said of these pictures, but for what they say again."""
    conn.execute(
        text(
            """
            DELETE FROM restrictions r
             WHERE image_id = ANY(:keys) AND kind = ANY(:kinds)
               AND NOT EXISTS (
                   SELECT FROM unnest(CAST(:kept AS bigint[]), CAST(:kept_kinds AS text[]),
                                      CAST(:kept_places AS text[])) AS k (image_id, kind, place)
                    WHERE k.image_id = r.image_id AND k.kind = r.kind
                      AND k.place = array_to_string(r.countries, ','))
            """
        ),
        {
            "keys": list(image_keys),
            "kinds": list(BY_RULE),
            "kept": [one.image_key for one in but],
            "kept_kinds": [one.kind for one in but],
            "kept_places": [",".join(sorted(one.countries)) for one in but],
        },
    )


def forget_outdated(conn: Connection, *, version: int) -> int:
    """Take away what only older rules said, once a picture has been judged by the newer ones."""
    result = conn.execute(
        text(
            """
            DELETE FROM restrictions r USING images i
             WHERE i.id = r.image_id AND i.judged_version >= :version
               AND r.policy_version < :version
            """
        ),
        {"version": version},
    )
    return result.rowcount


def add(
    conn: Connection,
    found: Iterable[Restriction],
    *,
    version: int | None = None,
    user_id: int | None = None,
) -> None:
    """Restrict pictures; what is restricted for the same reason already is noted anew.

    What the rules say is dated by its first time, what people say by its last: only consent that
    came after an admin's word lifts it.
    """
    rows = [
        {
            "image_id": one.image_key,
            "kind": one.kind,
            "countries": sorted(one.countries),
            "reason": one.reason,
            "version": version,
            "user_id": user_id,
        }
        for one in found
    ]
    if rows:
        conn.execute(
            text(
                """
                INSERT INTO restrictions
                       (image_id, kind, countries, reason, policy_version, created_by)
                VALUES (:image_id, :kind, :countries, :reason, :version, :user_id)
                ON CONFLICT (image_id, kind, countries) DO UPDATE
                   SET reason = excluded.reason, policy_version = excluded.policy_version,
                       created_by = excluded.created_by,
                       created_at = CASE WHEN restrictions.policy_version IS NULL THEN now()
                                         ELSE restrictions.created_at END
                """
            ),
            rows,
        )


def remove(conn: Connection, *, image_key: int, kinds: Sequence[str]) -> list[Restriction]:
    """Take away a picture's restrictions of these kinds; answers what they were."""
    rows = conn.execute(
        text(
            "DELETE FROM restrictions WHERE image_id = :key AND kind = ANY(:kinds)"
            " RETURNING image_id, kind, countries, reason"
        ),
        {"key": image_key, "kinds": list(kinds)},
    )
    return [Restriction(row.image_id, row.kind, tuple(row.countries), row.reason) for row in rows]


def remove_one(conn: Connection, one: Restriction) -> None:
    """Take away a single restriction."""
    conn.execute(
        text(
            "DELETE FROM restrictions"
            " WHERE image_id = :key AND kind = :kind AND countries = CAST(:countries AS text[])"
        ),
        {"key": one.image_key, "kind": one.kind, "countries": sorted(one.countries)},
    )


def of_picture(conn: Connection, *, image_key: int) -> list[Restriction]:
    """Everything that restricts a picture, lifted by consent or not."""
    rows = conn.execute(
        text(
            "SELECT image_id, kind, countries, reason FROM restrictions"
            " WHERE image_id = :key ORDER BY kind, countries"
        ),
        {"key": image_key},
    )
    return [Restriction(row.image_id, row.kind, tuple(row.countries), row.reason) for row in rows]
