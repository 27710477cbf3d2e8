"""The steps of an encoder's life, each checked before it is taken."""

from collections.abc import Callable
from dataclasses import dataclass
from time import sleep

from sqlalchemy import Connection

from service.catalogue.scorers import ScorersOfEncoders
from service.db import encoder_states, encoders, locks
from service.db.encoder_states import StillSearched
from service.db.encoders import StoredEncoder
from service.encoder.port import Encoder, origin_of
from service.errors import Conflict, NotFound
from service.jobs import Job
from service.transaction import Transactions

REMOVE_ATTEMPTS = 20

# Whether the picture check works with an encoder.
IsChecked = Callable[[Connection, StoredEncoder], bool]


class NoSuchEncoder(NotFound):
    """There is no encoder {encoder_id}. Look them up: glimpse encoders list"""


class AlreadyAdded(Conflict):
    """{spec} is here already: it is encoder {encoder_id}, {state}."""


class FilesChanged(Conflict):
    """The files of {spec} are not those that encoder {encoder_id} was made from.

    Put the new files into a folder of their own and add that: glimpse encoders add
    local-dir:/that/folder
    """


class NotReady(Conflict):
    """Encoder {encoder_id} is {state}: only one that is ready can serve.

    See how far it is with glimpse encoders list; one that is paused or retired goes on with
    glimpse encoders resume {encoder_id}
    """


class NotCaughtUp(Conflict):
    """{missing} pictures that are found now still wait for encoder {encoder_id}.

    They would vanish from the search until they are embedded. Try again in a moment, or switch
    nevertheless with --anyway.
    """


class NoScorer(Conflict):
    """No scorer was trained for encoder {encoder_id}, so results would not be scored any more.

    Train one first with glimpse train --encoder {encoder_id}, or switch nevertheless with --anyway:
    results are then ordered by similarity.
    """


class NoPictureCheck(Conflict):
    """The picture check cannot work with encoder {encoder_id} yet: it has no operating point.

    Measure one with glimpse picture-check --measure --encoder {encoder_id}, or switch nevertheless
    with --anyway: new pictures are then shown without having been checked.
    """


class NothingToGoBackTo(Conflict):
    """No encoder served before this one that could serve at once.

    Choose one that is ready: glimpse encoders switch ID
    """


class ServesNow(Conflict):
    """Encoder {encoder_id} serves the search, so this cannot be done.

    Switch to another one first: glimpse encoders switch ID
    """


def found(conn: Connection, encoder_id: int) -> StoredEncoder:
    """The encoder with that key."""
    stored = encoders.find(conn, encoder_id)
    if stored is None:
        raise NoSuchEncoder(encoder_id=encoder_id)
    return stored


def add(transactions: Transactions, encoder: Encoder) -> StoredEncoder:
    """Register a loaded encoder; the first one of a home serves, any other one is built."""
    known = {"spec": encoder.name, "fingerprint": encoder.fingerprint}
    with transactions() as transaction:
        conn = transaction.conn
        locks.hold(conn, locks.Lock.REGISTER_ENCODER)
        for stored in encoders.all_of_them(conn):
            refuse_twin(stored, encoder)
        state = "building" if encoders.serving(conn) else "serving"
        stored = encoders.register(conn, **known, dimension=encoder.dimension, state=state)
        origin = origin_of(encoder)
        if origin:
            encoders.keep_origin(conn, stored.encoder_id, origin)
        transaction.nudge(Job.EMBED)
    return stored


def refuse_twin(stored: StoredEncoder, encoder: Encoder) -> None:
    """One encoder is added once: by its content, and by its name."""
    if stored.fingerprint == encoder.fingerprint:
        raise AlreadyAdded(spec=stored.spec, encoder_id=stored.encoder_id, state=stored.state)
    if stored.spec == encoder.name:
        raise FilesChanged(spec=stored.spec, encoder_id=stored.encoder_id)


def pause(transactions: Transactions, encoder_id: int) -> StoredEncoder:
    """Let an encoder's pictures wait, and the machine do other things."""
    with transactions() as transaction:
        stored = found(transaction.conn, encoder_id)
        if stored.state == "serving":
            raise ServesNow(encoder_id=encoder_id)
        encoder_states.pause(transaction.conn, encoder_id, paused=True)
        return found(transaction.conn, encoder_id)


def resume(transactions: Transactions, encoder_id: int) -> StoredEncoder:
    """Go on with a paused encoder, or bring a retired one up to date again."""
    with transactions() as transaction:
        conn = transaction.conn
        found(conn, encoder_id)
        encoder_states.pause(conn, encoder_id, paused=False)
        encoder_states.revive(conn, encoder_id)
        encoders.queue_missing(conn, encoder_id=encoder_id)
        transaction.nudge(Job.EMBED)
        return found(conn, encoder_id)


def switch(
    transactions: Transactions,
    encoder_id: int,
    *,
    scorers: ScorersOfEncoders,
    is_checked: IsChecked,
    anyway: bool,
    back: bool = False,
) -> StoredEncoder:
    """Let an encoder serve, at once and for every process.

    On the way back its scorer comes along, also where nothing is scored meanwhile.
    """
    with transactions() as transaction:
        conn = transaction.conn
        locks.hold(conn, locks.Lock.REGISTER_ENCODER)
        stored = found(conn, encoder_id)
        if stored.state == "serving":
            return stored
        check_ready(conn, stored, anyway=anyway)
        if not anyway and loses_check(conn, stored, is_checked):
            raise NoPictureCheck(encoder_id=encoder_id)
        scored = scorers.serves(conn)
        follows = (scored or back) and scorers.follow(conn, encoder_id)
        if scored and not follows and not anyway:
            raise NoScorer(encoder_id=encoder_id)
        encoder_states.switch(conn, encoder_id=encoder_id)
        return found(conn, encoder_id)


@dataclass(frozen=True, slots=True)
class Lacking:
    """What people would miss if an encoder served now: pictures, a scorer, the picture check."""

    pictures: int
    scorer: bool
    check: bool

    def __bool__(self) -> bool:
        """Whether anything is lacking."""
        return bool(self.pictures or self.scorer or self.check)


def lacking(
    conn: Connection, stored: StoredEncoder, *, scorers: ScorersOfEncoders, is_checked: IsChecked
) -> Lacking:
    """What a switch to that encoder would be refused for."""
    return Lacking(
        pictures=encoder_states.would_vanish(conn, encoder_id=stored.encoder_id),
        scorer=scorers.serves(conn) and not scorers.has(conn, stored.encoder_id),
        check=loses_check(conn, stored, is_checked),
    )


def check_ready(conn: Connection, stored: StoredEncoder, *, anyway: bool) -> None:
    """Refuse an encoder with which people would find less than now."""
    encoder_id = stored.encoder_id
    if stored.state != "ready" or stored.paused:
        state = "paused" if stored.paused else stored.state
        raise NotReady(encoder_id=encoder_id, state=state)
    missing = encoder_states.would_vanish(conn, encoder_id=encoder_id)
    if missing and not anyway:
        raise NotCaughtUp(encoder_id=encoder_id, missing=missing)


def loses_check(conn: Connection, stored: StoredEncoder, is_checked: IsChecked) -> bool:
    """Whether pictures are checked now and would not be with that encoder."""
    present = encoders.serving(conn)
    return present is not None and is_checked(conn, present) and not is_checked(conn, stored)


def rollback(
    transactions: Transactions, *, scorers: ScorersOfEncoders, is_checked: IsChecked
) -> StoredEncoder:
    """Let the encoder serve that served before; whatever it lacks by now, it is wanted at once."""
    with transactions() as transaction:
        former = encoder_states.former(transaction.conn)
    if former is None:
        raise NothingToGoBackTo
    return switch(
        transactions,
        former.encoder_id,
        scorers=scorers,
        is_checked=is_checked,
        anyway=True,
        back=True,
    )


def remove(
    transactions: Transactions, encoder_id: int, *, pause: Callable[[float], None] = sleep
) -> None:
    """Drop an encoder with all its vectors; the one that serves is refused.

    Killed on the way, it leaves a retired encoder that can be removed again.
    """
    with transactions() as transaction:
        locks.hold(transaction.conn, locks.Lock.REGISTER_ENCODER)
        if found(transaction.conn, encoder_id).state == "serving":
            raise ServesNow(encoder_id=encoder_id)
        encoder_states.retire(transaction.conn, encoder_id)
    more = True
    while more:
        with transactions() as transaction:
            more = encoder_states.forget_some(transaction.conn, encoder_id) > 0
    for attempt in range(1, REMOVE_ATTEMPTS + 1):
        try:
            with transactions() as transaction:
                encoder_states.remove(transaction.conn, encoder_id)
        except StillSearched:
            if attempt == REMOVE_ATTEMPTS:
                raise
            pause(0.5)
        else:
            return
