"""What a change of encoders has to know of scorers, each of which belongs to one encoder."""

from typing import Protocol

from sqlalchemy import Connection


class ScorersOfEncoders(Protocol):
    """Whoever keeps the scorers answers these two questions, inside the switch's transaction."""

    def serves(self, conn: Connection) -> bool:
        """Whether results are scored now."""

    def follow(self, conn: Connection, encoder_id: int) -> bool:
        """Let the newest scorer of that encoder serve; False where it has none."""


class NoScorers:
    """An installation that scores nothing, and so loses no scorer."""

    def serves(self, conn: Connection) -> bool:  # noqa: ARG002 - the port's signature
        """Never."""
        return False

    def follow(self, conn: Connection, encoder_id: int) -> bool:  # noqa: ARG002 - the port's signature
        """There is none."""
        return False
