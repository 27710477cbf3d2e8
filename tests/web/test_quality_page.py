"""The pages of quality, for admins: scorers, publishing with a look ahead, comparisons."""

import csv
import io
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import text

from service.domain import Asker
from service.services import Services
from tests.learn.colours import EACH, QUICK, judged_colours

BOTH = replace(QUICK, kinds=("constant", "cosine"))


def ask(services: Services, questions: dict[str, str]) -> None:
    """Test questions with their answers."""
    with services.transactions() as transaction:
        for number, (words, name) in enumerate(questions.items()):
            transaction.conn.execute(
                text(
                    """
                    INSERT INTO test_queries (query_id, image_id, text, dataset_id)
                    SELECT :query, i.id, :words, d.id FROM images i, datasets d
                     WHERE i.name = :name
                    """
                ),
                {"query": f"t#{number}", "words": words, "name": name},
            )


def two_scorers(services: Services) -> None:
    """Judged pictures with test questions about them, and two scorers that nobody published."""
    judged_colours(services)
    ask(services, {"something red": "red-0.png", "something blue": "blue-6.png"})
    services.learning.train(BOTH)


pytestmark = pytest.mark.begins_with(fill=two_scorers)
nothing_yet = pytest.mark.begins_with(fill=None)


def seen(answer: object) -> BeautifulSoup:
    """A page, to be looked at."""
    return BeautifulSoup(answer.data, "html.parser")  # type: ignore[attr-defined]


def test_the_page_tells_what_serves_and_how_the_others_compare(
    admin: FlaskClient, services: Services
) -> None:
    """A sentence, the table with bounds, every chart, and what happened; in both languages."""
    assert "No scorer is published" in seen(admin.get("/quality")).select(".lead")[0].text
    services.learning.publish(2, who="ada")
    page = seen(admin.get("/quality"))
    lead = page.select(".lead")[0].text
    assert "Cosine 2 gives every search its probabilities since" in lead
    assert "It learnt from 176 judged pairs" in lead
    assert [row.text for row in page.select(".compared th[scope=row] a")] == [
        "Cosine 2", "Constant 1",
    ]  # fmt: skip
    bounds = page.select(".compared .serves .bounds")
    assert len(bounds) >= 6
    charts = {card["id"] for card in page.select(".chart-card") if card.select("svg.chart")}
    assert charts == {
        "rmse", "tau_c", "recall_at_1", "reliability", "residuals", "errors_by_target",
        "retrieval", "history",
    }  # fmt: skip
    assert "published: cosine 2" in page.text
    russian = seen(admin.get("/quality?lang=ru&scorer=1"))
    assert "Качество" in str(russian.select_one("h1"))
    assert "reliability" in {card["id"] for card in russian.select(".chart-card")}
    assert admin.get("/quality?scorer=9").status_code == 404


def test_every_chart_is_a_file_too(admin: FlaskClient, services: Services) -> None:
    """CSV holds what the chart draws; scorers.csv holds every scorer with its bounds."""
    rows = list(csv.DictReader(io.StringIO(admin.get("/quality/figures/scorers.csv").text)))
    assert [row["scorer"] for row in rows] == ["cosine-2", "constant-1"]
    assert float(rows[0]["rmse_low"]) <= float(rows[0]["rmse"]) <= float(rows[0]["rmse_high"])
    assert float(rows[0]["rmse"]) < float(rows[1]["rmse"])
    page = seen(admin.get("/quality"))
    for link in page.select(".chart-acts a"):
        assert admin.get(str(link["href"])).status_code == 200
    curve = list(csv.DictReader(io.StringIO(admin.get("/quality/figures/reliability.csv").text)))
    assert sum(int(float(row["pairs"])) for row in curve) == services.learning.listed()[0].pairs
    assert admin.get("/quality/figures/nothing.csv").status_code == 404
    assert admin.get("/quality/figures/scorers.exe").status_code == 404


def test_a_publish_is_looked_at_first(admin: FlaskClient) -> None:
    """Test questions, as nothing is kept of searches, with both answers and what falls out."""
    page = seen(admin.get("/quality/2/publish"))
    assert "GLIMPSE_LOG_QUERIES" in page.text
    changes = {str(one["aria-label"]): one for one in page.select(".change")}
    assert set(changes) == {"something red", "something blue"}
    red = changes["something red"]
    assert f"{8 * EACH} pictures → {EACH}" in red.select(".change-sums")[0].text
    assert f"{7 * EACH} fall below the cut" in red.select(".change-sums")[0].text
    sides = red.select(".side-of")
    assert len(sides[0].select("img")) == 6
    assert len(sides[1].select("img")) == EACH
    assert all("red" in str(one["alt"]) for one in sides[1].select("img"))
    assert len(red.select(".placed-fallen img")) == 6
    own = seen(admin.get("/quality/2/publish?q=green"))
    assert own.select(".change")[0]["aria-label"] == "green"
    refused = seen(admin.get("/quality/2/publish?q=a+small+child"))
    assert "refused by law" in refused.text
    assert "a small child" not in [one["aria-label"] for one in refused.select(".change")]
    assert admin.get("/quality/9/publish").status_code == 404


def test_frequent_searches_are_looked_at_where_they_are_kept(
    admin: FlaskClient, services: Services
) -> None:
    """The most frequent one first, however it was written; a refused one is only counted."""
    keeping = replace(services.refusals, keep_texts=True)
    for words in ("blue", "a red thing", "Blue ", "blue", "a small child"):
        keeping.keep_answered(words, ())
    page = seen(admin.get("/quality/2/publish"))
    assert [one["aria-label"] for one in page.select(".change")] == ["blue", "a red thing"]
    assert "searched 3 times" in page.text
    assert "1 more is refused by law" in page.text


def test_publishing_and_taking_back_can_be_undone(admin: FlaskClient, services: Services) -> None:
    """Each says what serves now and offers the way back, in one press."""
    assert admin.post("/quality/2/publish").status_code == 303
    page = seen(admin.get("/quality"))
    assert "Cosine 2 scores every search now." in page.select(".strip-good")[0].text
    undo = page.select(".strip-good form")[0]["action"]
    assert admin.post(str(undo)).status_code == 303
    assert services.quality.overview().serving is None
    page = seen(admin.get("/quality"))
    assert "searches go by similarity" in page.select(".strip-good")[0].text
    undo = page.select(".strip-good form")[0]["action"]
    assert admin.post(str(undo)).status_code == 303
    serving = services.quality.overview().serving
    assert serving is not None
    assert serving.name == "cosine-2"
    kinds = [event.kind for event in services.quality.overview().events]
    assert kinds == ["trained", "published", "taken back", "published"]
    admin.post("/quality/rollback")
    assert admin.post("/quality/rollback").status_code == 409


def test_a_worse_scorer_is_refused_until_somebody_says_why(
    admin: FlaskClient, services: Services
) -> None:
    """The page explains the refusal and asks for a reason, which the history keeps."""
    services.learning.publish(2)
    page = seen(admin.get("/quality/1/publish"))
    assert "beyond what chance explains" in page.select(".publish .note-bad")[0].text
    assert page.select("[name=reason][required]")
    answer = admin.post("/quality/1/publish", data={"reason": " "})
    assert answer.status_code == 409
    assert "beyond what chance explains" in seen(answer).select(".publish .note-bad")[0].text
    assert admin.post("/quality/1/publish", data={"reason": "x" * 501}).status_code == 400
    assert admin.post("/quality/1/publish", data={"reason": "to show it"}).status_code == 303
    assert "to show it" in admin.get("/quality").text
    assert services.search(text="red", asker=Asker()).scorer == "constant-1"


def test_a_scorer_that_cannot_serve_says_so(admin: FlaskClient, services: Services) -> None:
    """A damaged artefact has no button to publish it."""
    with services.transactions() as transaction:
        transaction.conn.execute(text("UPDATE scorers SET artefact = '\\x00'::bytea"))
    page = seen(admin.get("/quality/2/publish"))
    assert "cannot be used" in page.select(".publish .note-bad")[0].text
    assert not page.select(".publish button")
    assert admin.post("/quality/2/publish").status_code == 409


def test_new_judgements_are_told_and_whether_they_pay(
    admin: FlaskClient, services: Services
) -> None:
    """A few change little; as many as a share of what was learnt from call for a training."""
    services.learning.publish(2)
    assert "newer than the published scorer" not in admin.get("/quality").text
    renew = (
        "UPDATE expert_grades SET updated_at = clock_timestamp() WHERE ctid IN"
        " (SELECT ctid FROM expert_grades LIMIT :count)"
    )
    for count, words in ((5, "too few to change much"), (60, "a new training pays")):
        with services.transactions() as transaction:
            transaction.conn.execute(text(renew), {"count": count})
        assert words in admin.get("/quality").text


@nothing_yet
def test_a_training_is_begun_and_stopped_on_the_page(
    admin: FlaskClient, services: Services
) -> None:
    """The form asks a worker, the page shows how far it is, and the button stops it."""
    assert admin.post("/quality/train", data={"kind": "cosine", "seed": "7"}).status_code == 303
    assert services.trainings.progress().seed == 7
    page = seen(admin.get("/quality"))
    assert page.select_one("progress") is not None
    assert "No worker is alive" in page.text
    assert admin.post("/quality/train/stop").status_code == 303
    assert services.trainings.progress().state == "cancelled"
    assert "was stopped" in admin.get("/quality").text
    assert admin.post("/quality/train", data={"kind": "nonsense"}).status_code == 400


def test_a_comparison_is_asked_for_and_kept(admin: FlaskClient, services: Services) -> None:
    """What is asked waits for a worker, is stopped, or is done and shown with its bounds."""
    wrong = admin.post("/quality/compare", data={"images": "nonsense", "kinds": "cosine"})
    assert wrong.status_code == 400
    assert "nonsense" in seen(wrong).select(".note-bad")[0].text
    assert admin.post("/quality/compare", data={}).status_code == 400
    form = {"kinds": ["constant", "cosine"], "seed": "3"}
    first = admin.post("/quality/compare", data=form).headers["Location"]
    assert "Waiting" in admin.get(first).text
    assert admin.post("/quality/compare", data=form).status_code == 409
    assert admin.post(f"{first}/stop").status_code == 303
    second = admin.post("/quality/compare", data=form).headers["Location"]
    breaths: list[int] = []
    services.comparisons.run_requested(breathe=lambda: breaths.append(1))
    found = services.comparisons.one(2)
    assert (found.state, found.done, len(breaths)) == ("done", 5, 6)
    page = seen(admin.get(second))
    assert [one.text for one in page.select(".compared th[scope=row]")] == ["constant", "cosine"]
    assert page.select("svg.chart .chart-whisker")
    rows = list(csv.DictReader(io.StringIO(admin.get(f"{second}.csv").text)))
    assert float(rows[1]["rmse"]) < float(rows[0]["rmse_low"])
    states = [one.text for one in seen(admin.get("/quality/compare")).select("tbody .badge")]
    assert states == ["Done", "Stopped"]
    assert admin.get("/quality/compare/9").status_code == 404


def test_a_stopped_comparison_ends_at_its_next_step(services: Services) -> None:
    """Whoever works on it is told at the next fold, and nothing of it is kept; failures say why."""
    key = services.comparisons.start(kinds=["constant"], who="ada")
    services.comparisons.run_requested(breathe=lambda: services.comparisons.cancel(key))
    found = services.comparisons.one(key)
    assert (found.state, found.cells) == ("cancelled", ())
    with services.transactions() as transaction:
        transaction.conn.execute(text("DELETE FROM expert_grades"))
    key = services.comparisons.start(kinds=["constant"], who="ada")
    services.comparisons.run_requested()
    found = services.comparisons.one(key)
    assert found.state == "failed"
    assert "too few" in str(found.reason)


@nothing_yet
def test_the_pages_are_for_admins(client: FlaskClient, viewer: FlaskClient) -> None:
    """Nobody else sees them or does anything on them."""
    for path in ("/quality", "/quality/1/publish", "/quality/compare", "/quality/compare/1"):
        assert viewer.get(path).status_code == 403
    for path in ("/quality/rollback", "/quality/1/publish", "/quality/1/again", "/quality/compare"):
        assert viewer.post(path).status_code == 403
    assert client.post("/quality/train").status_code in {302, 303, 401}
