"""The picture check: what is flagged waits for an admin, and no picture is asked with unchecked."""

import io
from dataclasses import replace

import numpy as np
import pytest
from flask.testing import FlaskClient

from service.db import picture_checks
from service.db.engine import connection
from service.domain import Asker, User
from service.encoder.openclip import load
from service.ingest.embed import embed_waiting
from service.law.operating_point import FEWEST, Figures, OperatingPoint, TooFewPictures, shipped
from service.law.picture_check import NothingToCheckBy
from service.law.versions import Editor
from service.pictures import StillChecked
from service.services import Services
from tests.encoder_stand_in import COLOURS, ColourEncoder
from tests.law.conftest import found, shown
from tests.web.conftest import drawn, stored

PINK = list(COLOURS).index("pink")


def pink_is_flagged(fingerprint: str = ColourEncoder.fingerprint) -> OperatingPoint:
    """An operating point for the stand-in: whatever is pink is to be looked at."""
    axes = np.eye(24, dtype=np.float32)
    figures = Figures(recall=1, false_flags=0, children=1, others=1, material="a test")
    others = np.delete(axes, PINK, axis=0)
    return OperatingPoint(fingerprint, axes[[PINK]], others, 10.0, 0.3, figures)


@pytest.fixture
def checked(services: Services) -> Services:
    """Services whose encoder has an operating point."""
    point = pink_is_flagged()
    with services.transactions() as transaction:
        picture_checks.save(transaction.conn, fingerprint=point.fingerprint, point=point.to_json())
    return services


def upload(services: Services, *colours: str) -> list[str]:
    """Searchable pictures of these colours; answers their ids."""
    files = [(f"{n}.png", drawn(colour, number=n)) for n, colour in enumerate(colours)]
    return stored(services, *files)


def test_a_flagged_picture_waits_for_an_admin(checked: Services, ada: User) -> None:
    """It is found by nobody until an admin has lifted it, and is not flagged again."""
    plain, flagged = upload(checked, "#dc1e1e", "#fa96be")
    assert found(checked) == {plain}
    reviewed = checked.review.look(flagged, admin=ada)
    assert [one.kind for one in reviewed.restrictions] == ["review"]
    checked.review.lift(flagged, admin=ada, reason="a flamingo")
    assert found(checked) == {plain, flagged}
    checked.picture_check.catch_up()
    assert found(checked) == {plain, flagged}


def test_an_admin_switches_it_off_and_on(checked: Services, ada: User) -> None:
    """What nobody decided on is shown, what was decided stands, and the trail says who and why."""
    plain, flagged, decided = upload(checked, "#dc1e1e", "#fa96be", "#fa96c8")
    checked.review.restrict(decided, admin=ada, reason="a child")
    checked.review.lift(flagged, admin=ada, reason="a flamingo")
    (another,) = upload(checked, "#fa96d2")
    assert found(checked) == {plain, flagged}
    assert checked.picture_check.switch_off(Editor("ada", "these are photographs")) == 1
    assert found(checked) == {plain, flagged, another}
    assert checked.picture_check.state().detail.startswith("off: switched off for stand-in:colours")
    assert checked.picture_check.catch_up() == 0
    (last,) = checked.trail.entries(limit=1)
    assert (last.action, last.who) == ("picture check off", "ada")
    assert last.detail == {"reason": "these are photographs", "pictures": 1}


def test_on_needs_something_to_check_by(services: Services) -> None:
    """An encoder without an operating point cannot check; a shipped one holds again."""
    upload(services, "#dc1e1e")
    with pytest.raises(NothingToCheckBy):
        services.picture_check.switch_on(Editor("ada", "why not"))
    check = replace(services.picture_check, known=pink_is_flagged())
    check.switch_off(Editor("ada", "these are photographs"))
    (flagged,) = upload(services, "#fa96be")
    assert flagged in found(services)
    check.switch_on(Editor("ada", "they are not"))
    check.catch_up()
    assert flagged not in found(services)


def test_what_was_stored_before_the_operating_point_is_checked_later(services: Services) -> None:
    """The background pass hides it; a second pass has nothing to do."""
    plain, flagged = upload(services, "#dc1e1e", "#fa96be")
    assert found(services) == {plain, flagged}
    assert services.picture_check.catch_up() == 0
    point = pink_is_flagged()
    with services.transactions() as transaction:
        picture_checks.save(transaction.conn, fingerprint=point.fingerprint, point=point.to_json())
    assert services.picture_check.catch_up(batch=1) == 2
    assert found(services) == {plain}
    assert services.picture_check.catch_up() == 0


def test_an_operating_point_holds_for_its_encoder_only(services: Services) -> None:
    """Another fingerprint leaves the check off, and the doctor's line says so."""
    point = pink_is_flagged("another encoder")
    with services.transactions() as transaction:
        picture_checks.save(transaction.conn, fingerprint=point.fingerprint, point=point.to_json())
    (flagged,) = upload(services, "#fa96be")
    assert found(services) == {flagged}
    assert services.picture_check.state().detail.startswith("off: stand-in:colours")


def test_the_doctor_tells_the_figures_and_who_waits(checked: Services) -> None:
    """On, with what was measured on what, and how many pictures wait for an admin."""
    upload(checked, "#fa96be")
    assert checked.picture_check.state().detail == (
        "on: flags 100.0% of 1 pictures with children and 0.0% of 1 without (a test); "
        "1 pictures wait for an admin"
    )


def test_a_new_picture_is_shown_to_admins_only_until_its_checks_have_ended(
    services: Services, ada: User
) -> None:
    """Its bytes are not there for others before it has been embedded."""
    image_id = shown(services, embedded=False)
    with pytest.raises(StillChecked):
        services.picture_file(image_id, asker=Asker())
    with pytest.raises(StillChecked):
        services.picture_thumbnail(image_id, width=320, asker=Asker())
    services.picture_file(image_id, asker=Asker(role=ada.role)).stream.close()


def send(client: FlaskClient, data: bytes, **form: str) -> tuple[int, dict[str, object]]:
    """Ask with a picture; answers the status and the document."""
    answer = client.post("/api/v1/search", data={"image": (io.BytesIO(data), "asked.png"), **form})
    return answer.status_code, answer.get_json()


def test_a_picture_finds_its_like(checked: Services, client: FlaskClient) -> None:
    """The nearest comes first; a text beside it counts as well; nothing is kept."""
    upload(checked, "#dc1e1e", "#283cd2")
    status, answer = send(client, drawn("#d01818", number=9))
    assert status == 200
    results = answer["results"]
    assert isinstance(results, list)
    assert [result["name"] for result in results] == ["0.png", "1.png"]
    _, answer = send(client, drawn("#d01818", number=9), q="blue blue blue", limit="1")
    assert answer["query"] == "blue blue blue"
    _, again = send(
        client, drawn("#d01818", number=9), q="blue blue blue", cursor=str(answer["next_cursor"])
    )
    names = [r["name"] for page in (answer, again) for r in page["results"]]  # type: ignore[attr-defined]
    assert sorted(names) == ["0.png", "1.png"]
    assert checked.counts().ready == 2


def test_a_flagged_picture_cannot_be_asked_with(checked: Services, client: FlaskClient) -> None:
    """451 with the disclaimer and no results, counted among the refusals."""
    upload(checked, "#dc1e1e")
    status, answer = send(client, drawn("#fa96be", number=9))
    assert (status, answer["status"]) == (451, 451)
    assert str(answer["disclaimer"]).startswith("This image is unavailable in your country")
    assert "results" not in answer
    with connection(checked.engine) as conn:
        rules = list(conn.exec_driver_sql("SELECT rule FROM refusals").scalars())
    assert rules == ["picture check"]


def test_a_kept_picture_is_checked_again(services: Services, client: FlaskClient) -> None:
    """The address that a picture was given finds nothing once the check flags such pictures."""
    upload(services, "#dc1e1e")
    image = (io.BytesIO(drawn("#fa96be", number=9)), "mine.png")
    address = client.post("/by-picture", data={"image": image}).headers["Location"]
    assert client.get(address).status_code == 200
    point = pink_is_flagged()
    with services.transactions() as transaction:
        picture_checks.save(transaction.conn, fingerprint=point.fingerprint, point=point.to_json())
    assert client.get(address).status_code == 451


def test_a_restricted_picture_is_not_found_by_its_like(
    services: Services, client: FlaskClient
) -> None:
    """Not even the picture itself finds it."""
    shown(services, ["a boy in red"], number=3)
    status, answer = send(client, drawn("red", number=3))
    assert (status, answer["results"]) == (200, [])


def test_no_more_is_received_than_one_picture(services: Services, client: FlaskClient) -> None:
    """A larger request is refused before it is stored anywhere."""
    answer = client.post(
        "/api/v1/search",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(services.settings.max_file + 100_000)},
    )
    assert answer.status_code == 413


UNUSABLE = [(b"", 400), (b"no picture", 400), (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, 400)]


@pytest.mark.parametrize(("data", "status"), UNUSABLE)
def test_what_is_no_picture_is_refused(client: FlaskClient, data: bytes, status: int) -> None:
    """With a sentence, as an upload is."""
    assert send(client, data)[0] == status


def test_a_refused_text_refuses_the_picture_beside_it(
    checked: Services, client: FlaskClient
) -> None:
    """The gate judges the text whatever comes with it."""
    upload(checked, "#dc1e1e")
    assert send(client, drawn("#dc1e1e", number=9), q="a boy")[0] == 451
    assert send(client, drawn("#dc1e1e", number=9), limit="0")[0] == 400
    assert client.post("/api/v1/search", data={"q": "red"}).status_code == 400


def test_an_operating_point_is_measured_on_what_is_described_here(services: Services) -> None:
    """Texts tell which pictures show children; few pictures make no operating point."""
    stored_encoder = services.register_encoder()
    encoder = services.encoder.get()
    with pytest.raises(TooFewPictures):
        services.picture_check.measure(encoder, stored_encoder)
    for number in range(3 * FEWEST):
        caption = "a boy" if number % 2 else "a car"
        colour = "pink" if number % 2 else "red"
        shown_of(services, colour, caption, number)
    figures = services.picture_check.measure(encoder, stored_encoder)
    assert figures.children + figures.others == 3 * FEWEST // 2
    assert services.picture_check.state().detail.startswith("on: ")


def shown_of(services: Services, colour: str, caption: str, number: int) -> None:
    """A searchable picture of that colour with that caption."""
    file = (f"{number}.png", io.BytesIO(drawn(colour, number=number)))
    list(services.uploading(files=[file], asker=Asker(), captions=[caption]))
    embed_waiting(services.embedding(), seconds=30)


def test_the_shipped_operating_point_is_the_bundled_encoders() -> None:
    """Its fingerprint is that of the encoder in the tree, and it survives being stored."""
    assert shipped().fingerprint == load("bundled", towers="text").fingerprint
    again = OperatingPoint.from_json(shipped().to_json())
    assert again.figures == shipped().figures
    assert np.allclose(again.children, shipped().children, atol=1e-4)
