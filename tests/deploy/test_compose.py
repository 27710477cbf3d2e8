"""docker-compose.yml and the Dockerfile fit what they deploy."""

import re
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from service.cli import glimpse
from service.config import Settings

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = {name: each for name, each in SERVICES.items() if "build" in each}
LASTING = {name: each for name, each in SERVICES.items() if each["restart"] != "no"}
SETTINGS = {f"GLIMPSE_{name.upper()}" for name in Settings.model_fields}
SECRETS = ("POSTGRES_PASSWORD", "REDIS_PASSWORD", "GLIMPSE_SECRET_KEY")


def environment(service: dict[str, Any]) -> dict[str, str]:
    """What the service is given, without what it is not given."""
    given: dict[str, str] = service.get("environment", {})
    return given


def settings_of(service: dict[str, Any]) -> Settings:
    """The settings that the service would read, with every variable filled in."""
    filled = {
        name.removeprefix("GLIMPSE_").lower(): re.sub(r"\$\{(\w+):[?-][^}]*\}", r"\1-value", value)
        for name, value in environment(service).items()
    }
    return Settings.model_validate(filled)


def resolved(words: list[str]) -> click.Command:
    """The command that the words name; whatever follows it must be nothing."""
    command: click.Command = glimpse
    for word in words:
        assert isinstance(command, click.Group), f"{word} is too much in {words}"
        found = command.get_command(click.Context(command), word)
        assert found is not None, f"{word} is no command in {words}"
        command = found
    return command


def test_the_parts_are_there() -> None:
    """A database, Redis, the migrations and the three parts of Glimpse."""
    assert set(OURS) == {"migrate", "web", "worker", "beat"}
    assert set(SERVICES) - set(OURS) == {"postgres", "redis"}
    assert set(SERVICES) - set(LASTING) == {"migrate"}


@pytest.mark.parametrize("file", ["docker-compose.yml", "Dockerfile"])
def test_only_settings_that_exist_are_named(file: str) -> None:
    """Every GLIMPSE_ name in the file is one that config.py reads."""
    named = set(re.findall(r"GLIMPSE_[A-Z_]+", (ROOT / file).read_text()))
    assert named
    assert named <= SETTINGS


def test_every_part_is_given_the_same_settings() -> None:
    """No part works on another database, store or key than its neighbours."""
    assert len({tuple(sorted(environment(each).items())) for each in OURS.values()}) == 1
    settings = settings_of(OURS["web"])
    assert settings.database_url.startswith("postgresql://glimpse:")
    assert settings.redis_url.startswith("redis://:")
    assert settings.secret_key.get_secret_value()


def test_the_addresses_are_those_of_the_servers() -> None:
    """Host, user and database of the URLs are what the server's own service is told."""
    settings, postgres = settings_of(OURS["web"]), environment(SERVICES["postgres"])
    user, name = postgres["POSTGRES_USER"], postgres["POSTGRES_DB"]
    assert settings.database_url == (
        f"postgresql://{user}:POSTGRES_PASSWORD-value@postgres:5432/{name}"
    )
    assert settings.redis_url == "redis://:REDIS_PASSWORD-value@redis:6379/0"
    assert "--requirepass" in SERVICES["redis"]["command"]


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_command_exists(name: str) -> None:
    """A container runs a command that the command line has."""
    program, *words = OURS[name]["command"]
    assert program == "glimpse"
    assert not isinstance(resolved(words), click.Group)


def test_the_image_runs_a_command_by_itself() -> None:
    """The Dockerfile's own command exists too."""
    found = re.search(r'^CMD \["glimpse", "(\w+)"\]$', DOCKERFILE, re.MULTILINE)
    assert found
    assert resolved([found[1]]).name == "web"


@pytest.mark.parametrize("name", sorted(LASTING))
def test_what_runs_for_long_is_watched(name: str) -> None:
    """Every lasting service tells whether it works, and is started again when it ends."""
    service = LASTING[name]
    assert service["restart"] == "unless-stopped"
    check = service["healthcheck"]
    assert check["test"][0] in {"CMD", "CMD-SHELL"}
    assert {"interval", "timeout"} <= set(check)


@pytest.mark.parametrize("name", ["worker", "beat"])
def test_a_background_part_asks_for_its_own_sign_of_life(name: str) -> None:
    """The check names the part whose container it runs in."""
    assert SERVICES[name]["healthcheck"]["test"] == [
        *("CMD", "python", "-m", "workers", "alive", name)
    ]


def test_migrations_come_first() -> None:
    """They run once on a healthy database; whatever needs the tables waits for their success."""
    assert SERVICES["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    for name in ("web", "worker", "beat"):
        waits = SERVICES[name]["depends_on"]
        assert waits["migrate"] == {"condition": "service_completed_successfully"}
        assert waits["redis"] == {"condition": "service_healthy"}


def test_only_the_page_is_published_and_only_to_this_machine() -> None:
    """The port is the one the web server listens on; a proxy brings it to the world."""
    published = {name: each["ports"] for name, each in SERVICES.items() if "ports" in each}
    port = settings_of(OURS["web"]).port
    assert published == {"web": [f"127.0.0.1:8000:{port}"]}
    assert f"EXPOSE {port}" in DOCKERFILE
    assert f"127.0.0.1:{port}/health/live" in " ".join(SERVICES["web"]["healthcheck"]["test"])


def test_what_must_last_lies_in_volumes() -> None:
    """Rows and pictures survive their containers; every volume that is used is declared."""
    home = re.search(r"GLIMPSE_HOME=(\S+)", DOCKERFILE)
    assert home
    assert f"VOLUME {home[1]}" in DOCKERFILE
    used = {name: each["volumes"] for name, each in SERVICES.items() if "volumes" in each}
    assert used["postgres"] == ["postgres:/var/lib/postgresql"]
    for name in OURS:
        assert used[name] == [f"glimpse:{home[1]}"]
    assert set(COMPOSE["volumes"]) == {
        mount.split(":")[0] for all_ in used.values() for mount in all_
    }


def test_secrets_are_demanded() -> None:
    """No secret has a default: compose stops with a word where one is missing."""
    text = (ROOT / "docker-compose.yml").read_text()
    for name in SECRETS:
        uses = re.findall(rf"\$\{{{name}([^}}]*)\}}", text)
        assert uses
        assert all(use.startswith(":?") for use in uses)
    assert not re.search(r"(PASSWORD|SECRET)[A-Z_]*=\S", DOCKERFILE)


def test_images_are_pinned() -> None:
    """Every image names an exact version."""
    base = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    for image in [*base, *(each["image"] for each in SERVICES.values())]:
        name, _, tag = image.partition(":")
        assert re.search(r"\d+\.\d+", tag), f"{name} is not pinned: {tag!r}"


def test_nothing_of_ours_runs_as_root() -> None:
    """The image changes to an ordinary user that owns the home, after everything is installed."""
    lines = DOCKERFILE.splitlines()
    user = next(line.split()[1] for line in lines if line.startswith("USER "))
    assert user not in {"root", "0"}
    assert re.search(rf"useradd .*--home-dir \S+ --create-home {user}$", DOCKERFILE, re.MULTILINE)
    assert lines.index(f"USER {user}") > max(i for i, x in enumerate(lines) if x.startswith("RUN"))
    assert all("user" not in each for each in OURS.values())


def test_pytorch_is_a_build_argument() -> None:
    """CPU wheels by default, CUDA's on request, through the same script as make uses."""
    (build,) = {str(each["build"]) for each in OURS.values()}
    assert "${TORCH:-cpu}" in build
    assert re.search(r"^ARG TORCH=cpu$", DOCKERFILE, re.MULTILINE)
    assert re.search(r'tools/install\.sh \S+ "\$TORCH"', DOCKERFILE)


def test_everything_that_is_copied_exists() -> None:
    """The build finds its files, and leaves none of the packages out."""
    copied = {
        word
        for line in DOCKERFILE.splitlines()
        if line.startswith("COPY ")
        for word in line.split()[1:-1]
    }
    assert all((ROOT / word).exists() for word in copied)
    assert {"service", "workers", "migrations", "sample"} <= copied
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert not copied & set(ignored)


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_there_is_time_to_finish(name: str) -> None:
    """A part may drain for longer than it ever takes before it is ended by force."""
    assert int(SERVICES[name]["stop_grace_period"].removesuffix("s")) >= 30
