"""Gathers every sentence a visitor may read and keeps the translations in step with them.

Run `python -m service.web.catalogue` after changing a sentence: new ones appear
in the .po file to be translated, and the .mo file is written anew.
"""

import ast
import inspect
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from service import errors

WEB = Path(__file__).parent
SERVICE = WEB.parent
TRANSLATIONS = WEB / "translations"
# What only operators read, in logs and on the command line, stays in English.
OPERATORS = (
    "cli/",
    "config.py",
    "db/",
    "encoder/",
    "keeping/",
    "law/operating_point.py",
    "stack/",
    "wiring.py",
    "logs.py",
    "store.py",
)
VISITORS = (
    "encoder/holder.py",
    "encoder/batching.py",
    "encoder/download.py",
    "encoder/hub.py",
    "encoder/spec.py",
    "keeping/repairs.py",
    "db/engine.py",
)
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
METHODS = [("**.py", "python"), ("**.html", "jinja2")]
KEYWORDS = {"_": None, "_l": None, "say": None, "kept": None, "ngettext": (1, 2)}


def sentences() -> Catalog:
    """Everything that is said: by pages, by the web layer's code and by errors."""
    catalogue = Catalog(project="Glimpse", charset="utf-8")
    found = extract_from_dir(WEB, METHODS, keywords=KEYWORDS, options_map={"**.html": {}})
    for file, _line, message, _comments, context in found:
        catalogue.add(message, None, [(f"web/{file}", 0)], context=context)
    for place, sentence in sorted(error_sentences()):
        catalogue.add(sentence, None, [(place, 0)])
    return catalogue


def error_sentences() -> Iterator[tuple[str, str]]:
    """The docstring of every error that visitors meet, read without importing what raises it."""
    classes = {
        node.name: (str(path.relative_to(SERVICE)), node)
        for path in sorted(SERVICE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
    }
    families = {name for name, _kind in inspect.getmembers(errors, inspect.isclass)}
    for name, (place, node) in classes.items():
        if place.startswith(OPERATORS) and place not in VISITORS:
            continue
        if _descends(name, classes, families) and (text := ast.get_docstring(node)):
            yield place, " ".join(text.split())


def _descends(name: str, classes: dict[str, tuple[str, ast.ClassDef]], families: set[str]) -> bool:
    if name in families:
        return True
    if name not in classes:
        return False
    bases = [base.id for base in classes[name][1].bases if isinstance(base, ast.Name)]
    return any(_descends(base, classes, families) for base in bases)


def languages() -> list[str]:
    """Those that have a translation."""
    return sorted(path.name for path in TRANSLATIONS.iterdir() if path.is_dir())


def po_path(language: str) -> Path:
    """The file that translators edit."""
    return TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"


def translation(language: str) -> Catalog:
    """The stored translation."""
    with po_path(language).open("rb") as file:
        return read_po(file, locale=language)


def untranslated(language: str) -> list[str]:
    """Sentences that somebody would read in English."""
    known = translation(language)
    missing = []
    for message in sentences():
        if not message.id:
            continue
        found = known.get(message.id)
        texts = found.string if found else ""
        if not all([texts] if isinstance(texts, str) else texts or [""]):
            missing.append(str(message.id))
    return missing


def update() -> int:
    """Bring every language's files in step; answers how many sentences wait for a translation."""
    fresh = sentences()
    waiting = 0
    for language in languages():
        known = translation(language)
        known.update(fresh, no_fuzzy_matching=True)
        known.obsolete.clear()
        # Fixed, so that the files change only when a sentence does.
        known.creation_date = known.revision_date = EPOCH
        known.last_translator = known.language_team = known.msgid_bugs_address = "Glimpse"
        with po_path(language).open("wb") as file:
            write_po(file, known, width=100, no_location=True, omit_header=False)
        with po_path(language).with_suffix(".mo").open("wb") as file:
            write_mo(file, known)
        waiting += len(untranslated(language))
    return waiting


if __name__ == "__main__":
    sys.exit(f"{waiting} sentences wait for a translation" if (waiting := update()) else 0)
