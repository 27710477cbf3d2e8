"""What was ordered on the page and waits for a worker: an encoder to add, or to measure."""

from dataclasses import dataclass

from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True)
class Order:
    """One order; a failed one stays with its reason until it is ordered again or dropped."""

    order_id: int
    kind: str
    spec: str
    state: str
    reason: str | None


def place(conn: Connection, *, kind: str, spec: str) -> None:
    """Order something; what failed before is tried anew."""
    conn.execute(
        text(
            """
            INSERT INTO encoder_orders (kind, spec) VALUES (:kind, :spec)
            ON CONFLICT (kind, spec) DO UPDATE SET state = 'waiting', reason = NULL
            """
        ),
        {"kind": kind, "spec": spec},
    )


def all_of_them(conn: Connection) -> list[Order]:
    """Every order that is not done, oldest first."""
    rows = conn.execute(
        text("SELECT id, kind, spec, state, reason FROM encoder_orders ORDER BY id")
    )
    return [Order(*row) for row in rows]


def fail(conn: Connection, order_id: int, reason: str) -> None:
    """It could not be done."""
    conn.execute(
        text("UPDATE encoder_orders SET state = 'failed', reason = :reason WHERE id = :id"),
        {"id": order_id, "reason": reason},
    )


def drop(conn: Connection, order_id: int) -> None:
    """It is done, or nobody wants it any more."""
    conn.execute(text("DELETE FROM encoder_orders WHERE id = :id"), {"id": order_id})
