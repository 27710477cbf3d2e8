"""Where an encoder's files came from: which commit of which repository, and what they hash to."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NOTE = "glimpse.json"
NEWEST = "main"
SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Origin:
    """A fetched file of weights: the branch that was asked for, and the commit that this meant."""

    repository: str
    revision: str
    commit: str
    file: str
    sha256: str | None


def origin_of(file: Path) -> Origin | None:
    """Where a file came from; None where it was not fetched, or nobody wrote it down."""
    note = noted(file.parent)
    if file.name in note.get("files", {}):
        return Origin(
            repository=note["repository"],
            revision=note["revision"],
            commit=note["commit"],
            file=file.name,
            sha256=note["files"][file.name],
        )
    return _in_cache(file)


def noted(folder: Path) -> Mapping[str, Any]:
    """What is written down of a fetched folder; nothing where it was not fetched to its end."""
    try:
        found = json.loads((folder / NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _in_cache(file: Path) -> Origin | None:
    """As the hub's own client keeps it: models--owner--name/snapshots/COMMIT/file."""
    if file.parent.parent.name != "snapshots":
        return None
    repository = file.parents[2].name.removeprefix("models--").replace("--", "/")
    content = file.resolve().name
    return Origin(
        repository=repository,
        revision=NEWEST,
        commit=file.parent.name,
        file=file.name,
        sha256=content if SHA256.fullmatch(content) else None,
    )
