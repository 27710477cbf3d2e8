"""Stored pictures and captions become an encoder of two towers, as far as the law allows."""

import json
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import text

from service.config import Settings
from service.db import tower_vectors, vectors
from service.db.described import described
from service.db.engine import connection
from service.domain import Asker
from service.encoder.holder import EncoderHolder
from service.encoder.pair.encoder import load_pair
from service.encoder.pair.spec import UnknownTower
from service.encoder.port import Vectors
from service.ingest.index import finish_builds
from service.learn.adapt import AdapterNoBetter
from service.learn.align import Aligned, BadName, NameTaken
from service.learn.alignment import TooFewPairs
from service.learn.described_pairs import described_pairs
from service.services import Services
from service.stack.endpoints import Endpoints
from service.store import original_key
from service.wiring import wired
from tests import checkpoints
from tests.command import glimpse, on
from tests.encoder_stand_in import ColourEncoder
from tests.pairs import random_weights

SHADES = {"red": (200, 30, 30), "green": (30, 160, 50), "blue": (40, 60, 210)}
EACH = 6


@pytest.fixture
def services(settings: Settings, endpoints: Endpoints) -> Iterator[Services]:
    """Every use case; a stand-in serves, and pairs are loaded as they are in earnest."""
    holder = EncoderHolder(ColourEncoder.name, ColourEncoder)
    with wired(settings, endpoints, secret_key="a test's secret", encoder=holder) as services:
        services.register_encoder()
        yield services


@pytest.fixture(scope="module")
def tower(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A small network that was never trained; colours it can tell apart."""
    weights = random_weights(tmp_path_factory.mktemp("weights"), "test_efficientnet")
    return f"timm:test_efficientnet?weights={weights}&size=64&squash=yes"


def picture(colour: str, number: int) -> tuple[str, BytesIO]:
    """A file of one colour with some noise."""
    noise = np.random.default_rng(number).normal(SHADES[colour], 25, (48, 64, 3))
    file = BytesIO()
    Image.fromarray(np.clip(noise, 0, 255).astype(np.uint8)).save(file, "PNG")
    file.seek(0)
    return f"{colour}-{number}.png", file


def hang(services: Services, *, described: bool = True) -> None:
    """Pictures of three colours, each with captions that name it."""
    for number in range(EACH * len(SHADES)):
        colour = list(SHADES)[number % len(SHADES)]
        show(services, picture(colour, number), [f"a {colour} wall", f"all {colour} here"]
             if described else [])  # fmt: skip


def show(services: Services, file: tuple[str, BytesIO], captions: Sequence[str]) -> str:
    """One picture with its captions; answers its id."""
    (taken,) = services.uploading(files=[file], asker=Asker(), captions=captions)
    return str(taken.image_id)


def aligned(services: Services, tower: str, name: str = "mine", **how: Any) -> Aligned:
    """The pair of that tower and counted words."""
    return services.pairing.align(image=tower, text="tfidf?width=8", name=name, **how)


def test_an_aligned_pair_serves_like_any_other(services: Services, tower: str) -> None:
    """Learned, added, built, switched to: a colour's name finds its pictures first."""
    hang(services)
    made = aligned(services, tower)
    stored = services.catalogue.add("pair:mine")
    services.serving.embed(seconds=60)
    finish_builds(services.engine, services.transactions)
    services.catalogue.switch(stored.encoder_id)
    services.encoder.shelf.holder("pair:mine").get()
    for colour in SHADES:
        page = services.search(text=f"{colour} wall", asker=Asker(), limit=EACH, min_score=0)
        assert page.encoder == "pair:mine"
        assert [hit.name.split("-")[0] for hit in page.hits] == [colour] * EACH
    assert stored.fingerprint == made.card.fingerprint
    assert stored.dimension == made.card.dimension


def test_the_card_tells_what_was_learned(services: Services, tower: str) -> None:
    """Data, setting, figures out of fold and their control, for the loader and for people."""
    hang(services)
    made = aligned(services, tower)
    learned = json.loads((made.folder / "pair.json").read_text())["learned"]
    assert learned["data"]["pictures"] == 18
    assert learned["data"]["captions"] == 36
    assert learned["data"]["policy_version"] == services.gate.policy_version
    assert learned["out_of_fold"]["mrr"] > learned["control"]["mrr"]
    card = (made.folder / "CARD.md").read_text()
    assert "18 pictures with 36 captions" in card
    assert "control, pictures swapped" in card


def test_the_same_again(services: Services, tower: str) -> None:
    """The same pictures, captions and seed give an encoder with the same likenesses."""
    hang(services)
    first, second = aligned(services, tower), aligned(services, tower, "again")
    assert first.card.learned == second.card.learned
    asked = [services.gate.allow("a red wall")]
    shown = [Image.new("RGB", (64, 48), shade) for shade in SHADES.values()]
    one, other = (
        pair.encode_texts(asked) @ pair.encode_pictures(shown).T
        for pair in (load_pair("a", made.folder) for made in (first, second))
    )
    np.testing.assert_allclose(one, other, atol=1e-4)


def test_a_picture_is_looked_at_once(services: Services, tower: str) -> None:
    """Learning again, and building, ask the network about no picture that it has seen."""
    hang(services)
    told: list[int] = []

    def watch(total: int) -> Any:
        told.append(total)
        return lambda _: None

    made = aligned(services, tower, watch=watch)
    aligned(services, tower, "again", watch=watch)
    assert told == [18, 0]
    with connection(services.engine) as conn:
        keys = list(conn.execute(text("SELECT id FROM images")).scalars())
        own = tower_vectors.of_pictures(conn, tower=made.card.picture.fingerprint, image_keys=keys)
    for file in (services.settings.home / "images").rglob("*"):
        if file.is_file():
            file.unlink()  # whoever wanted to look again would fail
    stored = services.catalogue.add("pair:mine")
    services.serving.embed(seconds=60)
    with connection(services.engine) as conn:
        found = vectors.of_pictures(conn, encoder=stored, image_keys=keys)
    assert sorted(found) == sorted(keys)
    pair = load_pair("pair:mine", made.folder)
    expected: Vectors = pair.align_pictures(np.stack([own[key] for key in keys]))
    np.testing.assert_allclose(np.stack([found[key] for key in keys]), expected, atol=2e-3)


def test_nothing_is_learned_that_the_law_keeps_back(services: Services, tower: str) -> None:
    """Restricted pictures and evaluation pictures stay out, and each reason is counted."""
    hang(services)
    show(services, picture("red", 100), ["a six year old boy at a wall", "a red wall"])
    asked = show(services, picture("red", 101), ["a red wall once more"])
    with services.transactions() as transaction:
        transaction.conn.execute(
            text(
                "WITH of AS (INSERT INTO datasets (name) VALUES ('asked') RETURNING id)"
                " INSERT INTO test_queries (query_id, text, image_id, dataset_id)"
                " SELECT 'q#0', 'a red wall', images.id, of.id FROM images, of"
                " WHERE public_id = :public_id"
            ),
            {"public_id": asked},
        )
    lesson = described_pairs(services.engine, services.gate, services.law)
    assert len(lesson.pairs) == 18
    assert (lesson.left_out.restricted_pictures, lesson.left_out.evaluation_pictures) == (1, 1)
    assert not any("boy" in caption.text for caption in lesson.captions)
    data = aligned(services, tower).card.learned["data"]
    assert data["left_out"]["restricted_pictures"] == 1
    assert data["left_out"]["evaluation_pictures"] == 1


def test_a_picture_whose_bytes_are_lost_is_left_out(services: Services, tower: str) -> None:
    """One damaged file stops nothing; it is counted on the card."""
    hang(services)
    with connection(services.engine) as conn:
        one = described(conn)[0]
    path = services.settings.home / "images" / original_key(one.sha256, one.suffix)
    path.write_bytes(b"no picture any more")
    data = aligned(services, tower).card.learned["data"]
    assert data["pictures"] == 17
    assert data["left_out"]["unreadable_pictures"] == 1


def test_only_the_collections_named_are_learned_from(services: Services) -> None:
    """A collection's pictures, and no others."""
    hang(services)
    (taken,) = services.uploading(
        files=[picture("blue", 200)], asker=Asker(), captions=["a blue wall"], collection="mine"
    )
    lesson = described_pairs(services.engine, services.gate, services.law, collections=["mine"])
    assert taken.image_id is not None
    assert [pair.captions[0].text for pair in lesson.pairs] == ["a blue wall"]


def test_what_cannot_be_aligned_is_refused(services: Services, tower: str) -> None:
    """Without captions, under a name that is taken or none, or of no tower: a plain sentence."""
    hang(services, described=False)
    with pytest.raises(TooFewPairs, match=r"at least 10 pictures .* here are 0"):
        aligned(services, tower)
    for name in ("../mine", "a b", ".hidden"):
        with pytest.raises(BadName):
            aligned(services, tower, name)
    (services.settings.home / "encoders" / "there").mkdir(parents=True)
    with pytest.raises(NameTaken, match="there"):
        aligned(services, tower, "there")
    with pytest.raises(UnknownTower):
        aligned(services, "resnet18")


def test_a_joint_encoder_gets_an_adapter_or_a_plain_no(
    services: Services, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Both halves of one encoder: an adapter with both figures on its card, or why not."""
    joint = checkpoints.write(tmp_path_factory.mktemp("joint"), checkpoints.architecture())
    half = f"encoder:local-dir:{joint}"
    hang(services)
    made = services.pairing.align(image=half, text=half, name="fitted")
    learned = made.card.learned
    assert learned["out_of_fold"]["mrr"] > learned["without"]["mrr"]
    assert "without the adapter" in (made.folder / "CARD.md").read_text()
    pair = load_pair("pair:fitted", made.folder)
    shown = [Image.new("RGB", (64, 48), shade) for shade in SHADES.values()]
    assert pair.towers.pictures is not None
    own = pair.towers.pictures.encode(shown)
    np.testing.assert_allclose(pair.encode_pictures(shown), own, atol=1e-6)
    for at in range(100, 130):
        captions = [f"{word} {at}" for word in ("one", "two")]
        list(services.uploading(
            files=[picture("red", at)], asker=Asker(), captions=captions, collection="alike"
        ))  # fmt: skip
    with pytest.raises(AdapterNoBetter, match=r"Mean reciprocal rank 0\.\d+ with it and 0\.\d+"):
        services.pairing.align(image=half, text=half, name="no-better", collections=["alike"])
    assert not (services.settings.home / "encoders" / "no-better").exists()


def test_the_command(services: Services, endpoints: Endpoints, tower: str, tmp_path: Path) -> None:
    """`glimpse encoders align --json` prints one document, and the encoder is there to build."""
    hang(services)
    finished = glimpse(
        "encoders", "align", "--image", tower, "--text", "tfidf?width=8", "--name", "mine",
        "--json", env=on(endpoints, tmp_path / "home"),
    )  # fmt: skip
    assert finished.returncode == 0, finished.stderr
    document = json.loads(finished.stdout)
    assert document["spec"] == "pair:mine"
    assert document["learned"]["data"]["pictures"] == 18
    (standing,) = [one for one in services.catalogue.listed() if one.encoder.spec == "pair:mine"]
    assert standing.encoder.encoder_id == document["encoder_id"]
    assert standing.encoder.state == "building"
