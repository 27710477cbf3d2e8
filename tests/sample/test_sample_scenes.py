"""Scenes and their pictures: seeded, sound, and varied."""

from collections import Counter

import pytest

from sample.paint.picture import paint
from sample.scene import Pairs, Scene, make_scene
from sample.things import HELD_OUT, KINDS, PLACES, POSES, TIMES, WEATHERS


@pytest.fixture(scope="module")
def scenes() -> list[Scene]:
    """Two thousand scenes."""
    return [make_scene(seed) for seed in range(2000)]


def test_same_seed_same_scene() -> None:
    """A seed always makes the same scene, and different seeds make different ones."""
    again = [make_scene(seed) for seed in range(50)]
    assert again == [make_scene(seed) for seed in range(50)]
    assert len({scene.groups for scene in again}) > 40


def test_same_seed_same_pixels() -> None:
    """A scene is painted the same way every time."""
    scene = make_scene(7)
    assert paint(scene, 128).tobytes() == paint(scene, 128).tobytes()


@pytest.mark.parametrize("pixels", [64, 480, 700])
def test_any_size(pixels: int) -> None:
    """A picture has the size that is asked for."""
    picture = paint(make_scene(3), pixels)
    assert picture.size == (pixels, pixels)
    assert picture.mode == "RGB"


def test_every_scene_can_be_painted(scenes: list[Scene]) -> None:
    """No combination of things, places and weathers fails, and no two pictures are alike."""
    pictures = {paint(scene, 32).tobytes() for scene in scenes[:400]}
    assert len(pictures) == 400


def test_everything_occurs(scenes: list[Scene]) -> None:
    """All kinds, places, times, weathers and poses are met in a collection's worth of scenes."""
    assert {group.kind for scene in scenes for group in scene.groups} == set(KINDS)
    assert {scene.place for scene in scenes} == set(PLACES)
    assert {scene.time for scene in scenes} == set(TIMES)
    assert {scene.weather for scene in scenes} == set(WEATHERS)
    assert {group.pose for scene in scenes for group in scene.groups} == set(POSES)
    assert {scene.relation for scene in scenes} == {
        "none", "left", "right", "above", "under", "on", "with",
    }  # fmt: skip


def test_children_are_a_modest_share(scenes: list[Scene]) -> None:
    """Enough pictures show children for the law to have work, and not too many."""
    shown = sum(any(KINDS[g.kind].family == "child" for g in scene.groups) for scene in scenes)
    assert 0.07 < shown / len(scenes) < 0.17


def test_pairs_are_held_out() -> None:
    """Training never shows a held-out pair; the harder gallery shows no other."""
    known = [make_scene(seed, Pairs.KNOWN) for seed in range(500)]
    new = [make_scene(seed, Pairs.NEW) for seed in range(500)]
    assert not any((g.kind, g.colour) in HELD_OUT for scene in known for g in scene.groups)
    assert all((g.kind, g.colour) in HELD_OUT for scene in new for g in scene.groups)
    assert Counter(kind for kind, _ in HELD_OUT) == dict.fromkeys(KINDS, 1)


def test_things_are_where_they_can_be(scenes: list[Scene]) -> None:
    """Fish and boats keep to the water's places, and it never rains indoors."""
    for scene in scenes:
        assert all(scene.place in KINDS[group.kind].places for group in scene.groups) or (
            scene.place == "sea" and scene.relation == "on"
        )
        assert scene.place != "room" or scene.weather == "clear"
