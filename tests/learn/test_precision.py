"""A cutoff for a stated precision: of what new texts are shown, so much matches."""

from dataclasses import replace

import pytest
from click.testing import CliRunner

from service.cli.train import train
from service.services import Services
from tests.encoder_stand_in import COLOURS
from tests.learn.colours import EACH, QUICK, found, judged_colours


def shown_and_right(services: Services, ids: list[str]) -> tuple[int, int]:
    """How many pictures texts that nobody judged are shown, and how many of those are right."""
    shown = right = 0
    for place, name in enumerate(COLOURS):
        own = set(ids[place * EACH : (place + 1) * EACH])
        results = found(services, f"some {name} picture")
        shown += len(results)
        right += len(own & set(results))
    return shown, right


def test_a_stated_precision_holds_for_texts_that_nobody_judged(services: Services) -> None:
    """Four in five of what is shown match where that is stated; a lower one shows more."""
    ids = judged_colours(services)
    told = {}
    for stated in (0.8, 0.2):
        outcome = services.learning.train(replace(QUICK, precision=stated))
        services.learning.publish(outcome.stored["cosine"], reason="another cutoff")
        cutoff = outcome.training.scorers["cosine"].manifest.figures["cutoff"]
        assert cutoff["stated"] == stated
        assert cutoff["precision"] >= stated
        told[stated] = shown_and_right(services, ids)
    for stated, (shown, right) in told.items():
        assert right >= stated * shown > 0
    assert told[0.2][0] > told[0.8][0]


@pytest.mark.parametrize("nonsense", ["0", "1.2", "-0.5", "half"])
def test_a_precision_is_a_share(nonsense: str) -> None:
    """Nothing at all, more than all, and words are wrong usage; no training begins."""
    done = CliRunner().invoke(train, ["--precision", nonsense])
    assert done.exit_code == 2
    assert "--precision" in done.output
