"""What an installation is made of: versions, sizes, settings in force, the last errors."""

import platform
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import urlsplit

from sqlalchemy import Engine

from service.config import Settings
from service.db import migrate, sizes
from service.db.engine import connection, extension_version, ping
from service.db.sizes import EncoderVectors, Stored, TableSize
from service.operations.attention import Room, room
from service.operations.recent_errors import LoggedError, recent_errors

LARGEST_TABLES = 6
MOST_ERRORS = 12
LIBRARIES = ("torch", "open_clip_torch", "sqlalchemy", "flask", "celery", "pillow")
HIDDEN = "••••••"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting in force: its name, its value without secrets, and whether somebody chose it."""

    name: str
    value: str
    is_chosen: bool
    says: str


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large everything is."""

    database: int
    tables: tuple[TableSize, ...]
    vectors: tuple[EncoderVectors, ...]
    pictures: Stored
    room: Room


@dataclass(frozen=True, slots=True)
class Condition:
    """An installation as its keeper sees it."""

    engine: Engine
    settings: Settings

    def sizes(self) -> Sizes:
        """How large everything is at this moment."""
        with connection(self.engine) as conn:
            return Sizes(
                database=sizes.database(conn),
                tables=tuple(sizes.tables(conn, limit=LARGEST_TABLES)),
                vectors=tuple(sizes.vectors(conn)),
                pictures=sizes.pictures(conn),
                room=room(self.settings.home),
            )

    def versions(self) -> dict[str, str]:
        """What runs here, each with its version."""
        with connection(self.engine) as conn:
            found = {
                "Glimpse": version_of("glimpse"),
                "Python": platform.python_version(),
                "PostgreSQL": ping(conn),
                "pgvector": extension_version(conn) or "",
                "schema": migrate.current(conn) or "",
            }
        return found | {name: version_of(name) for name in LIBRARIES}

    def settings_in_force(self) -> list[Setting]:
        """Every setting, those that somebody chose first; secrets and passwords are hidden."""
        plain = self.settings.model_fields_set
        found = [
            Setting(
                name=f"GLIMPSE_{name.upper()}",
                value=shown(getattr(self.settings, name)),
                is_chosen=name in plain and getattr(self.settings, name) != default_of(name),
                says=field.description or "",
            )
            for name, field in Settings.model_fields.items()
        ]
        return sorted(found, key=lambda one: not one.is_chosen)

    def errors(self) -> list[LoggedError]:
        """What the parts complained of last."""
        return recent_errors(self.settings.home / "logs", most=MOST_ERRORS)


def default_of(name: str) -> object:
    """What a setting is where nobody chose."""
    return Settings.model_fields[name].get_default(call_default_factory=True)


def shown(value: object) -> str:
    """A value without what must stay secret: secrets whole, of addresses the password."""
    if hasattr(value, "get_secret_value"):
        return HIDDEN if value.get_secret_value() else ""
    said = str(value)
    if "://" not in said:
        return said
    parts = urlsplit(said)
    password = parts.netloc.rpartition("@")[0].partition(":")[2]
    # What stands after the question mark may be a key of a store.
    for secret in filter(None, (password, parts.query)):
        said = said.replace(secret, HIDDEN, 1)
    return said


def version_of(package: str) -> str:
    """The installed version of a package; empty where it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
