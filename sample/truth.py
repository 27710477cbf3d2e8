"""Which claims are true of which scenes, as bits, so that thousands are judged at once."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from sample.claim import MANY, Claim, Mention
from sample.scene import Group, Scene
from sample.things import (
    COLOURS,
    KINDS,
    PLACES,
    POSES,
    RELATIONS,
    SIZES,
    TIMES,
    WEATHERS,
)  # fmt: skip

Bits = npt.NDArray[np.int64]

_KIND = {name: 1 << i for i, name in enumerate(KINDS)}
_COLOUR = {name: 1 << (28 + i) for i, name in enumerate(COLOURS)}
_COUNT = {count: 1 << (37 + count) for count in (1, 2, 3, 4)}
_SIZE = {name: 1 << (42 + i) for i, name in enumerate(SIZES)}
_POSE = {name: 1 << (45 + i) for i, name in enumerate(POSES)}
_ABSENT = 1 << 60
_PLACE = {name: 1 << i for i, name in enumerate(PLACES)}
_TIME = {name: 1 << (10 + i) for i, name in enumerate(TIMES)}
_WEATHER = {name: 1 << (13 + i) for i, name in enumerate(WEATHERS)}
_RELATION = {name: 1 << (18 + i) for i, name in enumerate(RELATIONS)}
_ANY = (1 << 61) - 1


def scene_bits(scenes: Sequence[Scene]) -> Bits:
    """Each scene seen from its first and from its second group: (scenes, 2, 3)."""
    return np.array([[_side(scene), _side(scene.turned())] for scene in scenes], dtype=np.int64)


def claim_bits(claims: Sequence[Claim]) -> Bits:
    """Each claim's permitted bits for first group, second group and the rest: (claims, 3)."""
    return np.array([_permitted(claim) for claim in claims], dtype=np.int64)


def satisfied(claims: Bits, scenes: Bits) -> npt.NDArray[np.bool_]:
    """Whether each claim (row) is true of each scene (column)."""
    forbidden = ~claims[:, None, None, :]
    fits: npt.NDArray[np.bool_] = ((scenes[None] & forbidden) == 0).all(axis=-1).any(axis=-1)
    return fits


def is_true(claim: Claim, scene: Scene) -> bool:
    """Whether one claim is true of one scene."""
    return bool(satisfied(claim_bits([claim]), scene_bits([scene]))[0, 0])


def _side(scene: Scene) -> tuple[int, int, int]:
    groups = scene.groups if len(scene.groups) == 2 else (scene.groups[0], None)
    if len(scene.groups) == 1 and scene.relation != "none":
        raise ValueError(scene)
    rest = _PLACE[scene.place] | _TIME[scene.time] | _WEATHER[scene.weather]
    first, second = (_ABSENT if group is None else _group(group) for group in groups)
    return first, second, rest | _RELATION[scene.relation]


def _group(group: Group) -> int:
    return (
        _KIND[group.kind] | _COLOUR[group.colour] | _COUNT[group.count] | _SIZE[group.size]
        | _POSE[group.pose]
    )  # fmt: skip


def _permitted(claim: Claim) -> tuple[int, int, int]:
    first = _mention(claim.mentions[0]) if claim.mentions else _ANY
    second = _mention(claim.mentions[1]) if len(claim.mentions) == 2 else _ANY
    rest = _ANY
    if claim.relation == "beside":
        rest &= ~sum(_RELATION.values()) | _RELATION["left"] | _RELATION["right"]
    elif claim.relation is not None:
        rest &= _only(_RELATION, claim.relation)
    for bits, said in ((_PLACE, claim.place), (_TIME, claim.time), (_WEATHER, claim.weather)):
        if said is not None:
            rest &= _only(bits, said)
    return first, second, rest


def _only(bits: dict[str, int], name: str) -> int:
    return ~sum(bits.values()) | bits[name]


def _mention(mention: Mention) -> int:
    mask = (_ANY & ~_ABSENT & ~sum(_KIND.values())) | sum(_KIND[kind] for kind in mention.kinds)
    if mention.count == MANY:
        mask &= ~_COUNT[1]
    elif mention.count is not None:
        mask &= ~sum(_COUNT.values()) | _COUNT[mention.count]
    if mention.colour is not None:
        mask &= _only(_COLOUR, mention.colour)
    if mention.size is not None:
        mask &= _only(_SIZE, mention.size)
    if mention.pose is not None:
        mask &= _only(_POSE, mention.pose)
    return mask
