"""A closer look than readiness takes: every part, the store and the workers included."""

import secrets
from dataclasses import replace

from service.db.engine import connection, extension_version
from service.domain import Check
from service.errors import GlimpseError
from service.health import health
from service.jobs import alive_workers
from service.operations.attention import room
from service.services import Services


def examine(services: Services) -> dict[str, Check]:
    """Each part's state in a few words, and the mend where it is broken."""
    encoder = encoder_check(services)
    checks = dict(
        health(engine=services.engine, cache=services.cache, encoder=services.encoder).checks
    )
    checks["encoder"] = encoder
    checks["extension"] = extension_check(services)
    checks["workers"] = workers_check(services)
    checks["store"] = store_check(services)
    checks["disk"] = disk_check(services)
    checks["policy"] = Check(ok=True, detail=f"version {services.gate.policy_version}")
    checks["picture check"] = services.picture_check.state()
    return checks


def encoder_check(services: Services) -> Check:
    """Whether the encoder loads, and whether it is the one whose vectors are stored."""
    try:
        stored = services.register_encoder()
    except GlimpseError as error:
        return Check(ok=False, detail=error.message)
    check = Check(ok=True, detail=f"{stored.spec}, {stored.dimension} dimensions")
    notice = services.serving.notice()
    return replace(check, detail=f"{check.detail} ({notice})") if notice else check


def extension_check(services: Services) -> Check:
    """Whether pgvector is there and new enough."""
    with connection(services.engine) as conn:
        version = extension_version(conn)
    if version is None:
        return Check(ok=False, detail="pgvector is missing: install pgvector 0.8 or newer")
    if tuple(map(int, version.split(".")[:2])) < (0, 8):
        return Check(ok=False, detail=f"pgvector {version} is too old: install 0.8 or newer")
    return Check(ok=True, detail=f"pgvector {version}")


def workers_check(services: Services) -> Check:
    """Whether anybody embeds; without workers uploads wait and imports do it themselves."""
    alive = alive_workers(services.cache.client)
    if alive:
        return Check(ok=True, detail=f"{len(alive)} alive")
    return Check(ok=False, detail="none is alive: start glimpse up or glimpse worker")


def disk_check(services: Services) -> Check:
    """Whether the disk under the home has room; pictures and an embedded database lie there."""
    left = room(services.settings.home)
    free = f"{left.free / 2**30:.1f} GB"
    if left.is_little:
        return Check(ok=False, detail=f"only {free} are free where the home lies: make room")
    return Check(ok=True, detail=f"{free} of {left.total / 2**30:.0f} GB are free")


def store_check(services: Services) -> Check:
    """Whether a file can be written, read and deleted."""
    key = f"check/{secrets.token_hex(8)}"
    try:
        services.store.put(key, b"glimpse")
        read = services.store.read(key)
        services.store.delete(key)
    except GlimpseError as error:
        return Check(ok=False, detail=error.message)
    return Check(ok=read == b"glimpse", detail="writes, reads and deletes")
