"""A text tower of sentence-transformers: found on this machine or fetched, and built."""

import hashlib
import importlib.util
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from service.encoder import tokenizer, weights
from service.encoder.hub import Hub
from service.encoder.pair.spec import SENTENCE, SentenceSpec, UnknownTower
from service.encoder.tokenizer import PackageMissing
from service.errors import Invalid

RECIPE = 1
LONGEST_WORD = 64
MODULES = "modules.json"
FILE = "model.safetensors"
WANTED = (
    MODULES,
    "config.json",
    "config_sentence_transformers.json",
    "sentence_bert_config.json",
    "1_Pooling/config.json",
    "2_Dense/config.json",
    "2_Dense/model.safetensors",
    *tokenizer.FILES,
)


class SentenceTowerBroken(Invalid):
    """The text tower in {path} cannot be used: {reason}.

    It needs the files of a sentence-transformers repository, weights as .safetensors.
    """


@dataclass(frozen=True, slots=True)
class SentenceParts:
    """A tower that is built, and what is to be known of it."""

    module: nn.Module
    prepare: "Prepare"
    width: int
    fingerprint: str
    weights: Path


class Prepare:
    """Texts become token numbers, which kind and which count, one plane each."""

    def __init__(self, sentences: Any) -> None:
        self._sentences = sentences
        # What its authors had before every text by default; most have nothing.
        self._prompt = sentences.prompts.get(sentences.default_prompt_name) or ""
        self._longest = LONGEST_WORD * int(sentences.max_seq_length or 512)

    def __call__(self, texts: Sequence[str]) -> torch.Tensor:
        """Rows of three planes, as one tensor for Tower."""
        short = [self._prompt + " ".join(text.split())[: self._longest] for text in texts]
        found = self._sentences.preprocess(short)
        tokens = found["input_ids"]
        kinds = found.get("token_type_ids", torch.zeros_like(tokens))
        return torch.stack([tokens, found["attention_mask"], kinds], dim=1)


class Sentences(nn.Module):
    """The network as Tower calls it."""

    def __init__(self, sentences: Any, *, kinds: bool) -> None:
        super().__init__()
        self.sentences = sentences
        self.kinds = kinds

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        """Vectors of any length."""
        features = {"input_ids": rows[:, 0], "attention_mask": rows[:, 1]}
        if self.kinds:
            features["token_type_ids"] = rows[:, 2]
        vectors: torch.Tensor = self.sentences(features)["sentence_embedding"]
        return vectors


def build(spec: SentenceSpec, hub: Hub) -> SentenceParts:
    """The tower in fp32 on the CPU, ready for use and not for training."""
    if importlib.util.find_spec("sentence_transformers") is None:
        raise PackageMissing(name=SENTENCE + spec.name, package="sentence-transformers")
    folder = find(spec, hub)
    sentences = _load(folder)
    kinds = "token_type_ids" in sentences.preprocess(["a dog"])
    return SentenceParts(
        module=Sentences(sentences, kinds=kinds).eval(),
        prepare=Prepare(sentences),
        width=int(sentences.get_embedding_dimension()),
        fingerprint=_fingerprint(folder),
        weights=folder / FILE,
    )


def find(spec: SentenceSpec, hub: Hub) -> Path:
    """The folder: the one named, a package's `model`, or a repository's copy on this machine."""
    folder = Path(spec.name).expanduser()
    if folder.is_dir():
        return folder
    package = _package(spec.name)
    if package is not None:
        return package
    if spec.name.count("/") == 1 and not spec.name.startswith(("/", ".", "~")):
        return hub.folder(spec.name, wanted=WANTED, last=(FILE,))
    hint = "it is no folder, no installed package with one, and no <organisation>/<repository>"
    raise UnknownTower(kind="text", name=SENTENCE + spec.name, hint=hint)


def _package(name: str) -> Path | None:
    """Where an installed package of that name keeps its network; the package is not run."""
    imported = name.replace("-", "_")
    if not imported.isidentifier():
        return None
    found = importlib.util.find_spec(imported)
    places = [Path(place) / "model" for place in (found and found.submodule_search_locations) or ()]
    return next((place for place in places if (place / MODULES).is_file()), None)


def _load(folder: Path) -> Any:
    from sentence_transformers import SentenceTransformer
    from transformers.utils.logging import disable_progress_bar

    # It draws a bar of its own for each load, into whatever a command prints on stderr.
    disable_progress_bar()  # type: ignore[no-untyped-call] # transformers
    if not (folder / FILE).is_file():
        raise SentenceTowerBroken(path=folder, reason=f"it has no {FILE}")
    weights.shapes(folder / FILE)
    try:
        return SentenceTransformer(
            str(folder),
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True},
        ).eval()
    except (OSError, ValueError, TypeError, LookupError, RuntimeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise SentenceTowerBroken(path=folder, reason=reason) from error


def _fingerprint(folder: Path) -> str:
    """Of all files that decide: weights, configuration, tokenizer, and each module's folder."""
    files = sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and path.suffix in {".json", ".txt", ".model", ".safetensors"}
        and (path.parent != folder or path.name in {*WANTED, FILE})
    )
    facts = {str(path.relative_to(folder)): weights.sha256(path) for path in files}
    canonical = json.dumps({"recipe": RECIPE, "files": facts}, sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()
