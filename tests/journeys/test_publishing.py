"""A publish and a taking back under running searches, in two web processes of a real Glimpse."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from service.config import read_settings
from service.domain import Asker
from service.services import Services
from service.stack.endpoints import Endpoints
from service.stack.port import check_port
from service.wiring import wired
from tests import checkpoints
from tests.askers import Found, asking, hold_true
from tests.journeys.program import environment, running
from tests.journeys.test_no_outage import KEY, LOOPBACK, take_in
from tests.journeys.visitor import Visitor, until
from tests.learn.colours import QUICK

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]

QUERIES = ("red dog", "blue", "a green tree by the sea", "синий кит")
SHOWN = 8


def judge(services: Services) -> None:
    """Every picture judged with two texts, by chance: what scores are does not matter here."""
    with services.transactions() as transaction:
        for statement in (
            "INSERT INTO datasets (name) VALUES ('judged')",
            "INSERT INTO judges (kind, name, dataset_id) SELECT 'panel', 'panel', id FROM datasets",
            "INSERT INTO queries (query_id, text) VALUES ('a#0', 'a red disc'), ('b#0', 'a sea')",
            """
            INSERT INTO expert_grades (image_id, query_key, judge_id, grades)
            SELECT i.id, q.id, j.id, ARRAY[1 + (i.id + q.id) % 4, 2, 3]::smallint[]
              FROM images i, queries q, judges j
            """,
        ):
            transaction.conn.execute(text(statement))


def get(visitor: Visitor, wanted: Mapping[str, str | int]) -> tuple[int, Any]:
    """One search over HTTP."""
    answer = httpx.get(f"{visitor.url}/api/v1/search", params=dict(wanted), timeout=60)
    return answer.status_code, answer.json()


def test_two_web_processes_follow_without_an_error(endpoints: Endpoints, tmp_path: Path) -> None:
    """Both pass from no scorer to one, to another, and back, and never mix what two of them say."""
    encoder = f"local-dir:{checkpoints.write(tmp_path / 'encoder', seed=0)}"
    told = {
        "encoder": encoder,
        "database_url": endpoints.database_url,
        "redis_url": endpoints.redis_url,
    }
    home = tmp_path / "home"
    ports = [check_port(LOOPBACK, 0) for _ in range(2)]
    with ExitStack() as stack:
        programs = [
            stack.enter_context(
                running(
                    "web",
                    env=environment(home, port=port, secret_key=KEY, **told),
                    words=tmp_path / str(port),
                )
            )
            for port in ports
        ]
        services = stack.enter_context(
            wired(read_settings(home=home, **told), endpoints, secret_key=KEY)
        )
        services.register_encoder()
        take_in(services, range(40), "judged")
        services.settle(progress=lambda _: None)
        judge(services)
        services.learning.train(replace(QUICK, kinds=("constant", "cosine")))
        right: dict[tuple[str | None, str], Found] = {}

        def alive() -> None:
            for program in programs:
                program.check()

        def note() -> str | None:
            services.learning.live.look_again()
            for query in QUERIES:
                page = services.search(text=query, asker=Asker(), limit=SHOWN, min_score=0)
                right[page.scorer, query] = tuple((hit.image_id, hit.score) for hit in page.hits)
            return page.scorer

        visitors = [Visitor(f"http://{LOOPBACK}:{port}") for port in ports]
        for visitor in visitors:
            until(visitor.is_ready, alive)
        note()
        with asking([partial(get, one) for one in visitors], QUERIES, limit=SHOWN) as askers:
            for step in (
                partial(services.learning.publish, 2),
                partial(services.learning.publish, 1, reason="to see another order"),
                services.learning.rollback,
                services.learning.rollback,
            ):
                step()
                name = note()
                until(lambda: all(asker.last() == {name} for asker in askers), alive)  # noqa: B023 - called at once
    assert {scorer for scorer, _ in right} == {None, "constant-1", "cosine-2"}
    hold_true(askers, right)
