"""Hands received files to the upload use case, for the page and the API alike."""

from collections.abc import Iterable
from dataclasses import replace
from typing import BinaryIO, cast

from werkzeug.datastructures import FileStorage

from service.domain import Uploaded
from service.web.context import asker, services
from service.web.reasons import reworded


def take_in(files: Iterable[FileStorage], collection: str) -> list[Uploaded]:
    """What became of each file, in the order they were sent."""
    named = [(file.filename or "", cast("BinaryIO", file.stream)) for file in files]
    outcome = services().upload(files=named, asker=asker(), collection=collection.strip() or None)
    return [replace(one, reason=reworded(one.reason) or None) for one in outcome]
