"""Databases and homes that hold something already: made once, copied for each test that wants them.

`@pytest.mark.begins_with(fill=…)` gives a test (or a module) the database and the home as they were
after that function was called with services; None begins with nothing again.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST

from service.config import Settings
from service.encoder.holder import EncoderHolder
from service.services import Services
from service.stack.endpoints import Endpoints
from service.wiring import wired
from tests.encoder_stand_in import ColourEncoder, load_stand_in

Fill = Callable[[Services], object]


@contextmanager
def services_on(settings: Settings, endpoints: Endpoints) -> Iterator[Services]:
    """Every use case, on real servers, with encoders that know eight colours by name."""
    with wired(
        settings,
        endpoints,
        secret_key="a test's secret",
        encoder=EncoderHolder(ColourEncoder.name, ColourEncoder),
        load=load_stand_in,
        hasher=PasswordHasher.from_parameters(CHEAPEST),
    ) as services:
        yield services


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A database to be cloned, by name, and a home to be copied."""

    database: str
    home: Path

    def settings(self, folder: Path) -> Settings:
        """Settings with a copy of the home in that folder."""
        shutil.copytree(self.home, folder / "home")
        return Settings(home=folder / "home")


@dataclass
class Snapshots:
    """What was made so far; database() gives a new one of that name, kept until the servers end."""

    database: Callable[[str], AbstractContextManager[str]]
    redis_url: str
    folder: Path
    known: dict[Fill, Snapshot] = field(default_factory=dict)

    def of(self, fill: Fill) -> Snapshot:
        """What is there after this; made when it is first asked for."""
        if fill not in self.known:
            found = Snapshot(
                f"after_{fill.__name__}_{len(self.known)}", self.folder / fill.__name__
            )
            with (
                self.database(found.database) as url,
                services_on(Settings(home=found.home), Endpoints(url, self.redis_url)) as services,
            ):
                found.home.mkdir(parents=True, exist_ok=True)
                fill(services)
            self.known[fill] = found
        return self.known[fill]
