"""Brings the sample collection into a running Glimpse, picture by picture, through its front door.

Started by `glimpse up --sample` as an errand: if it dies it begins again, and
pictures that are there already are recognised by their content.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from multiprocessing import get_context

import structlog

from sample.dataset import Drawn, collection
from sample.learn import bring_judgements, first_scorer
from sample.paint.picture import paint
from service.config import read_settings
from service.db.datasets import NamedPicture
from service.domain import Asker, Source, UploadStatus
from service.logs import configure_logs
from service.services import Services
from service.stack.home import open_home, secret_key
from service.stack.servers import servers
from service.wiring import wired

log = structlog.get_logger()

SEED, TRAIN, TEST, SIZE = 1, 1_000, 100, 512
TOLD_EVERY, SAID_EVERY = 20, 200
EXAMPLES = {
    "en": [
        "a boat at sunset",
        "a dog on a car",
        "red cars on the beach",
        "a purple horse",
        "an old woman on a horse",
        "two yellow dogs by the sea",
    ],
    "ru": [
        "лодка на закате",
        "собака на машине",
        "красные машины на пляже",
        "фиолетовая лошадь",
        "старушка на лошади",
        "две жёлтые собаки у моря",
    ],
}


@dataclass(frozen=True, slots=True)
class Painted:
    """One picture of the collection as a file, and where it belongs."""

    drawn: Drawn
    collection: str
    captions: tuple[str, ...]
    questions: tuple[str, ...]
    data: bytes


def main() -> None:
    """Load the collection, unless it is here already or was sent away."""
    settings = read_settings()
    configure_logs(settings)
    key = secret_key(settings, open_home(settings.home))
    with (
        servers(settings) as endpoints,
        wired(settings, endpoints, secret_key=key, towers="both") as services,
    ):
        if services.sample.progress().state in {"ready", "removed"}:
            return
        load(services, after=first_scorer)


def load(
    services: Services,
    *,
    train: int = TRAIN,
    test: int = TEST,
    size: int = SIZE,
    after: Callable[[Services], None] = lambda _: None,
) -> None:
    """Paint and upload everything with its judgements, telling how far it is on the way.

    What comes after still counts as loading.
    """
    total = train + test
    named: list[NamedPicture] = []

    def tell(state: str, done: int) -> None:
        services.sample.advance(state, done=done, total=total, examples=EXAMPLES)

    tell("loading", 0)
    for done, picture in enumerate(painted(train, test, size), start=1):
        named += take(services, picture)
        if done % TOLD_EVERY == 0:
            tell("loading", done)
        if done % SAID_EVERY == 0:
            log.info("sample collection is loading", pictures=done, of=total)
    bring_judgements(services, *collection(SEED, train, test), named, seed=SEED)
    after(services)
    tell("ready", total)
    log.info("sample collection loaded", pictures=total)


def painted(train: int, test: int, size: int) -> Iterator[Painted]:
    """The collection's pictures, painted in another process while this one uploads."""
    training, testing = collection(SEED, train, test)
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as painter:
        jobs = [(drawn, "sample/train", True, size) for drawn in training]
        jobs += [(drawn, "sample/test", False, size) for drawn in testing]
        yield from painter.map(paint_one, jobs, chunksize=4)


def paint_one(job: tuple[Drawn, str, bool, int]) -> Painted:
    """Paint a scene as a JPEG; the texts of test pictures are questions, never captions."""
    drawn, name, described, size = job
    file = BytesIO()
    paint(drawn.scene, size).save(file, "JPEG", quality=90)
    texts = tuple(caption.text for caption in drawn.captions)
    captions, questions = (texts, ()) if described else ((), texts)
    return Painted(drawn, name, captions, questions, file.getvalue())


def take(services: Services, picture: Painted) -> Iterator[NamedPicture]:
    """Upload one picture with its captions; tells under which name it is here."""
    (uploaded,) = services.uploading(
        files=[(picture.drawn.name, BytesIO(picture.data))],
        asker=Asker(),
        collection=picture.collection,
        source=Source.SAMPLE,
        captions=picture.captions,
        questions=picture.questions,
    )
    if uploaded.status == UploadStatus.REJECTED or uploaded.image_id is None:
        log.error("sample picture refused", name=uploaded.name, reason=uploaded.reason)
        return
    if picture.captions and uploaded.status == UploadStatus.DUPLICATE:
        services.describe(uploaded.image_id, picture.captions)
    split = picture.collection.rpartition("/")[2]
    yield NamedPicture(picture.drawn.name, split, uploaded.image_id)
