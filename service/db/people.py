"""People and their tokens as an admin looks after them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from service.domain import Role

KEPT_DAYS = 30


@dataclass(frozen=True, slots=True)
class Person:
    """An account with what is known of its use."""

    user_id: int
    name: str
    role: Role
    one_time_password: bool
    created_at: datetime
    disabled_at: datetime | None
    last_seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Token:
    """A key of the API; a revoked one can come back for a while."""

    token_id: int
    user_id: int
    owner: str
    name: str
    role: Role | None
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None

    @property
    def title(self) -> str:
        """What it is called, or its number."""
        return self.name or f"#{self.token_id}"


PEOPLE = """
    SELECT id, name, role, one_time_password, created_at, disabled_at, last_seen_at FROM users
"""
TOKENS = """
    SELECT t.id, t.user_id, u.name AS owner, t.name, t.role, t.created_at, t.last_used_at,
           t.revoked_at
      FROM tokens t JOIN users u ON u.id = t.user_id
"""


def listed(conn: Connection) -> list[Person]:
    """Everybody with an account by name, those out of use last."""
    rows = conn.execute(text(f"{PEOPLE} ORDER BY disabled_at IS NOT NULL, lower(name)"))
    return [Person(row.id, row.name, Role(row.role), *row[3:]) for row in rows]


def one(conn: Connection, user_id: int) -> Person | None:
    """One person, disabled or not, locked against other changes."""
    row = conn.execute(text(f"{PEOPLE} WHERE id = :id FOR UPDATE"), {"id": user_id}).one_or_none()
    return None if row is None else Person(row.id, row.name, Role(row.role), *row[3:])


def lock_admins(conn: Connection) -> list[int]:
    """The admins who can sign in, locked, so that two cannot take each other's role at once."""
    rows = conn.execute(
        text(
            "SELECT id FROM users WHERE role = 'admin' AND disabled_at IS NULL"
            " AND password_hash IS NOT NULL ORDER BY id FOR UPDATE"
        )
    )
    return list(rows.scalars())


def set_role(conn: Connection, *, user_id: int, role: Role) -> None:
    """Give somebody another role."""
    conn.execute(
        text("UPDATE users SET role = :role WHERE id = :id"), {"id": user_id, "role": role}
    )


def set_disabled(conn: Connection, *, user_id: int, disabled: bool) -> None:
    """Take an account out of use, or back into it."""
    conn.execute(
        text("UPDATE users SET disabled_at = CASE WHEN :disabled THEN now() END WHERE id = :id"),
        {"id": user_id, "disabled": disabled},
    )


def end_sessions(conn: Connection, *, user_id: int) -> None:
    """Every session begun before no longer belongs to anybody."""
    conn.execute(text("UPDATE users SET sessions = sessions + 1 WHERE id = :id"), {"id": user_id})


def tokens(conn: Connection) -> list[Token]:
    """Tokens in use, the newest first, then those revoked that can still come back."""
    rows = conn.execute(
        text(
            f"""
            {TOKENS}
             WHERE t.revoked_at IS NULL OR t.revoked_at > now() - make_interval(days => :days)
             ORDER BY t.revoked_at IS NOT NULL, t.id DESC
            """
        ),
        {"days": KEPT_DAYS},
    )
    return [token_of(tuple(row)) for row in rows]


def token(conn: Connection, token_id: int) -> Token | None:
    """One token that is in use or can come back, locked."""
    row = conn.execute(
        text(
            f"""
            {TOKENS}
             WHERE t.id = :id AND (t.revoked_at IS NULL
                   OR t.revoked_at > now() - make_interval(days => :days)) FOR UPDATE OF t
            """
        ),
        {"id": token_id, "days": KEPT_DAYS},
    ).one_or_none()
    return None if row is None else token_of(tuple(row))


def token_of(row: tuple[object, ...]) -> Token:
    """A row of TOKENS as a value."""
    token_id, user_id, owner, name, role, *moments = row
    return Token(token_id, user_id, owner, name, Role(role) if role else None, *moments)  # type: ignore[arg-type]


def set_revoked(conn: Connection, *, token_id: int, revoked: bool) -> None:
    """Take a token out of use, or back into it."""
    conn.execute(
        text("UPDATE tokens SET revoked_at = CASE WHEN :revoked THEN now() END WHERE id = :id"),
        {"id": token_id, "revoked": revoked},
    )


def forget_tokens(conn: Connection) -> int:
    """Tokens that were revoked so long ago that they cannot come back; answers how many."""
    result = conn.execute(
        text("DELETE FROM tokens WHERE revoked_at < now() - make_interval(days => :days)"),
        {"days": KEPT_DAYS},
    )
    return result.rowcount
