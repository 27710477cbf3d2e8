"""A joint encoder gets an adapter, or a plain no; both sides of one can be read afterwards."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from service.cli.evaluate import as_lines, document
from service.domain import Asker
from service.encoder.pair.encoder import load_pair
from service.ingest.index import finish_builds
from service.learn.adapt import AdapterNoBetter
from service.learn.pairing import AdapterHasNoMethod
from service.services import Services
from tests import checkpoints
from tests.pairing.walls import SHADES, ask_about, hang, picture, show


@pytest.fixture
def half(tmp_path: Path) -> str:
    """Either half of a tiny joint encoder with random weights."""
    return f"encoder:local-dir:{checkpoints.write(tmp_path / 'joint')}"


def test_an_adapter_is_kept_or_refused_with_both_figures(services: Services, half: str) -> None:
    """Both halves of one encoder: an adapter with both figures on its card, or why not."""
    hang(services)
    with pytest.raises(AdapterHasNoMethod, match="Leave --method out"):
        services.pairing.align(image=half, text=half, name="fitted", method="ridge")
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


def test_both_sides_of_an_adapter_are_told(services: Services, half: str) -> None:
    """Out of fold and on the test questions, while the adapter serves and while its base does."""
    hang(services)
    for at, colour in enumerate(SHADES):
        ask_about(services, show(services, picture(colour, 50 + at), []), f"a {colour} wall")
    made = services.pairing.align(image=half, text=half, name="fitted")
    base = services.catalogue.add(half.removeprefix("encoder:"))
    fitted = services.catalogue.add("pair:fitted")
    assert services.adapters.of_serving() is None
    assert "adapter" not in document(services.learning.evaluate(), services.adapters.of_serving())
    told = []
    for stored in (base, fitted):
        services.serving.embed(seconds=60)
        finish_builds(services.engine, services.transactions)
        services.catalogue.switch(stored.encoder_id, anyway=True)
        adapter = services.adapters.of_serving()
        said = document(services.learning.evaluate(), adapter)
        told.append(said["adapter"])
        lines = as_lines(services.learning.evaluate(), adapter)
        assert f"adapter pair:fitted of {base.spec}" in lines
        assert "spearman" in lines
        side = "with" if stored is fitted else "without"
        assert said["adapter"][side]["questions"] == said["retrieval"]
    assert [one.pop("serves") for one in told] == [False, True]
    assert told[0] == told[1]
    assert told[0]["with"]["questions"] != told[0]["without"]["questions"]
    assert told[0]["with"]["out_of_fold"]["mrr"] == made.card.learned["out_of_fold"]["mrr"]
    assert told[0]["without"]["out_of_fold"]["mrr"] == made.card.learned["without"]["mrr"]
