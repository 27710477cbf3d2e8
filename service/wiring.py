"""The composition root: settings and endpoints in, the use cases out."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

from argon2 import PasswordHasher
from sqlalchemy import Engine

from service.accounts import HASHER
from service.at_work import AtWork
from service.cache import Cache, client_of
from service.catalogue.encoders import Load
from service.composing import Ground, Sights, composed
from service.config import Settings
from service.db import encoders
from service.db.engine import connection, make_engine
from service.encoder.holder import EncoderHolder
from service.encoder.presets import spec_of
from service.encoder.shelf import Shelf
from service.jobs import CeleryNudger, celery_app
from service.law.book import PolicyBook
from service.law.judging import PictureLaw
from service.law.live_gate import LiveGate
from service.law.picture_check import PictureCheck
from service.loading import Towers, commit_of, load_encoder
from service.services import Services
from service.stack.endpoints import Endpoints
from service.stack.home import open_home, secret_key
from service.stack.servers import servers
from service.store import Store
from service.transaction import Transactions


@contextmanager
def wired(
    settings: Settings,
    endpoints: Endpoints,
    *,
    secret_key: str,
    towers: Towers = "both",
    encoder: EncoderHolder | None = None,
    load: Load | None = None,
    hasher: PasswordHasher = HASHER,
) -> Iterator[Services]:
    """The services on these endpoints, with everything closed at the end.

    The encoder is the one whose vectors are stored, in a new home the one that
    the settings name; another one for a new home can be given, what loads the others,
    and what hashes passwords.
    """
    engine = make_engine(endpoints.database_url, pool_size=max(5, settings.web_threads))
    client = client_of(endpoints.redis_url)
    transactions = Transactions(engine, CeleryNudger(celery_app(endpoints.redis_url), client))
    book = PolicyBook(engine, transactions)
    gate = LiveGate(book)
    ground = Ground(
        settings=settings,
        secret_key=secret_key,
        engine=engine,
        cache=Cache(client),
        transactions=transactions,
        store=Store(settings.effective_store_url),
        book=book,
        gate=gate,
        law=PictureLaw(gate),
        check=PictureCheck(engine, transactions),
    )
    try:
        yield composed(ground, sights(ground, towers, encoder, load), hasher)
    finally:
        client.close()
        engine.dispose()


def sights(
    ground: Ground, towers: Towers, encoder: EncoderHolder | None, load: Load | None
) -> Sights:
    """The encoders of a process that holds these towers."""
    pinned = partial(commit_of, ground.engine)
    loading = load or partial(load_encoder, ground.settings, pinned=pinned)
    shelf = Shelf(partial(loading, towers=towers), *([encoder] if encoder else []))
    stored = encoder.spec if encoder else serving_spec(ground.engine)
    at_work = AtWork(shelf, stored or spec_of(ground.settings.encoder))

    def the_other(half: Towers) -> AtWork:
        """A process for texts loads the picture tower only when somebody asks with a picture.

        And one for pictures the text tower, when it trains or reads captions.
        """
        if encoder or towers in {"both", half}:
            return at_work
        return AtWork(Shelf(partial(loading, towers=half)), at_work.name)

    return Sights(loading, shelf, at_work, seeing=the_other("picture"), reading=the_other("text"))


def serving_spec(engine: Engine) -> str | None:
    """The spec of the encoder whose vectors are stored, which outlives a changed setting."""
    with connection(engine) as conn:
        stored = encoders.serving(conn)
    return None if stored is None else stored.spec


def wire(settings: Settings, *, towers: Towers = "text") -> tuple[Services, ExitStack]:
    """The services for a process that lives long, with what closes them again."""
    stack = ExitStack()
    key = secret_key(settings, open_home(settings.home))
    endpoints = stack.enter_context(servers(settings))
    return stack.enter_context(wired(settings, endpoints, secret_key=key, towers=towers)), stack
