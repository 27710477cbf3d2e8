"""The gate against the corpus: what it must reach on every slice."""

from pathlib import Path

import pytest

from service.policy.gate import Gate
from tests.policy import make_corpus
from tests.policy.corpus import FOLDER, SLICES, Labelled, read, share_right, slice_of

SAMPLE = Path(__file__).parents[2].parent / "shared" / "policy" / "visible_sample.tsv"


def wrongly_judged(gate: Gate, rows: list[Labelled]) -> set[str]:
    """The queries whose verdict differs from their label."""
    return {row.query for row in rows if gate.verdict(row.query, "").blocked != row.is_blocked}


@pytest.mark.parametrize("name", SLICES)
def test_targets_are_met_on_every_slice(gate: Gate, name: str) -> None:
    """At least 98 % are right on each side, of the hard ones 85 %."""
    rows = slice_of(name)
    wrong = wrongly_judged(gate, rows)
    for blocked in (True, False):
        side = [row for row in rows if row.is_blocked == blocked]
        assert share_right((r for r in side if not r.is_hard), wrong) >= 0.98
        assert share_right((r for r in side if r.is_hard), wrong) >= 0.85


def test_no_plain_word_slips_through(gate: Gate) -> None:
    """Every plain word and inflection of the slices that rules were worked against is blocked."""
    rows = [*slice_of("worked"), *slice_of("generated")]
    plain = [row for row in rows if row.is_blocked and row.kind in {"plain", "inflection"}]
    assert len(plain) > 500
    assert not wrongly_judged(gate, plain)


def test_the_corpus_is_large_and_names_each_query_once() -> None:
    """Three thousand queries and more, none twice in a slice."""
    slices = [slice_of(name) for name in SLICES]
    assert sum(map(len, slices)) >= 3000
    for rows in slices:
        assert len({row.query for row in rows}) == len(rows)


def test_the_generated_slice_is_what_its_generator_makes() -> None:
    """The file in the tree and the generator tell the same."""
    made = [make_corpus.HEADER, *("\t".join((*row, "")) for row in make_corpus.rows())]
    assert (FOLDER / "generated.tsv").read_bytes().decode("utf-8").split("\n")[:-1] == made


@pytest.mark.skipif(not SAMPLE.exists(), reason="the visible sample is not beside this checkout")
def test_the_visible_sample_is_judged_as_labelled(gate: Gate) -> None:
    """Each line of the sample gets its verdict."""
    assert not wrongly_judged(gate, list(read(SAMPLE)))
