"""`make bench`: run the benchmarks named on the command line, or all of them."""

import importlib
import sys

from service.config import read_settings
from service.logs import configure_logs

ALL = (
    "path",
    "neighbours",
    "quality",
    "policy",
    "annotations",
    "analytics",
    "retrieval",
    "adapter",
)


def main(names: list[str]) -> None:
    """Run each benchmark's own main."""
    configure_logs(read_settings(log_level="warning"))
    for name in names or ALL:
        importlib.import_module(f"benchmarks.{name}").main()


main(sys.argv[1:])
