"""The sample collection comes in by itself, once, and goes again without taking others along."""

from sqlalchemy import text

from sample.load import load
from service.domain import Asker
from service.services import Services
from tests.factories import plain

ASKER = Asker()


def load_few(services: Services, *, train: int = 4) -> None:
    """Six small pictures of the sample, or fewer."""
    load(services, train=train, test=2, size=96)


def here(services: Services) -> int:
    """How many pictures are stored, those that the law hides included."""
    with services.engine.connect() as conn:
        return int(conn.scalar(text("SELECT count(*) FROM images WHERE deleted_at IS NULL")) or 0)


def test_the_collection_comes_in_with_captions(services: Services) -> None:
    """Pictures for training have five captions; the others have none, being asked about later."""
    load_few(services)
    pictures = services.pictures(state=None, limit=10, before=None)
    captioned = {picture.collections: len(picture.captions) for picture in pictures}
    assert captioned == {("sample/train",): 5, ("sample/test",): 0}
    assert services.sample.progress().state == "ready"
    assert services.examples("ru")


def test_the_collection_comes_in_with_judgements(services: Services) -> None:
    """People's judgements are there to learn from, and to look at."""
    load_few(services)
    with services.engine.connect() as conn:
        graded = conn.scalar(
            text("SELECT count(*) FROM expert_grades g JOIN images i ON i.id = g.image_id")
        )
        asked = conn.scalar(text("SELECT count(*) FROM test_queries"))
    assert graded
    assert asked == 10


def test_a_load_that_was_cut_off_goes_on(services: Services) -> None:
    """Begun again, what is here already is not taken twice."""
    load_few(services, train=2)
    load_few(services)
    assert here(services) == 6


def test_removing_it_leaves_other_pictures(services: Services) -> None:
    """Only the sample's pictures go, and they come back when the removal is undone."""
    load_few(services)
    (mine,) = services.upload(files=[plain("red")], asker=ASKER)
    assert services.sample.remove() == 6
    assert here(services) == 1
    assert services.picture(str(mine.image_id), asker=ASKER)
    assert services.examples("en") == []
    assert services.sample.bring_back() == 6
    assert here(services) == 7
    assert services.examples("en")
