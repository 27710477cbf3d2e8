"""Upload: each file has its own answer, and nothing harms its neighbours."""

from io import BytesIO

import pytest

from service.domain import Asker, PictureState, Role, UploadStatus
from service.services import Services
from tests.bombs import png_bomb
from tests.factories import plain, searchable

ASKER = Asker()
ADMIN = Asker(role=Role.ADMIN)


def upload(services: Services, *files: tuple[str, BytesIO]) -> list[UploadStatus]:
    """What becomes of the files, in order."""
    return [one.status for one in services.upload(files=files, asker=ASKER)]


def test_a_bad_file_does_not_touch_its_neighbours(services: Services) -> None:
    """Between refused files the good ones are taken, and each refusal says why."""
    files = [
        plain("red"),
        ("notes.jpg", BytesIO(b"these are notes")),
        ("empty.png", BytesIO()),
        ("bomb.png", BytesIO(png_bomb())),
        plain("blue"),
    ]
    answers = services.upload(files=files, asker=ASKER)
    assert [one.status for one in answers] == [
        UploadStatus.PENDING,
        UploadStatus.REJECTED,
        UploadStatus.REJECTED,
        UploadStatus.REJECTED,
        UploadStatus.PENDING,
    ]
    assert all(one.reason for one in answers[1:4])
    assert services.counts().pending == 2


def test_a_file_over_the_limit_is_refused_alone(services: Services) -> None:
    """One file larger than the limit is answered with it; the others go in."""
    large = BytesIO(b"\xff" * (services.settings.max_file + 1))
    statuses = upload(services, plain("red"), ("large.jpg", large), plain("blue"))
    assert statuses == [UploadStatus.PENDING, UploadStatus.REJECTED, UploadStatus.PENDING]


def test_the_same_picture_twice_is_one_picture(services: Services) -> None:
    """The second answer is 'duplicate' and names the first, under whatever file name."""
    first, second = services.upload(
        files=[plain("red"), ("other name.gif", plain("red")[1])], asker=ASKER
    )
    assert second.status == UploadStatus.DUPLICATE
    assert second.image_id == first.image_id
    assert str(first.image_id) in str(second.reason)
    assert services.counts().pending == 1


def test_a_duplicate_joins_the_collection(services: Services) -> None:
    """A known picture that is uploaded into a collection is found there."""
    services.upload(files=[plain("red")], asker=ASKER)
    (again,) = services.upload(files=[plain("red")], asker=ASKER, collection="holiday")
    assert services.picture(str(again.image_id), asker=ASKER).collections == ("holiday",)


def test_a_deleted_picture_comes_back_when_it_is_uploaded_again(services: Services) -> None:
    """Nothing that was given is refused because it was here before."""
    (image_id,) = searchable(services, "red")
    services.delete_picture(image_id, asker=ASKER)
    assert services.search(text="red", asker=ASKER).hits == ()
    assert upload(services, plain("red")) == [UploadStatus.DUPLICATE]
    assert [hit.image_id for hit in services.search(text="red", asker=ASKER).hits] == [image_id]


@pytest.mark.parametrize("name", ["../../etc/passwd.png", "a\x00b.png", "🐈.png", ""])
def test_odd_names_are_cleaned(services: Services, name: str) -> None:
    """A name cannot lead out of its folder, hides nothing and is never empty."""
    (answer,) = services.upload(files=[(name, plain("red")[1])], asker=ASKER)
    assert answer.status == UploadStatus.PENDING
    assert answer.name
    assert not set(answer.name) & {"/", "\x00"}


def test_bytes_come_back_without_metadata_and_small(services: Services) -> None:
    """Admins can read the served file and both thumbnails of a picture that was just uploaded."""
    (answer,) = services.upload(files=[plain("red")], asker=ASKER)
    image_id = str(answer.image_id)
    with services.picture_file(image_id, asker=ADMIN).stream as stream:
        assert stream.read(8) == b"\x89PNG\r\n\x1a\n"
    for width in (320, 640):
        small = services.picture_thumbnail(image_id, width=width, asker=ADMIN)
        with small.stream as stream:
            assert stream.read()[8:12] == b"WEBP"
        assert small.media_type == "image/webp"


def test_a_new_picture_waits_until_it_is_embedded(services: Services) -> None:
    """Its state is pending before, ready after."""
    (answer,) = services.upload(files=[plain("red")], asker=ASKER)
    image_id = str(answer.image_id)
    assert services.picture(image_id, asker=ASKER).state == PictureState.PENDING
    searchable(services)
    assert services.picture(image_id, asker=ASKER).state == PictureState.READY
