"""Scorers on real photos: the whole protocol, driven through the product's own code.

`python -m benchmarks scorers --data DIR --weights DIR [--policy default] [--cache DIR]`: vectors
of MobileNetV2 and MiniLM, aligned on captions inside every fold. With `--encoder SPEC` the vectors
are an open_clip encoder's, which need no alignment: a CLIP ViT-B/32 gives the published protocol.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from time import process_time

import numpy as np
from PIL import Image

from benchmarks import flickr8k, towers
from benchmarks.flickr8k import Files
from benchmarks.judged_rows import curve, judgements, keep, of_cell, of_row, told_of
from benchmarks.table import show
from benchmarks.towers import Compute, Matrix
from service.cli.compare import as_lines
from service.domain import AllowedQuery
from service.encoder.class_names import ClassNames
from service.learn import grid, protocol
from service.learn.controls import controls
from service.learn.evaluate import Retrieval, summed
from service.learn.figures import Numbers
from service.learn.pairs import Judged, PairVectors, fitted
from service.picture import open_upright
from service.policy.gate import Gate
from service.policy.shipped import shipped_rules
from service.scoring.calibrated import Calibrated, fit_kinds
from service.scoring.features import AT, Places, text_facts
from service.scoring.kinds import ALL, chosen


def arguments(name: str = "scorers") -> argparse.Namespace:
    """What the command line asks of this benchmark, or of another one on the same photos."""
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks {name}")
    parser.add_argument("--data", type=Path, default=Path("../shared/data/flickr8k"))
    parser.add_argument("--weights", type=Path, default=Path("../shared/weights"))
    parser.add_argument(
        "--cache", type=Path, default=Path(tempfile.gettempdir()) / "glimpse-towers"
    )
    parser.add_argument("--policy", choices=("empty", "default"), default="empty")
    parser.add_argument("--scorer", default=ALL)
    parser.add_argument("--splits", default=",".join(protocol.SPLITS))
    parser.add_argument("--encoder", help="An open_clip spec instead of the two small networks.")
    parser.add_argument("--grid", action="store_true", help="As glimpse compare does, and no more.")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--captions", action="store_true", help="Beside it, what captions say.")
    parser.add_argument("--json", type=Path, dest="kept", help="Keep what the plots show here.")
    # Run by `python -m benchmarks`, whose own arguments come first.
    return parser.parse_args([one for one in sys.argv[1:] if one != name])


def main() -> None:
    """Measure judgements and retrieval."""
    asked = arguments()
    files = flickr8k.read(asked.data)
    if asked.policy == "default":
        files = flickr8k.without(files, blocked)
    print(f"{len(files.train)} photos, {len(files.experts)} pairs judged by experts, "
          f"{len(files.crowd)} by the crowd; policy: {asked.policy}")  # fmt: skip
    photos, texts = vectors_of(asked)
    vectors, judged = flickr8k.learnt_from(
        files, photos, texts,
        align=asked.encoder is None, words=asked.captions, names=names_of(asked),
    )  # fmt: skip
    kinds = chosen(asked.scorer)
    if asked.grid:
        cells = [
            cell
            for joined in (grid.ALIGNED, grid.BESIDE)
            for cell in grid.cells(
                grid.Combination("MobileNetV2", "MiniLM", joined),
                vectors, judged, kinds, seed=asked.seed, step=dot,
            )
        ]  # fmt: skip
        print(as_lines(cells))
        if asked.kept:
            keep(asked.kept, "grid", [of_cell(one) for one in cells])
        return
    began = process_time()
    rows = protocol.compare(
        vectors, judged, kinds, seed=asked.seed, which=asked.splits.split(","), step=dot
    )
    checked = controls(vectors, judged, seed=asked.seed, step=dot)
    seconds = process_time() - began
    named = {
        "control: swapped photos": checked.swapped,
        "control: the text alone": checked.by_text,
        "control: shuffled grades": checked.shuffled,
    }
    rows_of_controls = [replace(row, scorer=name) for name, row in named.items()]
    shown = [
        replace(row, scorer=f"{row.scorer} + captions") if row.captions else row for row in rows
    ]
    judgements(judged, [*shown, *rows_of_controls], asked.seed)
    told_of(checked)
    if asked.kept:
        told = [of_row(judged, row, asked.seed) for row in [*shown, *rows_of_controls]]
        keep(asked.kept, "comparison", told)
    print(f"\n{seconds:.0f} s of processor time for all scorers and folds")
    curve(judged, [row for row in rows if not row.captions])
    retrieval(files, vectors, judged, photos, texts, kinds, asked.seed)


def dot() -> None:
    """A sign of life for each fold."""
    print(".", end="", file=sys.stderr, flush=True)


def retrieval(
    files: Files,
    vectors: PairVectors,
    judged: Judged,
    photos: dict[str, Matrix],
    texts: dict[str, Matrix],
    kinds: Sequence[str],
    seed: int,
) -> None:
    """The test questions asked of the test photos, by similarity and after rescoring."""
    everyone = np.ones(len(vectors.pictures), bool)
    found = fitted(vectors, everyone, seed=seed)
    space = found.space
    gallery = space.pictures(np.stack([photos[name] for name in files.test]))
    asked = space.texts(np.stack([texts[one.text] for one in files.questions]))
    facts = text_facts([one.text for one in files.questions])
    place = {name: number for number, name in enumerate(files.test)}
    answers = np.array([place[one.picture] for one in files.questions])
    lesson = protocol.lesson(vectors, judged, everyone, seed=seed).narrow(len(AT))
    keys = [-2] * len(gallery)

    def by_scorer(scorer: Calibrated) -> Numbers:
        return np.stack([
            scorer(found.features.candidates(gallery, keys, text, fact))
            for text, fact in zip(asked, facts, strict=True)
        ])  # fmt: skip

    rows = [("similarity", ranked((asked @ gallery.T).astype(np.float64), answers))]
    rows += [
        (kind, ranked(by_scorer(scorer), answers))
        for kind, scorer in fit_kinds(kinds, lesson).items()
        if kind != "constant"
    ]
    show(
        f"{len(answers)} test questions, {len(gallery)} test photos",
        ("ordered by", "R@1", "R@5", "R@10", "MRR", "nDCG@10"),
        [
            (name, one.recall_at_1, one.recall_at_5, one.recall_at_10, one.mrr, one.ndcg_at_10)
            for name, one in rows
        ],
    )


def ranked(scores: Numbers, answers: Places) -> Retrieval:
    """The figures of the answers' ranks; level ones count as standing before."""
    own = scores[np.arange(len(answers)), answers][:, None]
    return summed((scores >= own).sum(axis=1) - 1, refused=0, gallery=scores.shape[1])


def vectors_of(asked: argparse.Namespace) -> tuple[dict[str, Matrix], dict[str, Matrix]]:
    """Every photo's and every text's vector."""
    everything = flickr8k.read(asked.data)
    names = [*everything.train, *everything.test]
    folders = dict.fromkeys(everything.train, "train_images") | dict.fromkeys(
        everything.test, "test_images"
    )
    paths = [asked.data / folders[name] / name for name in names]
    said = sorted({*everything.texts.values(), *(one.text for one in everything.questions)})
    if asked.encoder:
        photos, texts = encoded(asked.encoder, paths, said)
    else:
        look = towers.Photos(asked.weights)
        photos = towers.kept(asked.cache, "photos-320", names, Compute(look.vectors, paths))
        texts = towers.kept(asked.cache, "texts", said, Compute(towers.sentences, said))
    return flickr8k.of(names, photos), flickr8k.of(said, texts)


@cache
def shipped_gate() -> Gate:
    """The rules that Glimpse brings."""
    return Gate([shipped_rules()])


def blocked(text: str) -> bool:
    """Whether these refuse the text."""
    return shipped_gate().verdict(text, "").blocked


def names_of(asked: argparse.Namespace) -> ClassNames | None:
    """The picture tower's class names, as far as the policy lets them be."""
    if asked.encoder:
        return None
    refused = blocked if asked.policy == "default" else lambda _: False
    return towers.class_names(
        asked.weights, lambda text: None if refused(text) else AllowedQuery(text, 0)
    )


def encoded(spec: str, paths: Sequence[Path], texts: Sequence[str]) -> tuple[Matrix, Matrix]:
    """The vectors of one encoder for both."""
    from service.encoder.openclip import load

    encoder = load(spec)
    photos = [picture(path, encoder.picture_side) for path in paths]
    return (
        np.concatenate([encoder.encode_pictures(part) for part in towers.batches(photos, 16)]),
        np.concatenate([
            encoder.encode_texts([AllowedQuery(text, 0) for text in part])
            for part in towers.batches(texts, 64)
        ]),
    )  # fmt: skip


def picture(path: Path, side: int) -> Image.Image:
    """One photo, upright."""
    with path.open("rb") as file:
        return open_upright(file, max_pixels=10**8, side=side)
