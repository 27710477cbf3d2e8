"""The steps of an encoder's life, as tests take them with the stand-ins."""

import threading
from collections.abc import Callable
from typing import Any

from service.domain import Asker
from service.ingest.index import finish_builds
from service.services import Services
from tests.encoder_stand_in import ColourEncoder, ContraryEncoder

ASKER = Asker()


def build(services: Services) -> None:
    """What workers do until nothing is left."""
    services.serving.embed(seconds=30)
    finish_builds(services.engine, services.transactions)


def added(services: Services) -> int:
    """The other encoder, just added."""
    return services.catalogue.add(ContraryEncoder.name).encoder_id


def built(services: Services) -> int:
    """The other encoder, ready to serve."""
    encoder_id = added(services)
    build(services)
    return encoder_id


def state(services: Services, encoder_id: int) -> str:
    """How far the encoder is."""
    return services.catalogue.one(encoder_id).encoder.state


def first(services: Services, query: str, **how: Any) -> tuple[str, str]:
    """The best picture's id, and the encoder that found it."""
    page = services.search(text=query, asker=ASKER, **how)
    return page.hits[0].image_id, page.encoder


def switch_when_loaded(services: Services, encoder_id: int) -> None:
    """Switch, and wait until this process follows."""
    services.catalogue.switch(encoder_id)
    services.encoder.shelf.holder(services.catalogue.one(encoder_id).encoder.spec).get()


def after(gate: threading.Event, make: Callable[[], ColourEncoder]) -> Callable[[], ColourEncoder]:
    """A load that ends only when the gate is opened."""

    def load() -> ColourEncoder:
        gate.wait(30)
        return make()

    return load
