"""Where an encoder's parts lie on this machine: configuration, weights, tokenizer."""

import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, assert_never

import open_clip

from service.encoder import tokenizer, weights
from service.encoder.hub import Hub
from service.encoder.spec import FOLDER, Folder, Published, Repository
from service.errors import Invalid, NotFound

CONFIG = "open_clip_config.json"
TOWERS = ("vision_cfg", "text_cfg")


class FolderMissing(NotFound):
    """The encoder's folder {folder} does not exist. Check the path after local-dir:."""


class ConfigMissing(NotFound):
    """The encoder's folder {folder} has no open_clip_config.json.

    Copy all files of the encoder's repository into it.
    """


class WeightsMissing(NotFound):
    """The encoder's folder {folder} has no weights: a file open_clip_model.safetensors is needed.

    Copy all files of the encoder's repository into it.
    """


class ConfigBroken(Invalid):
    """{path} describes no encoder that open_clip can build: {reason}.

    Copy the file again from where the weights came from.
    """


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """All that is needed to build an encoder, found on this machine."""

    source: str
    architecture: Mapping[str, Any]
    preprocessing: Mapping[str, Any]
    weights: Path
    tokenizer: Path | None
    text_base: Path | None = None

    @property
    def own_config(self) -> bool:
        """Whether the configuration came with the weights, and not with open_clip."""
        return self.source.startswith(FOLDER)

    @property
    def text(self) -> Mapping[str, Any]:
        """The configuration of the text tower."""
        tower: Mapping[str, Any] = self.architecture["text_cfg"]
        return tower


def find(spec: Published | Repository | Folder, hub: Hub) -> Checkpoint:
    """Look the parts up, fetching from the hub what the name says and the machine lacks."""
    match spec:
        case Folder(path):
            return in_folder(path)
        case Repository():
            return _in_repository(spec, hub)
        case Published():
            return _published(spec, hub)
        case _:
            assert_never(spec)


def in_folder(folder: Path) -> Checkpoint:
    """The parts that lie in a folder."""
    if not folder.is_dir():
        raise FolderMissing(folder=folder)
    if not (folder / CONFIG).is_file():
        raise ConfigMissing(folder=folder)
    config = _read(folder / CONFIG)
    found = [folder / name for name in weights.NAMES if (folder / name).is_file()]
    if not found:
        raise WeightsMissing(folder=folder)
    return Checkpoint(
        source=f"{FOLDER}{folder}",
        architecture=config["model_cfg"],
        preprocessing=config.get("preprocess_cfg") or {},
        weights=found[0],
        tokenizer=folder,
    )


def _in_repository(spec: Repository, hub: Hub) -> Checkpoint:
    """All files of one commit, so that configuration, weights and tokenizer belong together."""
    wanted = (CONFIG, *tokenizer.FILES)
    folder = hub.folder(spec.name, wanted=wanted, last=weights.NAMES, revision=spec.revision)
    found = in_folder(folder)
    elsewhere = found.text.get("hf_tokenizer_name", "")
    if elsewhere not in ("", spec.name):
        found = replace(found, tokenizer=_tokenizer(elsewhere, hub))
    return replace(found, text_base=_text_base(found.text, hub))


def _published(spec: Published, hub: Hub) -> Checkpoint:
    """Weights that open_clip lists; its list also says how pictures are prepared for them."""
    architecture = deepcopy(open_clip.get_model_config(spec.architecture))
    listed = open_clip.get_pretrained_cfg(spec.architecture, spec.tag)
    # open_clip only warns when the activations differ from those the weights were trained with.
    architecture["quick_gelu"] = bool(listed.get("quick_gelu"))
    repository, _, file = listed["hf_hub"].rpartition("/")
    names = (file,) if file else weights.NAMES
    folder = hub.folder(repository, last=names)
    elsewhere = architecture["text_cfg"].get("hf_tokenizer_name", "")
    return Checkpoint(
        source=spec.architecture,
        architecture=architecture,
        preprocessing=listed,
        weights=next(folder / name for name in names if (folder / name).is_file()),
        tokenizer=_tokenizer(elsewhere, hub) if elsewhere else None,
        text_base=_text_base(architecture["text_cfg"], hub),
    )


def _tokenizer(repository: str, hub: Hub) -> Path:
    """Where a tokenizer lies that has a repository of its own."""
    return hub.folder(repository, wanted=tokenizer.FILES, last=tokenizer.COMPLETE)


def _text_base(text: Mapping[str, Any], hub: Hub) -> Path | None:
    """Where a foreign text tower's configuration lies; open_clip would ask the hub for it."""
    base = text.get("hf_model_name")
    if not base:
        return None
    return hub.folder(base, wanted=tokenizer.FILES, last=("config.json",))


def _read(path: Path) -> dict[str, Any]:
    """The configuration, with at least the parts that every encoder has."""
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise ConfigBroken(path=path, reason=f"it is no JSON ({error})") from error
    if not isinstance(config, dict) or not isinstance(config.get("model_cfg"), dict):
        raise ConfigBroken(path=path, reason="it has no model_cfg")
    architecture = config["model_cfg"]
    lacking = [part for part in TOWERS if not isinstance(architecture.get(part), dict)]
    if not isinstance(architecture.get("embed_dim"), int):
        lacking.append("embed_dim")
    if lacking:
        raise ConfigBroken(path=path, reason=f"model_cfg has no {' and no '.join(lacking)}")
    return config
