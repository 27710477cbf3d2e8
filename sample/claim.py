"""What a caption says about a picture, apart from any language."""

from dataclasses import dataclass, replace
from random import Random

from sample.scene import Group, Scene
from sample.things import FAMILIES, KINDS

MANY = 0  # a plural without a number: two or more


# What short captions add to a thing's name, and how often.
SHORT = {
    "none": 1, "colour": 8, "count": 7, "place": 1, "pose": 1, "family": 1, "time": 0.5,
    "size": 1,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mention:
    """One group as a caption names it; what is None goes unsaid.

    The word is a kind or a family. A singular is true of several things too;
    a plural without a number needs two.
    """

    word: str
    kind: str
    count: int | None = None
    colour: str | None = None
    size: str | None = None
    pose: str | None = None

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of which the word is true."""
        return FAMILIES.get(self.word, frozenset({self.word}))


@dataclass(frozen=True, slots=True)
class Claim:
    """Up to two mentions, how they stand to each other, where, when, in what weather."""

    mentions: tuple[Mention, ...]
    relation: str | None = None
    place: str | None = None
    time: str | None = None
    weather: str | None = None


def full_claim(scene: Scene) -> Claim:
    """All that can be said about a scene."""
    return Claim(
        mentions=tuple(_mention(group) for group in scene.groups),
        relation=scene.relation if len(scene.groups) == 2 else None,
        place=scene.place,
        time=scene.time,
        weather=scene.weather if scene.weather != "clear" else None,
    )


def partial_claim(scene: Scene, rng: Random) -> Claim:
    """Some of what can be said about a scene."""
    whole = full_claim(scene)
    mentions = tuple(_thinned(mention, rng) for mention in whole.mentions)
    relation = whole.relation if rng.random() < 0.75 else None
    if len(mentions) == 2 and rng.random() < 0.35:
        mentions, relation = (rng.choice(mentions),), None
    return replace(
        whole,
        mentions=mentions,
        relation=_loosened(relation, rng),
        place=whole.place if rng.random() < 0.55 else None,
        time=whole.time if rng.random() < 0.3 else None,
        weather=whole.weather if rng.random() < 0.4 else None,
    )


def short_claim(scene: Scene, rng: Random) -> Claim:
    """One thing of a scene, with at most one word more."""
    mention = _mention(rng.choice(scene.groups))
    plural = MANY if mention.count and rng.random() < 0.5 else None
    bare = Mention(word=mention.word, kind=mention.kind, count=plural)
    extra = rng.choices(list(SHORT), list(SHORT.values()))[0]
    place = scene.place if extra == "place" else None
    time = scene.time if extra == "time" else None
    if extra == "colour":
        bare = replace(bare, colour=mention.colour)
    elif extra == "count":
        bare = replace(bare, count=mention.count)
    elif extra == "size":
        bare = replace(bare, size=mention.size)
    elif extra == "pose":
        bare = replace(bare, pose=mention.pose)
    elif extra == "family":
        bare = _as_family(bare, rng)
    return Claim((bare,), place=place, time=time)


def scenery_claim(scene: Scene, rng: Random) -> Claim:
    """Where, when or in what weather a scene happens, without its things."""
    choice = rng.choice(
        ("place", "place", "place and time", "place and weather", "time", "weather")
    )
    weather = scene.weather if scene.weather != "clear" and "weather" in choice else None
    time = scene.time if "time" in choice else None
    place = scene.place if "place" in choice or not (weather or time) else None
    return Claim((), place=place, time=time, weather=weather)


def bare_claim(claim: Claim) -> Claim:
    """What is left of a claim said in bare keywords: what, how many, which colour, where."""
    mentions = tuple(replace(mention, pose=None) for mention in claim.mentions)
    return Claim(mentions, place=claim.place)


def _mention(group: Group) -> Mention:
    return Mention(
        word=group.kind,
        kind=group.kind,
        count=group.count if group.count > 1 else None,
        colour=group.colour,
        size=group.size if group.size != "usual" else None,
        pose=group.pose if group.pose != "still" else None,
    )


def _thinned(mention: Mention, rng: Random) -> Mention:
    thin = replace(
        mention,
        colour=mention.colour if rng.random() < 0.7 else None,
        size=mention.size if rng.random() < 0.5 else None,
        pose=mention.pose if rng.random() < 0.4 else None,
        count=mention.count if mention.count is None or rng.random() < 0.7 else MANY,
    )
    return _as_family(thin, rng) if rng.random() < 0.06 else thin


def _as_family(mention: Mention, rng: Random) -> Mention:
    """The mention with the name of a family in place of the kind, where there is one."""
    families = sorted(name for name, kinds in FAMILIES.items() if mention.kind in kinds)
    return replace(mention, word=rng.choice(families)) if families else mention


def _loosened(relation: str | None, rng: Random) -> str | None:
    beside = relation in {"left", "right"}
    return "beside" if beside and rng.random() < 0.3 else relation


def is_person(mention: Mention) -> bool:
    """Whether the mention's colour is that of clothes."""
    return KINDS[mention.kind].is_person
