"""Files broken at random: a picture or a refusal, never anything else, and never much memory."""

import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.errors import Invalid
from service.picture import check, open_upright, prepare
from tests import odd

MAX_BYTES, MAX_PIXELS = 2**20, 1_000_000


@dataclass(frozen=True)
class Damage:
    """One place of a file, as a share of its length, and the bytes that are put there."""

    place: float
    removed: int
    put: bytes

    def done_to(self, data: bytes) -> bytes:
        """The file after the damage."""
        at = int(self.place * len(data))
        return data[:at] + self.put + data[at + self.removed :]


# Squared, so that headers are hit more often than pixels.
PLACES = st.floats(0, 1).map(lambda share: share**2)
DAMAGES = st.builds(
    Damage,
    place=PLACES,
    removed=st.integers(0, 8),
    put=st.binary(max_size=8) | st.just(b"\xff\xff"),
)


@cache
def small_files() -> list[bytes]:
    """Every odd kind but those that are odd by their length."""
    return [data for make in odd.ODD.values() if len(data := make()) < 4000]


@given(
    st.deferred(lambda: st.sampled_from(small_files())), st.lists(DAMAGES, min_size=1, max_size=5)
)
@settings(deadline=None, max_examples=300)
def test_damaged_files_are_pictures_or_refused(data: bytes, damages: list[Damage]) -> None:
    """Whatever is done to a file: accepted, it can be served and encoded; else it is refused."""
    for damage in damages:
        data = damage.done_to(data)
    try:
        checked = check(BytesIO(data), max_bytes=MAX_BYTES, max_pixels=MAX_PIXELS)
    except Invalid:
        return
    prepared = prepare(BytesIO(data), max_bytes=MAX_BYTES, max_pixels=MAX_PIXELS)
    assert prepared.checked == checked
    made = prepared.derivatives
    served = check(BytesIO(made.served), max_bytes=MAX_BYTES * 4, max_pixels=MAX_PIXELS)
    assert (served.width, served.height) == (checked.width, checked.height)
    assert open_upright(BytesIO(data), max_pixels=MAX_PIXELS).size == (
        checked.width,
        checked.height,
    )


@given(st.binary(max_size=200), st.sampled_from([data[:16] for data in small_files()]))
@settings(deadline=None, max_examples=300)
def test_noise_is_refused(noise: bytes, head: bytes) -> None:
    """Random bytes, even behind the right beginning, are no picture."""
    for data in (noise, head + noise):
        with pytest.raises(Invalid):
            check(BytesIO(data), max_bytes=MAX_BYTES, max_pixels=MAX_PIXELS)


PROGRAM = """
import resource, sys
from pathlib import Path
from io import BytesIO
from service.errors import Invalid
from service.picture import check
from tests import bombs, pictures

def peak():
    # Linux lets getrusage tell the peak of the process that started this one.
    status = Path("/proc/self/status")
    if status.exists():
        return 1024 * int(status.read_text().partition("VmHWM:")[2].split()[0])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

def checked(data):
    try:
        check(BytesIO(data), max_bytes=2**22, max_pixels=80_000_000)
    except Invalid:
        pass

files = [getattr(bombs, name)() for name in sys.argv[1:]]
checked(pictures.jpeg())
before = peak()
for data in files:
    checked(data)
print(peak() - before)
"""
BOMBS = (
    "png_bomb",
    "webp_bomb",
    "gif_bomb",
    "two_sized_jpeg",
    "many_scans_jpeg",
    "profile_bomb_png",
    "text_bomb_png",
)


def test_bombs_take_no_memory() -> None:
    """Files that ask for gigabytes are answered within a few megabytes."""
    program = [sys.executable, "-c", PROGRAM, *BOMBS]
    done = subprocess.run(program, check=True, capture_output=True, text=True)
    assert int(done.stdout) < 24 * 2**20
