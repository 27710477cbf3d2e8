"""Files of judgements read in blocks tell exactly what reading them row by row tells."""

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.ingest.dataset.blocks import BlockReader, Coder
from service.ingest.dataset.dialect import Dialect, sniff
from service.ingest.dataset.lines import Row, read_rows
from tests.dataset.test_damage import CROWD, EXPERTS
from tests.dataset.test_dialects import KINDS, STYLES
from tests.dataset_folders import HEADERS, Style, small_rows, written

JUDGED = ("ExpertAnnotations", "CrowdAnnotations")
DAMAGES = {"ExpertAnnotations": EXPERTS, "CrowdAnnotations": CROWD}
# Lines that Arrow would see in another way, or not at all.
ODD = (b"", b"   ", b"\t\t\t\t", b"a\rb", b"\xef\xbb\xbf", b'"', b'a,"b\nc",d', b"\xff", b"x" * 600)


def by_rows(data: bytes, dialect: Dialect) -> list[Row]:
    """The file row by row."""
    return list(read_rows(io.BytesIO(data), dialect))


def by_blocks(data: bytes, dialect: Dialect, block_bytes: int) -> tuple[list[Row], int]:
    """The file in blocks, with codes turned back into what they mean, and the bytes told of."""
    images: dict[int, object] = {}
    queries: dict[int, object] = {}
    said: dict[int, tuple[object, ...]] = {}
    rows: list[Row] = []
    size = 0
    for block in BlockReader(dialect, block_bytes=block_bytes).blocks(io.BytesIO(data)):
        images |= dict(block.new_images)
        queries |= dict(block.new_queries)
        said |= dict(block.new_said)
        rows += [
            (int(line), (images[image], queries[query], *said[told]))
            for line, image, query, told in zip(block.lines, *block.codes, strict=True)
        ]
        rows += block.faults
        size += block.bytes
    return sorted(rows, key=lambda row: row[0]), size


@pytest.mark.parametrize("stem", JUDGED)
@settings(deadline=None)
@given(style=STYLES, block_bytes=st.integers(40, 3000), data=st.data())
def test_blocks_and_rows_agree(
    tmp_path_factory: pytest.TempPathFactory, stem: str, style: Style, block_bytes: int,
    data: st.DataObject,
) -> None:  # fmt: skip
    """In every style, with damage anywhere, cut into blocks anywhere: values, faults and lines."""
    path = tmp_path_factory.mktemp("blocks") / f"{stem}.csv"
    content = written(HEADERS[stem], small_rows()[stem], style)
    path.write_bytes(content)
    dialect = sniff(path, KINDS[stem])
    lines = content.split(style.newline.encode())
    first = int(style.header)
    for damage in data.draw(st.lists(st.sampled_from(DAMAGES[stem]), max_size=4)):
        line = damage.line.replace(b"\t" if stem == JUDGED[0] else b";", style.delimiter.encode())
        lines.insert(data.draw(st.integers(first, len(lines))), line)
    for odd in data.draw(st.lists(st.sampled_from(ODD), max_size=2)):
        lines.insert(data.draw(st.integers(first, len(lines))), odd)
    spoilt = style.newline.encode().join(lines)
    found, size = by_blocks(spoilt, dialect, block_bytes)
    assert found == by_rows(spoilt, dialect)
    # The mark of byte order is not counted, an end that the last line lacks is.
    assert abs(size - len(spoilt)) <= 3


def test_regular_blocks_are_not_read_row_by_row(tmp_path: Path) -> None:
    """Each distinct value is converted once: a thousand equal rows cost one look."""
    path = tmp_path / "CrowdAnnotations.tsv"
    path.write_bytes(b"a.jpg\tb.jpg#1\t1\t3\t0\n" * 1000)
    reader = BlockReader(sniff(path, KINDS["CrowdAnnotations"]))
    looked: list[str] = []

    def look(written: str) -> str:
        looked.append(written)
        return written

    reader.images.convert = look
    with path.open("rb") as file:
        (block,) = reader.blocks(file)
    assert len(block.lines) == 1000
    assert looked == ["a.jpg"]
    assert block.new_said == [(0, (3, 0))]


def test_what_is_remembered_is_bounded() -> None:
    """Beyond the limit values are forgotten and coded anew, and still mean the same."""
    coder = Coder(str.upper, most=10)
    codes = [coder.of_written(f"name {n % 30}") for n in range(400)]
    meanings = dict(coder.take_fresh())
    assert [meanings[code] for code in codes] == [f"NAME {n % 30}" for n in range(400)]
    assert len(coder.known) <= 10
    assert coder.take_fresh() == []
