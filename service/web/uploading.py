"""Hands received files to the upload use case, for the page and the API alike."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import BinaryIO, cast

from werkzeug.datastructures import FileStorage

from service.domain import Uploaded
from service.errors import Invalid
from service.web.context import asker, services
from service.web.reasons import reworded

MOST_CAPTIONS = 5
LONGEST_CAPTION = 500


class TooManyCaptions(Invalid):
    """A picture has up to 5 captions of at most 500 characters each. Send fewer or shorter ones."""

    field = "caption"


def take_in(
    files: Iterable[FileStorage], collection: str, captions: Sequence[str] = ()
) -> list[Uploaded]:
    """What became of each file, in the order they were sent; new pictures get the captions."""
    named = [(file.filename or "", cast("BinaryIO", file.stream)) for file in files]
    outcome = services().uploading(
        files=named,
        asker=asker(),
        collection=collection.strip() or None,
        captions=checked(captions),
    )
    return [replace(one, reason=reworded(one.reason) or None) for one in outcome]


def checked(captions: Sequence[str]) -> list[str]:
    """Captions without blanks around them and without empty ones."""
    said = [" ".join(caption.split()) for caption in captions]
    said = [caption.replace("\0", "") for caption in said if caption]
    if len(said) > MOST_CAPTIONS or any(len(caption) > LONGEST_CAPTION for caption in said):
        raise TooManyCaptions
    return said
