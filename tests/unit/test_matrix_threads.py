"""Products of matrices are taken by as many threads as was said."""

import numpy as np
from threadpoolctl import threadpool_info, threadpool_limits

from service.matrix_threads import one_thread, one_thread_each


def threads() -> set[int]:
    """How many threads numpy's products take."""
    assert np.eye(2).sum() == 2  # so that numpy's library is there to be asked
    return {one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"}


def test_one_thread_is_for_a_while() -> None:
    """Afterwards products are shared out as before."""
    with threadpool_limits(limits=2, user_api="blas"):
        with one_thread():
            assert threads() == {1}
        assert threads() == {2}


def test_one_thread_each_is_for_good() -> None:
    """A process that answers searches says so once."""
    with threadpool_limits(limits=2, user_api="blas"):
        one_thread_each()
        assert threads() == {1}
