"""The composition root: settings and endpoints in, the use cases out."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from random import SystemRandom

from argon2 import PasswordHasher
from sqlalchemy import Engine

from service.accounts import HASHER, Accounts
from service.analytics.charts import Charts
from service.analytics.console import Console
from service.analytics.formulas import Formulas
from service.analytics.questions import Questions
from service.annotation_choice import Choice
from service.at_work import AtWork
from service.by_picture import SearchByPicture
from service.cache import Cache, client_of
from service.candidates import CandidateLists
from service.catalogue.encoders import Encoders, Load
from service.catalogue.scorers import StoredScorers
from service.collecting import Collecting
from service.config import Settings
from service.db import encoders
from service.db.engine import connection, make_engine
from service.domain import Source
from service.duplicates import Duplicates
from service.encoder.holder import EncoderHolder
from service.encoder.presets import spec_of
from service.encoder.shelf import Shelf
from service.imports import Imports
from service.ingest.dataset.work import Importing, NobodyWatches
from service.ingest.recognise import Recognising
from service.ingest.upload import Uploading
from service.insight import Insight
from service.jobs import CeleryNudger, celery_app
from service.judges import Judges
from service.judging import Judging
from service.keeping.verify import Upkeep
from service.law.book import PolicyBook
from service.law.judging import PictureLaw
from service.law.live_gate import LiveGate
from service.law.picture_check import PictureCheck
from service.law.preview import Previews
from service.law.refusals import Refusals
from service.law.review import Review
from service.law.trail import Trail
from service.law.training import TrainingLaw
from service.learn.adapters import Adapters
from service.learn.comparing import Comparing
from service.learn.desk import Learning
from service.learn.listening import Listening
from service.learn.one_pair import OnePair
from service.learn.pairing import Pairing
from service.learn.publishing import published_pairs
from service.learn.queue import Trainings
from service.live_scorer import LiveScorer
from service.loading import Towers, commit_of, load_encoder, machine
from service.operations.attention import Attention
from service.operations.condition import Condition
from service.operations.people import People
from service.operations.work import Work
from service.pictures import Pictures
from service.quality.comparisons import Comparisons
from service.quality.overview import Quality
from service.quality.preview import Previewing
from service.sample_collection import SampleCollection
from service.search import Searching
from service.services import Services
from service.serving import Serving
from service.shown import ShownPictures
from service.stack.endpoints import Endpoints
from service.stack.home import open_home, secret_key
from service.stack.servers import servers
from service.store import Store
from service.transaction import Transactions
from service.trash import Trash


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
    cache = Cache(client)
    transactions = Transactions(engine, CeleryNudger(celery_app(endpoints.redis_url), client))
    store = Store(settings.effective_store_url)
    book = PolicyBook(engine, transactions)
    gate = LiveGate(book)
    law = PictureLaw(gate)
    picture_check = PictureCheck(engine, transactions)
    lists = CandidateLists(cache, secret_key)
    shown = ShownPictures(cache, picture_check, secret_key)
    limits = settings.max_file, settings.max_pixels
    importing = Importing(
        engine=engine,
        transactions=transactions,
        uploading=Uploading(transactions, store, law, *limits, Source.IMPORT),
        watch=NobodyWatches(),
    )
    try:
        given = [encoder] if encoder else []
        loading = load or partial(load_encoder, settings, pinned=partial(commit_of, engine))
        shelf = Shelf(partial(loading, towers=towers), *given)
        first = encoder.spec if encoder else serving_spec(engine) or spec_of(settings.encoder)
        at_work = AtWork(shelf, first)
        # A process for texts loads the picture tower only when somebody asks with a picture.
        seeing = (
            at_work
            if encoder or towers != "text"
            else AtWork(Shelf(partial(loading, towers="picture")), first)
        )
        # And a process for pictures the text tower, when it trains or reads captions.
        reading = (
            at_work
            if encoder or towers != "picture"
            else AtWork(Shelf(partial(loading, towers="text")), first)
        )
        refusals = Refusals(engine, transactions, secret_key, settings.log_queries)
        live = LiveScorer()
        pair = OnePair(engine, gate, law, reading, live, seeing, settings.max_pixels)
        learning = Learning(engine, transactions, gate, law, reading, live, pair)
        review = Review(engine, transactions, gate)
        imports = Imports(importing)
        trainings = Trainings(engine, transactions, learning)
        training_law = TrainingLaw(engine, gate, published_pairs)
        catalogue = Encoders(
            settings=settings,
            engine=engine,
            transactions=transactions,
            store=store,
            gate=gate,
            load=loading,
            scorers=StoredScorers(),
            is_checked=picture_check.works_with,
        )
        work = Work(engine, transactions, cache, law, review, imports, trainings, catalogue)
        comparing = Comparing(settings, learning, store, partial(machine, settings))
        searching = Searching(engine, gate, law, at_work, cache, lists, learning.live, shown)
        serving = Serving(settings, engine, transactions, store, at_work, look=picture_check.look)
        yield Services(
            settings=settings,
            secret_key=secret_key,
            engine=engine,
            cache=cache,
            store=store,
            book=book,
            gate=gate,
            law=law,
            refusals=refusals,
            review=review,
            previews=Previews(engine, gate),
            trail=Trail(engine),
            training=training_law,
            encoder=at_work,
            serving=serving,
            upkeep=Upkeep(settings, engine, transactions, store, serving),
            transactions=transactions,
            accounts=Accounts(engine, transactions, hasher),
            shelf=Pictures(engine, transactions, store, law),
            duplicates=Duplicates(engine, transactions, store, law, settings.max_pixels),
            recognising=Recognising(importing.uploading),
            collecting=Collecting(engine, transactions, law),
            trash=Trash(engine, transactions, store, law),
            lists=lists,
            sample=SampleCollection(engine, transactions),
            imports=imports,
            charts=Charts(engine),
            console=Console(transactions, secret_key),
            judges=Judges(engine, transactions),
            judging=Judging(
                engine, transactions, Choice(gate, law, at_work, SystemRandom()), SystemRandom()
            ),
            catalogue=catalogue,
            learning=learning,
            trainings=trainings,
            work=work,
            condition=Condition(engine, settings),
            people=People(engine, transactions, hasher),
            attention=Attention(engine, settings.home, work, learning, training_law),
            comparing=comparing,
            listening=Listening(engine, transactions, gate, reading),
            quality=Quality(engine),
            publishing=Previewing(engine, searching),
            comparisons=Comparisons(engine, transactions, comparing),
            pairing=Pairing(
                settings=settings,
                engine=engine,
                transactions=transactions,
                store=store,
                gate=gate,
                law=law,
                machine=partial(machine, settings),
            ),
            adapters=Adapters(
                engine, gate, law, settings.home, lambda spec: shelf.holder(spec).get()
            ),
            formulas=Formulas(engine, transactions),
            questions=Questions(engine, transactions),
            picture_check=picture_check,
            by_picture=SearchByPicture(
                searching=searching,
                transactions=transactions,
                seeing=seeing,
                check=picture_check,
                refusals=refusals,
                limits=limits,
            ),
            insight=Insight(engine, searching),
        )
    finally:
        client.close()
        engine.dispose()


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
