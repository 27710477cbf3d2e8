"""A law of a few rules, which compiles in no time, and an empty place to restore to."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from service.config import Settings
from service.law.versions import Editor
from service.policy.rules import RuleSet, Term
from service.services import Services

RULES = RuleSet(version=1, blocked=(Term("girl", "en"), Term("девочка", "ru")))


@pytest.fixture
def services(services: Services) -> Services:
    """Everything real but the encoder, under that law."""
    services.book.replace(Editor(who="a test", why="to be quick"), [RULES])
    services.register_encoder()
    return services


@dataclass(frozen=True)
class Elsewhere:
    """An empty database and a home that is not there yet."""

    url: str
    settings: Settings


@pytest.fixture
def elsewhere(empty_database: str, tmp_path: Path) -> Elsewhere:
    """Where backups are restored to."""
    return Elsewhere(empty_database, Settings(home=tmp_path / "elsewhere"))
