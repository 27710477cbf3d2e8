"""A picture as the question: its results have an address, and it is checked each time."""

import io
import re

import pytest
from flask.testing import FlaskClient

from service.services import Services
from tests.web.conftest import drawn, stored

RED, BLUE = "#dc1e1e", "#283cd2"


def sent(client: FlaskClient, colour: str, **beside: str) -> str:
    """The address of the results of a picture of that colour."""
    image = (io.BytesIO(drawn(colour, number=9)), "mine.png")
    answer = client.post("/by-picture", data={"image": image, **beside})
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def alts(page: str) -> list[str]:
    """What the pictures of a page are called, in order."""
    return re.findall('alt="([^"]*)"', page)


@pytest.fixture
def colours(services: Services) -> Services:
    """A red picture, a tall red one and a blue one."""
    stored(
        services,
        ("red.png", drawn(RED)),
        ("tall.png", drawn(RED, (40, 60))),
        ("blue.png", drawn(BLUE)),
    )
    return services


@pytest.mark.usefixtures("colours")
def test_its_results_can_be_shared_and_narrowed(client: FlaskClient) -> None:
    """The address answers anybody, again and again, with words and choices beside the picture."""
    address = sent(client, BLUE)
    page = client.get(address).text
    assert page.index('alt="blue.png"') < page.index('alt="red.png"')
    assert alts(client.get(address).text) == alts(page)
    narrowed = client.get(f"{address}&orientation=portrait").text
    assert 'alt="tall.png"' in narrowed
    assert 'alt="blue.png"' not in narrowed
    both = sent(client, BLUE, q="red", orientation="landscape")
    assert "q=red" in both
    assert "orientation=landscape" in both
    assert sent(client, BLUE) == address


@pytest.mark.usefixtures("colours")
def test_what_is_no_longer_kept_is_said(client: FlaskClient, services: Services) -> None:
    """With what to do about it; a name that nobody was given is answered alike."""
    address = sent(client, RED)
    services.cache.client.flushall()
    for one in (address, "/?picture=" + "0" * 32):
        answer = client.get(one)
        assert answer.status_code == 404
        assert "Choose it again" in answer.text


def test_the_address_of_a_picture_is_that_picture(client: FlaskClient, services: Services) -> None:
    """Put into the box, here or with our host before it; another host's is a text."""
    first, _second = stored(services, ("red.png", drawn(RED)), ("blue.png", drawn(BLUE)))
    for typed in (f"/images/{first}", f"http://localhost/images/{first}?q=red"):
        answer = client.get("/", query_string={"q": typed, "sort": "newest"})
        assert answer.headers["Location"] == f"/?like={first}&sort=newest"
        found = client.get("/results", query_string={"q": typed}).text
        assert 'alt="blue.png"' in found
    other = client.get("/", query_string={"q": f"http://elsewhere.example/images/{first}"})
    assert other.status_code == 200


def test_no_picture_is_said(client: FlaskClient) -> None:
    """A form without a file is answered with what to do."""
    answer = client.post("/by-picture", data={"q": "red"})
    assert answer.status_code == 400
    assert "Choose a picture" in answer.text
