"""An encoder's name as a person writes it, taken apart; a wrong one meets near ones."""

import difflib
from dataclasses import dataclass
from pathlib import Path

import open_clip

from service.errors import Invalid

BUNDLED = Path(__file__).parent / "bundled"
HUB = "hf-hub:"
FOLDER = "local-dir:"


class UnknownEncoder(Invalid):
    """There is no encoder named "{name}": {hint}.

    Names are bundled, <architecture>/<pretrained> as in ViT-B-32/laion2b_s34b_b79k,
    hf-hub:<organisation>/<repository>, local-dir:<folder> or pair:<name or path>.
    """


@dataclass(frozen=True, slots=True)
class Published:
    """An architecture that open_clip knows, with weights published for it under a tag."""

    architecture: str
    tag: str


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository of the hub that holds a configuration beside the weights."""

    name: str
    revision: str = "main"


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of this machine that holds configuration, weights and tokenizer."""

    path: Path


def parse(name: str) -> Published | Repository | Folder:
    """What the name stands for; whether its files exist is not looked at."""
    if name == "bundled":
        return Folder(BUNDLED)
    if name.startswith(FOLDER) and name != FOLDER:
        return Folder(Path(name.removeprefix(FOLDER)).expanduser().absolute())
    if name.startswith(HUB) and name != HUB:
        repository, _, revision = name.removeprefix(HUB).partition("@")
        return Repository(repository, revision or "main")
    architecture, _, tag = name.rpartition("/")
    if (architecture, tag) in open_clip.list_pretrained():
        return Published(architecture, tag)
    raise UnknownEncoder(name=name, hint=_hint(name))


def _hint(name: str) -> str:
    """What the person may have meant."""
    if Path(name).expanduser().is_dir():
        return f"that is a folder, so write {FOLDER}{name}"
    published = ["/".join(pair) for pair in open_clip.list_pretrained()]
    spelled = {known.lower(): known for known in ["bundled", *published]}
    near = difflib.get_close_matches(name.lower(), spelled, n=3, cutoff=0.6)
    near += [known for known in spelled if known.startswith(f"{name.lower()}/")][:3]
    if near:
        return f"did you mean {' or '.join(spelled[each] for each in near)}"
    if name.count("/") == 1:
        return f"if it is a repository of the hub, write {HUB}{name}"
    return "nothing has a similar name"
