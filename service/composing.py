"""All use cases of a process, made from what they stand on."""

from dataclasses import dataclass
from functools import partial
from random import SystemRandom

from argon2 import PasswordHasher
from sqlalchemy import Engine

from service.accounts import Accounts
from service.analytics.charts import Charts
from service.analytics.console import Console
from service.analytics.formulas import Formulas
from service.analytics.questions import Questions
from service.annotation_choice import Choice
from service.at_work import AtWork
from service.by_picture import SearchByPicture
from service.cache import Cache
from service.candidates import CandidateLists
from service.catalogue.encoders import Encoders, Load
from service.catalogue.scorers import StoredScorers
from service.collecting import Collecting
from service.config import Settings
from service.domain import Source
from service.duplicates import Duplicates
from service.encoder.shelf import Shelf
from service.imports import Imports
from service.ingest.dataset.work import Importing, NobodyWatches
from service.ingest.recognise import Recognising
from service.ingest.upload import Uploading
from service.insight import Insight
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
from service.loading import machine
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
from service.store import Store
from service.transaction import Transactions
from service.trash import Trash


@dataclass(frozen=True, slots=True)
class Ground:
    """What nearly everything stands on."""

    settings: Settings
    secret_key: str
    engine: Engine
    cache: Cache
    transactions: Transactions
    store: Store
    book: PolicyBook
    gate: LiveGate
    law: PictureLaw
    check: PictureCheck

    @property
    def limits(self) -> tuple[int, int]:
        """The most bytes and the most pixels of a picture."""
        return self.settings.max_file, self.settings.max_pixels


@dataclass(frozen=True, slots=True)
class Sights:
    """The encoders of this process: the one at work, and those that stand in for a missing half."""

    loading: Load
    shelf: Shelf
    at_work: AtWork
    seeing: AtWork
    reading: AtWork


def composed(ground: Ground, sights: Sights, hasher: PasswordHasher) -> Services:
    """Every use case. Long because there are many; each is made in one line or its own function."""
    settings, engine, transactions = ground.settings, ground.engine, ground.transactions
    store, gate, law, at_work = ground.store, ground.gate, ground.law, sights.at_work
    refusals = Refusals(engine, transactions, ground.secret_key, settings.log_queries)
    review = Review(engine, transactions, gate)
    training = TrainingLaw(engine, gate, published_pairs)
    importing = importing_on(ground)
    imports = Imports(importing)
    learning = learning_on(ground, sights)
    trainings = Trainings(engine, transactions, learning)
    comparing = Comparing(settings, learning, store, partial(machine, settings))
    catalogue = catalogue_on(ground, sights)
    lists = CandidateLists(ground.cache, ground.secret_key)
    shown = ShownPictures(ground.cache, ground.check, ground.secret_key)
    searching = Searching(engine, gate, law, at_work, ground.cache, lists, learning.live, shown)
    serving = Serving(settings, engine, transactions, store, at_work, look=ground.check.look)
    work = Work(engine, transactions, ground.cache, law, review, imports, trainings, catalogue)
    return Services(
        settings=settings,
        secret_key=ground.secret_key,
        engine=engine,
        cache=ground.cache,
        store=store,
        book=ground.book,
        gate=gate,
        law=law,
        refusals=refusals,
        review=review,
        previews=Previews(engine, gate),
        trail=Trail(engine),
        training=training,
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
        searching=searching,
        sample=SampleCollection(engine, transactions),
        imports=imports,
        charts=Charts(engine),
        console=Console(transactions, ground.secret_key),
        judges=Judges(engine, transactions),
        judging=judging_on(ground, sights),
        catalogue=catalogue,
        learning=learning,
        trainings=trainings,
        work=work,
        condition=Condition(engine, settings),
        people=People(engine, transactions, hasher),
        attention=Attention(engine, settings.home, work, learning, training),
        comparing=comparing,
        listening=Listening(engine, transactions, gate, sights.reading),
        quality=Quality(engine),
        publishing=Previewing(engine, searching),
        comparisons=Comparisons(engine, transactions, comparing),
        pairing=pairing_on(ground),
        adapters=adapters_on(ground, sights),
        formulas=Formulas(engine, transactions),
        questions=Questions(engine, transactions),
        picture_check=ground.check,
        by_picture=SearchByPicture(
            searching=searching,
            transactions=transactions,
            seeing=sights.seeing,
            check=ground.check,
            refusals=refusals,
            limits=ground.limits,
        ),
        insight=Insight(engine, searching),
    )


def importing_on(ground: Ground) -> Importing:
    """What brings data sets in."""
    uploading = Uploading(
        ground.transactions, ground.store, ground.law, *ground.limits, Source.IMPORT
    )
    return Importing(
        engine=ground.engine,
        transactions=ground.transactions,
        uploading=uploading,
        watch=NobodyWatches(),
    )


def learning_on(ground: Ground, sights: Sights) -> Learning:
    """What trains scorers, and scores one pair."""
    engine, gate, law, live = ground.engine, ground.gate, ground.law, LiveScorer()
    most = ground.settings.max_pixels
    pair = OnePair(engine, gate, law, sights.reading, live, sights.seeing, most)
    return Learning(engine, ground.transactions, gate, law, sights.reading, live, pair)


def catalogue_on(ground: Ground, sights: Sights) -> Encoders:
    """The encoders there are."""
    return Encoders(
        settings=ground.settings,
        engine=ground.engine,
        transactions=ground.transactions,
        store=ground.store,
        gate=ground.gate,
        load=sights.loading,
        scorers=StoredScorers(),
        is_checked=ground.check.works_with,
    )


def judging_on(ground: Ground, sights: Sights) -> Judging:
    """What chooses pairs for judges and takes their answers."""
    choice = Choice(ground.gate, ground.law, sights.at_work, SystemRandom())
    return Judging(ground.engine, ground.transactions, choice, SystemRandom())


def pairing_on(ground: Ground) -> Pairing:
    """What joins two towers."""
    return Pairing(
        settings=ground.settings,
        engine=ground.engine,
        transactions=ground.transactions,
        store=ground.store,
        gate=ground.gate,
        law=ground.law,
        machine=partial(machine, ground.settings),
    )


def adapters_on(ground: Ground, sights: Sights) -> Adapters:
    """What compares an encoder with its adapter."""
    return Adapters(
        ground.engine,
        ground.gate,
        ground.law,
        ground.settings.home,
        lambda spec: sights.shelf.holder(spec).get(),
    )
