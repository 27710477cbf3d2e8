"""What a change of encoders has to know of scorers, each of which belongs to one encoder."""

from typing import Protocol

from sqlalchemy import Connection

from service.db import scorers


class ScorersOfEncoders(Protocol):
    """Whoever keeps the scorers answers these questions, inside the switch's transaction."""

    def serves(self, conn: Connection) -> bool:
        """Whether results are scored now."""

    def has(self, conn: Connection, encoder_id: int) -> bool:
        """Whether that encoder has a scorer that could serve."""

    def follow(self, conn: Connection, encoder_id: int) -> bool:
        """Let the newest scorer of that encoder serve; False where it has none."""


class NoScorers:
    """An installation that scores nothing, and so loses no scorer."""

    def serves(self, conn: Connection) -> bool:  # noqa: ARG002 - the port's signature
        """Never."""
        return False

    def has(self, conn: Connection, encoder_id: int) -> bool:  # noqa: ARG002 - the port's signature
        """There is none."""
        return False

    def follow(self, conn: Connection, encoder_id: int) -> bool:  # noqa: ARG002 - the port's signature
        """There is none."""
        return False


class StoredScorers:
    """The scorers of this installation, which follow their encoder in its own transaction."""

    def serves(self, conn: Connection) -> bool:
        """Whether one is published."""
        return scorers.published_id(conn) is not None

    def has(self, conn: Connection, encoder_id: int) -> bool:
        """Whether one was trained for that encoder."""
        return scorers.newest_of(conn, encoder_id) is not None

    def follow(self, conn: Connection, encoder_id: int) -> bool:
        """Publish the scorer of that encoder that served last, or else its newest one."""
        newest = scorers.newest_of(conn, encoder_id)
        scorers.retire(conn)
        if newest is None:
            return False
        scorers.publish(conn, newest)
        return True
