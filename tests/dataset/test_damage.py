"""A damaged copy: each damage is told with file, line, column, value and reason; the rest loads."""

from dataclasses import dataclass, replace

import pytest

from service.services import Services
from tests.dataset.conftest import Import, contents
from tests.dataset_folders import TEST, TRAIN, DatasetFolder, Style, written

A, B = TRAIN[0], TRAIN[1]


@dataclass(frozen=True)
class Damage:
    """A broken line, and what must be said of it."""

    line: bytes
    reason: str
    column: str | None = None
    value: str | None = None


EXPERTS = (
    Damage(f"{A}\t{B}#7\t7\t1\t1".encode(), "A grade is", "expert_1", "7"),
    Damage(f"{A}\t{B}#7\t1\t0\t1".encode(), "A grade is", "expert_2", "0"),
    Damage(f"{A}\t{B}#7\t1\t1\t2.5".encode(), "A grade is", "expert_3", "2.5"),
    Damage(f"{A}\t{B}#7\t1\t1\t-1".encode(), "A grade is", "expert_3", "-1"),
    Damage(f"{A}\t{B}#7\t1\t1\t".encode(), "A grade is", "expert_3"),
    Damage(f"{A}\t{B}#7\t1\tnan\t1".encode(), "A grade is", "expert_2", "nan"),
    Damage(f"{A}\t{B}#7\t1\t٣\t1".encode(), "A grade is", "expert_2", "٣"),
    Damage(f"{A}\t{B}#7\t1\t1".encode(), "4 columns instead of 5"),
    Damage(f"{A}\t{B}#7\t1\t1\t1\t1".encode(), "6 columns instead of 5"),
    Damage(f"nobody.png\t{B}#7\t1\t1\t1".encode(), "no picture", "image", "nobody.png"),
    Damage(f"{A.upper()}\t{B}#7\t1\t1\t1".encode(), "no picture", "image", A.upper()),
    Damage(f"\t{B}#7\t1\t1\t1".encode(), "Nothing is written", "image"),
    Damage(f"{A}\t{B}\t1\t1\t1".encode(), "query id is written", "query_id", B),
    Damage(f"{A}\t{B}#\t1\t1\t1".encode(), "query id is written", "query_id", f"{B}#"),
    Damage(f"{A}\t#2\t1\t1\t1".encode(), "query id is written", "query_id", "#2"),
    Damage(f"{A}\t{B}#x\t1\t1\t1".encode(), "query id is written", "query_id", f"{B}#x"),
    Damage(f"{A}\t{B}#-1\t1\t1\t1".encode(), "query id is written", "query_id", f"{B}#-1"),
    Damage(f"{A}\t../{B}#1\t1\t1\t1".encode(), "query id is written", "query_id", f"../{B}#1"),
    Damage(
        b"caf\xe9.png\t" + f"{B}#7\t1\t1\t1".encode(), "no valid UTF-8", "image", "caf\\xe9.png"
    ),
    Damage(f"{A}\t{B}#7\t1\t1\0\t1".encode(), "NUL byte", "expert_2", "1\\x00"),
    Damage(f"{A}\t{B}#8\t1\t1\t2".encode(), "contradicts line", "query_id", f"{B}#8"),
    Damage(b"no columns at all", "1 columns instead of 5"),
    Damage(b"\t\t\t\t", "A grade is", "expert_1"),
    Damage(("x" * 300 + f".png\t{B}#7\t1\t1\t1").encode(), "at most 255 bytes", "image"),
)
CROWD = (
    Damage(f"{A};{B}#7;1.4;3;0".encode(), "from 0 to 1", "share_yes", "1.4"),
    Damage(f"{A};{B}#7;-0.1;0;3".encode(), "from 0 to 1", "share_yes", "-0.1"),
    Damage(f"{A};{B}#7;nan;0;3".encode(), "from 0 to 1", "share_yes", "nan"),
    Damage(f"{A};{B}#7;inf;0;3".encode(), "from 0 to 1", "share_yes", "inf"),
    Damage(f"{A};{B}#7;0x1;0;3".encode(), "from 0 to 1", "share_yes", "0x1"),
    Damage(f"{A};{B}#7;0.9;1;2".encode(), "contradicts its counts", "share_yes", "0.9"),
    Damage(f"{A};{B}#7;1;2;1".encode(), "contradicts its counts", "share_yes", "1"),
    Damage(f"{A};{B}#7;0;-1;4".encode(), "whole number", "yes_count", "-1"),
    Damage(f"{A};{B}#7;0;0;-3".encode(), "whole number", "no_count", "-3"),
    Damage(f"{A};{B}#7;0.5;1.5;1.5".encode(), "whole number", "yes_count", "1.5"),
    Damage(f"{A};{B}#7;0;0;0".encode(), "Nobody voted", "share_yes", "0"),
    Damage(f"{A};{B}#7;1;99999999;0".encode(), "whole number", "yes_count", "99999999"),
    Damage(f"{A};{B}#8;0;0;3".encode(), "contradicts line", "query_id", f"{B}#8"),
)
CAPTIONS = (
    Damage(f"{A},{A}#5,".encode(), "Nothing is written", "query_text"),
    Damage(f'{A},{A}#5,"never closed'.encode() + b", and more", "columns instead of 3"),
    Damage(f"{A},{A}#5,one, two".encode(), "4 columns instead of 3"),
    Damage(f"{A},{B}#5,another picture's".encode(), "names another picture", "query_id"),
    Damage(f"{A},{A}#0,says something else".encode(), "contradicts line 2", "query_id"),
    Damage(f"{A},{A}#5,{'long ' * 1100}".encode(), "at most 5,000", "query_text"),
    Damage(f"{A},{A}#5,half \xff".encode("latin-1"), "no valid UTF-8", "query_text", "half \\xff"),
)
QUESTIONS = (
    Damage(f"9|{TEST[0]}#9||{TEST[0]}".encode(), "Nothing is written", "query_text"),
    Damage(f"9|{TEST[0]}#9|Where?|absent.png".encode(), "no picture", "image", "absent.png"),
)
FILES = {
    "ExpertAnnotations": (Style("\t", header=False), EXPERTS, [A, f"{B}#8", "1", "1", "1"]),
    "CrowdAnnotations": (Style(";"), CROWD, [A, f"{B}#8", "1", "3", "0"]),
    "captions": (Style(","), CAPTIONS, None),
    "test_queries": (Style("|", index=True), QUESTIONS, None),
}


def test_there_are_thirty_kinds_of_damage() -> None:
    """The list below is as long as it claims."""
    assert sum(len(damages) for _, damages, _ in FILES.values()) >= 30


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_every_damage_is_told_and_the_rest_is_loaded(
    folder: DatasetFolder, import_: Import, newline: str
) -> None:
    """A line of each kind among good ones is reported where it stands, and no good one is lost."""
    path = folder.write()
    expected = []
    for stem, (plain, damages, extra) in FILES.items():
        rows = folder.rows[stem] + ([extra] if extra else [])
        style = replace(plain, newline=newline)
        header = {"ExpertAnnotations": [], "CrowdAnnotations": ["image", "query_id", "share_yes",
                  "yes_count", "no_count"], "captions": ["image", "query_id", "query_text"],
                  "test_queries": ["query_id", "query_text", "image"]}[stem]  # fmt: skip
        good = written(header, rows, style).splitlines(keepends=True)
        lines = [*good, *(one.line + newline.encode() for one in damages), good[-1]]
        (path / f"{stem}.csv").write_bytes(b"".join(lines))
        expected += [(f"{stem}.csv", len(good) + at, one) for at, one in enumerate(damages, 1)]
    done = import_(path)
    told = {(error.file, error.line): error for error in done.errors}
    assert set(told) == {(file, line) for file, line, _ in expected}
    for file, line, damage in expected:
        error = told[file, line]
        assert damage.reason in error.reason, damage
        assert error.column == damage.column, damage
        if damage.value is not None:
            assert error.value == damage.value
    for loaded in done.files:
        stem = loaded.name.removesuffix(".csv")
        _, damages, extra = FILES.get(stem, (None, (), None))
        assert loaded.counts.rejected == len(damages)
        assert loaded.counts.added == len(folder.rows[stem]) + (1 if extra else 0)
        assert loaded.counts.unchanged == (1 if damages else 0)


def test_the_report_holds_what_the_summary_leaves_out(
    services: Services, folder: DatasetFolder, import_: Import
) -> None:
    """A hundred refusals are shown, all hundred and fifty are reported, and formulas are inert."""
    folder.rows["ExpertAnnotations"] += [["=1+1", f"{A}#0", "1", "1", "1"]] * 150
    done = import_(folder.write())
    assert len(done.errors) == 100
    lines = list(services.import_report(done.import_id))
    assert lines[0] == "file,line,column,value,reason\r\n"
    assert len(lines) == 151
    assert ",'=1+1," in lines[-1]


def test_a_quoted_text_may_go_over_lines(
    services: Services, folder: DatasetFolder, import_: Import
) -> None:
    """A text with a line end in quotation marks is one row; lines after it are numbered rightly."""
    folder.rows["captions"] += [
        [A, f"{A}#5", 'two\nlines, "quoted"'],
        ["gone.png", "gone.png#0", "x"],
    ]
    done = import_(folder.write())
    (error,) = done.errors
    assert (error.file, error.line) == ("captions.csv", len(folder.rows["captions"]) + 2)
    assert any("two\\nlines" in row for row in contents(services.engine)["captions"])


def test_quotation_marks_in_plain_files_are_characters(
    services: Services, folder: DatasetFolder, import_: Import
) -> None:
    """In a file that quotes nothing, a text may begin with a mark or hold a single one."""
    path = folder.write()
    (path / "captions.csv").unlink()
    (path / "Flickr8k.token.txt").write_text(
        f'{A}#0\t" Real change " says a paper\n{A}#1\ta 5" nail\n{B}#0\t"open\n{B}#1\tplain\n'
    )
    done = import_(path)
    assert {file.name: file.counts.added for file in done.files}["Flickr8k.token.txt"] == 4
    found = " ".join(contents(services.engine)["captions"])
    assert '" Real change " says' in found
    assert '"open' in found
