"""A small `glimpse up` for tests: two counting parts on real servers.

Run as `python -m tests.stack.small_up`; arguments name further behaviour:
`failing` adds a step that fails, `crashing` a part that ends at once, `errand`
one whose work is soon done, `stubborn` one that does not listen to SIGTERM.
"""

import sys

import psycopg

from service.config import Settings
from service.errors import GlimpseError
from service.stack.part import Life, Part
from service.stack.up import Stack, run

STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("here I stay", flush=True)
time.sleep(600)
"""


def prepare(stack: Stack) -> None:
    """Make the table of the counting parts."""
    with psycopg.connect(stack.endpoints.database_url.replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS beats (name text, pid int)")


def parts(stack: Stack, extra: list[str]) -> list[Part]:
    """The counting parts, and what the arguments ask for."""
    environment = stack.environment()

    def python(name: str, *argv: str, life: Life = Life.LASTING) -> Part:
        return Part(name, [sys.executable, *argv], environment, life)

    counting = [
        python("once", "-c", "print('done once')", life=Life.STEP),
        python("first", "-m", "tests.stack.counting", "first"),
        python("second", "-m", "tests.stack.counting", "second"),
    ]
    if "failing" in extra:
        counting.append(python("failing", "-c", "raise SystemExit(3)", life=Life.STEP))
    if "crashing" in extra:
        counting.append(python("crashing", "-c", "raise SystemExit(4)"))
    if "errand" in extra:
        counting.append(python("errand", "-c", "print('gone shopping')", life=Life.ERRAND))
    if "stubborn" in extra:
        counting.append(python("stubborn", "-c", STUBBORN))
    return counting


def tell(line: str) -> None:
    """Say it to the test."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(extra: list[str]) -> int:
    """Run until stopped; tell when everything is ready and what went wrong."""
    try:
        run(
            Settings(),
            prepare=prepare,
            parts=lambda stack: parts(stack, extra),
            announce=lambda stack: tell(f"ready {stack.url}"),
        )
    except GlimpseError as failure:
        tell(failure.message)
        return 1
    tell("stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
