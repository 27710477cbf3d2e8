"""A damaged or foreign file is refused, by what is wrong with it, before anything is written."""

import contextlib
import hashlib
import json
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.db.contents import Counter
from service.errors import GlimpseError
from service.keeping import manifest
from service.keeping.examine import Faults, examine
from service.keeping.manifest import BackupNewer, Manifest, NotABackup, Table
from service.keeping.packing import BackupDamaged, Writer, kind_of, writing
from service.keeping.watch import NobodyWatches

PICTURE = b"the bytes of a picture"
SHA = hashlib.sha256(PICTURE).hexdigest()
KEY = f"original/{SHA[:2]}/{SHA[2:4]}/{SHA}.png"
ROWS = b"1\tred.png\n"
MANIFEST = Manifest(
    program="0.1.0",
    made_at="2026-01-01T00:00:00+00:00",
    migration="0070",
    pictures=1,
    tables=(Table("images", ("id", "name"), 1, len(ROWS), hashlib.sha256(ROWS).hexdigest()),),
    counters=(Counter("images", "id", 1),),
)


def nothing_more(_writer: Writer) -> None:
    """The ordinary end of a backup."""


def written(
    file: Path,
    *,
    first: bytes = MANIFEST.as_bytes(),
    rows: bytes = ROWS,
    picture: bytes | None = PICTURE,
    more: Callable[[Writer], None] = nothing_more,
) -> Path:
    """A small backup, or one that is wrong in one thing."""
    with writing(file, kind=kind_of(file), made_at=0) as writer:
        writer.add("manifest.json", first)
        writer.add("tables/images.copy", rows)
        if picture is not None:
            writer.add(f"store/{KEY}", picture)
        more(writer)
        writer.add("faults.json", Faults().as_bytes())
    return file


def look(file: Path) -> dict[str, str]:
    """The sums of what is in the file; raises what is wrong with it."""
    return examine(file, NobodyWatches()).sums


def with_format(number: int) -> bytes:
    """The manifest of another format."""
    return json.dumps({**json.loads(MANIFEST.as_bytes()), "format": number}).encode()


WRONG = {
    "another product": ({"first": b'{"product": "else"}'}, NotABackup, "another product"),
    "no manifest": ({"first": b"[]"}, NotABackup, "cannot be read"),
    "half a manifest": ({"first": b'{"product": "glimpse", "format": 1}'}, NotABackup, "damaged"),
    "newer": ({"first": with_format(2)}, BackupNewer, "format 2"),
    "other rows": ({"rows": b"2\tred.png\n"}, BackupDamaged, "tables/images.copy"),
    "no picture": ({"picture": None}, BackupDamaged, "0 of 1 pictures"),
    "other picture": ({"picture": b"other bytes"}, BackupDamaged, "other content"),
    "twice": ({"more": lambda w: w.add(f"store/{KEY}", PICTURE)}, BackupDamaged, "twice"),
    "way out": ({"more": lambda w: w.add("store/../../key", b"")}, NotABackup, "store/../../key"),
    "way out of encoders": (
        {"more": lambda w: w.add("encoders/../x", b"")},
        NotABackup,
        "encoders/../x",
    ),
    "unknown table": ({"more": lambda w: w.add("tables/x.copy", b"")}, NotABackup, "tables/x.copy"),
    "unknown entry": ({"more": lambda w: w.add("readme", b"")}, NotABackup, "readme"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_named(tmp_path: Path, name: str) -> None:
    """Each kind of damage or strangeness is refused in words of its own."""
    how, error, words = WRONG[name]
    with pytest.raises(error, match=words.replace("[", r"\[")):
        look(written(tmp_path / "copy.tar", **how))  # type: ignore[arg-type]  # one fact at a time


def test_foreign_files_are_refused(tmp_path: Path) -> None:
    """Nothing, text, a zip, a folder's tar, a link in a tar, and no file at all."""
    nothing, words, packed = (tmp_path / name for name in ("nothing", "words", "zip"))
    nothing.write_bytes(b"")
    words.write_text("not a backup " * 100)
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("manifest.json", "{}")
    foreign, linked = tmp_path / "foreign.tar", tmp_path / "linked.tar"
    with tarfile.open(foreign, "w") as tar:
        tar.add(words, "words")
    with tarfile.open(linked, "w") as tar:
        link = tarfile.TarInfo("manifest.json")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    for file in (nothing, words, packed, foreign, linked, tmp_path / "absent.tar"):
        with pytest.raises(NotABackup, match="Nothing was changed"):
            look(file)


@pytest.mark.parametrize("suffix", [".tar", ".tar.gz", ".tar.zst"])
def test_a_backup_cut_off_anywhere_is_refused(tmp_path: Path, suffix: str) -> None:
    """However much of it is missing, unless that is mere padding after the last entry."""
    data = written(tmp_path / f"copy{suffix}").read_bytes()
    whole = look(tmp_path / f"copy{suffix}")
    short, refused = tmp_path / f"short{suffix}", 0
    lengths = range(0, len(data), max(1, len(data) // 20))
    for length in lengths:
        short.write_bytes(data[:length])
        try:
            assert look(short) == whole
        except (NotABackup, BackupDamaged):
            refused += 1
    # Some 5,000 of a plain tar's 10,240 bytes are padding.
    assert refused >= len(lengths) // 3


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    place=st.floats(0, 1, exclude_max=True),
    bit=st.integers(0, 7),
    suffix=st.sampled_from([".tar", ".tar.gz", ".tar.zst"]),
)
def test_a_changed_bit_is_never_taken_for_the_truth(
    tmp_path: Path, place: float, bit: int, suffix: str
) -> None:
    """It is refused in our words, or it changed nothing that counts."""
    file = tmp_path / f"copy{suffix}"
    if not file.exists():
        written(file)
    whole, data = look(file), bytearray(file.read_bytes())
    data[int(place * len(data))] ^= 1 << bit
    damaged = tmp_path / f"damaged{suffix}"
    damaged.write_bytes(data)
    with contextlib.suppress(NotABackup, BackupDamaged, BackupNewer):
        assert look(damaged) == whole


VALUES = st.none() | st.integers() | st.text(max_size=5) | st.lists(st.integers(), max_size=2)
FACTS = st.dictionaries(st.sampled_from(sorted(json.loads(MANIFEST.as_bytes()))), VALUES)


@settings(max_examples=40, deadline=None)
@given(found=FACTS | VALUES, known=st.booleans())
def test_no_manifest_breaks_the_reader(found: object, known: object) -> None:
    """Whatever stands in it, it is a manifest or refused in our words."""
    document = {**json.loads(MANIFEST.as_bytes()), **found} if isinstance(found, dict) else found
    data = json.dumps(document if known else found).encode()
    with contextlib.suppress(GlimpseError):
        assert isinstance(manifest.read(data, file="x"), Manifest)


def test_a_manifest_is_read_as_it_was_written() -> None:
    """Every fact of it."""
    assert manifest.read(MANIFEST.as_bytes(), file="x") == MANIFEST
