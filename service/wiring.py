"""The composition root: settings and endpoints in, the use cases out."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Literal

import redis
from sqlalchemy import Engine

from service.accounts import Accounts
from service.analytics.console import Console
from service.cache import Cache
from service.candidates import CandidateLists
from service.config import Settings
from service.db import encoders
from service.db.engine import connection, make_engine
from service.domain import Source
from service.encoder.holder import EncoderHolder
from service.encoder.port import Encoder
from service.imports import Imports
from service.ingest.dataset.work import Importing, NobodyWatches, no_review
from service.ingest.upload import Uploading
from service.jobs import CeleryNudger, celery_app
from service.law.book import PolicyBook
from service.law.judging import PictureLaw
from service.law.live_gate import LiveGate
from service.law.refusals import Refusals
from service.law.review import Review
from service.learn.desk import Learning
from service.learn.queue import Trainings
from service.live_scorer import LiveScorer
from service.pictures import Pictures
from service.sample_collection import SampleCollection
from service.services import Services
from service.serving import Serving
from service.stack.endpoints import Endpoints
from service.stack.home import open_home, secret_key
from service.stack.servers import servers
from service.store import Store
from service.transaction import Transactions

Towers = Literal["text", "picture", "both"]


@contextmanager
def wired(
    settings: Settings,
    endpoints: Endpoints,
    *,
    secret_key: str,
    towers: Towers = "both",
    encoder: EncoderHolder | None = None,
) -> Iterator[Services]:
    """The services on these endpoints, with everything closed at the end.

    The encoder is the one whose vectors are stored, in a new home the one that
    the settings name; another one can be given.
    """
    engine = make_engine(endpoints.database_url, pool_size=max(5, settings.web_threads))
    client = redis.Redis.from_url(
        endpoints.redis_url, socket_timeout=2, socket_connect_timeout=2, health_check_interval=30
    )
    cache = Cache(client)
    transactions = Transactions(engine, CeleryNudger(celery_app(endpoints.redis_url), client))
    store = Store(settings.effective_store_url)
    book = PolicyBook(engine, transactions)
    gate = LiveGate(book)
    law = PictureLaw(gate)
    limits = settings.max_file, settings.max_pixels
    importing = Importing(
        engine=engine,
        transactions=transactions,
        uploading=Uploading(transactions, store, law, *limits, Source.IMPORT),
        # The policy gate looks here at captions and judged texts, in the transaction that merges
        # them.
        review=no_review,
        watch=NobodyWatches(),
    )
    try:
        spec = serving_spec(engine) or settings.encoder
        held = encoder or EncoderHolder(spec, partial(load_encoder, settings, spec, towers))
        eye = held
        if encoder is None and towers == "text":
            eye = EncoderHolder(spec, partial(load_encoder, settings, spec, "picture"))
        learning = Learning(
            engine, transactions, gate, law, held, LiveScorer(), eye, settings.max_pixels
        )
        yield Services(
            settings=settings,
            secret_key=secret_key,
            engine=engine,
            cache=cache,
            store=store,
            book=book,
            gate=gate,
            law=law,
            refusals=Refusals(engine, transactions, secret_key, settings.log_queries),
            review=Review(engine, transactions),
            encoder=held,
            serving=Serving(settings, engine, transactions, store, held),
            transactions=transactions,
            accounts=Accounts(engine, transactions),
            shelf=Pictures(engine, transactions, store, law),
            lists=CandidateLists(cache, secret_key),
            sample=SampleCollection(engine, transactions),
            imports=Imports(importing),
            console=Console(transactions, secret_key),
            learning=learning,
            trainings=Trainings(engine, transactions, learning),
        )
    finally:
        client.close()
        engine.dispose()


def serving_spec(engine: Engine) -> str | None:
    """The spec of the encoder whose vectors are stored, which outlives a changed setting."""
    with connection(engine) as conn:
        stored = encoders.serving(conn)
    return None if stored is None else stored.spec


def load_encoder(settings: Settings, spec: str, towers: Towers) -> Encoder:
    """Load an encoder as the settings say; torch is imported only now, which takes seconds."""
    from service.encoder.openclip import load

    return load(
        spec,
        towers=towers,
        device=settings.device,
        precision=settings.precision,
        threads=settings.threads,
    )


def wire(settings: Settings, *, towers: Towers = "text") -> tuple[Services, ExitStack]:
    """The services for a process that lives long, with what closes them again."""
    stack = ExitStack()
    key = secret_key(settings, open_home(settings.home))
    endpoints = stack.enter_context(servers(settings))
    return stack.enter_context(wired(settings, endpoints, secret_key=key, towers=towers)), stack
