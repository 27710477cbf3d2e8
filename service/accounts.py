"""Accounts: signing in, passwords and tokens."""

import hashlib
import secrets
from dataclasses import dataclass
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, Engine

from service.db import audit, users
from service.db.engine import connection
from service.db.users import Visit
from service.domain import Role, User
from service.errors import Conflict, Invalid, NotFound, NotSignedIn
from service.transaction import Transactions

SHORTEST_PASSWORD = 10
TOKEN_PREFIX = "glimpse_"  # noqa: S105 - a prefix that tells leaked tokens apart, not a secret
HASHER = PasswordHasher()
LONGEST_TOKEN_NAME = 60
# Without letters and digits that look alike.
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"


class WrongCredentials(NotSignedIn):
    """Name or password is wrong."""


class WeakPassword(Invalid):
    """A password needs at least {shortest} characters."""


class NameTaken(Conflict):
    """There is an account named {name} already."""


class BadName(Invalid):
    """A name has 1 to 64 letters, digits, dots, dashes or underscores."""


class LongTokenName(Invalid):
    """A token's name has at most {longest} characters."""


class TokenAbovePerson(Invalid):
    """A token of {name} cannot have the role {role}, which {name} does not have."""


class NoSuchUser(NotFound):
    """There is no account named {name}."""


@dataclass(frozen=True, slots=True)
class Accounts:
    """The people of one installation."""

    engine: Engine
    transactions: Transactions
    hasher: PasswordHasher = HASHER

    def sign_in(self, *, name: str, password: str) -> User:
        """The person with that name and password."""
        with connection(self.engine) as conn:
            found = users.by_name(conn, name)
        hashed = found.password_hash if found else None
        if (
            not self._matches(hashed or nobodys_hash(self.hasher), password)
            or found is None
            or hashed is None
        ):
            raise WrongCredentials
        return found.user

    def user(self, user_id: int) -> User | None:
        """The person with that key."""
        with connection(self.engine) as conn:
            return users.by_id(conn, user_id)

    def visitor(self, user_id: int) -> User | None:
        """The person with that key, who is here now; every few minutes that is written down."""
        with connection(self.engine) as conn:
            visit = users.visit(conn, user_id)
        return self._noted(visit)

    def user_of_token(self, token: str) -> User | None:
        """Whom an API token belongs to, with the role that the token has; its use is noted."""
        with connection(self.engine) as conn:
            visit = users.visit_by_token(conn, digest(token))
        return self._noted(visit)

    def _noted(self, visit: Visit | None) -> User | None:
        if visit is not None and visit.is_due:
            with self.transactions() as transaction:
                users.note_visit(transaction.conn, visit)
        return visit.user if visit else None

    def add(self, *, name: str, role: Role, by: int | None = None) -> tuple[User, str]:
        """Make an account, by whom the key tells; answers it with its one-time password."""
        if not name or len(name) > 64 or not all(c.isalnum() or c in "._-" for c in name):  # noqa: PLR2004 - said in BadName
            raise BadName
        password = one_time_password()
        with self.transactions() as transaction:
            user_id = users.insert(
                transaction.conn,
                name=name,
                role=role,
                password_hash=self.hasher.hash(password),
                one_time=True,
            )
            if user_id is None:
                raise NameTaken(name=name)
            note(transaction.conn, by, "account made", name, role=role.value)
        return User(user_id, name, role, one_time_password=True), password

    def ensure_admin(self, *, name: str) -> tuple[User, str | None]:
        """The admin; while no own password was chosen, a fresh one-time password with it."""
        with connection(self.engine) as conn:
            admin = users.any_admin(conn)
        if admin is None:
            return self.add(name=name, role=Role.ADMIN)
        if not admin.one_time_password:
            return admin, None
        password = one_time_password()
        self._set(admin.user_id, password, one_time=True)
        return admin, password

    def change_password(self, *, user_id: int, password: str) -> None:
        """Choose one's own password."""
        if len(password) < SHORTEST_PASSWORD:
            raise WeakPassword(shortest=SHORTEST_PASSWORD)
        self._set(user_id, password, one_time=False, by=user_id)

    def create_token(
        self, *, name: str, called: str = "", role: Role | None = None, by: int | None = None
    ) -> str:
        """A new API token for a person; it is shown once and kept only as a hash.

        It may do what the person may, or no more than one role of it.
        """
        if len(called) > LONGEST_TOKEN_NAME:
            raise LongTokenName(longest=LONGEST_TOKEN_NAME)
        token = TOKEN_PREFIX + secrets.token_urlsafe(32)
        with self.transactions() as transaction:
            found = users.by_name(transaction.conn, name)
            if found is None:
                raise NoSuchUser(name=name)
            most = None if role in {None, found.user.role} else role
            if most and users.narrowed(found.user.role, most) is not most:
                raise TokenAbovePerson(name=found.user.name, role=most.value)
            token_id = users.insert_token(
                transaction.conn,
                user_id=found.user.user_id,
                token_hash=digest(token),
                name=called,
                role=most,
            )
            detail = {"token": called or token_id, "role": (most or found.user.role).value}
            note(transaction.conn, by, "token made", found.user.name, **detail)
        return token

    def _set(self, user_id: int, password: str, *, one_time: bool, by: int | None = None) -> None:
        with self.transactions() as transaction:
            users.set_password(
                transaction.conn,
                user_id=user_id,
                password_hash=self.hasher.hash(password),
                one_time=one_time,
            )
            found = users.by_id(transaction.conn, user_id)
            if found is not None:
                note(transaction.conn, by, "password changed", found.name)

    def _matches(self, hashed: str, password: str) -> bool:
        """Whether a password belongs to a hash."""
        try:
            return self.hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False


def note(conn: Connection, by: int | None, action: str, name: str, **detail: object) -> None:
    """Put on the audit trail what somebody did to an account."""
    audit.note(conn, user_id=by, action=action, subject=name, detail=detail)


@cache
def nobodys_hash(hasher: PasswordHasher) -> str:
    """Checked where there is no account, so that the answer takes as long as for a wrong one."""
    return hasher.hash(secrets.token_urlsafe(16))


def digest(token: str) -> str:
    """What is stored of a token: it is random and long, so one SHA-256 is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def one_time_password() -> str:
    """A password that is easy to read and type once."""
    return "-".join("".join(secrets.choice(READABLE) for _ in range(4)) for _ in range(4))
