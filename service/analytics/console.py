"""Answers an analyst's question in SQL, as a login that may read the views and nothing else.

Each question has a connection of its own, which ends with it: nothing that a
question sets, locks or prepares reaches another one. The question is analysed
first, alone, then read through a frame that bounds its rows and cells.
"""

import hashlib
import hmac
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter

import psycopg
from psycopg import sql

from service.analytics.login import as_user
from service.db.analytics import question, roles
from service.errors import Invalid, Unavailable
from service.transaction import Transactions

MOST_ROWS = 10_000
MOST_COLUMNS = 100
MOST_BYTES = 16 * 2**20
LONGEST_QUESTION = 20_000
SECONDS = 15.0
AT_ONCE = 3
PATIENCE = 3.0


class NothingAsked(Invalid):
    """Write a question first: one SELECT statement."""

    field = "sql"


class QuestionTooLong(Invalid):
    """The statement has {length} characters; at most {most} are read."""

    field = "sql"


class NotAQuestion(Invalid):
    """This statement answers nothing: only SELECT, WITH, VALUES and TABLE can be asked here."""

    field = "sql"


class TooManyColumns(Invalid):
    """The answer has {count} columns; at most {most} are shown. Name those that you need."""

    field = "sql"


class QuestionFailed(Invalid):
    """The database says: {reason}"""

    field = "sql"


class TookTooLong(Invalid):
    """The question took longer than {seconds} seconds and was stopped; ask for less at once."""

    field = "sql"


class ConsoleBusy(Unavailable):
    """Other questions are being answered. Try again in a moment."""


class StillAsking(Unavailable):
    """Your last question is still being answered. Wait for it, at most {seconds} seconds."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an answer; kind is number, boolean or text."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the database answered; is_cut tells that there was more."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[object, ...], ...]
    is_cut: bool
    took_ms: float


@dataclass(frozen=True, slots=True)
class Console:
    """Asks questions on one database."""

    transactions: Transactions
    secret_key: str
    slots: threading.BoundedSemaphore = field(
        default_factory=lambda: threading.BoundedSemaphore(AT_ONCE)
    )
    askers: set[int] = field(default_factory=set)
    turn: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, asked: str, *, asker: int = 0, most: int = MOST_ROWS) -> Answer:
        """The answer to one statement; nobody asks two at once, so that all get their turn."""
        statement = tidy(asked)
        started = perf_counter()
        with self._only_one_of(asker), self._session() as conn:
            found = question.described(conn, statement)
            if not found:
                raise NotAQuestion
            if len(found) > MOST_COLUMNS:
                raise TooManyColumns(count=len(found), most=MOST_COLUMNS)
            framed = question.framed(statement, found, limit=most + 1)
            rows, is_cut = within_bounds(conn, framed, most)
        columns = tuple(Column(name, question.kind(type_)) for name, type_ in found)
        return Answer(columns, rows, is_cut, round((perf_counter() - started) * 1000, 1))

    def explain(self, asked: str, *, asker: int = 0) -> list[str]:
        """The plan of one statement, which is not run."""
        statement = tidy(asked)
        with self._only_one_of(asker), self._session() as conn:
            if not question.described(conn, statement):
                raise NotAQuestion
            rows, _ = within_bounds(conn, question.explained(statement), MOST_ROWS)
        return [str(line) for (line,) in rows]

    def views(self) -> dict[str, list[question.ViewColumn]]:
        """The views with their columns and what they mean."""
        with self.transactions() as transaction:
            return question.views(transaction.conn)

    @contextmanager
    def _only_one_of(self, asker: int) -> Iterator[None]:
        """Refuse a second question of the same person at once: waiting would hold a thread."""
        with self.turn:
            if asker and asker in self.askers:
                raise StillAsking(seconds=int(SECONDS))
            self.askers.add(asker)
        try:
            yield
        finally:
            with self.turn:
                self.askers.discard(asker)

    @contextmanager
    def _session(self) -> Iterator[psycopg.Connection]:
        """A read-only transaction of the restricted login, which is over in time."""
        if not self.slots.acquire(timeout=PATIENCE):
            raise ConsoleBusy
        late = threading.Event()
        try:
            conn = self._connect()
            watch = threading.Timer(SECONDS, stop, (conn, late))
            watch.start()
            try:
                conn.read_only = True
                conn.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
                yield conn
            except psycopg.errors.QueryCanceled as error:
                raise TookTooLong(seconds=int(SECONDS)) from error
            except psycopg.Error as error:
                if late.is_set():
                    raise TookTooLong(seconds=int(SECONDS)) from error
                raise QuestionFailed(reason=in_a_line(error)) from error
            finally:
                watch.cancel()
                conn.close()
        finally:
            self.slots.release()

    def _connect(self) -> psycopg.Connection:
        url = self.transactions.engine.url
        login = roles.console_login(url)
        given = self.secret_key.encode(), b"the console's login"
        password = hmac.new(*given, hashlib.sha256).hexdigest()
        where = as_user(url, login, password).render_as_string(hide_password=False)
        try:
            return psycopg.connect(where, connect_timeout=10, application_name="glimpse-console")
        except psycopg.OperationalError:
            # Unknown so far, or of another secret key: made anew, and tried once more.
            with self.transactions() as transaction:
                roles.make_login(
                    transaction.conn, login=login, password=password, connections=4 * AT_ONCE
                )
        try:
            return psycopg.connect(where, connect_timeout=10, application_name="glimpse-console")
        except psycopg.OperationalError as error:
            raise ConsoleBusy from error


def tidy(asked: str) -> str:
    """The statement without what surrounds it."""
    if len(asked) > LONGEST_QUESTION:
        raise QuestionTooLong(length=len(asked), most=LONGEST_QUESTION)
    statement = asked.replace("\r\n", "\n").strip().removesuffix(";").rstrip()
    if not statement:
        raise NothingAsked
    if "\0" in statement:
        raise QuestionFailed(reason="a statement holds no NUL character")
    return statement


def within_bounds(
    conn: psycopg.Connection, statement: sql.Composed, most: int
) -> tuple[tuple[tuple[object, ...], ...], bool]:
    """Rows as they come, until there are enough of them or they are too large together."""
    rows: list[tuple[object, ...]] = []
    room = MOST_BYTES
    with conn.cursor() as cursor:
        for row in cursor.stream(statement):
            room -= sum(len(str(cell)) for cell in row)
            if len(rows) == most or room < 0:
                return tuple(rows), True
            rows.append(row)
    return tuple(rows), False


def stop(conn: psycopg.Connection, late: threading.Event) -> None:
    """Stop what runs, even where the question has switched the database's own limit off."""
    late.set()
    conn.cancel_safe(timeout=5)


def in_a_line(error: psycopg.Error) -> str:
    """The database's own words, with its hint."""
    said = error.diag.message_primary or str(error)
    hint = error.diag.message_hint
    return " ".join(f"{said}{f' ({hint})' if hint else ''}".split())
