"""Questions that analysts keep, share, and asked last; each is its author's unless shared."""

import secrets
from dataclasses import dataclass

from sqlalchemy import Engine

from service.db.analytics import saved
from service.db.analytics.saved import AskedQuestion, SavedQuestion
from service.db.engine import connection
from service.domain import User
from service.errors import Invalid, NotFound
from service.transaction import Transactions

LONGEST_NAME = 80
LONGEST_STATEMENT = 20_000
SHOWN_ASKED = 30
KEPT_AFTER_DELETION = 30
WAYS = frozenset({"no", "link", "list"})


class NoSuchQuestion(NotFound):
    """There is no such question, or its author keeps it to himself."""


class NoQuestionName(Invalid):
    """Give the question a name of 1 to 80 characters."""

    field = "name"


class UnusableQuestion(Invalid):
    """A question to keep has 1 to 20,000 characters, none of them NUL."""

    field = "sql"


@dataclass(frozen=True, slots=True)
class Questions:
    """The questions of one installation."""

    engine: Engine
    transactions: Transactions

    def listed(self, user: User) -> list[SavedQuestion]:
        """One's own by name, then those that others put on everybody's list."""
        with connection(self.engine) as conn:
            return saved.listed(conn, user_id=user.user_id)

    def read(self, question_id: str, *, user: User) -> SavedQuestion:
        """A question of one's own, or a shared one."""
        with connection(self.engine) as conn:
            found = saved.read(conn, question_id=question_id, user_id=user.user_id)
        if found is None:
            raise NoSuchQuestion
        return found

    def keep(self, *, name: str, statement: str, shared: str, user: User) -> str:
        """Keep a question under a name; answers its id."""
        self._check(name, statement)
        return self._insert(name.strip(), statement, shared, user)

    def link(self, *, statement: str, user: User) -> str:
        """Share a question with whoever gets its link, on nobody's list; answers its id."""
        self._check("link", statement)
        return self._insert("", statement, "link", user)

    def change(
        self, question_id: str, *, name: str, statement: str, shared: str, user: User
    ) -> None:
        """Change a question of one's own."""
        self._check(name, statement)
        with self.transactions() as transaction:
            if not saved.update(
                transaction.conn,
                question_id=question_id,
                user_id=user.user_id,
                name=name.strip(),
                statement=statement,
                shared=way(shared),
            ):
                raise NoSuchQuestion

    def delete(self, question_id: str, *, user: User) -> None:
        """Take a question of one's own out; it can come back for 30 days."""
        self._mark(question_id, user, deleted=True)

    def restore(self, question_id: str, *, user: User) -> None:
        """Bring a deleted question back."""
        self._mark(question_id, user, deleted=False)

    def note(
        self,
        statement: str,
        *,
        user: User,
        took_ms: float | None = None,
        rows: int | None = None,
        problem: str | None = None,
    ) -> None:
        """Remember for its author that a question was asked; the oldest ones go."""
        with self.transactions() as transaction:
            saved.note_asked(
                transaction.conn,
                user_id=user.user_id,
                statement=statement.replace("\0", "")[:LONGEST_STATEMENT],
                took_ms=took_ms,
                rows=rows,
                problem=problem.replace("\0", "") if problem else None,
            )
            saved.drop_oldest_asked(transaction.conn, user_id=user.user_id)

    def asked(self, user: User) -> list[AskedQuestion]:
        """What the person asked last."""
        with connection(self.engine) as conn:
            return saved.asked(conn, user_id=user.user_id, limit=SHOWN_ASKED)

    def one_asked(self, asked_id: int, *, user: User) -> AskedQuestion:
        """One of them."""
        with connection(self.engine) as conn:
            found = saved.one_asked(conn, user_id=user.user_id, asked_id=asked_id)
        if found is None:
            raise NoSuchQuestion
        return found

    def forget(self, user: User) -> int:
        """Delete what the person asked."""
        with self.transactions() as transaction:
            return saved.forget_asked(transaction.conn, user_id=user.user_id)

    def purge(self) -> int:
        """Delete for good what was deleted long ago; answers how much that was."""
        with self.transactions() as transaction:
            return saved.purge(transaction.conn, days=KEPT_AFTER_DELETION)

    def _insert(self, name: str, statement: str, shared: str, user: User) -> str:
        question_id = secrets.token_urlsafe(12)
        with self.transactions() as transaction:
            saved.insert(
                transaction.conn,
                question_id=question_id,
                user_id=user.user_id,
                name=name,
                statement=statement,
                shared=way(shared),
            )
        return question_id

    def _mark(self, question_id: str, user: User, *, deleted: bool) -> None:
        with self.transactions() as transaction:
            if not saved.mark_deleted(
                transaction.conn, question_id=question_id, user_id=user.user_id, deleted=deleted
            ):
                raise NoSuchQuestion

    @staticmethod
    def _check(name: str, statement: str) -> None:
        if not 0 < len(name.strip()) <= LONGEST_NAME or "\0" in name:
            raise NoQuestionName
        if not statement.strip() or len(statement) > LONGEST_STATEMENT or "\0" in statement:
            raise UnusableQuestion


def way(shared: str) -> str:
    """How a question is shared; what is unknown is not."""
    return shared if shared in WAYS else "no"
