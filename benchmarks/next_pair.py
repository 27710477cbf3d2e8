"""How long a judge waits for the next pair, beside the sample collection's judgements."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter

from flask.testing import FlaskClient

from benchmarks.table import show
from sample.load import load
from service.config import read_settings
from service.db import migrate
from service.domain import Role
from service.ingest.embed import embed_waiting
from service.judging import Mode
from service.services import Services
from service.web.app import create_app
from service.wiring import wired
from tests.servers import throwaway_servers
from tests.web.conftest import with_token

ANSWERS = 50
PAIR = re.compile(r'name="pair" value="([^"]+)"')
GIVEN = {Mode.EXPERT: {"grade": "2"}, Mode.CROWD: {"fits": "no"}}


def waits(judge: FlaskClient, mode: Mode) -> Iterator[tuple[object, ...]]:
    """What one judge waits for, asking and answering again and again."""
    page = judge.get("/annotate", query_string={"mode": mode}).text
    took: dict[str, list[float]] = {"page": [], "answer": [], "api": []}
    for _ in range(ANSWERS):
        (pair, *_rest) = PAIR.findall(page)
        sent = {"pair": pair, "mode": mode, **GIVEN[mode]}
        with noted(took["answer"]):
            page = judge.post("/annotate", data=sent, headers={"X-Part": "1"}).text
        with noted(took["page"]):
            judge.get("/annotate", query_string={"mode": mode})
        with noted(took["api"]):
            judge.get("/api/v1/annotations/next", query_string={"mode": mode})
    for what, name in (
        ("answer", "an answer sent, the next pair shown"),
        ("page", "the whole page with a pair"),
        ("api", "the next pair, by the API"),
    ):
        times = sorted(took[what])
        yield mode.value, name, ms(median(times)), ms(times[int(0.95 * len(times))])


@contextmanager
def noted(times: list[float]) -> Iterator[None]:
    """Note how long something takes."""
    began = perf_counter()
    yield
    times.append(perf_counter() - began)


def ms(seconds: float) -> str:
    """Milliseconds, as a table shows them."""
    return f"{1000 * seconds:.0f} ms"


def judge_of(services: Services) -> FlaskClient:
    """Somebody who judges."""
    services.accounts.add(name="ada", role=Role.ANNOTATOR)
    return with_token(create_app(services), services.accounts.create_token(name="ada"))


def main() -> None:
    """Draw the sample collection with its judgements, then judge some more."""
    with tempfile.TemporaryDirectory() as home, throwaway_servers() as endpoints:
        migrate.upgrade(endpoints.database_url)
        settings = read_settings(home=Path(home))
        with wired(settings, endpoints, secret_key="bench") as services:  # noqa: S106 - thrown away
            services.register_encoder()
            load(services)
            embed_waiting(services.embedding(), seconds=600)
            judge = judge_of(services)
            rows = [row for mode in GIVEN for row in waits(judge, mode)]
    show(
        f"The next pair, beside the sample's judgements ({ANSWERS} answers each)",
        ("mode", "step", "median", "95 in 100 within"),
        rows,
    )


if __name__ == "__main__":
    main()
