"""What the path of a picture and of a query costs beside the encoder's own work."""

import tempfile
from io import BytesIO
from pathlib import Path
from statistics import median
from time import perf_counter

from PIL import Image

from benchmarks.table import show
from service.config import read_settings
from service.db import migrate
from service.domain import AllowedQuery, Asker
from service.ingest.embed import embed_waiting
from service.picture import open_upright
from service.services import Services
from service.wiring import wired
from tests.pictures import noise, saved
from tests.servers import throwaway_servers

PICTURES = 200
QUERIES = 100


def files() -> list[tuple[str, BytesIO]]:
    """JPEGs of 500 × 375 that look like photographs to a decoder."""
    return [
        (f"{n}.jpg", BytesIO(saved(noise(50, 38, seed=n).resize((500, 375)), "JPEG", quality=90)))
        for n in range(PICTURES)
    ]


def picture_rows(services: Services) -> list[tuple[object, ...]]:
    """Seconds for taking pictures in and for embedding them, beside decoding and encoding alone."""
    taken = files()
    began = perf_counter()
    services.upload(files=taken, asker=Asker())
    upload = perf_counter() - began
    began = perf_counter()
    embed_waiting(services.embedding(), seconds=600)
    embed = perf_counter() - began
    encoder = services.encoder.get()
    decoded: list[Image.Image] = []
    began = perf_counter()
    for _, file in taken:
        file.seek(0)
        decoded.append(open_upright(file, max_pixels=10**8, side=encoder.picture_side))
    decode = perf_counter() - began
    began = perf_counter()
    for at in range(0, PICTURES, 16):
        encoder.encode_pictures(decoded[at : at + 16])
    forward = perf_counter() - began
    return [
        ("upload (check, derive, store, row)", f"{PICTURES / upload:.0f} pictures/s", "–"),
        ("embed, as a worker does", f"{PICTURES / embed:.0f} pictures/s", "1"),
        (
            "decoding and the encoder alone",
            f"{PICTURES / (decode + forward):.0f} pictures/s",
            f"{(decode + forward) / embed:.2f}",
        ),
    ]


def query_rows(services: Services) -> list[tuple[object, ...]]:
    """Milliseconds of a search with a new text and a known one, beside encoding the text alone."""
    encoder = services.encoder.get()
    alone: list[float] = []
    fresh: list[float] = []
    known: list[float] = []
    for number in range(QUERIES):
        began = perf_counter()
        encoder.encode_texts([AllowedQuery(f"a red car number {number}", 0)])
        alone.append(perf_counter() - began)
        for times in (fresh, known):
            began = perf_counter()
            services.search(text=f"a blue boat number {number}", asker=Asker())
            times.append(perf_counter() - began)
    base = median(fresh)
    return [
        (name, f"{1000 * median(times):.1f} ms", f"{median(times) / base:.2f}")
        for name, times in (
            ("search, new text", fresh),
            ("search, text asked before", known),
            ("encoding the text alone", alone),
        )
    ]


def main() -> None:
    """Measure both paths with the bundled encoder, in one process."""
    with tempfile.TemporaryDirectory() as home, throwaway_servers() as endpoints:
        migrate.upgrade(endpoints.database_url)
        settings = read_settings(home=Path(home))
        with wired(settings, endpoints, secret_key="bench") as services:  # noqa: S106 - thrown away
            services.register_encoder()
            show(
                f"{PICTURES} pictures of 500 × 375, bundled encoder, one process",
                ("step", "speed", "time against embed"),
                picture_rows(services),
            )
            show(
                f"A search over {PICTURES} pictures (median of {QUERIES})",
                ("step", "time", "against a new text"),
                query_rows(services),
            )
