"""How well a gallery of fresh scenes is found through the product's own path.

Scenes are painted into files, uploaded, embedded and searched for by their full
captions, just as a person's pictures would be.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from sample.paint.picture import paint
from sample.queries import full_texts, gallery
from sample.scene import Pairs, Scene
from service.domain import Asker
from service.ingest.embed import embed_waiting
from service.services import Services


@dataclass(frozen=True, slots=True)
class Gallery:
    """Scenes and the ids under which they were taken in."""

    scenes: tuple[Scene, ...]
    image_ids: tuple[str, ...]


def hang(services: Services, count: int, *, pairs: Pairs = Pairs.KNOWN, size: int = 320) -> Gallery:
    """Upload and embed so many fresh scenes, none of which the law refuses to speak of."""
    scenes = tuple(gallery(count, pairs, children=False))
    services.register_encoder()
    uploaded = services.upload(
        files=((f"{n}.jpg", painted(scene, size)) for n, scene in enumerate(scenes)),
        asker=Asker(),
    )
    embed_waiting(services.embedding(), seconds=3600)
    return Gallery(scenes, tuple(str(one.image_id) for one in uploaded))


def painted(scene: Scene, size: int) -> BytesIO:
    """A scene as a JPEG file."""
    file = BytesIO()
    paint(scene, size).save(file, "JPEG", quality=90)
    file.seek(0)
    return file


def ranks(services: Services, hung: Gallery, language: str, *, depth: int = 10) -> list[int]:
    """For each scene's full caption, the place of its own picture from 0, or depth if not found."""
    return [
        place(services, text, image_id, depth)
        for text, image_id in zip(full_texts(hung.scenes, language), hung.image_ids, strict=True)
    ]


def place(services: Services, text: str, image_id: str, depth: int) -> int:
    """Where a picture stands among what a text finds."""
    hits = services.search(text=text, asker=Asker(), limit=depth, min_score=0).hits
    found = [hit.image_id for hit in hits]
    return found.index(image_id) if image_id in found else depth


def recall(places: Sequence[int], at: int) -> float:
    """The share of texts whose picture stands among the first so many."""
    return sum(rank < at for rank in places) / len(places)
