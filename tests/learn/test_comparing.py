"""The grid of towers and scorers, on stored judgements and towers drawn by chance."""

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from service.cli.compare import as_lines, document
from service.learn.comparing import HalvesOfOneEncoder, NotSeen
from service.services import Services
from tests.learn.colours import judged_colours
from tests.pairs import random_weights

FIGURES = ("rmse", "mse", "mae", "r2", "auc", "recall_at_1", "recall_at_5", "recall_at_10")


def test_every_pair_of_towers_meets_every_scorer(services: Services, tmp_path: Path) -> None:
    """The serving encoder, and both ways of bringing two towers together, all with intervals."""
    judged_colours(services)
    weights = random_weights(tmp_path, "test_efficientnet")
    tower = f"timm:test_efficientnet?weights={weights}&size=64&squash=yes"
    kinds = ("constant", "cosine", "linear")
    found = services.comparing.compare(images=[tower], texts=["tfidf?width=8"], kinds=kinds)
    told = json.loads(json.dumps(document(found)))["rows"]
    assert [(row["joined"], row["scorer"]) for row in told] == [
        *(("joint", kind) for kind in kinds),
        *(("aligned", kind) for kind in kinds),
        ("concatenated", "constant"),
        ("concatenated", "linear"),
    ]
    errors = {(row["joined"], row["scorer"]): row["rmse"] for row in told}
    assert errors["joint", "cosine"] < errors["joint", "constant"]
    assert errors["aligned", "cosine"] < errors["aligned", "constant"]
    for row in told:
        for name in FIGURES:
            low, high = row["intervals"][name]
            assert low <= high
    lines = as_lines(found)
    assert "+ tfidf?width=8, concatenated" in lines
    assert "R@10" in lines


def test_pictures_that_no_tower_can_be_shown_are_told(services: Services, tmp_path: Path) -> None:
    """How many there are and what to do, instead of a comparison of fewer pictures."""
    judged_colours(services)
    with services.transactions() as transaction:
        transaction.conn.execute(
            text("DELETE FROM captions WHERE image_id = (SELECT min(image_id) FROM captions)")
        )
    tower = f"timm:test_efficientnet?weights={random_weights(tmp_path, 'test_efficientnet')}"
    with pytest.raises(NotSeen, match="1 of 24 judged pictures"):
        services.comparing.compare(images=[tower], texts=["tfidf?width=8"], kinds=["constant"])


def test_half_of_a_joint_encoder_is_no_tower_here(services: Services) -> None:
    """A plain sentence says what to name instead."""
    judged_colours(services)
    with pytest.raises(HalvesOfOneEncoder, match="compared whole"):
        services.comparing.compare(images=["encoder:bundled"], texts=["tfidf"])
