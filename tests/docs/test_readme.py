"""What the README and the docs tell people to type works, or says why it is not tried."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.program import PATIENCE, ROOT
from tests.journeys.up import Up, new_home, up
from tests.journeys.visitor import picture

# Whole services start here, which takes long where the processor is busy with other things.
pytestmark = pytest.mark.timeout(900)

DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
NAMES = [str(document.relative_to(ROOT)) for document in DOCUMENTS]
BLOCK = re.compile(
    r"(?:^<!-- (?P<mark>[^\n]+?) -->\n)?^```(?P<language>\w*)\n(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
SHELLS = {"", "bash", "console", "sh", "shell"}
INDENTED = re.compile(
    r"^(?: {4}|\t)(?:\$ )?(?:\.venv/|curl|docker|glimpse|make|python)", re.MULTILINE
)
RUNS, NOT_RUN = "runs", "not run: "
# A status of 400 and above must fail here, while people want to read the answer.
PRELUDE = """
set -euo pipefail
curl() { command curl --fail-with-body --silent --show-error "$@"; }
"""


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block of commands and the comment above it."""

    mark: str
    body: str


def blocks(document: Path) -> list[Block]:
    """The shell blocks of a document, in order."""
    found = BLOCK.finditer(document.read_text())
    return [Block(b["mark"] or "", b["body"]) for b in found if b["language"] in SHELLS]


@pytest.mark.parametrize("name", NAMES)
def test_every_shell_block_is_marked(name: str) -> None:
    """Above each stands whether it is run or why it is not; indented commands would hide."""
    document = ROOT / name
    for block in blocks(document):
        has_reason = block.mark.startswith(NOT_RUN) and len(block.mark) > len(NOT_RUN) + 10
        assert block.mark == RUNS or has_reason, f"not marked:\n{block.body}"
    outside = BLOCK.sub("", document.read_text())
    assert not INDENTED.search(outside)


@pytest.fixture(scope="module")
def running() -> Iterator[Up]:
    """A Glimpse with an admin, as after `make run`."""
    with new_home() as home, up(home) as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the reader stands: with the files that the commands name."""
    (tmp_path / "photos").mkdir()
    for number, name in enumerate(["beach.jpg", "photos/1.png", "photos/2.png"]):
        (tmp_path / name).write_bytes(picture(number)[1])
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "bin").symlink_to(Path(sys.executable).parent)
    return tmp_path


def with_blocks_to_run() -> Iterator[Any]:
    """The documents with such blocks: the README in every run, handbooks in the long one."""
    for name in NAMES:
        if any(block.mark == RUNS for block in blocks(ROOT / name)):
            yield pytest.param(name, marks=[] if name == "README.md" else pytest.mark.long)


@pytest.mark.parametrize("name", list(with_blocks_to_run()))
def test_what_is_marked_to_run_works(name: str, running: Up, folder: Path) -> None:
    """The blocks of a document succeed one after the other in one shell."""
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    bodies = [block.body for block in blocks(ROOT / name) if block.mark == RUNS]
    script = "\n".join([PRELUDE, *bodies]).replace("http://127.0.0.1:8000", running.url)
    done = subprocess.run(
        ["bash", "-x", "-c", script],
        env=os.environ | running.env,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_somewhere(name: str) -> None:
    """A file that a document links to exists; screenshots are made apart from it."""
    document = ROOT / name
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text()):
        assert (document.parent / target).exists() or "screenshots/" in target, target
