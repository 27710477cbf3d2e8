"""Refining: terms with a dash, phrases of captions, filters, orders, and pictures as queries."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image

from service.db import images
from service.db.engine import connection
from service.domain import Asker, Filters, Orientation, Role, Sort, Source
from service.errors import LegallyUnavailable
from service.finding import NoSuchCollection, NoSuchExample, Wanted, Where, neighbours
from service.ingest.embed import embed_waiting
from service.policy.gate import Refused
from service.search_question import StatesAreForAdmins
from service.services import Services
from tests.factories import searchable

ASKER = Asker()
TODAY = datetime.now(UTC).date()


def found(services: Services, text: str, **how: object) -> list[str]:
    """The ids that a search finds, in order."""
    page = services.search(text=text, asker=ASKER, **how)  # type: ignore[arg-type]
    return [hit.image_id for hit in page.hits]


def halved(left: str, right: str) -> tuple[str, BytesIO]:
    """A picture of two colours side by side."""
    picture = Image.new("RGB", (64, 48), left)
    picture.paste(Image.new("RGB", (32, 48), right), (32, 0))
    file = BytesIO()
    picture.save(file, "PNG")
    file.seek(0)
    return f"{left}-{right}.png", file


def sized(services: Services, *sizes: tuple[int, int]) -> list[str]:
    """Red pictures of these sizes, one after the other."""
    services.register_encoder()
    ids = []
    for size in sizes:
        file = BytesIO()
        Image.new("RGB", size, "#dc1e1e").save(file, "PNG")
        file.seek(0)
        uploaded = services.upload(files=[(f"{size}.png", file)], asker=ASKER)
        ids.append(str(uploaded[0].image_id))
    embed_waiting(services.embedding())
    return ids


def test_what_is_unwanted_is_set_back(services: Services) -> None:
    """With a dash before a colour, a picture that shows it falls behind one that does not."""
    services.register_encoder()
    both, other = (
        str(one.image_id)
        for one in services.upload(
            files=[halved("#dc1e1e", "#283cd2"), halved("#dc1e1e", "#f0dc28")], asker=ASKER
        )
    )
    embed_waiting(services.embedding())
    assert set(found(services, "red")) == {both, other}
    assert found(services, "red -blue") == [other, both]
    assert found(services, "red -yellow") == [both, other]
    assert found(services, "красный -синий") == [other, both]


def test_a_caption_that_names_what_is_unwanted_keeps_a_picture_out(services: Services) -> None:
    """Whoever does not want snow gets no picture whose caption tells of it, in any form."""
    snowy, green = searchable(services, "red", "red")
    services.describe(snowy, ["A dog in deep snow.", "Собака в глубоком снегу."])
    services.describe(green, ["A dog on a lawn."])
    assert found(services, "red -snow") == [green]
    assert found(services, "red -снег") == [green]
    assert set(found(services, "red -sand")) == {snowy, green}


@pytest.mark.parametrize(
    "text",
    ['red "dog on a lawn"', 'red "Dogs on a lawn"', "red «зелёной траве»", "red «зеленая трава»"],
)
def test_a_phrase_is_matched_in_captions(services: Services, text: str) -> None:
    """Quoted words have to stand in a caption, together, in whatever form."""
    lawn, _other, none = searchable(services, "red", "red", "red")
    services.describe(lawn, ["A dog on a lawn.", "Собака на зелёной траве."])
    services.describe(_other, ["A lawn without any dog."])
    assert found(services, text) == [lawn]
    assert none not in found(services, 'red "of the"')


def test_a_phrase_of_stop_words_is_read_letter_by_letter(services: Services) -> None:
    """Words too common for the index are still found in a caption, or not."""
    shown, _other = searchable(services, "red", "red")
    services.describe(shown, ["To be or not to be."])
    assert found(services, 'red "not to be"') == [shown]
    assert found(services, 'red "of the"') == []


@pytest.mark.parametrize("text", ["red -boy", 'red "little boy"', "красный -мальчик", "bo -x y"])
def test_every_part_passes_the_gate(services: Services, text: str) -> None:
    """No operator carries a text past the law, nor does taking one out."""
    searchable(services, "red")
    with pytest.raises(Refused):
        found(services, text.replace("bo -x y", "a bo -x y boy"))


def test_a_restricted_picture_never_counts(services: Services) -> None:
    """A phrase finds no picture that may not be shown."""
    hidden, shown = searchable(services, "red", "red")
    services.describe(hidden, ["A small boy and a red ball."])
    services.describe(shown, ["A man and a red ball."])
    assert found(services, '"red ball"') == [shown]


def test_shapes_and_sizes(services: Services) -> None:
    """Orientation and the shorter side decide what is found."""
    wide, high, square = sized(services, (200, 100), (100, 200), (150, 150))
    for orientation, only in zip(Orientation, (wide, high, square), strict=True):
        assert found(services, "red", filters=Filters(orientation=orientation)) == [only]
    assert found(services, "red", filters=Filters(min_side=120)) == [square]
    assert len(found(services, "red", filters=Filters(min_side=100))) == 3


def test_days_sources_and_captions(services: Services) -> None:
    """When and how a picture came, and whether it is described, decide what is found."""
    told, plain = searchable(services, "red", "red")
    services.describe(told, ["A red wall."])
    later = TODAY + timedelta(days=2)
    assert len(found(services, "red", filters=Filters(added_from=TODAY - timedelta(days=1)))) == 2
    assert found(services, "red", filters=Filters(added_from=later)) == []
    assert len(found(services, "red", filters=Filters(added_to=later))) == 2
    assert found(services, "red", filters=Filters(added_to=TODAY - timedelta(days=2))) == []
    assert found(services, "red", filters=Filters(source=Source.SAMPLE)) == []
    assert len(found(services, "red", filters=Filters(source=Source.UPLOAD))) == 2
    assert found(services, "red", filters=Filters(captioned=True)) == [told]
    assert found(services, "red", filters=Filters(captioned=False)) == [plain]


def test_other_orders(services: Services) -> None:
    """Matches can be shown by age or by size, and page after page none comes twice."""
    ids = sized(services, (40, 40), (90, 90), (60, 60))
    assert found(services, "red", sort=Sort.OLDEST) == ids
    assert found(services, "red", sort=Sort.NEWEST) == ids[::-1]
    assert found(services, "red", sort=Sort.LARGEST) == [ids[1], ids[2], ids[0]]
    first = services.search(text="red", asker=ASKER, limit=1, sort=Sort.LARGEST)
    services.cache.client.flushall()
    cursor = first.next_cursor
    assert found(services, "red", sort=Sort.LARGEST, cursor=cursor) == [ids[2], ids[0]]


def test_states_are_for_admins(services: Services) -> None:
    """Only an admin may ask for pictures by their state."""
    ids = searchable(services, "red")
    for state in ("ready", "pending"):
        filters = Filters(state=state)  # type: ignore[arg-type]
        with pytest.raises(StatesAreForAdmins):
            found(services, "red", filters=filters)
        page = services.search(text="red", asker=Asker(role=Role.ADMIN), filters=filters)
        assert [hit.image_id for hit in page.hits] == (ids if state == "ready" else [])


def test_more_like_this(services: Services) -> None:
    """A picture finds those like it, best first, and not itself."""
    red, rosy, blue = searchable(services, "red", "red", "blue")
    assert found(services, "", like=red) == [rosy, blue]
    assert found(services, "blue", like=red)[0] in {rosy, blue}
    with pytest.raises(NoSuchExample):
        found(services, "", like="nowhere")
    with pytest.raises(NoSuchCollection):
        found(services, "", like=red, collection="nowhere")


def test_words_and_a_picture_count_together(services: Services) -> None:
    """A text beside a picture pulls the results towards what it says."""
    services.register_encoder()
    red, mixed, plain = (
        str(one.image_id)
        for one in services.upload(
            files=[
                halved("#dc1e1e", "#dc1e1e"),
                halved("#dc1e1e", "#283cd2"),
                halved("#dc1e1e", "#d71e1e"),
            ],
            asker=ASKER,
        )
    )
    embed_waiting(services.embedding())
    assert found(services, "", like=red)[0] == plain
    assert found(services, "blue", like=red)[0] == mixed


def test_a_restricted_picture_is_no_query(services: Services) -> None:
    """A picture that may not be shown may not be searched with either."""
    hidden, _other = searchable(services, "red", "red")
    services.describe(hidden, ["A small boy."])
    with pytest.raises(LegallyUnavailable):
        found(services, "", like=hidden)


def test_what_captions_say_is_a_candidate_however_far_its_vector(services: Services) -> None:
    """Beside the nearest, pictures are looked at whose caption says every word in any form."""
    red, green, blue = searchable(services, "red", "green", "blue")
    services.describe(green, ["Two lazy dogs in the grass."])
    services.describe(blue, ["A dog."])
    encoder = services.register_encoder()
    (said,) = services.encoder.get().encode_texts([services.gate.allow("red")])
    wanted = Wanted(vector=said, words="lazy dog")
    with connection(services.engine) as conn:
        near = neighbours(conn, encoder=encoder, wanted=wanted, where=Where(()), most=1)
        keys = [images.key(conn, name) for name in (red, green)]
    assert [one.key for one in near] == keys
    assert near[0].similarity > near[1].similarity
