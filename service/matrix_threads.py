"""How many threads a product of matrices takes where many searches are answered at once."""

from threadpoolctl import threadpool_limits


def one_thread_each() -> None:
    """Have each product of numpy's taken by the thread that asks for it, from now on.

    Rescoring takes products of a fraction of a millisecond. Shared out among all cores, each waits
    for threads that others keep busy, and burns several times the processor time while it waits.
    """
    threadpool_limits(limits=1, user_api="blas")
