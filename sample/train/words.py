"""The captions that the encoder learns from, and the pieces of words it reads them in."""

import gzip
from collections import Counter
from itertools import pairwise
from pathlib import Path
from random import Random

from open_clip.tokenizer import SimpleTokenizer, bytes_to_unicode

from sample import captions_en, captions_ru
from sample.claim import (
    Claim,
    bare_claim,
    full_claim,
    partial_claim,
    scenery_claim,
    short_claim,
)  # fmt: skip
from sample.scene import Pairs, Scene, make_scene
from sample.train.recipe import MERGES

# Words are cut as open_clip's tokenizer cuts them.
WORD = SimpleTokenizer().pat


# Full captions are learnt soon; short ones, which fit many pictures, take longer.
KINDS_OF_CAPTION = {"full": 10, "partial": 22, "short": 62, "scenery": 6}


def lesson(scene: Scene, rng: Random, language: str) -> tuple[str, Claim]:
    """A random true caption of a scene, from full to a single word, and what it claims."""
    say = captions_ru if language == "ru" else captions_en
    kind = rng.choices(list(KINDS_OF_CAPTION), list(KINDS_OF_CAPTION.values()))[0]
    if kind == "scenery":
        claim = scenery_claim(scene, rng)
        return say.scenery(claim, rng), claim
    if kind == "full":
        claim = full_claim(scene)
    else:
        claim = partial_claim(scene, rng) if kind == "partial" else short_claim(scene, rng)
    form = rng.random()
    if form < 0.6:
        text = say.caption(claim, rng)
    elif form < 0.86:
        text = say.request(claim, rng)
    else:
        text = say.keywords(claim, rng)
        claim = bare_claim(claim)
    # People often write «е» for «ё».
    return (text.replace("ё", "е") if rng.random() < 0.3 else text), claim


def write_merges(path: Path, seed: int, scenes: int = 20_000) -> None:
    """Learn the pieces from many captions and write them as open_clip reads them."""
    rng = Random(seed)
    counts: Counter[str] = Counter()
    for number in range(scenes):
        scene = make_scene(number, Pairs.KNOWN)
        for language in ("en", "ru"):
            counts.update(WORD.findall(lesson(scene, rng, language)[0].lower()))
    lines = ["#version: glimpse", *(" ".join(pair) for pair in _merges(counts))]
    # The file's date is left out so that the same words give the same bytes.
    path.write_bytes(gzip.compress("\n".join(lines).encode(), mtime=0))


def _merges(counts: Counter[str]) -> list[tuple[str, str]]:
    letters = bytes_to_unicode()
    words = []
    for word, count in counts.items():
        pieces = [letters[byte] for byte in word.encode()]
        pieces[-1] += "</w>"
        words.append((pieces, count))
    merges: list[tuple[str, str]] = []
    seen = set(letters.values()) | {f"{letter}</w>" for letter in letters.values()}
    while len(merges) < MERGES:
        pairs: Counter[tuple[str, str]] = Counter()
        for pieces, count in words:
            for pair in pairwise(pieces):
                pairs[pair] += count
        if not pairs:
            break
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        merges.append(best)
        words = [(_merged(pieces, best), count) for pieces, count in words]
    return _padded(merges, seen)


def _merged(pieces: list[str], pair: tuple[str, str]) -> list[str]:
    out: list[str] = []
    i = 0
    while i < len(pieces):
        if i + 1 < len(pieces) and (pieces[i], pieces[i + 1]) == pair:
            out.append(pieces[i] + pieces[i + 1])
            i += 2
        else:
            out.append(pieces[i])
            i += 1
    return out


def _padded(merges: list[tuple[str, str]], letters: set[str]) -> list[tuple[str, str]]:
    """Fill up with pairs of letters, so that the vocabulary always has the recipe's size."""
    have = {"".join(pair) for pair in merges} | letters
    plain = sorted(letter for letter in letters if not letter.endswith("</w>"))
    for one in plain:
        for other in plain:
            if len(merges) >= MERGES:
                return merges
            if one + other not in have:
                have.add(one + other)
                merges.append((one, other))
    return merges
