"""`make bench`: run the benchmarks named on the command line, or all of them."""

import importlib
import sys

ALL = ("path", "neighbours")


def main(names: list[str]) -> None:
    """Run each benchmark's own main."""
    for name in names or ALL:
        importlib.import_module(f"benchmarks.{name}").main()


main(sys.argv[1:])
