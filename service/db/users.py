"""People with an account, and their tokens."""

import hashlib
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, text

from service.domain import Role, User


@dataclass(frozen=True, slots=True)
class Credentials:
    """An account with the hash of its password."""

    user: User
    password_hash: str | None


@dataclass(frozen=True, slots=True)
class Visit:
    """Whoever asks, and whether it is time to note that he was here."""

    user: User
    is_due: bool
    token_id: int | None = None


ACCOUNT = "id, name, role, one_time_password, password_hash, sessions"
# A visit is written down so often at the most: pages are read far more often than that matters.
DUE = "IS NULL OR {column} < now() - interval '5 minutes'"


def from_row(row: Row[Any]) -> Credentials:
    """A row of ACCOUNT as a value."""
    user = User(
        user_id=row.id,
        name=row.name,
        role=Role(row.role),
        one_time_password=row.one_time_password,
        stamp=stamp(row.password_hash or "", row.sessions),
    )
    return Credentials(user, row.password_hash)


def stamp(password_hash: str, sessions: int) -> str:
    """What a session remembers: it changes with the password, and when sessions are ended."""
    said = f"{password_hash}.{sessions}" if sessions else password_hash
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def by_name(conn: Connection, name: str) -> Credentials | None:
    """The account of that name, in whatever case it is typed, unless disabled."""
    row = conn.execute(
        text(
            f"SELECT {ACCOUNT} FROM users WHERE lower(name) = lower(:name) AND disabled_at IS NULL"
        ),
        {"name": name},
    ).one_or_none()
    return None if row is None else from_row(row)


def by_id(conn: Connection, user_id: int) -> User | None:
    """The person with that key, unless disabled."""
    row = conn.execute(
        text(f"SELECT {ACCOUNT} FROM users WHERE id = :user_id AND disabled_at IS NULL"),
        {"user_id": user_id},
    ).one_or_none()
    return None if row is None else from_row(row).user


def visit(conn: Connection, user_id: int) -> Visit | None:
    """The person with that key who is here now, unless disabled."""
    row = conn.execute(
        text(
            f"SELECT {ACCOUNT}, last_seen_at {DUE.format(column='last_seen_at')} AS is_due"
            " FROM users WHERE id = :user_id AND disabled_at IS NULL"
        ),
        {"user_id": user_id},
    ).one_or_none()
    return None if row is None else Visit(from_row(row).user, row.is_due)


def visit_by_token(conn: Connection, token_hash: str) -> Visit | None:
    """Whom a token belongs to, as the token lets him, unless it or the account is out of use."""
    row = conn.execute(
        text(
            f"""
            SELECT u.*, t.id AS token_id, t.role AS most,
                   t.last_used_at {DUE.format(column="t.last_used_at")} AS is_due
              FROM tokens t JOIN users u ON u.id = t.user_id
             WHERE t.token_hash = :token_hash AND t.revoked_at IS NULL AND u.disabled_at IS NULL
            """
        ),
        {"token_hash": token_hash},
    ).one_or_none()
    if row is None:
        return None
    person = from_row(row).user
    role = narrowed(person.role, None if row.most is None else Role(row.most))
    return Visit(replace(person, role=role), row.is_due, row.token_id)


def narrowed(role: Role, most: Role | None) -> Role:
    """What somebody of that role may do with a key that is for no more than another one.

    Roles stand side by side but for the admin's, so a key for a role that its person no longer has
    may only look.
    """
    if most is None or role in {most, Role.VIEWER}:
        return role
    return most if role is Role.ADMIN else Role.VIEWER


def note_visit(conn: Connection, visit: Visit) -> None:
    """Write down that the person was here, and the token used if that is how he came."""
    conn.execute(
        text("UPDATE users SET last_seen_at = now() WHERE id = :user_id"),
        {"user_id": visit.user.user_id},
    )
    conn.execute(
        text("UPDATE tokens SET last_used_at = now() WHERE id = :token_id"),
        {"token_id": visit.token_id},
    )


def insert(
    conn: Connection, *, name: str, role: Role, password_hash: str | None, one_time: bool
) -> int | None:
    """Make an account and answer its key, or None when the name is taken."""
    key = conn.scalar(
        text(
            """
            INSERT INTO users (name, role, password_hash, one_time_password)
            VALUES (:name, :role, :password_hash, :one_time)
            ON CONFLICT (lower(name)) DO NOTHING RETURNING id
            """
        ),
        {"name": name, "role": role, "password_hash": password_hash, "one_time": one_time},
    )
    return None if key is None else int(key)


def set_password(conn: Connection, *, user_id: int, password_hash: str, one_time: bool) -> None:
    """Replace a password."""
    conn.execute(
        text(
            "UPDATE users SET password_hash = :password_hash, one_time_password = :one_time"
            " WHERE id = :user_id"
        ),
        {"user_id": user_id, "password_hash": password_hash, "one_time": one_time},
    )


def any_admin(conn: Connection) -> User | None:
    """The first admin, or None in a new installation."""
    row = conn.execute(
        text(
            f"SELECT {ACCOUNT} FROM users"
            " WHERE role = 'admin' AND disabled_at IS NULL ORDER BY id LIMIT 1"
        )
    ).one_or_none()
    return None if row is None else from_row(row).user


def insert_token(
    conn: Connection, *, user_id: int, token_hash: str, name: str = "", role: Role | None = None
) -> int:
    """Store a token's hash; answers its key."""
    return int(
        conn.execute(
            text(
                "INSERT INTO tokens (user_id, token_hash, name, role)"
                " VALUES (:user_id, :token_hash, :name, :role) RETURNING id"
            ),
            {"user_id": user_id, "token_hash": token_hash, "name": name, "role": role},
        ).scalar_one()
    )
