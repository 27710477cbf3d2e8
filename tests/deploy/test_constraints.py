"""What is pinned can be installed by every Python that Glimpse is promised for."""

import re
from importlib.metadata import distributions
from pathlib import Path

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

PINS = (Path(__file__).parents[2] / "constraints.txt").read_text()
# The oldest there is, and the one of Debian 12.
OLDEST = ("3.11.0", "3.11.2")


def pinned() -> dict[str, str]:
    """The pinned version of each package."""
    found = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;]+)", PINS, re.MULTILINE)
    return {canonicalize_name(name): version for name, version in found}


def test_every_pin_fits_the_oldest_python() -> None:
    """No pinned package asks for a later Python, not even a later 3.11."""
    pins = pinned()
    for each in distributions():
        if pins.get(canonicalize_name(each.name)) == each.version:
            fits = SpecifierSet(each.metadata["Requires-Python"] or "")
            assert all(map(fits.contains, OLDEST)), f"{each.name} {each.version} needs {fits}"


def test_pins_are_versions_only() -> None:
    """No addresses and no hashes: every platform and every index resolves them."""
    lines = [line for line in PINS.splitlines() if line and not line.startswith("#")]
    assert lines
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[^\s;:/]+( *;.+)?", line) for line in lines)
