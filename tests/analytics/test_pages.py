"""The pages of analysts: charts, downloads and the console."""

import io
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from pyarrow import parquet

from service.db.analytics import figures
from service.db.analytics.figures import NAMES, Filters
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
    assert {str(card["id"]) for card in cards} == {*NAMES} - {"totals"}
    for card in cards:
        drawing = card.select_one("svg")
        assert card.select_one("h3")
        assert len(card.select(".chart-acts a")) == 3
        if drawing is None:
            assert card.select_one(".chart-none")
            continue
        title, says = drawing.select_one("title"), drawing.select_one("desc")
        assert title
        assert says
        assert drawing["aria-labelledby"] == title["id"]
        assert drawing["aria-describedby"] == says["id"]
        assert "table below" in says.text
        assert card.select("table tbody tr")
    assert len(page.select("svg.chart")) >= 9
    assert [dd.text for dd in page.select(".totals dd")][:4] == ["3", "1", "9", "9"]


NARROWED = Filters(
    collection="it's/100%",
    judge="O'Neil",
    least_votes=2,
    since=date(2026, 1, 2),
    until=date(2026, 3, 4),
)


@pytest.mark.parametrize("filters", [Filters(), NARROWED])
@pytest.mark.parametrize("name", NAMES)
def test_a_chart_s_sql_runs_in_the_console(services: Services, name: str, filters: Filters) -> None:
    """What is one click away is a question that the console answers as the chart does."""
    question = services.charts.question(name, filters)
    (figure,) = services.charts.figures(filters, [name])
    answer = services.console.ask(question)
    assert [column.name for column in answer.columns] == list(figure.columns)
    assert len(answer.rows) == len(figure.rows)
    assert "{" not in question


def test_a_chart_leads_to_its_sql_with_its_filters(analyst: FlaskClient) -> None:
    """The link beside a chart opens the console with what the chart asks now."""
    page = BeautifulSoup(analyst.get("/analytics?judge=crowd&least_votes=3").text, "html.parser")
    link = page.select_one("#target .chart-acts a")
    assert link
    console = BeautifulSoup(analyst.get(str(link["href"])).text, "html.parser")
    editor = console.select_one("textarea")
    assert editor
    assert "'crowd' = ANY (judges)\n   AND crowd_votes >= 3" in editor.text


def test_filters_narrow_what_they_can(services: Services, analyst: FlaskClient) -> None:
    """By votes, by judge, by collection and by day; a chart that knows no votes says so."""
    assert analyst.get("/analytics").status_code == 200

    def pairs(**filters: Any) -> object:
        (figure,) = services.charts.figures(Filters(**filters), ["totals"])
        return figure.rows[0][0]

    today = datetime.now(UTC).date()
    assert [pairs(), pairs(least_votes=3), pairs(least_votes=4)] == [3, 2, 1]
    assert [pairs(judge="crowd"), pairs(judge="nobody")] == [3, 0]
    assert [pairs(since=today), pairs(until=today - timedelta(days=2))] == [3, 0]
    assert pairs(collection="nowhere") == 0
    page = BeautifulSoup(analyst.get("/analytics?least_votes=4").text, "html.parser")
    assert [str(card["id"]) for card in page.select(".chart-card:has(.badge)")] == [
        *("agreement", "judges", "per_picture", "captions", "words"),
        *("searches", "latency", "refusals"),
    ]


def test_charts_that_take_too_long_are_given_up(
    services: Services, analyst: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page says what to do instead of keeping the database busy."""
    monkeypatch.setattr(figures, "SECONDS", 0.001)
    answer = analyst.get("/analytics")
    assert answer.status_code == 503
    assert "Narrow them" in answer.text
    assert services.health().checks["database"].ok


@pytest.mark.parametrize("given", ["since=yesterday", "least_votes=many", "until=2026-13-01"])
def test_a_filter_without_sense_is_refused(analyst: FlaskClient, given: str) -> None:
    """Instead of charts that show something else than was asked."""
    assert analyst.get(f"/analytics?{given}").status_code == 400


def test_a_figure_comes_as_a_file(analyst: FlaskClient) -> None:
    """CSV and Parquet hold what the chart shows, filters and all."""
    lines = analyst.get("/analytics/figures/grades.csv").text.splitlines()
    assert lines == ["grade,judgements", "1,2", "2,4", "3,1", "4,2"]
    narrowed = analyst.get("/analytics/figures/grades.csv?least_votes=4").text.splitlines()
    assert narrowed == ["grade,judgements", "2,3"]
    table = parquet.read_table(io.BytesIO(analyst.get("/analytics/figures/grades.parquet").data))
    assert table.to_pydict() == {"grade": [1, 2, 3, 4], "judgements": [2, 4, 1, 2]}
    assert analyst.get("/analytics/figures/nothing.csv").status_code == 404
    assert analyst.get("/analytics/figures/grades.exe").status_code == 404


def test_the_console_answers_on_the_page(analyst: FlaskClient) -> None:
    """A question comes back with its rows and a chart."""
    asked = "SELECT grade, count(*) AS n FROM pairs, unnest(expert_grades) grade GROUP BY 1"
    page = BeautifulSoup(analyst.post("/analytics/sql", data={"sql": asked}).text, "html.parser")
    assert [th.text for th in page.select(".answer th")] == ["grade", "n"]
    assert len(page.select(".answer tbody tr")) == 4
    assert page.select_one("svg.chart")


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
