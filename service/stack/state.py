"""What the keeper tells the users of a server: where it answers, or why it does not."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from service.stack.private import write_private


@dataclass(frozen=True, slots=True)
class State:
    """A URL once the server answers, an error once there is little hope that it will."""

    url: str = ""
    error: str = ""


def read_state(file: Path) -> State:
    """The state last told; an empty one while there is none."""
    try:
        return State(**json.loads(file.read_text()))
    except FileNotFoundError:
        return State()


def write_state(file: Path, state: State) -> None:
    """Tell the state to everybody who may open the home."""
    write_private(file, json.dumps(asdict(state)))
