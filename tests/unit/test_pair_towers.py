"""Towers that never met: named with options, built of real architectures, joined, kept safe."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.numpy import load_file, save_file

from service.encoder.class_names import Classifier
from service.encoder.hub import Hub
from service.encoder.openclip import TowerMissing
from service.encoder.pair.encoder import load_pair
from service.encoder.pair.folder import PairBroken, PairMissing, TowerChanged, place
from service.encoder.pair.spec import (
    BadOption,
    TfIdfSpec,
    TimmSpec,
    UnknownOption,
    UnknownTower,
    picture_spec,
    text_spec,
    written,
)
from service.encoder.pair.tfidf import TooFewTexts, fit_tfidf, load_tfidf
from service.encoder.pair.timm_tower import TowerWeightsMissing
from service.encoder.pair.towers import Machine, load_pictures, load_texts
from service.encoder.port import as_aligned
from service.encoder.weights import WeightsMisfit, WeightsUnsafe
from tests.encoder_stand_in import ColourEncoder
from tests.pairs import CAPTIONS, allowed, colours, make_pair, random_weights

PLAIN = Machine(device="cpu", precision="fp32", hub=Hub(offline=True))


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small network that was never trained."""
    return random_weights(tmp_path_factory.mktemp("weights"), "test_efficientnet")


@pytest.fixture(scope="module")
def folder(weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pair of that network and counted words."""
    return make_pair(tmp_path_factory.mktemp("pair"), weights)


@pytest.mark.parametrize(
    "text",
    [
        "timm:resnet18",
        "timm:mobilenetv2_100?weights=/a/b%20c.safetensors&size=320&squash=yes&mirror=yes",
        "timm:efficientnet_b0?mean=0.5,0.5,0.5&std=0.5,0.5,0.5&crop=0.9&pad=same&bn_eps=0.001",
        "encoder:ViT-B-32/laion2b_s34b_b79k",
    ],
)
def test_a_tower_is_written_as_it_was_read(text: str) -> None:
    """What a person wrote comes out again, whatever the options."""
    assert written(picture_spec(text)) == text


def test_options_are_read() -> None:
    """Each option lands where it belongs; one number stands for three colours."""
    found = picture_spec("timm:x?mean=.5&std=0.5,0.25,0.125&size=96&root=yes&mirror=no")
    assert found == TimmSpec(
        "x", mean=(0.5, 0.5, 0.5), std=(0.5, 0.25, 0.125), size=96, root=True, mirror=False
    )
    assert text_spec("tfidf?words=500") == TfIdfSpec(words=500)


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("timm:resnet18?sise=3", UnknownOption, "did you mean size"),
        ("timm:resnet18?size=many", BadOption, "size=many: it wants pixels"),
        ("timm:resnet18?size=9", BadOption, "32 to 2048"),
        ("timm:resnet18?std=0", BadOption, "above 0"),
        ("timm:resnet18?mean=1,2", BadOption, "mean=1,2"),
        ("timm:resnet18?mirror=maybe", BadOption, "yes or no"),
        ("resnet18", UnknownTower, "write timm:<architecture>"),
        ("timm:", UnknownTower, "write timm:<architecture>"),
    ],
)
def test_a_wrong_name_meets_the_right_one(text: str, error: type[Exception], words: str) -> None:
    """Whoever mistypes is told what would be right."""
    with pytest.raises(error, match=words):
        picture_spec(text)


@pytest.mark.parametrize(
    "options", ["", "&squash=yes&mirror=yes&root=yes&mean=.5&std=.5&pad=same&bn_eps=0.001"]
)
def test_a_picture_tower_sees(weights: Path, options: str) -> None:
    """Unlike pictures get unlike vectors of length one, of any shape and kind of colour."""
    tower = load_pictures(
        picture_spec(f"timm:test_efficientnet?weights={weights}&size=64{options}"), PLAIN
    )
    shown = [
        *colours(),
        Image.new("L", (3, 900), 7),
        Image.new("RGBA", (40, 30), (0, 0, 255, 128)),
    ]
    found = tower.encode(shown)
    assert found.shape == (len(shown), tower.width)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    assert found[0] @ found[1] < 0.9999


def test_a_classifier_of_imagenet_comes_along(weights: Path, tmp_path: Path) -> None:
    """A thousand classes by the tower's own vectors; of others nobody knows the names."""
    spec = f"timm:test_efficientnet?weights={weights}&size=64"
    tower = load_pictures(picture_spec(spec + "&root=yes"), PLAIN)
    assert isinstance(tower.classifier, Classifier)
    assert tower.classifier.rooted
    assert tower.classifier.matrix.shape == (tower.width, 1000)
    stored = load_file(weights)["classifier.weight"]
    np.testing.assert_array_equal(tower.classifier.matrix.T, stored)
    other = tmp_path / "ten.safetensors"
    tensors = load_file(weights)
    tensors["classifier.weight"] = tensors["classifier.weight"][:10].copy()
    save_file(tensors, other)
    few = load_pictures(picture_spec(spec.replace(str(weights), str(other))), PLAIN)
    assert few.classifier is None
    assert few.encode(colours()).shape == (2, tower.width)


def test_the_mirror_does_not_matter_where_it_is_averaged(weights: Path) -> None:
    """With mirror=yes a picture and its mirror image have the same vector."""
    noise = np.random.default_rng(1).integers(0, 256, (64, 64, 3), np.uint8)
    picture = Image.fromarray(noise)
    both = [picture, picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)]
    spec = f"timm:test_efficientnet?weights={weights}&size=64&squash=yes"
    plain = load_pictures(picture_spec(spec), PLAIN).encode(both)
    even = load_pictures(picture_spec(f"{spec}&mirror=yes"), PLAIN).encode(both)
    assert plain[0] @ plain[1] < 0.99999
    np.testing.assert_allclose(even[0], even[1], atol=1e-4)


def test_what_changes_vectors_changes_the_fingerprint(weights: Path, tmp_path: Path) -> None:
    """The options and the weights count; where the weights lie does not."""
    moved = tmp_path / "moved.safetensors"
    moved.write_bytes(weights.read_bytes())

    def fingerprint(path: Path, options: str = "") -> str:
        spec = f"timm:test_efficientnet?weights={path}&size=64{options}"
        return load_pictures(picture_spec(spec), PLAIN).fingerprint

    assert fingerprint(weights) == fingerprint(moved)
    kinds = ["", "&root=yes", "&mirror=yes", "&squash=yes", "&mean=.4", "&pad=same"]
    assert len({fingerprint(weights, kind) for kind in kinds}) == len(kinds)


@pytest.mark.parametrize("architecture", ["resnet18", "efficientnet_b0"])
def test_architectures_whose_weights_are_not_at_hand(architecture: str, tmp_path: Path) -> None:
    """ResNet-18 and EfficientNet run through the same code with weights drawn by chance."""
    path = random_weights(tmp_path, architecture)
    tower = load_pictures(picture_spec(f"timm:{architecture}?weights={path}&size=64"), PLAIN)
    assert tower.encode(colours()).shape == (2, tower.width)


def test_weights_that_do_not_fit_are_refused(weights: Path, tmp_path: Path) -> None:
    """Another architecture's file, a pickle and a wrong path are each told by name."""
    with pytest.raises(WeightsMisfit, match=str(weights)):
        load_pictures(picture_spec(f"timm:resnet18?weights={weights}"), PLAIN)
    pickled = tmp_path / "weights.pth"
    torch.save({"a": torch.zeros(1)}, pickled)
    with pytest.raises(WeightsUnsafe, match="pickle"):
        load_pictures(picture_spec(f"timm:resnet18?weights={pickled}"), PLAIN)
    with pytest.raises(TowerWeightsMissing, match="nowhere"):
        load_pictures(picture_spec("timm:resnet18?weights=/nowhere.safetensors"), PLAIN)
    with pytest.raises(UnknownTower, match=r"did you mean .*resnet18"):
        load_pictures(picture_spec("timm:resnet81?weights=/nowhere.safetensors"), PLAIN)
    with pytest.raises(BadOption, match="no such option"):
        load_pictures(picture_spec(f"timm:resnet18?weights={weights}&pad=same"), PLAIN)


def test_counted_words_know_what_they_learned() -> None:
    """Texts that share words, or forms of a Russian word, come out alike; unknown ones are nil."""
    tower = fit_tfidf(allowed(CAPTIONS), TfIdfSpec(width=12))
    found = tower.encode(
        allowed(["a red dog", "the red dog runs", "a blue car", "красной собакой", "красная", "¡!"])
    )
    assert found[0] @ found[1] > found[0] @ found[2]
    assert found[3] @ found[4] > found[3] @ found[2]
    assert not found[5].any()


def test_counted_words_are_kept(tmp_path: Path) -> None:
    """What was saved is read again: the same vectors, the same fingerprint."""
    tower = fit_tfidf(allowed(CAPTIONS), TfIdfSpec(width=12))
    tower.save(tmp_path)
    read = load_tfidf(tmp_path)
    assert read.fingerprint == tower.fingerprint
    np.testing.assert_array_equal(read.encode(allowed(CAPTIONS)), tower.encode(allowed(CAPTIONS)))
    with pytest.raises(TooFewTexts, match=r"\(1\)"):
        fit_tfidf(allowed(["alone"]), TfIdfSpec())


def test_a_pair_hands_out_its_towers(folder: Path) -> None:
    """The towers' own vectors, aligned, are the pair's; a joint encoder has no towers."""
    pair = load_pair("pair:colours", folder, machine=PLAIN)
    aligned = as_aligned(pair)
    assert aligned is not None
    assert aligned.towers.pictures is not None
    assert aligned.towers.texts is not None
    own = aligned.towers.pictures.encode(colours())
    assert own.shape[1] == aligned.towers.pictures.width != pair.dimension
    np.testing.assert_array_equal(aligned.align_pictures(own), pair.encode_pictures(colours()))
    said = allowed(["a red dog"])
    np.testing.assert_array_equal(
        aligned.align_texts(aligned.towers.texts.encode(said)), pair.encode_texts(said)
    )
    assert as_aligned(ColourEncoder()) is None


def test_each_process_loads_its_half(folder: Path) -> None:
    """The web's half reads, the worker's half sees, and both carry the same fingerprint."""
    reading = load_pair("pair:colours", folder, towers="text", machine=PLAIN)
    seeing = load_pair("pair:colours", folder, towers="picture", machine=PLAIN)
    assert reading.fingerprint == seeing.fingerprint
    assert reading.picture_side == seeing.picture_side
    assert reading.encode_texts(allowed(["a dog"])).shape == (1, reading.dimension)
    with pytest.raises(TowerMissing, match="without its picture tower"):
        reading.encode_pictures(colours())
    with pytest.raises(TowerMissing, match="without its text tower"):
        seeing.encode_texts(allowed(["a dog"]))


def test_a_pair_whose_tower_changed_is_refused(weights: Path, tmp_path: Path) -> None:
    """Other weights under the same path, a damaged alignment or no pair at all are told."""
    own = tmp_path / "own.safetensors"
    own.write_bytes(weights.read_bytes())
    (tmp_path / "pair").mkdir()
    folder = make_pair(tmp_path / "pair", own)
    random_weights(tmp_path, "test_efficientnet", seed=5).rename(own)
    with pytest.raises(TowerChanged, match="picture tower"):
        load_pair("pair:colours", folder, machine=PLAIN)
    load_pair("pair:colours", folder, towers="text", machine=PLAIN)
    card = json.loads((folder / "pair.json").read_text())
    (folder / "pair.json").write_text(json.dumps({**card, "alignment": "other"}))
    with pytest.raises(PairBroken, match="not the one of its card"):
        load_pair("pair:colours", folder, machine=PLAIN)
    with pytest.raises(PairMissing, match="glimpse encoders align"):
        load_pair("pair:none", tmp_path / "none", machine=PLAIN)


def test_a_pair_lies_under_the_home_or_where_its_path_says(tmp_path: Path) -> None:
    """A mere name is looked for under the home, and cannot lead out of it."""
    assert place("pair:mine", tmp_path) == tmp_path / "encoders" / "mine"
    assert place("pair:/data/mine", tmp_path) == Path("/data/mine")
    assert place("pair:..", tmp_path) != tmp_path / "encoders" / ".."


def test_a_sentence_tower_that_is_nowhere() -> None:
    """A name that is no folder, package or repository is told so."""
    with pytest.raises(UnknownTower, match="no installed package"):
        load_texts(text_spec("sentence:no-such-package-here"), PLAIN)  # type: ignore[arg-type]
