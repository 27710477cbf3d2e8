"""People with an account, and their tokens."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import Connection, Row, text

from service.domain import Role, User


@dataclass(frozen=True, slots=True)
class Credentials:
    """An account with the hash of its password."""

    user: User
    password_hash: str | None


ACCOUNT = "id, name, role, one_time_password, password_hash"


def from_row(row: Row[tuple[int, str, str, bool, str | None]]) -> Credentials:
    """A row of ACCOUNT as a value."""
    user = User(
        user_id=row.id,
        name=row.name,
        role=Role(row.role),
        one_time_password=row.one_time_password,
        stamp=hashlib.sha256((row.password_hash or "").encode()).hexdigest()[:16],
    )
    return Credentials(user, row.password_hash)


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


def by_token(conn: Connection, token_hash: str) -> User | None:
    """Whom a token belongs to, unless it was revoked or the account disabled."""
    row = conn.execute(
        text(
            f"""
            SELECT {ACCOUNT} FROM users
             WHERE disabled_at IS NULL
               AND id = (SELECT user_id FROM tokens
                          WHERE token_hash = :token_hash AND revoked_at IS NULL)
            """
        ),
        {"token_hash": token_hash},
    ).one_or_none()
    return None if row is None else from_row(row).user


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


def insert_token(conn: Connection, *, user_id: int, token_hash: str) -> None:
    """Store a token's hash."""
    conn.execute(
        text("INSERT INTO tokens (user_id, token_hash) VALUES (:user_id, :token_hash)"),
        {"user_id": user_id, "token_hash": token_hash},
    )
