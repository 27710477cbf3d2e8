"""`python -m service` is the same as `glimpse`."""

from service.cli import main

main()
