"""Charts and the console in a real browser, with and without scripts."""

import pytest
from playwright.sync_api import expect

from service.services import Services
from tests.analytics.judged import Judged
from tests.browser.conftest import Visits

ASKED = "SELECT grade, count(*) AS n -- 'all'\n  FROM pairs, unnest(expert_grades) grade GROUP BY 1"
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def judged(services: Services) -> None:
    """A few judgements to look at."""
    with services.transactions() as transaction:
        hand = Judged(transaction.conn)
        for number, (image, query) in enumerate(hand.pairs([(1, 1, 2), (3, 4, 4), (2, 2, 2)])):
            hand.vote(image, query, number, 2)


@pytest.mark.usefixtures("judged")
def test_a_question_is_typed_asked_kept_and_brought_back(visit: Visits, password: str) -> None:
    """The colours say what was typed, Ctrl+Enter asks, and a deleted question comes back."""
    page = visit("/analytics/sql", password=password)
    page.fill("[name=sql]", ASKED)
    assert (page.locator(".editor-paint").text_content() or "").strip() == ASKED
    expect(page.locator(".editor-paint .sql-note")).to_have_text("-- 'all'")
    fonts = page.eval_on_selector_all(
        ".editor, .editor-paint", "all => all.map((one) => getComputedStyle(one).font)"
    )
    assert len(set(fonts)) == 1
    page.press("[name=sql]", "Control+Enter")
    expect(page.locator("#answer .answer tbody tr")).to_have_count(4)
    expect(page.locator("#answer svg.chart")).to_be_visible()
    page.click("details.keep summary")
    page.fill("[name=name]", "Grades")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Grades", exact=True)).to_be_visible()
    page.get_by_role("button", name="Delete Grades").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("[name=sql]")).to_have_value(ASKED)


@pytest.mark.usefixtures("judged")
def test_a_column_is_put_where_the_cursor_is(visit: Visits, password: str) -> None:
    """A click on a name in the list of views saves typing it."""
    page = visit("/analytics/sql", password=password)
    page.fill("[name=sql]", "SELECT ")
    page.locator(".side summary", has_text="expert_vs_crowd").click()
    page.locator(".side code", has_text="mean_crowd_score").click()
    expect(page.locator("[name=sql]")).to_have_value("SELECT mean_crowd_score")


@pytest.mark.usefixtures("judged")
def test_a_chart_says_what_is_pointed_at(visit: Visits, password: str) -> None:
    """At once, in words and numbers; its SQL is one click away and answers."""
    page = visit("/analytics", password=password)
    page.locator("#grades .chart-slot").nth(1).hover()
    expect(page.locator(".chart-says")).to_have_text("2: 4")
    page.locator("#grades").get_by_role("link", name="SQL").click()
    page.press("[name=sql]", "Control+Enter")
    expect(page.locator("#answer .answer tbody tr")).to_have_count(4)


@pytest.mark.usefixtures("judged")
def test_pages_of_analysts_work_on_a_phone_without_scripts(visit: Visits, password: str) -> None:
    """Questions are asked and charts narrowed all the same."""
    page = visit("/analytics", width=390, java_script_enabled=False, password=password)
    page.fill("[name=least_votes]", "4")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator(".totals dd").first).to_have_text("1")
    page.goto("/analytics/sql")
    page.fill("[name=sql]", ASKED)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#answer .answer tbody tr")).to_have_count(4)


@pytest.mark.usefixtures("judged")
@pytest.mark.parametrize("path", ["/analytics", "/analytics/sql", "/analytics/sql?figure=matrix"])
def test_nothing_is_wider_than_a_phone(visit: Visits, password: str, path: str) -> None:
    """A person need not push the page sideways."""
    page = visit(path, width=360, password=password)
    assert page.evaluate(OVERFLOW) <= 0
