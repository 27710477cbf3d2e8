"""Near duplicates: which copies are found, which other pictures are taken for copies, how fast."""

import random
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from itertools import combinations, islice
from statistics import median
from time import perf_counter

from PIL import Image, ImageEnhance
from sqlalchemy import Connection, text

from benchmarks.retrieval import DATA
from benchmarks.table import show
from sample.dataset import collection
from sample.load import SEED, TEST, TRAIN
from sample.paint.picture import paint
from service.db import likeness as stored
from service.db.engine import make_engine
from service.db.migrate import upgrade
from service.picture import Likeness
from service.picture.likeness import likeness
from tests.conftest import new_database
from tests.servers import throwaway_servers

ROWS = 100_000
ASKED = 300
EVERY = 11
SIDE = 640


def trimmed(picture: Image.Image, share: float) -> Image.Image:
    """The picture without a rim, as a share of each side."""
    dx, dy = int(picture.width * share), int(picture.height * share)
    return picture.crop((dx, dy, picture.width - dx, picture.height - dy))


def saved(picture: Image.Image, quality: int) -> Image.Image:
    """The picture after a JPEG of that quality."""
    file = BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return Image.open(file).convert("RGB")


COPIES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "half the size": lambda one: one.resize((one.width // 2, one.height // 2)),
    "JPEG of quality 30": lambda one: saved(one, 30),
    "JPEG of quality 10": lambda one: saved(one, 10),
    "30 % brighter": lambda one: ImageEnhance.Brightness(one).enhance(1.3),
    "30 % darker": lambda one: ImageEnhance.Brightness(one).enhance(0.7),
    "more contrast": lambda one: ImageEnhance.Contrast(one).enhance(1.3),
    "without colour": lambda one: one.convert("L").convert("RGB"),
    "2 % off each edge": lambda one: trimmed(one, 0.02),
    "half, 2 % off, quality 40": lambda one: saved(trimmed(COPIES["half the size"](one), 0.02), 40),
    "5 % off each edge": lambda one: trimmed(one, 0.05),
    "10 % off each edge": lambda one: trimmed(one, 0.1),
    "mirrored": lambda one: one.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
}


def alike(one: Likeness | None, other: Likeness | None) -> bool:
    """As the product decides it."""
    return (
        one is not None
        and other is not None
        and (one.waves ^ other.waves).bit_count() <= stored.MOST_WAVES
        and (one.gradients ^ other.gradients).bit_count() <= stored.MOST_GRADIENTS
    )


def photographs() -> Iterator[Image.Image]:
    """Real ones, where they are at hand."""
    for path in sorted(DATA.glob("*_images/*")):
        with Image.open(path) as picture:
            shown = picture.convert("RGB")
        shown.thumbnail((SIDE, SIDE))
        yield shown


def drawings() -> Iterator[Image.Image]:
    """The sample collection's."""
    for part in collection(SEED, TRAIN, TEST):
        for drawn in part:
            yield paint(drawn.scene, 256)


def found_copies() -> None:
    """Of every eleventh photograph, which copies are found."""
    chosen = list(islice(photographs(), 0, None, EVERY))
    if not chosen:
        print(f"near duplicates: no photographs without {DATA}")
        return
    own = [likeness(one) for one in chosen]
    rows = []
    for name, copy in COPIES.items():
        found = sum(
            alike(known, likeness(copy(one))) for known, one in zip(own, chosen, strict=True)
        )
        rows.append((name, f"{found} of {len(chosen)}"))
    show("Near duplicates: copies of photographs that are found", ("copy", "found"), rows)


def false_pairs(name: str, pictures: Iterator[Image.Image]) -> tuple[str, str, str]:
    """How many pairs of different pictures are taken for copies of each other."""
    own = [likeness(one) for one in pictures]
    wrong = sum(alike(*pair) for pair in combinations(own, 2))
    return name, f"{len(own) * (len(own) - 1) // 2:,}", str(wrong)


def timed(conn: Connection) -> Sequence[tuple[str, str]]:
    """Among many random likenesses: one look-up through the indexes, and one through all rows."""
    conn.execute(
        text(
            """
            INSERT INTO images (public_id, sha256, name, format, media_type, suffix,
                                served_media_type, served_suffix, width, height, size_bytes,
                                placeholder, likeness, waves, gradients)
            SELECT 'm' || n, 'm' || n, 'n', 'jpeg', 'image/jpeg', '.jpg', 'image/jpeg', '.jpg',
                   4, 3, 1, '', 'compared', CAST(hashtextextended('w' || n, 1) AS bit(64)),
                   CAST(hashtextextended('g' || n, 2) AS bit(64))
              FROM generate_series(1, :rows) n
            """
        ),
        {"rows": ROWS},
    )
    conn.execute(text("ANALYZE images"))
    # A plan that was kept would be used again, whatever is allowed by then.
    conn.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))
    keys = random.Random(1).sample(range(1, ROWS + 1), ASKED)
    rows = []
    for name, setting in (("indexes", "on"), ("all rows", "off")):
        for kind in ("enable_bitmapscan", "enable_indexscan"):
            conn.execute(text(f"SET LOCAL {kind} = {setting}"))
        asked = keys if setting == "on" else keys[:20]
        took = []
        for key in asked:
            began = perf_counter()
            stored.near(conn, image_key=key)
            took.append((perf_counter() - began) * 1000)
        rows.append((name, f"{median(took):.1f} ms"))
    return rows


def main() -> None:
    """Measure all three."""
    found_copies()
    rows = [false_pairs("the sample's drawings", drawings())]
    if DATA.is_dir():
        rows.insert(0, false_pairs("photographs", photographs()))
    head = ("different pictures", "pairs", "taken for copies")
    show("Near duplicates: false pairs", head, rows)
    with (
        throwaway_servers() as servers,
        new_database(servers.database_url, "near_duplicates") as url,
    ):
        upgrade(url)
        engine = make_engine(url)
        with engine.begin() as conn:
            show(f"Near duplicates of one picture among {ROWS:,}", ("by", "median"), timed(conn))
        engine.dispose()


if __name__ == "__main__":
    main()
