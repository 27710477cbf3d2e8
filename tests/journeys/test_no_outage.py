"""Searches without a pause through a whole add, build, switch, rollback, switch and remove."""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from werkzeug.serving import make_server

from service.config import read_settings
from service.domain import Asker
from service.services import Services
from service.stack.endpoints import Endpoints
from service.stack.port import check_port
from service.web.app import create_app
from service.wiring import wired
from tests import checkpoints
from tests.journeys.program import Running, environment, running
from tests.journeys.visitor import Visitor, picture, until

# Whole services start here, which takes long where the processor is busy with other things.
pytestmark = pytest.mark.timeout(900)

LOOPBACK = "127.0.0.1"
KEY = "one key for both web processes"
QUERIES = ("red dog", "blue", "a green tree by the sea", "синий кит")
SHOWN = 6
# Between two answers of one thread; without any the askers would take the processor from the build.
PAUSE = 0.1


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
            while not self.stop.wait(PAUSE):
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


@dataclass(frozen=True)
class Home:
    """A Glimpse of two web processes and a worker; this process is one of the former."""

    services: Services
    programs: Sequence[Running]
    visitors: Sequence[Visitor]

    def wait(self, condition: Callable[[], object]) -> None:
        """Until the condition holds, or a program ends."""
        until(condition, self.check)

    def check(self) -> None:
        """All programs must still be there."""
        for program in self.programs:
            program.check()

    def state(self, spec: str) -> str:
        """How far that encoder is."""
        found = {one.encoder.spec: one.encoder.state for one in self.services.catalogue.listed()}
        return found.get(spec, "gone")

    def key(self, spec: str) -> int:
        """That encoder's number."""
        found = {
            one.encoder.spec: one.encoder.encoder_id for one in self.services.catalogue.listed()
        }
        return found[spec]


@contextmanager
def a_home(endpoints: Endpoints, encoder: str, folder: Path) -> Iterator[Home]:
    """A web process and a worker beside this one, on the same database and Redis."""
    port = check_port(LOOPBACK, 0)
    urls = {"database_url": endpoints.database_url, "redis_url": endpoints.redis_url}
    told = {"encoder": encoder, "batch": 2, **urls}
    env = environment(folder / "home", port=port, secret_key=KEY, **told)
    settings = read_settings(home=folder / "home", **told)
    with ExitStack() as stack:
        programs = [
            stack.enter_context(running(part, env=env, words=folder)) for part in ("web", "worker")
        ]
        services = stack.enter_context(wired(settings, endpoints, secret_key=KEY))
        here = stack.enter_context(answering(services))
        yield Home(services, programs, [Visitor(f"http://{LOOPBACK}:{port}"), here])


@contextmanager
def answering(services: Services) -> Iterator[Visitor]:
    """A web server in this process, which follows the serving encoder as any other."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server(LOOPBACK, 0, create_app(services), threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    follower = services.warm()
    thread.start()
    try:
        yield Visitor(f"http://{LOOPBACK}:{server.server_port}")
    finally:
        follower.stop()
        server.shutdown()
        thread.join()
        server.server_close()


def a_whole_life(home: Home, askers: Sequence[Asking], old: str, new: str) -> None:
    """Add, build, switch, back, switch and remove, each once everybody has seen the last step."""

    def all_answer_with(spec: str) -> Callable[[], bool]:
        return lambda: all(asker.told and asker.told[-1][0] == spec for asker in askers)

    catalogue = home.services.catalogue
    catalogue.add(new)
    take_in(home.services, range(40, 50), "later")
    home.wait(lambda: home.state(new) == "ready")
    catalogue.switch(home.key(new))
    home.wait(all_answer_with(new))
    catalogue.rollback()
    home.wait(all_answer_with(old))
    catalogue.switch(home.key(new))
    home.wait(all_answer_with(new))
    catalogue.remove(home.key(old))
    before = [len(asker.told) for asker in askers]
    home.wait(
        lambda: all(len(asker.told) > told + 5 for asker, told in zip(askers, before, strict=True))
    )


def test_no_error_no_empty_answer_nothing_mixed(endpoints: Endpoints, tmp_path: Path) -> None:
    """Each answer of two web processes is, to the last hit, that of the encoder it names."""
    old, new = (
        f"local-dir:{checkpoints.write(tmp_path / name, seed=seed)}"
        for seed, name in enumerate(("old", "new"))
    )
    with a_home(endpoints, old, tmp_path) as home:
        home.services.register_encoder()
        take_in(home.services, range(40), "fixed")
        for visitor in home.visitors:
            home.wait(visitor.is_ready)
        home.wait(lambda: not home.services.waiting())
        right = expected(home.services)
        with asking(home.visitors) as askers:
            a_whole_life(home, askers, old, new)
        home.services.encoder.shelf.holder(new).get()
        right |= expected(home.services)
        assert [home.state(old), home.state(new)] == ["gone", "serving"]
        assert home.services.catalogue.one(home.key(new)).done == 50
    assert len(right) == 2 * len(QUERIES)
    assert [error for asker in askers for error in asker.errors] == []
    for asker in askers:
        assert {spec for spec, _, _ in asker.told} == {old, new}
        for spec, query, found in asker.told:
            assert found == right[spec, query]
