"""How many threads a product of matrices takes."""

from collections.abc import Iterator
from contextlib import contextmanager

from threadpoolctl import threadpool_limits


def one_thread_each() -> None:
    """Have each product of numpy's taken by the thread that asks for it, from now on.

    Rescoring takes products of a fraction of a millisecond. Shared out among all cores, each waits
    for threads that others keep busy, and burns several times the processor time while it waits.
    """
    threadpool_limits(limits=1, user_api="blas")


@contextmanager
def one_thread() -> Iterator[None]:
    """Meanwhile no product is shared out: several threads add up in another order than one.

    What is fitted so has the same bits however many cores there are.
    """
    with threadpool_limits(limits=1, user_api="blas"):
        yield
