"""A service with a little of everything, so that no page of it is empty."""

import io
from dataclasses import replace
from pathlib import Path

from sqlalchemy import text

from service.domain import Asker, Role
from service.ingest.dataset.work import NobodyWatches
from service.ingest.embed import embed_waiting
from service.law.versions import Editor
from service.policy.rules import RuleSet, Term
from service.services import Services
from tests.browser.test_searching import reds
from tests.dataset_folders import DatasetFolder
from tests.learn.colours import QUICK, judged_colours
from tests.web.conftest import drawn

EDITOR = Editor("a test", "to see what happens")
PASSWORD = "a word of one's own"
RULES = (
    RuleSet(version=1, blocked=(Term("boy", "en", compounds=True), Term("мальчик", "ru"))),
    RuleSet(version=1, countries=("FR",), blocked=(Term("dragon", "en"),)),
)
LONG = "an endless name without any end " * 6


def furnish(services: Services, folder: Path) -> dict[str, object]:
    """Fill the service; answers what stands for the arguments in its addresses."""
    judged_colours(services)
    services.learning.train(replace(QUICK, kinds=("constant", "cosine")))
    services.learning.publish(2)
    services.book.replace(EDITOR, RULES)
    services.book.add(EDITOR, block=[Term("wizard", "en")])
    people = {role: somebody(services, role) for role in Role}
    admin = services.accounts.user(people[Role.ADMIN])
    assert admin is not None
    progress = services.import_dataset(
        folder=with_errors(folder), asker=Asker(user_id=people[Role.ADMIN]), watch=NobodyWatches()
    )
    reds(services, 40)
    give_up(services)
    restricted = captioned(services, f"{LONG}.png", "A boy in red.", f"Мальчик, {LONG}", number=90)
    image_id = captioned(services, "car.png", "A red car.", "Красная машина.", number=91)
    embed_waiting(services.embedding(), seconds=30)
    services.accounts.create_token(name=admin.name, called=LONG[:40])
    services.review.restrict(restricted, admin=admin, reason="a complaint")
    collection_id = services.collecting.create(LONG[:60], asker=Asker(user_id=admin.user_id))
    question_id = services.questions.keep(
        name=LONG[:80], statement="SELECT * FROM pairs", shared="", user=admin
    )
    return {
        "image_id": image_id,
        "restricted": restricted,
        "import_id": progress.import_id,
        "place": "everywhere",
        "version": services.book.latest(),
        "question_id": question_id,
        "collection_id": collection_id,
        "scorer_id": 1,
        "comparison_id": services.comparisons.start(kinds=["constant"], who=admin.name),
    }


def somebody(services: Services, role: Role) -> int:
    """A person of that role, named for it, who has chosen a password."""
    user, _first = services.accounts.add(name=role.value, role=role)
    services.change_password(user_id=user.user_id, password=PASSWORD)
    return user.user_id


def with_errors(folder: Path) -> Path:
    """A small data set with two rows that are refused."""
    written = DatasetFolder(folder)
    written.rows["CrowdAnnotations"][0][2] = "1.4"
    written.rows["ExpertAnnotations"][1][3] = "5"
    return written.write()


def captioned(services: Services, name: str, *captions: str, number: int) -> str:
    """A red picture with captions; answers its id."""
    file = (name, io.BytesIO(drawn("#dc1e1e", number=number)))
    (one,) = services.uploading(files=[file], asker=Asker(), captions=captions)
    return str(one.image_id)


def give_up(services: Services) -> None:
    """Set one picture aside, as a worker does that cannot read it."""
    with services.transactions() as transaction:
        transaction.conn.execute(
            text(
                "UPDATE encodings SET state = 'quarantined', error = 'It ends too early.'"
                " WHERE image_id = (SELECT max(image_id) FROM encodings)"
            )
        )
