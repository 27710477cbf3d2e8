"""Texts become token numbers, by the very tokenizer the weights were trained with."""

import gzip
import hashlib
import importlib.util
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from open_clip.tokenizer import HFTokenizer, SimpleTokenizer, default_bpe

from service.errors import Invalid, NotFound, Unavailable

OWN_MERGES = "bpe.txt.gz"
COMPLETE = (
    "tokenizer.json",
    "tokenizer.model",
    "spiece.model",
    "sentencepiece.bpe.model",
    "vocab.txt",
    "merges.txt",
)
"""The file that holds the tokens themselves, by the kind of tokenizer."""
FILES = (
    OWN_MERGES,
    "config.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    *reversed(COMPLETE),
)
LONGEST_RUN = 64
RUN = re.compile(rf"(\w{{{LONGEST_RUN}}})\w+|([^\w\s]{{{LONGEST_RUN}}})[^\w\s]+")
REMEMBERED_WORDS = 50_000

Tokenize = Callable[[Sequence[str]], torch.Tensor]


class TokenizerMissing(NotFound):
    """The encoder's tokenizer file {path} is not there.

    Copy all files of the encoder's repository into its folder.
    """


class TokenizerBroken(Invalid):
    """The encoder's tokenizer in {path} cannot be read: {reason}.

    Copy its files again from where the weights came from.
    """


class TokenizerMisfit(Invalid):
    """The encoder's tokenizer knows {tokens} tokens, but its weights were made for {vocabulary}.

    Put the tokenizer's files that belong to the weights beside them
    (for an encoder with merges of its own: bpe.txt.gz).
    """


class PackageMissing(Unavailable):
    """The encoder {name} needs the Python package {package}. Install it: pip install {package}."""


def merges_file(folder: Path | None, text: Mapping[str, Any]) -> Path:
    """The merges that the folder brings or its configuration names, else open_clip's own.

    A relative path in a configuration means the folder; open_clip would look
    for it in whatever directory the process was started from.
    """
    named = (text.get("tokenizer_kwargs") or {}).get("bpe_path")
    if folder is None or not (named or (folder / OWN_MERGES).is_file()):
        return Path(default_bpe())
    path = folder / (named or OWN_MERGES)
    if not path.is_file():
        raise TokenizerMissing(path=path)
    return path


def contents(folder: Path | None, text: Mapping[str, Any]) -> dict[str, str]:
    """The hash of each of the tokenizer's files, packing and place left aside."""
    if not text.get("hf_tokenizer_name"):
        path = merges_file(folder, text)
        return {"merges": hashlib.sha256(_unpack(path)).hexdigest()}
    files = [folder / name for name in FILES if name != "config.json"] if folder else []
    return {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files if file.is_file()
    }


def build(
    folder: Path | None, text: Mapping[str, Any], *, name: str, context: int, vocabulary: int
) -> Tokenize:
    """The tokenizer for weights with this context length and this vocabulary."""
    options = dict(text.get("tokenizer_kwargs") or {}, context_length=context)
    options.pop("bpe_path", None)
    if not text.get("hf_tokenizer_name"):
        own = _from_merges(merges_file(folder, text), options)
        if own.vocab_size != vocabulary:
            raise TokenizerMisfit(tokens=own.vocab_size, vocabulary=vocabulary)
        return _Bounded(own, context)
    if importlib.util.find_spec("transformers") is None:
        raise PackageMissing(name=name, package="transformers")
    foreign = _from_hub_files(folder, text, options)
    tokens = len(foreign.tokenizer)
    if tokens > vocabulary:  # fewer is usual: tables are rounded up for the hardware
        raise TokenizerMisfit(tokens=tokens, vocabulary=vocabulary)
    return lambda texts: _tensor(
        foreign([_head(text, context) for text in texts], context_length=context)
    )


def _from_merges(path: Path, options: Mapping[str, Any]) -> Any:
    _unpack(path)
    try:
        return SimpleTokenizer(bpe_path=str(path), **options)
    except (TypeError, ValueError, AssertionError) as error:
        raise TokenizerBroken(path=path, reason=error) from error


def _from_hub_files(
    folder: Path | None, text: Mapping[str, Any], options: Mapping[str, Any]
) -> Any:
    if folder is None:
        raise TokenizerMissing(path=text["hf_tokenizer_name"])
    mode = text.get("tokenizer_mode")
    try:
        return HFTokenizer(str(folder), tokenizer_mode=mode, **options)
    except (OSError, TypeError, ValueError, ImportError, LookupError) as error:
        raise TokenizerBroken(path=folder, reason=" ".join(str(error).split())[:200]) from error


class _Bounded:
    """open_clip's own tokenizer, kept from eating time and memory on hostile texts."""

    def __init__(self, tokenizer: Any, context: int) -> None:
        self._tokenizer = tokenizer
        self._context = context
        self._special = dict(tokenizer.cache)

    def __call__(self, texts: Sequence[str]) -> torch.Tensor:
        # It remembers every word it ever met; people's queries must not fill the memory.
        if len(self._tokenizer.cache) > REMEMBERED_WORDS:
            self._tokenizer.cache = dict(self._special)
        # Merging takes the square of a run's length.
        shortened = [RUN.sub(r"\1\2", _head(text, self._context)) for text in texts]
        return _tensor(self._tokenizer(shortened, context_length=self._context))


def _head(text: str, context: int) -> str:
    """As much of a text as the context could ever hold."""
    return " ".join(text.split())[: LONGEST_RUN * context]


def _tensor(tokens: Any) -> torch.Tensor:
    result: torch.Tensor = tokens
    return result


def _unpack(path: Path) -> bytes:
    try:
        return gzip.decompress(path.read_bytes())
    except (OSError, EOFError) as error:
        raise TokenizerBroken(path=path, reason=str(error)) from error
