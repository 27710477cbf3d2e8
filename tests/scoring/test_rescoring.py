"""What rescoring costs: one call for all candidates, and never torch for linear and boosting."""

import subprocess
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from service.db import encoders
from service.db.engine import connection
from service.domain import Asker
from service.live_scorer import OneScorer
from service.scoring.files import packed
from service.scoring.port import Arrays, Document, Numbers, Scorer
from service.scoring.rows import Matrix
from service.search import search
from service.search_question import Question
from service.services import Services
from tests.learn.colours import EACH, QUICK, judged_colours
from tests.scoring.test_files import trained

WITHOUT_TORCH = """
import hashlib, sys
from pathlib import Path
import numpy as np
import service.live_scorer
from service.scoring.files import opened, unpacked
for name in sys.argv[1:]:
    data = Path(name).read_bytes()
    encoder = opened(data)[0]["manifest"]["encoder"]
    trained = unpacked(data, sha256=hashlib.sha256(data).hexdigest(), encoder=encoder)
    width = len(trained.features.picture_mean)
    rows = np.random.default_rng(0).normal(size=(200, width)).astype(np.float32)
    told = trained.probabilities(rows, list(range(200)), rows[0], np.ones(2, np.float32))
    assert told.shape == (200,) and (told >= 0).all() and (told <= 1).all()
print("torch" in sys.modules)
"""


def test_linear_and_boosting_are_asked_without_torch(tmp_path: Path) -> None:
    """A process that loads their files and scores 200 candidates has never imported torch."""
    files = []
    for kind, scorer in trained(["linear", "boosting"]).items():
        file = tmp_path / kind
        file.write_bytes(packed(scorer))
        files.append(str(file))
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_TORCH, *files], capture_output=True, text=True, check=False
    )
    assert (done.stdout.strip(), done.returncode) == ("False", 0), done.stderr


@dataclass(frozen=True, slots=True)
class Counting:
    """Another scorer, with a note of how many rows each of its calls had."""

    inner: Scorer
    calls: list[int] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """As the other one."""
        return self.inner.kind

    def predict(self, features: Matrix) -> Numbers:
        """As the other one."""
        self.calls.append(len(features))
        return self.inner.predict(features)

    def parts(self) -> tuple[Arrays, Document]:
        """As the other one."""
        return self.inner.parts()


def test_all_candidates_are_scored_in_one_call(services: Services) -> None:
    """However many there are, a search asks the scorer once."""
    judged_colours(services)
    services.learning.train(QUICK, publish=True)
    with connection(services.engine) as conn:
        stored = encoders.serving(conn)
        assert stored is not None
        serving = services.learning.live.serving(conn, stored)
    assert serving is not None
    counting = Counting(serving.trained.scorer.scorer)
    calibrated = replace(serving.trained.scorer, scorer=counting)
    counted = replace(serving, trained=replace(serving.trained, scorer=calibrated))
    work = replace(services.insight.searching, scorer=OneScorer(counted))
    page = search(work, Question("red", Asker().countries, 100, None, None, 0.0))
    assert counting.calls == [8 * EACH] == [len(page.hits)]
    assert np.all(np.diff([hit.score for hit in page.hits]) <= 0)
