"""Captions: true of their scenes, well formed, short enough for the encoder."""

from random import Random

import pytest

from sample import captions_en, captions_ru
from sample.captions import five_captions
from sample.claim import MANY, Claim, Mention, full_claim
from sample.scene import make_scene
from sample.truth import claim_bits, is_true, satisfied, scene_bits


def said_ru(claim: Claim) -> set[str]:
    """The ways a claim is asked for in Russian."""
    return {captions_ru.request(claim, Random(seed)) for seed in range(300)}


def said_en(claim: Claim) -> set[str]:
    """The ways a claim is said in English."""
    return {captions_en.caption(claim, Random(seed)) for seed in range(300)}


def test_captions_are_true_of_their_scenes() -> None:
    """All five captions of a scene claim what it shows."""
    for seed in range(800):
        scene = make_scene(seed)
        for caption in five_captions(scene, seed):
            assert is_true(caption.claim, scene), (caption, scene)


def test_a_full_caption_is_true_of_few_others() -> None:
    """What is said in full tells its scene from nearly all others."""
    scenes = [make_scene(seed) for seed in range(400)]
    truth = satisfied(claim_bits([full_claim(scene) for scene in scenes]), scene_bits(scenes))
    assert truth.diagonal().all()
    assert truth.sum() < 1.02 * len(scenes)


def test_both_languages_are_heard() -> None:
    """Two of five captions are English, two Russian, and the third takes turns."""
    for seed in range(40):
        cyrillic = [
            any("а" <= letter <= "я" for letter in c.text)
            for c in five_captions(make_scene(seed), seed)
        ]
        assert cyrillic == [False, True, seed % 2 == 1, False, True]


def test_english_articles_and_numbers() -> None:
    """A vowel takes 'an', a number takes the plural, clothes take 'in'."""
    assert said_en(Claim((Mention("apple", "apple", colour="orange"),))) == {"an orange apple"}
    assert said_en(Claim((Mention("duck", "duck", count=2),))) == {"two ducks", "2 ducks"}
    assert "a man in a red shirt" in said_en(Claim((Mention("man", "man", colour="red"),)))
    assert "three old women in blue" in said_en(
        Claim((Mention("old_woman", "old_woman", colour="blue", count=3),))
    )


def test_russian_requests_take_the_accusative() -> None:
    """What is asked for stands in the case that the asking word wants."""
    dog = said_ru(Claim((Mention("dog", "dog", colour="red"),)))
    assert {"покажи красную собаку", "покажите красного пса", "фото красной собаки",
            "картинка с красной собакой", "где красная собака"} <= dog  # fmt: skip
    cars = said_ru(Claim((Mention("car", "car", count=2),)))
    assert {"покажи две машины", "картинка с двумя машинами", "найди два автомобиля"} <= cars
    cats = said_ru(Claim((Mention("cat", "cat", count=3, pose="sleep"),)))
    assert {"покажи трёх кошек, которые спят", "где три кота, которые спят"} <= cats
    assert "ищу детей" in said_ru(Claim((Mention("child", "boy", count=MANY),)))


@pytest.mark.parametrize(
    ("relation", "said"),
    [
        ("left", "собака слева от белого дома"),
        ("beside", "собака рядом с белым домом"),
        ("under", "собака под белым домом"),
        ("above", "собака над белым домом"),
        ("on", "собака на белом доме"),
        ("none", "собака и белый дом"),
    ],
)
def test_russian_prepositions_take_their_cases(relation: str, said: str) -> None:
    """Each relation's preposition governs its case."""
    claim = Claim((Mention("dog", "dog"), Mention("house", "house", colour="white")), relation)
    assert said in {captions_ru.caption(claim, Random(seed)) for seed in range(300)}


def test_relations_can_be_told_from_both_sides() -> None:
    """'The dog left of the cat' is true of the scene that has the cat right of the dog."""
    scene = next(
        s for s in map(make_scene, range(500))
        if s.relation == "left" and s.groups[0].kind != s.groups[1].kind
    )  # fmt: skip
    a, b = (Mention(group.kind, group.kind) for group in scene.groups)
    assert is_true(Claim((a, b), "left"), scene)
    assert is_true(Claim((b, a), "right"), scene)
    assert is_true(Claim((b, a), "beside"), scene)
    assert not is_true(Claim((b, a), "left"), scene)
    assert not is_true(Claim((a, b), "above"), scene)


def test_counts_and_families() -> None:
    """A singular is true of several, a bare plural of two or more, a number of itself only."""
    scene = next(
        s for s in map(make_scene, range(2000))
        if len(s.groups) == 1 and s.groups[0].count == 3 and s.groups[0].kind == "dog"
    )  # fmt: skip
    for count, holds in ((None, True), (MANY, True), (3, True), (2, False)):
        assert is_true(Claim((Mention("dog", "dog", count=count),)), scene) is holds
    assert is_true(Claim((Mention("animal", "dog"),)), scene)
    assert not is_true(Claim((Mention("person", "man"),)), scene)
