"""As root: an ordinary user's Glimpse works too, with nothing but that user's rights."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOBODY = 65534
WORK = """
import os
from pathlib import Path
from service.config import Settings
from service.stack.servers import servers
with servers(Settings()) as endpoints:
    import psycopg, redis
    with psycopg.connect(endpoints.database_url.replace("+psycopg", "")) as connection:
        print(os.geteuid(), connection.execute("SELECT lower('Ё')").fetchone()[0])
    assert redis.Redis.from_url(endpoints.redis_url).ping()
"""


def python_of(user: int) -> list[str]:
    """A Python that the user can run with this project's packages."""
    folders = [str(ROOT), *filter(None, sys.path[1:])]
    for python in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        argv = ["env", f"PYTHONPATH={os.pathsep.join(folders)}", python]
        try:
            subprocess.run(
                [*argv, "-c", "import service.config, psycopg, redis"],
                user=user,
                group=user,
                extra_groups=[],
                cwd="/",
                capture_output=True,
                check=True,
            )
        except (OSError, subprocess.CalledProcessError):
            continue
        return argv
    pytest.skip("no Python with the packages is in reach of an ordinary user")


@pytest.mark.skipif(os.geteuid() != 0, reason="the other tests run as an ordinary user already")
def test_without_roots_rights(home: Path) -> None:
    """The servers run as the user who asks for them."""
    home.mkdir(mode=0o700)
    os.chown(home, NOBODY, NOBODY)
    done = subprocess.run(
        [*python_of(NOBODY), "-c", WORK],
        env={"GLIMPSE_HOME": str(home), "PATH": os.environ["PATH"]},
        user=NOBODY,
        group=NOBODY,
        extra_groups=[],
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == (f"{NOBODY} ё\n", "")
    assert (home / "postgres").stat().st_uid == NOBODY
