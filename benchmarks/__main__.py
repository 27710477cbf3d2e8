"""`make bench`: run the benchmarks named on the command line, or all of them."""

import importlib
import sys

from service.config import read_settings
from service.logs import configure_logs

ALL = (
    "path",
    "rescoring",
    "neighbours",
    "quality",
    "policy",
    "annotations",
    "analytics",
    "retrieval",
    "adapter",
    "served",
    "near_duplicates",
    "next_pair",
)
# They read arguments of their own, and want data that is not part of the project.
ALONE = ("scorers", "ablation", "plots", "unmatched")


def main(names: list[str]) -> None:
    """Run each benchmark's own main."""
    configure_logs(read_settings(log_level="warning"))
    wanted = names[:1] if names[:1] and names[0] in ALONE else names or ALL
    for name in wanted:
        importlib.import_module(f"benchmarks.{name}").main()


main(sys.argv[1:])
