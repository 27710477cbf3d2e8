"""What was ordered on the page, done by whichever worker comes first."""

from collections.abc import Callable, Mapping

import structlog
from sqlalchemy import Engine

from service.db import encoder_orders, locks
from service.db.encoder_orders import Order
from service.db.engine import connection
from service.errors import GlimpseError
from service.transaction import Transactions

log = structlog.get_logger()


def run_orders(
    engine: Engine, transactions: Transactions, doing: Mapping[str, Callable[[str], object]]
) -> None:
    """Do what waits, one by one; a killed worker's order is done by the next one."""
    with connection(engine) as conn:
        waiting = [one for one in encoder_orders.all_of_them(conn) if one.state == "waiting"]
    for order in waiting:
        with connection(engine) as conn:
            if locks.try_one_for_session(conn, locks.Lock.ENCODER_ORDER, order.order_id):
                try:
                    run_order(transactions, order, doing[order.kind])
                finally:
                    locks.release_one(conn, locks.Lock.ENCODER_ORDER, order.order_id)


def run_order(transactions: Transactions, order: Order, do: Callable[[str], object]) -> None:
    """Do it; what cannot be done stays with its reason, for whoever ordered it."""
    log.info("encoder order", kind=order.kind, encoder=order.spec)
    try:
        do(order.spec)
    except GlimpseError as error:
        log.warning("encoder order failed", encoder=order.spec, reason=error.message)
        with transactions() as transaction:
            encoder_orders.fail(transaction.conn, order.order_id, error.message)
        return
    with transactions() as transaction:
        encoder_orders.drop(transaction.conn, order.order_id)
