"""The search page, as it is without any script."""

import re

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from service.services import Services
from tests.web.conftest import drawn, stored

BACKWARDS = "red&added_from=2026-02-01&added_to=2026-01-31"


def soup(client: FlaskClient, address: str) -> BeautifulSoup:
    """The page at an address."""
    return BeautifulSoup(client.get(address).data, "html.parser")


def test_the_start_page_has_a_box_and_says_how_much_there_is(
    client: FlaskClient, services: Services
) -> None:
    """A newcomer sees one box and how many pictures wait."""
    stored(services, ("r.png", drawn("#dc1e1e")), ("b.png", drawn("#283cd2")))
    page = soup(client, "/")
    assert page.select_one("form[role=search] input[name=q]")
    assert "2 pictures" in page.get_text()


def test_each_result_shows_its_score_and_keeps_its_place(
    client: FlaskClient, services: Services
) -> None:
    """A result has width and height, words for its picture and its score in words."""
    stored(services, ("wide red.png", drawn("#dc1e1e", size=(90, 45))))
    tile = soup(client, "/?q=red").select_one("li.tile")
    assert tile is not None
    assert "r-40" in tile.get_attribute_list("class")
    image = tile.select_one("img")
    assert image is not None
    assert (image["width"], image["height"]) == ("90", "45")
    assert image["alt"] == "wide red.png"
    assert "640w" in image["srcset"]
    assert image["sizes"] == "(max-width: 40rem) 14rem, 26rem"
    ground = tile.select_one("svg.ground")
    assert ground is not None
    assert {path["fill"] for path in ground.select("path")} == {"#d22"}
    mark = tile.select_one(".mark")
    assert mark is not None
    assert re.search(r"\d+%", str(mark["title"]))


def test_more_results_are_a_plain_link(client: FlaskClient, services: Services) -> None:
    """Without a script the next results come as a page of their own, none of them twice."""
    stored(services, *[(f"{n}.png", drawn("#dc1e1e", number=n)) for n in range(55)])
    seen: list[str] = []
    address: str | None = "/?q=red"
    while address:
        page = soup(client, address)
        seen += [str(link["href"]) for link in page.select("li.tile a")]
        more = page.select_one("a[data-more]")
        address = str(more["href"]) if more else None
    assert len(seen) == len(set(seen)) == 55


def test_nothing_found_is_said_plainly(client: FlaskClient) -> None:
    """An empty result says so and stays a page of its own, not an error."""
    answer = client.get("/?q=red")
    assert answer.status_code == 200
    assert b"Nothing matches well enough" in answer.data


def test_without_a_scorer_it_says_that_nothing_is_left_out(
    client: FlaskClient, services: Services
) -> None:
    """Before anything is learnt every picture is shown, and the page says why, once."""
    stored(services, ("r.png", drawn("#dc1e1e")))
    services.sample.advance("loading", done=320, total=1100, examples={})
    told = soup(client, "/?q=red").select_one("[role=status]")
    assert told is not None
    assert "320 of 1,100" in told.get_text()
    assert "Nothing has been learnt" in told.get_text()
    assert soup(client, "/").select_one(".unfiltered") is None


@pytest.mark.parametrize(
    ("asked", "is_open"),
    [("q=red", False), ("q=red&source=upload", True), ("q=a&min_side=480", True)],
)
def test_rare_filters_are_folded_away_until_one_is_set(
    client: FlaskClient, *, asked: str, is_open: bool
) -> None:
    """The disclosure is plain HTML, and open where what it holds narrows the search."""
    folded = soup(client, f"/?{asked}").select_one("[data-rarer]")
    assert folded is not None
    assert folded.has_attr("open") is is_open
    assert len(folded.select("select, input")) == 5


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("...", 400),
        ("a" * 10_000, 400),
        ("red&cursor=garbage", 400),
        ("red&min_score=x", 400),
        (BACKWARDS, 400),
    ],
)
def test_a_question_that_cannot_be_asked_keeps_the_box(
    client: FlaskClient, query: str, status: int
) -> None:
    """A refused question is explained on a page from which one can go on."""
    answer = client.get(f"/?q={query}")
    assert answer.status_code == status
    page = BeautifulSoup(answer.data, "html.parser")
    assert page.select_one("form[role=search]")
    assert page.select_one("[role=alert]")


def test_what_is_typed_is_never_markup(client: FlaskClient) -> None:
    """A query with HTML in it is shown as text everywhere."""
    page = soup(client, "/?q=<img src=x onerror=alert(1)>")
    assert page.select_one("img[src=x]") is None


def test_the_results_alone_are_a_part_of_the_page(client: FlaskClient, services: Services) -> None:
    """What the script fetches holds the same results without the page around them."""
    stored(services, ("r.png", drawn("#dc1e1e")))
    part = client.get("/results?q=red")
    assert b"<html" not in part.data
    assert str(soup(client, "/?q=red").select("li.tile a")[0]["href"]) in part.text
    refused = client.get("/results?q=...")
    assert refused.status_code == 400
    assert b"<html" not in refused.data


def test_pages_are_light(client: FlaskClient, services: Services) -> None:
    """A page with its style and scripts, as they are sent, weighs less than 100 kB."""
    stored(services, *[(f"{n}.png", drawn("#dc1e1e", number=n)) for n in range(41)])
    answer = client.get("/?q=red")
    page = BeautifulSoup(answer.data, "html.parser")
    parts = [str(link["href"]) for link in page.select("link[rel=stylesheet]")]
    parts += with_imports(client, [str(script["src"]) for script in page.select("script[src]")])
    sent = {"headers": {"Accept-Encoding": "gzip"}, "buffered": True}
    answers = [client.get(path, **sent) for path in ("/?q=red", *parts)]
    assert {one.headers.get("Content-Encoding") for one in answers[:2]} == {"gzip"}
    assert sum(len(one.data) for one in answers) < 100_000


def with_imports(client: FlaskClient, scripts: list[str]) -> list[str]:
    """The scripts and every module that they import."""
    known = list(scripts)
    for script in known:
        source = client.get(script, buffered=True).text
        folder = script.rsplit("/", 1)[0]
        found = [f"{folder}/{name}" for name in re.findall(r'"\./([a-z-]+\.js)"', source)]
        known += [one for one in found if one not in known]
    assert len(known) > len(scripts)
    return known
