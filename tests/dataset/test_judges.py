"""Judges: who did how much, and that an excluded one's words count nowhere and are not lost."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from service.cli.judges import judges
from service.db import audit, targets
from service.domain import Role, TargetFormula, User
from service.judges import NoSuchJudge, ReasonForExclusion
from service.services import Services
from service.stack.endpoints import Endpoints
from tests.dataset.conftest import Import, contents
from tests.dataset_folders import DatasetFolder

PANEL = "experts of small"


@pytest.fixture
def ada(services: Services) -> User:
    """An admin."""
    return services.accounts.add(name="ada", role=Role.ADMIN)[0]


def test_imported_judges_are_listed_with_what_they_did(
    services: Services, folder: DatasetFolder, import_: Import
) -> None:
    """The panel with its grades and how they agree, the crowd with its votes."""
    import_(folder.write())
    pairs = len(folder.rows["ExpertAnnotations"])
    found = {one.stored.name: one.stored for one in services.judges.listed()}
    assert set(found) == {PANEL, "crowd of small"}
    panel = found[PANEL]
    assert (panel.kind, panel.pairs, panel.judgements) == ("panel", pairs, 3 * pairs)
    assert panel.exact_agreement is not None
    assert found["crowd of small"].judgements == 3 * pairs
    assert found["crowd of small"].kappa is None


def test_an_excluded_judge_counts_nowhere_and_comes_back(
    services: Services, folder: DatasetFolder, import_: Import, ada: User
) -> None:
    """Neither targets nor views know the grades; they stay, and count again once taken back."""
    import_(folder.write())
    before, expected = contents(services.engine), figures(services)
    services.judges.exclude(PANEL, reason=" graded  without looking ", admin=ada)
    excluded = next(one.stored for one in services.judges.listed() if one.stored.name == PANEL)
    assert excluded.excluded_reason == "graded without looking"
    assert excluded.excluded_by == "ada"
    assert excluded.judgements > 0
    grades, expert_targets, sources = figures(services)
    assert (grades, expert_targets, sources) == (0, 0, 0)
    assert contents(services.engine) == before
    services.judges.include(PANEL, admin=ada)
    assert figures(services) == expected
    with services.engine.connect() as conn:
        for action in ("judge excluded", "judge included"):
            entry = audit.latest_of(conn, subject=PANEL, actions=[action])
            assert entry is not None
            assert entry.who == "ada"


def figures(services: Services) -> tuple[int, int, int]:
    """How many grades the views show, how many targets know experts, and how many sources agree."""
    with services.engine.connect() as conn:
        shown = conn.scalar(
            text("SELECT count(*) FROM analytics.pairs WHERE expert_grades IS NOT NULL")
        )
        known = sum(one.grades > 0 for one in targets.targets(conn, TargetFormula()))
        sources = conn.scalar(text("SELECT count(*) FROM analytics.expert_agreement"))
    return int(shown or 0), known, int(sources or 0)


def test_the_command_lists_excludes_and_includes(
    endpoints: Endpoints, folder: DatasetFolder, import_: Import, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """By name or number; --json tells who excluded whom and why."""
    import_(folder.write())
    monkeypatch.setenv("GLIMPSE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GLIMPSE_DATABASE_URL", endpoints.database_url)
    monkeypatch.setenv("GLIMPSE_REDIS_URL", endpoints.redis_url)
    run = CliRunner().invoke
    assert PANEL in run(judges, ["list"]).stdout
    assert run(judges, ["exclude", PANEL]).exit_code == 2
    assert "do not count" in run(judges, ["exclude", PANEL, "--reason", "careless"]).stdout
    told = json.loads(run(judges, ["list", "--json"]).stdout)["judges"]
    panel = next(one for one in told if one["name"] == PANEL)
    assert (panel["excluded_reason"], panel["excluded_by"]) == ("careless", audit.AT_THE_TERMINAL)
    assert "careless" in run(judges, ["list"]).stdout
    assert "count again" in run(judges, ["include", str(panel["judge_id"])]).stdout


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_an_exclusion_needs_a_reason(
    services: Services, folder: DatasetFolder, import_: Import, reason: str
) -> None:
    """Nobody is excluded without one."""
    import_(folder.write())
    with pytest.raises(ReasonForExclusion):
        services.judges.exclude(PANEL, reason=reason)
    with pytest.raises(NoSuchJudge):
        services.judges.exclude("nobody", reason="why not")
