"""`glimpse import dataset`: what it prints, how it exits, and how it is stopped."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from service.stack.endpoints import Endpoints
from tests.command import glimpse, on
from tests.dataset_folders import DatasetFolder
from tests.journeys.visitor import until


class Command:
    """The command line on the test's servers."""

    def __init__(self, home: Path, endpoints: Endpoints) -> None:
        self.env = on(endpoints, home)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Begin."""
        return subprocess.Popen(
            [sys.executable, "-m", "service", "import", "dataset", "--no-wait", *arguments],
            env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        """Exit status, standard output and standard error."""
        done = glimpse("import", "dataset", "--no-wait", *arguments, env=self.env)
        return done.returncode, done.stdout, done.stderr


@pytest.fixture
def command(tmp_path: Path, endpoints: Endpoints) -> Command:
    """The command line."""
    return Command(tmp_path / "home", endpoints)


def test_one_document_as_the_contract_has_it(command: Command, folder: DatasetFolder) -> None:
    """--json prints files, pictures and errors, and nothing else."""
    folder.rows["ExpertAnnotations"][0][3] = "7"
    code, out, err = command(str(folder.write()), "--json", "--name", "mine")
    assert code == 0, err
    document = json.loads(out)
    experts = document["files"]["ExpertAnnotations.csv"]
    total = len(folder.rows["ExpertAnnotations"])
    assert experts == {"added": total - 1, "updated": 0, "unchanged": 0, "rejected": 1}
    assert document["pictures"] == {"added": 7, "duplicates": 0, "restricted": 0, "rejected": 0}
    (error,) = document["errors"]
    assert error == {
        "file": "ExpertAnnotations.csv",
        "line": 2,
        "column": "expert_2",
        "value": "7",
        "reason": "A grade is 1, 2, 3 or 4.",
    }


def test_failures_are_one_line(command: Command, folder: DatasetFolder, tmp_path: Path) -> None:
    """What stops an import is one sentence and exit 1; what is no folder is wrong usage, exit 2."""
    path = folder.write()
    (path / "captions.csv").write_text("image,query_id\na.png,a.png#0\n")
    code, out, err = command(str(path), "--json")
    assert (code, out) == (1, "")
    assert "captions.csv lacks the column query_text" in err
    assert "Traceback" not in err
    assert command(str(tmp_path / "absent"))[0] == 2


def test_the_report_is_written_to_a_file(
    command: Command, folder: DatasetFolder, tmp_path: Path
) -> None:
    """--report writes every refusal, and the summary is for people."""
    folder.rows["CrowdAnnotations"][0][2] = "1.4"
    report = tmp_path / "report.csv"
    code, out, _ = command(str(folder.write()), "--report", str(report))
    assert code == 0
    assert "CrowdAnnotations.csv, line 2, share_yes: The share of yes" in out
    assert "1.4" in report.read_text(encoding="utf-8")


def is_read(engine: Engine, name: str) -> bool:
    """Whether an import has begun with that file."""
    statement = text(
        "SELECT EXISTS (SELECT FROM import_files WHERE name = :name AND bytes_read > 0)"
    )
    with engine.connect() as conn:
        return bool(conn.scalar(statement, {"name": name}))


@pytest.mark.long
def test_ctrl_c_stops_it_and_the_same_command_goes_on(
    command: Command, engine: Engine, folder: DatasetFolder
) -> None:
    """Exit 130 without a traceback; afterwards everything is there once."""
    path = folder.write()
    rows = [["red.png", f"x.png#{n % 9999}", "1", "3", "0"] for n in range(300_000)]
    lines = "".join("\t".join(row) + "\n" for row in rows)
    (path / "CrowdAnnotations.csv").write_text(lines)
    process = command.start(str(path))
    until(lambda: is_read(engine, "CrowdAnnotations.csv"))
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=180)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    code, out, _ = command(str(path), "--json")
    assert code == 0
    counts = json.loads(out)["files"]["CrowdAnnotations.csv"]
    assert (counts["added"], counts["unchanged"]) == (9999, 300_000 - 9999)
