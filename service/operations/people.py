"""People and tokens as an admin looks after them; every act is on the audit trail."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from argon2 import PasswordHasher
from sqlalchemy import Connection, Engine

from service.accounts import note, one_time_password
from service.db import people, users
from service.db.engine import connection
from service.db.people import Person, Token
from service.domain import Role
from service.errors import Conflict, NotFound
from service.transaction import Transaction, Transactions


class NoSuchPerson(NotFound):
    """There is no such account; look at the list of people again."""


class LastAdmin(Conflict):
    """{name} is the only admin who can sign in. Make somebody else an admin first."""


class NotOneself(Conflict):
    """Nobody disables the account that he is signed in with; ask another admin."""


class NoSuchToken(NotFound):
    """There is no such token, or it was revoked more than 30 days ago. Make a new one."""


@dataclass(frozen=True, slots=True)
class People:
    """The accounts and tokens of one installation."""

    engine: Engine
    transactions: Transactions
    hasher: PasswordHasher

    def listed(self) -> list[Person]:
        """Everybody with an account."""
        with connection(self.engine) as conn:
            return people.listed(conn)

    def tokens(self) -> list[Token]:
        """Every token in use, and those that can come back."""
        with connection(self.engine) as conn:
            return people.tokens(conn)

    def give_role(self, user_id: int, role: Role, *, by: int | None) -> Person:
        """Give somebody another role, from his next request on; answers him as he was."""
        with self._changing(user_id) as (transaction, person):
            if person.role is role:
                return person
            if role is not Role.ADMIN:
                refuse_last_admin(transaction.conn, person)
            people.set_role(transaction.conn, user_id=user_id, role=role)
            roles = {"before": person.role.value, "role": role.value}
            note(transaction.conn, by, "role changed", person.name, **roles)
        return person

    def disable(self, user_id: int, *, by: int | None) -> Person:
        """Take an account out of use: its sessions and tokens are refused until it is back."""
        if user_id == by:
            raise NotOneself
        with self._changing(user_id) as (transaction, person):
            refuse_last_admin(transaction.conn, person)
            people.set_disabled(transaction.conn, user_id=user_id, disabled=True)
            people.end_sessions(transaction.conn, user_id=user_id)
            note(transaction.conn, by, "account disabled", person.name)
        return person

    def enable(self, user_id: int, *, by: int | None) -> Person:
        """Take an account back into use; the person signs in again."""
        with self._changing(user_id) as (transaction, person):
            people.set_disabled(transaction.conn, user_id=user_id, disabled=False)
            note(transaction.conn, by, "account enabled", person.name)
        return person

    def reset_password(self, user_id: int, *, by: int | None) -> tuple[Person, str]:
        """A one-time password in place of the one that was forgotten; sessions end with it."""
        password = one_time_password()
        hashed = self.hasher.hash(password)
        with self._changing(user_id) as (transaction, person):
            users.set_password(
                transaction.conn, user_id=user_id, password_hash=hashed, one_time=True
            )
            note(transaction.conn, by, "password reset", person.name)
        return person, password

    def end_sessions(self, user_id: int, *, by: int | None) -> Person:
        """Sign somebody out everywhere; tokens go on."""
        with self._changing(user_id) as (transaction, person):
            people.end_sessions(transaction.conn, user_id=user_id)
            note(transaction.conn, by, "sessions ended", person.name)
        return person

    def revoke(self, token_id: int, *, by: int | None) -> Token:
        """Refuse a token from now on."""
        return self._set_revoked(token_id, by, "token revoked", revoked=True)

    def restore(self, token_id: int, *, by: int | None) -> Token:
        """Accept a revoked token again, within 30 days."""
        return self._set_revoked(token_id, by, "token restored", revoked=False)

    def purge(self) -> int:
        """Forget tokens that cannot come back; answers how many."""
        with self.transactions() as transaction:
            return people.forget_tokens(transaction.conn)

    def _set_revoked(self, token_id: int, by: int | None, action: str, *, revoked: bool) -> Token:
        with self.transactions() as transaction:
            found = people.token(transaction.conn, token_id)
            if found is None:
                raise NoSuchToken
            people.set_revoked(transaction.conn, token_id=token_id, revoked=revoked)
            note(transaction.conn, by, action, found.owner, token=found.title)
        return found

    @contextmanager
    def _changing(self, user_id: int) -> Iterator[tuple[Transaction, Person]]:
        with self.transactions() as transaction:
            # Admins first, always: so two acts on each other's account wait and never lock up.
            people.lock_admins(transaction.conn)
            person = people.one(transaction.conn, user_id)
            if person is None:
                raise NoSuchPerson
            yield transaction, person


def refuse_last_admin(conn: Connection, person: Person) -> None:
    """Keep somebody who can sign in and look after everything."""
    if people.lock_admins(conn) == [person.user_id]:
        raise LastAdmin(name=person.name)
