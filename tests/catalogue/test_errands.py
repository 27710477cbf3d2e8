"""A worker's long errands: beside its jobs, one at a time."""

import threading

from workers.errands import Errands


def test_an_errand_holds_nobody_up_and_has_no_twin() -> None:
    """Starting returns while it still runs; a second one waits for another time."""
    errands, go_on, begun = Errands(), threading.Event(), threading.Event()
    times: list[int] = []

    def long() -> None:
        begun.set()
        go_on.wait(30)
        times.append(1)

    assert errands.start(long)
    assert begun.wait(30)
    assert not errands.start(long)
    assert times == []
    go_on.set()
    done = threading.Event()
    while not errands.start(done.set):
        begun.wait(0.01)
    assert done.wait(30)
    assert times == [1]
