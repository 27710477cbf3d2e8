"""Searches without a pause through a whole add, build, switch, rollback, switch and remove."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import httpx
import pytest

from service.config import read_settings
from service.db import migrate
from service.domain import Asker
from service.services import Services
from service.stack.endpoints import Endpoints
from service.stack.port import check_port
from service.wiring import wired
from tests import checkpoints
from tests.journeys.own_servers import LOOPBACK, OwnServers, own_servers
from tests.journeys.program import environment, running
from tests.journeys.visitor import Visitor, picture, until

# Whole services start here, which takes long where the processor is busy with other things.
pytestmark = pytest.mark.timeout(900)

QUERIES = ("red dog", "blue", "a green tree by the sea", "синий кит")
SHOWN = 6


@dataclass
class Asking:
    """One thread that asks one web process over and over, and keeps what it was told."""

    visitor: Visitor
    stop: threading.Event
    told: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Ask until told to stop; every second time the next page is turned as well."""
        with httpx.Client(base_url=self.visitor.url, timeout=60) as client:
            number = 0
            while not self.stop.wait(0.02):
                number += 1
                self.ask(client, QUERIES[number % len(QUERIES)], pages=1 + number % 2)

    def ask(self, client: httpx.Client, query: str, *, pages: int) -> None:
        """One search and its pages."""
        asked: dict[str, str | int] = {
            "q": query,
            "collection": "fixed",
            "min_score": 0,
            "limit": SHOWN // pages,
        }
        found: list[str] = []
        for _ in range(pages):
            answer = client.get("/api/v1/search", params=asked)
            if answer.status_code != 200:
                self.errors.append(answer.text)
                return
            page = answer.json()
            found += [hit["image_id"] for hit in page["results"]]
            asked["cursor"] = page["next_cursor"]
        self.told.append((page["encoder"], query, tuple(found)))


@contextmanager
def asking(visitors: Sequence[Visitor]) -> Iterator[list[Asking]]:
    """Two threads at each web process, until the block ends."""
    stop = threading.Event()
    askers = [Asking(visitor, stop) for visitor in visitors for _ in range(2)]
    threads = [threading.Thread(target=asker.run) for asker in askers]
    for thread in threads:
        thread.start()
    try:
        yield askers
    finally:
        stop.set()
        for thread in threads:
            thread.join()


@pytest.fixture
def servers() -> Iterator[OwnServers]:
    """Servers of this test's own."""
    with own_servers() as servers:
        yield servers


def take_in(services: Services, numbers: range, collection: str) -> None:
    """Pictures that wait to be embedded."""
    files = [(name, BytesIO(data)) for name, data in map(picture, numbers)]
    services.upload(files=files, asker=Asker(), collection=collection)


def expected(services: Services) -> dict[tuple[str, str], tuple[str, ...]]:
    """What each query finds under the encoder that serves, asked in this process."""
    answers = {}
    for query in QUERIES:
        page = services.search(
            text=query, asker=Asker(), collection="fixed", min_score=0, limit=SHOWN
        )
        answers[page.encoder, query] = tuple(hit.image_id for hit in page.hits)
    return answers


def all_answer_with(askers: Sequence[Asking], spec: str) -> bool:
    """Whether the last answer of every thread was made by that encoder."""
    return all(asker.told and asker.told[-1][0] == spec for asker in askers)


def test_no_error_no_empty_answer_nothing_mixed(servers: OwnServers, tmp_path: Path) -> None:
    """Each answer of two web processes is, to the last hit, that of the encoder it names."""
    old, new = (
        f"local-dir:{checkpoints.write(tmp_path / name, seed=seed)}"
        for seed, name in enumerate(("old", "new"))
    )
    ports = [check_port(LOOPBACK, 0) for _ in range(2)]
    home = servers.folder / "home"
    urls = {"database_url": servers.database_url, "redis_url": servers.redis_url}
    settings = read_settings(home=home, encoder=old, batch=2, **urls)
    migrate.upgrade(servers.database_url)
    with ExitStack() as stack:
        endpoints = Endpoints(servers.database_url, servers.redis_url)
        services = stack.enter_context(wired(settings, endpoints, secret_key="a test's secret"))
        services.register_encoder()
        take_in(services, range(40), "fixed")
        services.settle(progress=lambda _: None)
        right = expected(services)
        parts = [("web", port) for port in ports] + [("worker", 0)]
        programs = [
            stack.enter_context(
                running(
                    part,
                    env=environment(home, encoder=old, batch=2, port=port, **urls)
                    | {"GLIMPSE_SECRET_KEY": "one key for both web processes"},
                    words=tmp_path,
                )
            )
            for part, port in parts
        ]

        def alive() -> None:
            for program in programs:
                program.check()

        def state(spec: str) -> str:
            found = {one.encoder.spec: one.encoder.state for one in services.catalogue.listed()}
            return found.get(spec, "gone")

        def key(spec: str) -> int:
            (found,) = [
                one.encoder for one in services.catalogue.listed() if one.encoder.spec == spec
            ]
            return found.encoder_id

        visitors = [Visitor(f"http://{LOOPBACK}:{port}") for port in ports]
        for visitor in visitors:
            until(visitor.is_ready, alive)
        with asking(visitors) as askers:
            services.catalogue.add(new)
            take_in(services, range(40, 50), "later")
            until(lambda: state(new) == "ready", alive)
            services.catalogue.switch(key(new))
            until(lambda: all_answer_with(askers, new), alive)
            services.catalogue.rollback()
            until(lambda: all_answer_with(askers, old), alive)
            services.catalogue.switch(key(new))
            until(lambda: all_answer_with(askers, new), alive)
            services.catalogue.remove(key(old))
            many = len(askers[0].told) + 5
            until(lambda: all(len(asker.told) > many for asker in askers), alive)
        services.encoder.shelf.holder(new).get()
        right |= expected(services)
        assert [state(old), state(new)] == ["gone", "serving"]
        assert services.catalogue.one(key(new)).done == 50
    assert len(right) == 2 * len(QUERIES)
    assert [error for asker in askers for error in asker.errors] == []
    for asker in askers:
        assert {spec for spec, _, _ in asker.told} == {old, new}
        for spec, query, found in asker.told:
            assert found == right[spec, query]
