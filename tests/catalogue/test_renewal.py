"""A new version of the program brings another encoder under the same name; the home goes on."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST

from service.at_work import EncoderRenewed
from service.config import Settings
from service.db import encoders
from service.db.engine import connection
from service.domain import Asker
from service.encoder.holder import EncoderHolder
from service.encoder.port import SHIPPED
from service.services import Services
from service.stack.endpoints import Endpoints
from service.web.app import create_app
from service.wiring import wired
from tests.encoder_stand_in import ColourEncoder, ContraryEncoder
from tests.factories import searchable

ASKER = Asker()


class Former(ColourEncoder):
    """What the former version brought."""

    name = SHIPPED


class Next(ContraryEncoder):
    """What this version brings: vectors of another length, and other answers."""

    name = SHIPPED


@contextmanager
def version(edition: type[ColourEncoder], endpoints: Endpoints, home: Path) -> Iterator[Services]:
    """A process of a version of the program."""
    with wired(
        Settings(home=home),
        endpoints,
        secret_key="secret",
        encoder=EncoderHolder(SHIPPED, edition),
        hasher=PasswordHasher.from_parameters(CHEAPEST),
    ) as services:
        yield services


def states(services: Services) -> dict[str, str]:
    """The encoders by name."""
    with connection(services.engine) as conn:
        return {one.spec: one.state for one in encoders.all_of_them(conn)}


def test_the_first_worker_of_a_new_version_prepares_everything_for_its_encoder(
    endpoints: Endpoints, tmp_path: Path
) -> None:
    """Until then it is said what to do, meanwhile that pictures are missing; then all is found."""
    with version(Former, endpoints, tmp_path) as services:
        _, blue = searchable(services, "red", "blue")
    with version(Next, endpoints, tmp_path) as services:
        with pytest.raises(EncoderRenewed, match="glimpse up"):
            services.search(text="red", asker=ASKER)
        (problem,) = services.upkeep.verify().problems
        assert (problem.kind, "--mend" in problem.mend) == ("encoder", True)
        assert services.upkeep.verify(mend=True).ok
        assert services.serving.rebuilding() == 2
        page = create_app(services).test_client().get("/?q=red")
        assert "2 pictures are still being prepared" in page.get_data(as_text=True)
        services.serving.embed(seconds=30)
        assert services.serving.rebuilding() == 0
        assert services.search(text="red", asker=ASKER).hits[0].image_id == blue
        former = f"{SHIPPED}@{Former.fingerprint[:12]}"
        assert states(services) == {former: "retired", SHIPPED: "serving"}
        assert services.upkeep.verify().ok


def test_going_back_to_the_former_version_embeds_nothing_anew(
    endpoints: Endpoints, tmp_path: Path
) -> None:
    """Its vectors were kept, and a process of the other version takes no turns with it."""
    with version(Former, endpoints, tmp_path) as services:
        red, _ = searchable(services, "red", "blue")
        with version(Next, endpoints, tmp_path) as later:
            later.serving.embed(seconds=30)
            services.serving.embed(seconds=30)
            assert states(services)[SHIPPED] == "serving"
            assert later.serving.renew() is False
    with version(Former, endpoints, tmp_path) as services:
        assert services.serving.renew()
        assert services.waiting() == 0
        assert services.search(text="red", asker=ASKER).hits[0].image_id == red
