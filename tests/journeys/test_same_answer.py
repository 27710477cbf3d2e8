"""Page, API and command line answer a search alike."""

import json

from bs4 import BeautifulSoup

from service.config import Settings
from service.domain import Asker
from service.encoder.holder import EncoderHolder
from service.encoder.openclip import load
from service.stack.endpoints import Endpoints
from service.web.app import create_app
from service.wiring import wired
from tests.command import glimpse, on
from tests.found import hang


def test_a_search_has_one_answer(settings: Settings, endpoints: Endpoints) -> None:
    """The same pictures in the same order with the same scores, whichever way one asks."""
    encoder = load("bundled")
    holder = EncoderHolder("bundled", lambda: encoder)
    with wired(settings, endpoints, secret_key="secret", encoder=holder) as services:
        hang(services, 12, size=96)
        client = create_app(services).test_client()
        direct = services.search(text="a red dog", asker=Asker(), limit=5)
        by_api = client.get("/api/v1/search?q=a+red+dog&limit=5").json
        page = BeautifulSoup(client.get("/?q=a+red+dog").text, "html.parser")
    by_command = glimpse(
        "search", "a red dog", "--limit", "5", "--json", env=on(endpoints, settings.home)
    )
    assert by_command.returncode == 0, by_command.stderr
    wanted = [(hit.image_id, hit.score) for hit in direct.hits]
    assert by_api is not None
    assert [(hit["image_id"], hit["score"]) for hit in by_api["results"]] == wanted
    told = json.loads(by_command.stdout)
    # Each asker gets a cursor and a time of his own.
    own = {"took_ms": 0, "next_cursor": ""}
    assert told | own == by_api | own
    links = [link["href"] for link in page.select("[data-results] a[href^='/images/']")]
    shown = list(dict.fromkeys(str(link).split("?", 1)[0] for link in links))
    assert shown[:5] == [f"/images/{image_id}" for image_id, _ in wanted]
