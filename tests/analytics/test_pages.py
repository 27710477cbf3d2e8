"""The pages of analysts: charts, downloads and the console."""

import io
import json

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from pyarrow import parquet

from service.db.analytics.figures import STATEMENTS
from service.domain import Role
from service.services import Services
from service.web.app import create_app
from tests.analytics.judged import Judged


def client_of(services: Services, role: Role) -> FlaskClient:
    """Somebody of that role."""
    services.accounts.add(name=role.value, role=role)
    client = create_app(services).test_client()
    token = services.accounts.create_token(name=role.value)
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return client


@pytest.fixture
def analyst(services: Services) -> FlaskClient:
    """An analyst, with a few judgements to look at."""
    with services.transactions() as transaction:
        hand = Judged(transaction.conn)
        for number, (image, query) in enumerate(hand.pairs([(1, 1, 2), (3, 4, 4), (2, 2, 2)])):
            hand.vote(image, query, number, 2)
    return client_of(services, Role.ANALYST)


def test_every_figure_is_drawn_or_says_that_it_is_empty(analyst: FlaskClient) -> None:
    """Each card has its title, its chart with words for screen readers, its SQL and its files."""
    page = BeautifulSoup(analyst.get("/analytics").text, "html.parser")
    cards = page.select(".chart-card")
    assert [str(card["id"]) for card in cards] == list(STATEMENTS)
    for card in cards:
        drawing = card.select_one("svg")
        assert card.select_one("h2")
        assert card.select_one(".chart-none") or card.select_one("table")
        assert drawing is None or drawing["aria-label"]
        assert len(card.select(".chart-acts a")) == 3
    assert len(page.select("svg.chart")) >= 7


def test_a_chart_s_sql_runs_in_the_console(services: Services) -> None:
    """What is one click away from a chart is a question that the console answers."""
    for statement in STATEMENTS.values():
        services.console.ask(statement)


def test_a_figure_comes_as_a_file(analyst: FlaskClient) -> None:
    """CSV and Parquet hold what the chart shows."""
    lines = analyst.get("/analytics/figures/grades.csv").text.splitlines()
    assert lines == ["grade,judgements", "1,2", "2,4", "3,1", "4,2"]
    table = parquet.read_table(io.BytesIO(analyst.get("/analytics/figures/grades.parquet").data))
    assert table.to_pydict() == {"grade": [1, 2, 3, 4], "judgements": [2, 4, 1, 2]}
    assert analyst.get("/analytics/figures/nothing.csv").status_code == 404
    assert analyst.get("/analytics/figures/grades.exe").status_code == 404


def test_the_console_answers_on_the_page(analyst: FlaskClient) -> None:
    """A question comes back with its rows, a chart, and a link to share it."""
    asked = "SELECT grade, count(*) AS n FROM pairs, unnest(expert_grades) grade GROUP BY 1"
    page = BeautifulSoup(analyst.post("/analytics/sql", data={"sql": asked}).text, "html.parser")
    assert [th.text for th in page.select(".answer th")] == ["grade", "n"]
    assert len(page.select(".answer tbody tr")) == 4
    assert page.select_one("svg.chart")
    shared = page.select_one(".console-share")
    assert shared is not None
    again = BeautifulSoup(analyst.get(str(shared["href"])).text, "html.parser")
    editor = again.select_one("textarea")
    assert editor is not None
    assert editor.text.strip() == asked


def test_the_console_hands_out_files_and_plans(analyst: FlaskClient) -> None:
    """The same question as JSON, CSV and Parquet, and its plan."""

    def asked(wish: str) -> bytes:
        form = {"sql": "SELECT 1 AS a, 'é' AS a, NULL AS b", "as": wish}
        data: bytes = analyst.post("/analytics/sql", data=form).data
        return data

    assert json.loads(asked("json")) == [{"a": 1, "a_2": "é", "b": None}]
    assert asked("csv").decode().splitlines() == ["a,a_2,b", "1,é,"]
    assert parquet.read_table(io.BytesIO(asked("parquet"))).column_names == ["a", "a_2", "b"]
    assert "Result" in asked("plan").decode()


def test_what_the_console_refuses_is_said_beside_the_question(analyst: FlaskClient) -> None:
    """The text stays in the editor, and markup in it stays text."""
    answer = analyst.post("/analytics/sql", data={"sql": "SELECT <script> FROM nowhere"})
    assert answer.status_code == 400
    assert "<script>" not in answer.text.split("</head>")[1]
    page = BeautifulSoup(answer.text, "html.parser")
    assert page.select_one("#problem")


@pytest.mark.parametrize(
    "address", ["/analytics", "/analytics/sql", "/analytics/figures/grades.csv"]
)
def test_only_analysts_and_admins_come_in(services: Services, address: str) -> None:
    """Others are sent to sign in or refused."""
    assert client_of(services, Role.VIEWER).get(address).status_code == 403
    assert client_of(services, Role.ANNOTATOR).get(address).status_code == 403
    assert client_of(services, Role.ADMIN).get(address).status_code == 200
    assert create_app(services).test_client().get(address).status_code in {302, 303, 401}
