"""Stored pictures and captions become an encoder of two towers."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import text

from service.db import tower_vectors, vectors
from service.db.engine import connection
from service.domain import Asker
from service.encoder.pair.encoder import load_pair
from service.encoder.pair.spec import UnknownTower
from service.encoder.port import Vectors
from service.ingest.index import finish_builds
from service.learn.align import BadName, NameTaken
from service.learn.alignment import TooFewPairs
from service.learn.apart import apart
from service.learn.methods import Setting
from service.services import Services
from service.stack.endpoints import Endpoints
from tests.command import glimpse, on
from tests.pairing.walls import EACH, SHADES, aligned, hang
from tests.sentences import write as sentence_tower


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


@pytest.mark.parametrize(
    ("method", "said"),
    [("ridge", "ridge regression"), ("contrastive", "steps from regularisation")],
)
def test_another_method_is_learned_and_told(
    services: Services, tower: str, method: str, said: str
) -> None:
    """The card names it, it finds out of fold what chance does not, and scorers can fit it anew."""
    hang(services)
    made = aligned(services, tower, method=method)
    assert said in (made.folder / "CARD.md").read_text()
    learned = made.card.learned
    assert learned["out_of_fold"]["mrr"] > learned["control"]["mrr"]
    found = apart(load_pair("pair:mine", made.folder))
    assert found is not None
    assert isinstance(found.setting, Setting)
    assert found.setting.method == method


def test_names_of_classes_are_tried_where_a_tower_has_them(
    services: Services, tower: str, tmp_path: Path
) -> None:
    """A classifier and sentences: the card tells of them, refused ones too; else nothing does."""
    hang(services)
    sentences = f"sentence:{sentence_tower(tmp_path / 'sentences')}"
    made = services.pairing.align(image=tower, text=sentences, name="named")
    told = made.card.learned["classes"]
    assert told["named"] + told["refused"] == 1000
    assert told["refused"] > 0
    assert made.card.learned["out_of_fold"]["mrr"] >= told["without"]["mrr"]
    assert f"{told['named']} classes of the picture tower" in (made.folder / "CARD.md").read_text()
    plain = services.pairing.align(image=tower, text=sentences, name="plain", names=False)
    without = {"recall_at_1", "recall_at_5", "recall_at_10", "mrr"}
    assert {name: plain.card.learned["out_of_fold"][name] for name in without} == {
        name: told["without"][name] for name in without
    }
    counted = aligned(services, tower, "counted")
    for other in (plain, counted):
        assert "classes" not in other.card.learned
        assert "lass names" not in (other.folder / "CARD.md").read_text()


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
