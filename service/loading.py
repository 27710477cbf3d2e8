"""How an encoder is loaded as the settings say; torch is imported only when one is."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from sqlalchemy import Engine

from service.config import Settings
from service.db import encoders
from service.db.engine import connection
from service.encoder.pair.folder import place
from service.encoder.pair.spec import PAIR
from service.encoder.port import Encoder

if TYPE_CHECKING:
    from service.encoder.hub import Hub
    from service.encoder.pair.towers import Machine

Towers = Literal["text", "picture", "both"]
Pinned = Callable[[str, str], str | None]


def nothing_pinned(_repository: str, _revision: str) -> None:
    """Every branch means what it means today."""


def commit_of(engine: Engine, repository: str, revision: str) -> str | None:
    """The commit that a branch meant when an encoder of this home was fetched from it."""
    with connection(engine) as conn:
        return encoders.commit_of(conn, repository=repository, revision=revision)


def load_encoder(
    settings: Settings, spec: str, *, towers: Towers, pinned: Pinned = nothing_pinned
) -> Encoder:
    """Load an encoder; its libraries are imported only now, which takes seconds."""
    if spec.startswith(PAIR):
        from service.encoder.pair.encoder import load_pair

        folder = place(spec, settings.home)
        return load_pair(spec, folder, towers=towers, machine=machine(settings))
    from service.encoder.openclip import load

    return load(
        spec,
        towers=towers,
        device=settings.device,
        precision=settings.precision,
        threads=settings.threads,
        batch=settings.batch,
        hub=hub(settings, pinned),
    )


def machine(settings: Settings) -> "Machine":
    """Where and how the towers of pairs compute."""
    from service.encoder.pair.towers import Machine

    return Machine(
        device=settings.device,
        precision=settings.precision,
        threads=settings.threads,
        batch=settings.batch,
        hub=hub(settings),
    )


def hub(settings: Settings, pinned: Pinned = nothing_pinned) -> "Hub":
    """Where encoders' files are fetched from and kept."""
    from service.encoder.hub import Hub

    return Hub(
        offline=settings.encoder_offline,
        endpoint=settings.encoder_mirror or None,
        files=settings.effective_encoder_files,
        pinned=pinned,
    )
