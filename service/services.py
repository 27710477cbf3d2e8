"""Everything Glimpse can do, as its edges call it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import sleep
from typing import BinaryIO

from sqlalchemy import Engine

from service import health, search
from service.accounts import Accounts
from service.analytics.charts import Charts
from service.analytics.console import Console
from service.analytics.formulas import Formulas
from service.analytics.login import make_login
from service.analytics.questions import Questions
from service.analytics.refresh import refresh
from service.at_work import AtWork, Follower
from service.by_picture import SearchByPicture
from service.cache import Cache
from service.catalogue.encoders import Encoders
from service.collecting import Collecting
from service.config import Settings
from service.db import collections, images, searches
from service.db.encoders import StoredEncoder
from service.db.engine import connection
from service.domain import (
    NO_FILTERS,
    Asker,
    Counts,
    Filters,
    Health,
    Picture,
    PictureState,
    Role,
    SearchPage,
    Sort,
    Source,
    StoredFile,
    Uploaded,
    User,
)
from service.duplicates import Duplicates
from service.imports import ImportProgress, Imports
from service.ingest.dataset.work import Watch
from service.ingest.embed import Embedding, embed_waiting
from service.ingest.recognise import Recognising
from service.ingest.settle import Settling, settle
from service.ingest.upload import Uploading, upload
from service.insight import Insight
from service.jobs import alive_workers
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
from service.learn.pairing import Pairing
from service.learn.queue import Trainings
from service.operations.attention import Attention
from service.operations.condition import Condition
from service.operations.people import People
from service.operations.work import Work
from service.pictures import Pictures
from service.policy.gate import Refused
from service.quality.comparisons import Comparisons
from service.quality.overview import Quality
from service.quality.preview import Previewing
from service.sample_collection import SampleCollection
from service.search import Searching
from service.search_question import Question, StatesAreForAdmins
from service.serving import Serving
from service.store import Store
from service.transaction import Transactions
from service.trash import Trash


def best_of(page: SearchPage, sort: Sort) -> float | None:
    """The highest probability on a first page, where a scorer gave it and the best come first."""
    if page.scorer is None or not page.hits or sort is not Sort.BEST:
        return None
    return page.hits[0].score


@dataclass(frozen=True, slots=True)
class Services:
    """Every use case, ready to be called from any thread."""

    settings: Settings
    secret_key: str
    engine: Engine
    cache: Cache
    store: Store
    book: PolicyBook
    gate: LiveGate
    law: PictureLaw
    refusals: Refusals
    review: Review
    previews: Previews
    trail: Trail
    training: TrainingLaw
    encoder: AtWork
    serving: Serving
    transactions: Transactions
    accounts: Accounts
    shelf: Pictures
    duplicates: Duplicates
    recognising: Recognising
    collecting: Collecting
    trash: Trash
    searching: Searching
    sample: SampleCollection
    imports: Imports
    charts: Charts
    console: Console
    judges: Judges
    judging: Judging
    insight: Insight
    catalogue: Encoders
    formulas: Formulas
    questions: Questions
    picture_check: PictureCheck
    by_picture: SearchByPicture
    pairing: Pairing
    adapters: Adapters
    learning: Learning
    comparing: Comparing
    trainings: Trainings
    listening: Listening
    work: Work
    attention: Attention
    condition: Condition
    people: People
    quality: Quality
    publishing: Previewing
    comparisons: Comparisons
    upkeep: Upkeep

    def search(  # noqa: PLR0913 - what an address can ask, name by name
        self,
        *,
        text: str,
        asker: Asker,
        limit: int = 20,
        collection: str | None = None,
        cursor: str | None = None,
        min_score: float | None = None,
        like: str | None = None,
        filters: Filters = NO_FILTERS,
        sort: Sort = Sort.BEST,
        picture: str | None = None,
    ) -> SearchPage:
        """One page of pictures that match a text, a picture of ours or one sent, or both."""
        if filters.state and asker.role is not Role.ADMIN:
            raise StatesAreForAdmins
        question = Question(
            text=text,
            countries=asker.countries,
            limit=limit,
            collection=collection,
            cursor=cursor,
            min_score=min_score,
            like=like,
            filters=filters,
            sort=sort,
            picture=picture,
        )
        try:
            page = search.search(self.searching, question)
        except Refused as refused:
            self.refusals.note(text, asker.countries, refused)
            raise
        if cursor is None:
            with self.transactions() as transaction:
                searches.record(
                    transaction.conn,
                    took_ms=page.took_ms,
                    results=len(page.hits),
                    best=best_of(page, sort),
                )
            self.refusals.keep_answered(text, asker.countries)
        return page

    def upload(
        self,
        *,
        files: Iterable[tuple[str, BinaryIO]],
        asker: Asker,
        collection: str | None = None,
    ) -> list[Uploaded]:
        """Take files one by one; answers for each."""
        return list(self.uploading(files=files, asker=asker, collection=collection))

    def uploading(
        self,
        *,
        files: Iterable[tuple[str, BinaryIO]],
        asker: Asker,
        collection: str | None = None,
        source: Source = Source.UPLOAD,
        captions: Sequence[str] = (),
        questions: Sequence[str] = (),
    ) -> Iterator[Uploaded]:
        """As upload, with each answer as soon as it is known.

        New pictures get the captions, and the questions that they are known to answer.
        """
        limits = self.settings.max_file, self.settings.max_pixels
        work = Uploading(
            self.transactions, self.store, self.law, *limits, source, captions, questions
        )
        return upload(work, files=files, asker=asker, collection=collection)

    def picture(self, image_id: str, *, asker: Asker) -> Picture:
        """One picture."""
        return self.shelf.picture(image_id, asker=asker)

    def pictures(
        self,
        *,
        state: PictureState | None,
        limit: int,
        before: str | None,
        asker: Asker | None = None,
    ) -> list[Picture]:
        """Pictures from the newest to the oldest, as the asker may see them."""
        asking = asker or Asker()
        return self.shelf.newest(state=state, limit=limit, before=before, asker=asking)

    def picture_file(self, image_id: str, *, asker: Asker) -> StoredFile:
        """A picture's bytes."""
        return self.shelf.file(image_id, asker=asker)

    def picture_thumbnail(self, image_id: str, *, width: int, asker: Asker) -> StoredFile:
        """A picture's bytes, small."""
        return self.shelf.thumbnail(image_id, width=width, asker=asker)

    def delete_picture(self, image_id: str, *, asker: Asker) -> str:
        """Take a picture out, which can come back for 30 days; answers its name."""
        return self.shelf.delete(image_id, asker=asker)

    def restore_picture(self, image_id: str, *, asker: Asker | None = None) -> None:
        """Bring a deleted picture back."""
        self.shelf.restore(image_id, asker=asker or Asker())

    def retry_picture(self, image_id: str) -> None:
        """Try a quarantined picture again."""
        self.shelf.retry(image_id)

    def counts(self, asker: Asker | None = None) -> Counts:
        """How many pictures that the asker may see are in which state."""
        with connection(self.engine) as conn:
            return images.counts(conn, (asker or Asker()).countries)

    def collections(self) -> list[str]:
        """The collections, by name."""
        with connection(self.engine) as conn:
            return collections.names(conn)

    def sign_in(self, *, name: str, password: str) -> User:
        """The person with that name and password."""
        return self.accounts.sign_in(name=name, password=password)

    def user(self, user_id: int) -> User | None:
        """The person with that key."""
        return self.accounts.user(user_id)

    def user_of_token(self, token: str) -> User | None:
        """Whom an API token belongs to."""
        return self.accounts.user_of_token(token)

    def change_password(self, *, user_id: int, password: str) -> None:
        """Choose one's own password."""
        self.accounts.change_password(user_id=user_id, password=password)

    def health(self) -> Health:
        """Whether searches can be answered."""
        return health.health(engine=self.engine, cache=self.cache, encoder=self.encoder)

    def describe(self, image_id: str, captions: Sequence[str]) -> None:
        """Replace a picture's captions."""
        self.shelf.describe(image_id, captions)

    def start_import(self, *, folder: Path, name: str | None = None, asker: Asker) -> int:
        """Have a worker import a data set from a folder of this machine; answers its key."""
        return self.imports.start(folder=folder, name=name, asker=asker)

    def import_dataset(
        self, *, folder: Path, name: str | None = None, asker: Asker, watch: Watch
    ) -> ImportProgress:
        """Import a data set in this process; what is embedded later is searchable later."""
        return self.imports.now(folder=folder, name=name, asker=asker, watch=watch)

    def run_imports(self, *, watch: Watch) -> None:
        """Work on imports that wait, or whose worker died."""
        self.imports.run_open(watch=watch)

    def import_progress(self, import_id: int) -> ImportProgress:
        """How an import stands."""
        return self.imports.progress(import_id)

    def cancel_import(self, import_id: int) -> None:
        """Stop an import; started again it goes on where it was."""
        self.imports.cancel(import_id)

    def import_report(self, import_id: int) -> Iterator[str]:
        """Everything that an import refused, as lines of CSV."""
        return self.imports.report(import_id)

    def examples(self, language: str) -> list[str]:
        """Queries to begin with, for the collection that is loaded; none that is refused."""
        found = self.sample.examples(language)
        return [text for text in found if not self.gate.verdict(text).blocked]

    def warm(self) -> Follower:
        """Load what the first search needs, in the background, and follow the serving encoder."""
        self.gate.warm()
        return self.serving.follow()

    def register_encoder(self) -> StoredEncoder:
        """The serving encoder; in a new home this one becomes it, which loads its files."""
        return self.serving.register()

    def embedding(self) -> Embedding:
        """What embedding needs; loads the encoder."""
        return self.serving.embedding()

    def waiting(self) -> int:
        """How many pictures still wait for the serving encoder."""
        return self.serving.waiting()

    def analyst_login(self, *, name: str) -> str:
        """Make an analyst's own login of the database; answers how to connect with it."""
        with self.transactions() as transaction:
            return make_login(transaction.conn, name=name, port=self.settings.analyst_port)

    def refresh_analytics(self) -> bool:
        """Bring what analysts read up to date where it is stored; answers whether that was due."""
        with self.transactions() as transaction:
            return refresh(transaction.conn)

    def settle(self, *, progress: Callable[[int], None]) -> None:
        """Return when everything is searchable; embeds in this process where no worker lives."""
        work = Settling(
            waiting=self.waiting,
            workers_alive=lambda: bool(alive_workers(self.cache.client)),
            embed=lambda: embed_waiting(self.embedding(), seconds=1.0),
            sleep=sleep,
        )
        settle(work, progress=progress)
