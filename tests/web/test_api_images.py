"""/api/v1/images."""

import hashlib
import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from service.domain import Asker
from service.ingest.embed import embed_waiting
from service.services import Services
from tests.web.conftest import drawn, stored


def post(client: FlaskClient, *files: tuple[str, bytes], **fields: str) -> Any:
    """Send files in one form."""
    form: MultiDict[str, Any] = MultiDict(fields)
    for name, data in files:
        form.add("file", FileStorage(io.BytesIO(data), name))
    # Encoded here, because the client would leave the temporary file of a large form open.
    boundary, body = encode_multipart(form)
    kind = f"multipart/form-data; boundary={boundary}"
    return client.post("/api/v1/images", data=body, content_type=kind)


def test_each_file_gets_its_own_answer(admin: FlaskClient, services: Services) -> None:
    """One bad file and one duplicate leave the others unharmed, and each is told what it was."""
    red = drawn("#dc1e1e")
    answer = post(
        admin,
        ("a.png", red),
        ("b.png", b"no picture at all"),
        ("c.png", red),
        ("d.png", b""),
        ("e.png", drawn("#283cd2")),
        collection="mine",
    )
    assert answer.status_code == 202
    images = answer.get_json()["images"]
    assert [one["status"] for one in images] == [
        "pending",
        "rejected",
        "duplicate",
        "rejected",
        "pending",
    ]
    assert images[2]["image_id"] == images[0]["image_id"]
    assert all(images[at]["reason"] for at in (1, 2, 3))
    assert services.collections() == ["mine"]


def test_a_picture_becomes_ready(admin: FlaskClient, services: Services) -> None:
    """The state that the API tells follows the picture into the search."""
    image_id = post(admin, ("a.png", drawn("#dc1e1e"))).get_json()["images"][0]["image_id"]
    told = admin.get(f"/api/v1/images/{image_id}").get_json()
    assert (told["state"], told["width"], told["height"]) == ("pending", 60, 40)
    assert [
        one["image_id"] for one in admin.get("/api/v1/images?state=pending").get_json()["images"]
    ] == [image_id]
    embed_waiting(services.embedding(), seconds=30)
    assert admin.get(f"/api/v1/images/{image_id}").get_json()["state"] == "ready"
    assert admin.get("/api/v1/images?state=pending").get_json()["images"] == []


@pytest.mark.parametrize("method", ["post", "get"])
def test_strangers_are_refused(client: FlaskClient, viewer: FlaskClient, method: str) -> None:
    """Uploading and listing need an account, and one that may do so."""
    assert client.open("/api/v1/images", method=method).status_code == 401
    assert client.open("/api/v1/images", method=method).headers["WWW-Authenticate"]
    assert viewer.open("/api/v1/images", method=method).status_code == 403


def test_a_wrong_token_is_said_to_be_wrong(client: FlaskClient) -> None:
    """A token that nobody has answers 401, even where none is needed."""
    answer = client.get("/api/v1/images", headers={"Authorization": "Bearer glimpse_nobody"})
    assert answer.status_code == 401
    assert "token" in answer.get_json()["detail"]


def test_an_upload_without_files_is_bad_input(admin: FlaskClient) -> None:
    """The form must hold at least one file."""
    answer = admin.post("/api/v1/images", data={"collection": "mine"})
    assert answer.status_code == 400
    assert list(answer.get_json()["errors"]) == ["file"]


def test_deleting_takes_the_picture_out(
    admin: FlaskClient, viewer: FlaskClient, services: Services
) -> None:
    """Only an admin may delete; afterwards nothing of the picture is answered."""
    (image_id,) = stored(services, ("a.png", drawn("#dc1e1e")))
    assert viewer.delete(f"/api/v1/images/{image_id}").status_code == 403
    assert admin.delete(f"/api/v1/images/{image_id}").status_code == 204
    for address in (f"/api/v1/images/{image_id}", f"/images/{image_id}/file"):
        assert admin.get(address).status_code == 404
    assert admin.get("/api/v1/search?q=red").get_json()["results"] == []
    assert admin.delete(f"/api/v1/images/{image_id}").status_code == 404


def test_ids_of_nothing_are_not_found(client: FlaskClient) -> None:
    """Whatever stands where an id belongs, the answer is 404."""
    for image_id in ("nothing", "0", "%00", "a" * 3000, "'; DROP TABLE images", "..%2f..%2fetc"):
        assert client.get(f"/api/v1/images/{image_id}").status_code == 404, image_id


def test_a_collection_with_nul_is_bad_input(admin: FlaskClient) -> None:
    """What PostgreSQL cannot store answers 400, not 500."""
    assert post(admin, ("a.png", drawn("#dc1e1e")), collection="a\0b").status_code == 400
    assert admin.get("/api/v1/images?before=%00").status_code in {200, 400}
    assert admin.get("/api/v1/search?q=red&collection=%00").status_code in {400, 404}


def test_large_files_among_small_ones_come_in(admin: FlaskClient, services: Services) -> None:
    """Files of some megabytes are spooled to the home, and nothing of them stays behind."""
    noise = Image.effect_noise((1200, 900), 90)
    files = []
    for number in range(3):
        out = io.BytesIO()
        noise.rotate(90 * number).convert("RGB").save(out, "PNG")
        files.append((f"{number}.png", out.getvalue()))
    assert min(len(data) for _name, data in files) > 1_000_000
    answer = post(admin, *files, ("small.png", drawn("#dc1e1e")))
    assert [one["status"] for one in answer.get_json()["images"]] == ["pending"] * 4
    incoming = services.settings.home / "incoming"
    assert incoming.is_dir()
    assert list(incoming.iterdir()) == []


def test_a_request_too_large_is_refused_whole(admin: FlaskClient, app: Flask) -> None:
    """A request beyond the limit answers 413 as a problem document."""
    app.config["MAX_CONTENT_LENGTH"] = 1000
    answer = post(admin, ("a.png", bytes(5000)))
    assert answer.status_code == 413
    assert answer.content_type == "application/problem+json"


def test_five_hundred_files_in_one_request(admin: FlaskClient) -> None:
    """Five hundred small files come in together and each is answered."""
    answer = post(admin, *[(f"{n}.png", b"junk") for n in range(500)])
    assert answer.status_code == 202
    assert len(answer.get_json()["images"]) == 500


def test_what_is_here_need_not_be_sent(admin: FlaskClient, services: Services) -> None:
    """A picture is recognised by its SHA-256, joins the collection and comes back from the bin."""
    data = drawn("#dc1e1e")
    (image_id,) = stored(services, ("r.png", data))
    services.delete_picture(image_id, asker=Asker())
    here, other = hashlib.sha256(data).hexdigest(), "0" * 64
    sent = {"sha256": [here, other], "collection": "mine"}
    answer = admin.post("/api/v1/images/known", json=sent).get_json()
    assert answer == {"images": [{"sha256": here, "image_id": image_id}]}
    assert services.picture(image_id, asker=Asker()).collections == ("mine",)
    assert admin.post("/api/v1/images/known", json={"sha256": ["red"]}).status_code == 400


def test_captions_come_with_new_pictures(admin: FlaskClient, services: Services) -> None:
    """caption= describes what is new, and too many are refused before anything is stored."""
    form = {"file": (io.BytesIO(drawn("#dc1e1e")), "a.png"), "caption": ["a boat ", "лодка"]}
    image_id = admin.post("/api/v1/images", data=form).get_json()["images"][0]["image_id"]
    assert services.picture(image_id, asker=Asker()).captions == ("a boat", "лодка")
    form = {"file": (io.BytesIO(drawn("#283cd2")), "b.png"), "caption": ["x"] * 6}
    assert admin.post("/api/v1/images", data=form).status_code == 400
    assert services.counts().pending == 1
