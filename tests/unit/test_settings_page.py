"""docs/settings.md says what config.py says."""

import re
from pathlib import Path

from pydantic_core import PydanticUndefined

from service.config import Settings

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


def shown_default(name: str) -> str:
    """A setting's default as the page writes it."""
    default = Settings.model_fields[name].default
    if name == "home":
        return "`~/.local/share/glimpse` (root: `/var/lib/glimpse`)"
    value = default.get_secret_value() if hasattr(default, "get_secret_value") else default
    assert value is not PydanticUndefined
    return f"`{value}`" if value != "" else "empty"


def test_every_setting_is_on_the_page() -> None:
    """Names, defaults and sentences of the table are those of the code, in the same order."""
    rows = re.findall(r"^\| `(GLIMPSE_\w+)` \| (.+?) \| (.+?) \|$", PAGE.read_text(), re.MULTILINE)
    expected = [
        (f"GLIMPSE_{name.upper()}", shown_default(name), field.description)
        for name, field in Settings.model_fields.items()
    ]
    assert rows == expected


def test_the_environment_is_read_in_one_place() -> None:
    """No other file of the service asks the environment for a setting."""
    root = PAGE.parents[1]
    readers = {
        path.relative_to(root).as_posix()
        for folder in ("service", "workers")
        for path in (root / folder).rglob("*.py")
        if re.search(r"environ(\[|\.get\()[\"']GLIMPSE_", path.read_text())
    }
    assert readers <= {"service/config.py"}
