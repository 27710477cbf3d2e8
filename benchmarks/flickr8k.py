"""The real photos' judgements as scorers learn from them, read from the data set's files."""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.towers import Matrix
from service.db.caption_vectors import lexemes
from service.db.engine import make_engine
from service.encoder.class_names import ClassNames
from service.learn.figures import Truth
from service.learn.own_captions import Words, words_of
from service.learn.pairs import Judged, PairVectors
from service.scoring.features import text_facts
from tests.servers import throwaway_servers

CROWD_WEIGHT = 0.2


@dataclass(frozen=True, slots=True)
class Question:
    """A test query and the photo that answers it."""

    text: str
    picture: str


@dataclass(frozen=True, slots=True)
class Files:
    """The data set's tables: texts by id, photos by split, judgements by pair."""

    train: tuple[str, ...]
    test: tuple[str, ...]
    texts: dict[str, str]
    experts: dict[tuple[str, str], tuple[int, ...]]
    crowd: dict[tuple[str, str], float]
    questions: tuple[Question, ...]


def read(folder: Path) -> Files:
    """Everything, in the order of the files."""
    texts: dict[str, str] = {}
    for name in ("captions.csv", "train_dataset.csv"):
        texts |= {row["query_id"]: row["query_text"] for row in rows(folder / name, ",")}
    return Files(
        train=names(folder / "train_images"),
        test=names(folder / "test_images"),
        texts=texts,
        experts={
            (line[0], line[1]): tuple(map(int, line[2:5]))
            for line in lines(folder / "ExpertAnnotations.tsv")
            if line[1] in texts
        },
        crowd={
            (line[0], line[1]): float(line[2])
            for line in lines(folder / "CrowdAnnotations.tsv")
            if line[1] in texts
        },
        questions=tuple(
            Question(row["query_text"], row["image"])
            for row in rows(folder / "test_queries.csv", "|")
        ),
    )


def names(folder: Path) -> tuple[str, ...]:
    """The photos of a folder."""
    return tuple(sorted(path.name for path in folder.glob("*.jpg")))


def rows(path: Path, separator: str) -> list[dict[str, str]]:
    """A table with a header."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=separator))


def lines(path: Path) -> list[list[str]]:
    """A table without one."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter="\t"))


def owner(query_id: str) -> str:
    """The photo that a text was written for."""
    return query_id.rpartition("#")[0]


def without(files: Files, blocked: Callable[[str], bool]) -> Files:
    """What a policy lets through: no blocked text, and no photo of which such a text is true."""
    bad = {query for query, text in files.texts.items() if blocked(text)}
    hidden = {owner(query) for query in bad}
    hidden |= {
        photo for (photo, query), grades in files.experts.items()
        if query in bad and sum(grades) >= 3 * len(grades)
    }  # fmt: skip
    hidden |= {
        photo for (photo, query), share in files.crowd.items()
        if query in bad and share >= 2 / 3 and (photo, query) not in files.experts
    }  # fmt: skip

    def kept(pair: tuple[str, str]) -> bool:
        return pair[0] not in hidden and pair[1] not in bad

    return Files(
        train=tuple(name for name in files.train if name not in hidden),
        test=files.test,
        texts={query: text for query, text in files.texts.items() if query not in bad},
        experts={pair: grades for pair, grades in files.experts.items() if kept(pair)},
        crowd={pair: share for pair, share in files.crowd.items() if kept(pair)},
        questions=files.questions,
    )


def learnt_from(
    files: Files,
    photos: dict[str, Matrix],
    texts: dict[str, Matrix],
    *,
    align: bool = True,
    words: bool = False,
    names: ClassNames | None = None,
) -> tuple[PairVectors, Judged]:
    """The training photos, their captions and the judged pairs; with words, captions speak too."""
    place = {name: number for number, name in enumerate(files.train)}
    queries = sorted(files.texts)
    line = {query: number for number, query in enumerate(queries)}
    written_for = np.array([place.get(owner(query), -1) for query in queries], np.intp)
    vectors = PairVectors(
        pictures=np.stack([photos[name] for name in files.train]),
        keys=np.arange(len(files.train), dtype=np.int64),
        texts=np.stack([texts[files.texts[query]] for query in queries]),
        facts=text_facts([files.texts[query] for query in queries]),
        written_for=written_for,
        captions=np.flatnonzero(written_for >= 0),
        align=align,
        words=words_in([files.texts[query] for query in queries]) if words else None,
        names=names,
    )
    return vectors, judged(files, place, line)


def words_in(texts: Sequence[str]) -> Words:
    """The words of texts, as the database of a throw-away server reads them."""
    with throwaway_servers() as servers, make_engine(servers.database_url).connect() as conn:
        return words_of(lexemes(conn, texts), texts)


def judged(files: Files, place: dict[str, int], line: dict[str, int]) -> Judged:
    """The judged pairs: first those of the experts, then those that only the crowd saw."""
    alone = [pair for pair in files.crowd if pair not in files.experts]
    pairs = [*files.experts, *alone]
    graded = [
        (row, float(grade))
        for row, (pair, grades) in enumerate(files.experts.items())
        if owner(pair[1]) != pair[0]
        for grade in grades
    ]
    means = [(sum(grades) / len(grades) - 1) / 3 for grades in files.experts.values()]
    truth = Truth(
        target=np.array([*means, *(files.crowd[pair] for pair in alone)]),
        graded=np.array([row for row, _ in graded], np.intp),
        grades=np.array([grade for _, grade in graded]),
        crowd=np.array([files.crowd.get(pair, np.nan) for pair in pairs]),
    )
    by_crowd = np.arange(len(pairs)) >= len(files.experts)
    return Judged(
        picture=np.array([place[pair[0]] for pair in pairs], np.intp),
        text=np.array([line[pair[1]] for pair in pairs], np.intp),
        truth=truth,
        weight=np.where(by_crowd, CROWD_WEIGHT, 1.0),
        by_crowd=by_crowd,
    )


def of(names: Sequence[str], vectors: Matrix) -> dict[str, Matrix]:
    """Each name's vector."""
    return dict(zip(names, vectors, strict=True))
