"""The same data in every way of writing it is the same data."""

import csv
import io
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.ingest.dataset.dialect import sniff
from service.ingest.dataset.layout import Kind
from service.ingest.dataset.lines import Fault, read_rows
from service.ingest.dataset.rows import Staged
from service.services import Services
from tests.dataset.conftest import Import, contents
from tests.dataset_folders import HEADERS, DatasetFolder, Rows, Style, small_rows, written

KINDS = {
    "captions": Kind.CAPTIONS,
    "train_dataset": Kind.TRAINING,
    "ExpertAnnotations": Kind.EXPERTS,
    "CrowdAnnotations": Kind.CROWD,
    "test_queries": Kind.QUESTIONS,
}
STYLES = st.builds(
    Style,
    delimiter=st.sampled_from(",;|\t"),
    header=st.booleans(),
    bom=st.booleans(),
    newline=st.sampled_from(["\n", "\r\n"]),
    quote_all=st.booleans(),
    index=st.booleans(),
    ends=st.booleans(),
)
NAMES = st.text(
    st.characters(categories=("L", "N"), include_characters="_- "), min_size=1, max_size=20
).map(lambda name: f"{name.strip() or 'a'}.jpg")
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z"), include_characters=" "),
                min_size=1, max_size=60).filter(lambda text: text.strip())  # fmt: skip


def staged(path: Path, kind: Kind) -> list[Staged]:
    """All rows of a file; none may be refused."""
    with path.open("rb") as file:
        rows = [row for _, row in read_rows(file, sniff(path, kind))]
    assert not [row for row in rows if isinstance(row, Fault)]
    return [row for row in rows if not isinstance(row, Fault)]


@pytest.mark.parametrize("stem", KINDS)
@given(style=STYLES)
def test_every_style_is_read_alike(
    tmp_path_factory: pytest.TempPathFactory, stem: str, style: Style
) -> None:
    """Separator, header, index, BOM, line ends and quotation change nothing of what is read."""
    path = tmp_path_factory.mktemp("styles")
    rows = small_rows()[stem]
    plain, styled = path / f"{stem}.csv", path / f"{stem}.tsv"
    plain.write_bytes(written(HEADERS[stem], rows, Style()))
    styled.write_bytes(written(HEADERS[stem], rows, style))
    assert staged(styled, KINDS[stem]) == staged(plain, KINDS[stem])


@given(style=STYLES, rows=st.lists(st.tuples(NAMES, st.integers(0, 9), WORDS), min_size=6))
def test_odd_texts_survive_every_style(
    tmp_path_factory: pytest.TempPathFactory, style: Style, rows: list[tuple[str, int, str]]
) -> None:
    """Whatever a caption holds comes out as it went in."""
    path = tmp_path_factory.mktemp("odd") / "captions.csv"
    table: Rows = [[name, f"{name}#{n}", text] for name, n, text in rows]
    path.write_bytes(written(HEADERS["captions"], table, style))
    assert [row[2] for row in staged(path, Kind.CAPTIONS)] == [text.strip() for *_, text in rows]


@given(order=st.permutations(range(5)), extra=st.booleans())
def test_a_header_may_have_its_columns_in_any_order(
    tmp_path_factory: pytest.TempPathFactory, order: list[int], *, extra: bool
) -> None:
    """Columns are found by name, also among others that nobody needs."""
    path = tmp_path_factory.mktemp("order") / "CrowdAnnotations.csv"
    header, rows = HEADERS["CrowdAnnotations"], small_rows()["CrowdAnnotations"]
    to = io.StringIO()
    writer = csv.writer(to)
    more = ["note"] if extra else []
    writer.writerow([header[at] for at in order] + more)
    writer.writerows([row[at] for at in order] + more for row in rows)
    path.write_text(to.getvalue())
    plain = path.with_name("CrowdAnnotations.tsv")
    plain.write_bytes(written(header, rows, Style()))
    assert staged(path, Kind.CROWD) == staged(plain, Kind.CROWD)


def test_numbers_as_other_programs_write_them(tmp_path: Path) -> None:
    """A decimal comma, whole numbers with a fraction, rounded shares and spaces are read."""
    path = tmp_path / "CrowdAnnotations.csv"
    path.write_text(
        "a.jpg;b.jpg#1;0,3333;1.0;2.0\na.jpg;b.jpg#2; 0.67 ; 2 ;1\na.jpg;b.jpg#3;1e0;3;0\n"
    )
    assert [row[2:] for row in staged(path, Kind.CROWD)] == [(1, 2), (2, 1), (3, 0)]


def test_every_dialect_imports_equal(
    services: Services, folder: DatasetFolder, tmp_path: Path, import_: Import
) -> None:
    """The same folder, rewritten file by file in other dialects, finds everything unchanged."""
    import_(folder.write())
    before = contents(services.engine)
    for number, (delimiter, header) in enumerate(product(",;|\t", (True, False))):
        style = Style(delimiter, header=header, bom=header, newline="\r\n" if header else "\n",
                      index=number % 3 == 0, quote_all=number % 2 == 0)  # fmt: skip
        again = DatasetFolder(tmp_path / f"again-{number}", styles=dict.fromkeys(KINDS, style))
        done = import_(again.write(pictures=False), "small")
        assert all(file.counts.unchanged == len(folder.rows[file.name.removesuffix(".csv")])
                   for file in done.files), style  # fmt: skip
    assert contents(services.engine) == before
