"""Rows for tests, with everything that does not matter filled in."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from sqlalchemy import Connection, text

from service.at_work import AtWork
from service.db import encoders, encodings, images
from service.db.encoders import StoredEncoder
from service.db.images import NewImage
from service.domain import Asker, Source
from service.encoder.holder import EncoderHolder
from service.encoder.port import Encoder
from service.encoder.shelf import Shelf
from service.ingest.embed import embed_waiting
from service.services import Services
from tests.encoder_stand_in import NAMES, VALUES

NUMBERS = itertools.count(1)


def an_encoder(conn: Connection, *, dimension: int = 3) -> StoredEncoder:
    """The serving encoder of a test."""
    return encoders.register_first(
        conn, spec="test/encoder", fingerprint="f" * 8, dimension=dimension
    )


def an_image(conn: Connection, *, name: str = "picture.jpg") -> int:
    """A picture's row, queued for the encoders there are; answers its key."""
    number = next(NUMBERS)
    key = images.insert(
        conn,
        NewImage(
            public_id=f"public-{number}",
            sha256=f"{number:064x}",
            name=name,
            format="jpeg",
            media_type="image/jpeg",
            suffix=".jpg",
            served_media_type="image/jpeg",
            served_suffix=".jpg",
            width=40,
            height=30,
            size_bytes=1000,
            placeholder="#808080",
            source=Source.UPLOAD,
            uploaded_by=None,
        ),
    )
    assert key is not None
    encodings.queue_new(conn, image_key=key)
    return key


def many_vectors(
    conn: Connection, encoder: StoredEncoder, found: NDArray[np.float32]
) -> Sequence[int]:
    """As many pictures as there are vectors, written by COPY; answers their keys."""
    keys = list(
        conn.execute(
            text(
                """
                INSERT INTO images (public_id, sha256, name, format, media_type, suffix,
                                    served_media_type, served_suffix, width, height, size_bytes,
                                    placeholder)
                SELECT 'many-' || n, 'many-' || n, n || '.jpg', 'jpeg', 'image/jpeg', '.jpg',
                       'image/jpeg', '.jpg', 4, 3, 1, '' FROM generate_series(1, :count) n
                RETURNING id
                """
            ),
            {"count": len(found)},
        ).scalars()
    )
    raw = conn.connection.driver_connection
    assert raw is not None
    with raw.cursor().copy("COPY image_vectors (image_id, encoder_id, embedding) FROM STDIN") as to:
        for key, vector in zip(keys, found, strict=True):
            to.write_row((key, encoder.encoder_id, "[" + ",".join(map(str, vector)) + "]"))
    return keys


def unit_vectors(count: int, dimension: int, *, seed: int = 0) -> NDArray[np.float32]:
    """Random directions."""
    drawn = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    unit: NDArray[np.float32] = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    return unit


def with_encoder(services: Services, encoder: Encoder) -> Services:
    """The same services, where this encoder has taken the place of the one of its name."""

    def nothing_else(name: str) -> Encoder:
        raise LookupError(name)

    holder = EncoderHolder(encoder.name, lambda: encoder)
    at_work = AtWork(Shelf(nothing_else, holder), encoder.name)
    return replace(
        services,
        encoder=at_work,
        serving=replace(services.serving, at_work=at_work),
        searching=replace(services.searching, at_work=at_work),
    )


def plain(colour: str, *, number: int = 0) -> tuple[str, BytesIO]:
    """A file with a picture of one colour; another number is another picture."""
    picture = Image.new("RGB", (64, 48), tuple(VALUES[NAMES[colour]].astype(int)))
    picture.putpixel((number % 64, number // 64), (128, 128, 128))
    file = BytesIO()
    picture.save(file, "PNG")
    file.seek(0)
    return f"{colour}-{number}.png", file


def searchable(services: Services, *colours: str, collection: str | None = None) -> list[str]:
    """Pictures of these colours, uploaded and embedded; answers their ids."""
    services.register_encoder()
    files = [plain(colour, number=number) for number, colour in enumerate(colours)]
    uploaded = services.upload(files=files, asker=Asker(), collection=collection)
    embed_waiting(services.embedding())
    return [str(one.image_id) for one in uploaded]
