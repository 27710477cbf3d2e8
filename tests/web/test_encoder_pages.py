"""The admin's page of encoders: what it shows, and every step from adding to removing."""

from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient

from service.ingest.index import finish_builds
from service.services import Services
from tests.encoder_stand_in import ColourEncoder, ContraryEncoder
from tests.web.conftest import drawn, stored

PAGE = "/admin/encoders"


def cards(admin: FlaskClient) -> dict[str, Tag]:
    """The card of each encoder, by its name."""
    page = BeautifulSoup(admin.get(PAGE).data, "html.parser")
    return {str(card.h2 and card.h2.get_text()): card for card in page.select("article.encoder")}


def badge(card: Tag) -> str:
    """How far the card says its encoder is."""
    found = card.select_one(".badge")
    return found.get_text() if found else ""


def work(services: Services) -> None:
    """What a worker does."""
    services.catalogue.run_orders()
    services.serving.embed(seconds=30)
    finish_builds(services.engine, services.transactions)


def test_from_adding_to_removing(admin: FlaskClient, services: Services) -> None:
    """Ordered on the page, built by a worker, measured, switched to, back again and removed."""
    stored(services, ("red.png", drawn("#dc1e1e")))
    admin.post(f"{PAGE}/add", data={"other": ContraryEncoder.name})
    assert badge(cards(admin)[ContraryEncoder.name]) == "Being fetched"
    work(services)
    found = cards(admin)
    assert badge(found[ColourEncoder.name]) == "Serves the search"
    assert badge(found[ContraryEncoder.name]) == "Ready"
    assert "1 of 1 pictures" in found[ContraryEncoder.name].get_text()
    other = services.catalogue.listed()[1].encoder.encoder_id
    admin.post(f"{PAGE}/{other}/measure")
    work(services)
    assert "Pictures a second" in cards(admin)[ContraryEncoder.name].get_text()
    admin.post(f"{PAGE}/{other}/switch")
    assert badge(cards(admin)[ContraryEncoder.name]) == "Serves the search"
    assert admin.post(f"{PAGE}/{other}/remove").status_code == 409
    admin.post(f"{PAGE}/rollback")
    assert badge(cards(admin)[ColourEncoder.name]) == "Serves the search"
    admin.post(f"{PAGE}/{other}/remove")
    assert list(cards(admin)) == [ColourEncoder.name]


def test_a_build_is_paused_and_goes_on(admin: FlaskClient, services: Services) -> None:
    """The buttons are those that make sense now."""
    stored(services, ("red.png", drawn("#dc1e1e")))
    other = services.catalogue.add(ContraryEncoder.name).encoder_id
    assert badge(cards(admin)[ContraryEncoder.name]) == "Being built"
    admin.post(f"{PAGE}/{other}/pause")
    card = cards(admin)[ContraryEncoder.name]
    assert badge(card) == "Paused"
    assert "Let it serve" not in card.get_text()
    admin.post(f"{PAGE}/{other}/resume")
    assert badge(cards(admin)[ContraryEncoder.name]) == "Being built"


def test_what_failed_says_why_and_can_be_forgotten(admin: FlaskClient, services: Services) -> None:
    """A name that stands for nothing stays with its reason until somebody forgets it."""
    admin.post(f"{PAGE}/add", data={"other": "ViT-B-32/nowhere"})
    work(services)
    card = cards(admin)["ViT-B-32/nowhere"]
    assert badge(card) == "Failed"
    assert "did you mean" in card.get_text()
    (order,) = services.catalogue.orders()
    admin.post(f"{PAGE}/orders/{order.order_id}/drop")
    assert list(cards(admin)) == [ColourEncoder.name]


def test_presets_tell_their_cost_before_anything_is_fetched(admin: FlaskClient) -> None:
    """Download, memory, licence and published figures with their source stand on the page."""
    text = BeautifulSoup(admin.get(PAGE).data, "html.parser").get_text()
    for said in ("multilingual", "1,540 MB", "not for commercial use", "arXiv 2502.14786"):
        assert said in text


def test_only_admins_come_here(viewer: FlaskClient, admin: FlaskClient) -> None:
    """A viewer neither sees nor does anything, and an empty form is explained."""
    assert viewer.get(PAGE).status_code == 403
    assert viewer.post(f"{PAGE}/rollback").status_code == 403
    assert admin.post(f"{PAGE}/add").status_code == 400
