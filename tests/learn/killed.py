"""A worker of its own that does the training that waits, slowly: `python -m tests.learn.killed`."""

import sys
from pathlib import Path
from time import sleep

from service.config import read_settings
from service.encoder.holder import EncoderHolder
from service.stack.endpoints import Endpoints
from service.wiring import wired
from tests.encoder_stand_in import ColourEncoder


def main(home: str, database_url: str, redis_url: str) -> None:
    """Say each step, and take time for it."""
    endpoints = Endpoints(database_url=database_url, redis_url=redis_url)
    holder = EncoderHolder(ColourEncoder.name, ColourEncoder)
    settings = read_settings(home=Path(home))
    with wired(settings, endpoints, secret_key="a test's", encoder=holder) as services:
        services.trainings.run_requested(breathe=slowly)


def slowly() -> None:
    """One step."""
    sys.stdout.write("step\n")
    sys.stdout.flush()
    sleep(2)


if __name__ == "__main__":
    main(*sys.argv[1:])
