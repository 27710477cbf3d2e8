"""Pictures of walls in three colours, each with captions that name it, for pairs to learn from."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image
from sqlalchemy import text

from service.domain import Asker
from service.learn.align import Aligned
from service.services import Services

SHADES = {"red": (200, 30, 30), "green": (30, 160, 50), "blue": (40, 60, 210)}
EACH = 6


def picture(colour: str, number: int) -> tuple[str, BytesIO]:
    """A file of one colour with some noise."""
    noise = np.random.default_rng(number).normal(SHADES[colour], 25, (48, 64, 3))
    file = BytesIO()
    Image.fromarray(np.clip(noise, 0, 255).astype(np.uint8)).save(file, "PNG")
    file.seek(0)
    return f"{colour}-{number}.png", file


def hang(services: Services, *, described: bool = True) -> None:
    """Pictures of three colours, each with captions that name it."""
    for number in range(EACH * len(SHADES)):
        colour = list(SHADES)[number % len(SHADES)]
        show(services, picture(colour, number), [f"a {colour} wall", f"all {colour} here"]
             if described else [])  # fmt: skip


def show(services: Services, file: tuple[str, BytesIO], captions: Sequence[str]) -> str:
    """One picture with its captions; answers its id."""
    (taken,) = services.uploading(files=[file], asker=Asker(), captions=captions)
    return str(taken.image_id)


def ask_about(services: Services, image_id: str, asked: str) -> None:
    """A test question that this picture answers."""
    with services.transactions() as transaction:
        transaction.conn.execute(
            text(
                "WITH of AS (INSERT INTO datasets (name) VALUES (:public_id) RETURNING id)"
                " INSERT INTO test_queries (query_id, text, image_id, dataset_id)"
                " SELECT :public_id, :asked, images.id, of.id FROM images, of"
                " WHERE public_id = :public_id"
            ),
            {"public_id": image_id, "asked": asked},
        )


def aligned(services: Services, tower: str, name: str = "mine", **how: Any) -> Aligned:
    """The pair of that tower and counted words."""
    return services.pairing.align(image=tower, text="tfidf?width=8", name=name, **how)
