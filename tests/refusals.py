"""The sentence with which a load is refused, held to what every such sentence owes."""

import re
from pathlib import Path

import pytest

from service.encoder.hub import Hub
from service.encoder.openclip import load
from service.errors import GlimpseError


def refused(name: Path | str, kind: type[GlimpseError]) -> str:
    """The sentence with which a load is refused."""
    spec = f"local-dir:{name}" if isinstance(name, Path) else name
    with pytest.raises(kind) as met:
        load(spec, hub=Hub(offline=True))
    assert "\n" not in met.value.message
    assert re.search(r"[.)]$", met.value.message)
    return met.value.message
