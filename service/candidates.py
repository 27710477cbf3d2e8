"""Candidate lists: pages of one search are cut from one list, so none repeats or skips.

The list waits in Redis under a random id; the cursor that a page hands out
names it, signed. Where the list is gone it is found anew and the page goes on
after the last candidate that was shown.
"""

import json
import secrets
from dataclasses import astuple, dataclass, replace

from itsdangerous import BadSignature, URLSafeSerializer

from service.cache import Cache
from service.domain import Candidate
from service.errors import Invalid

KEPT_SECONDS = 15 * 60


class BadCursor(Invalid):
    """The cursor does not belong to this search. Start again without one."""

    field = "cursor"


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a candidate list."""

    scope: str
    list_id: str = ""
    offset: int = 0
    last: Candidate | None = None

    def moved(self, offset: int, last: Candidate) -> "Cursor":
        """The place after this candidate."""
        return replace(self, offset=offset, last=last)


class CandidateLists:
    """Keeps the candidates of a search while it is paged."""

    def __init__(self, cache: Cache, secret_key: str) -> None:
        self.cache = cache
        self.signer = URLSafeSerializer(secret_key, salt="cursor")

    def keep(self, candidates: list[Candidate], *, scope: str) -> Cursor:
        """Keep a fresh list; answers the place before its first candidate."""
        cursor = Cursor(scope=scope, list_id=secrets.token_urlsafe(12))
        packed = json.dumps([astuple(one) for one in candidates])
        self.cache.set(f"candidates:{cursor.list_id}", packed.encode(), seconds=KEPT_SECONDS)
        return cursor

    def load(self, cursor: Cursor) -> list[Candidate] | None:
        """The kept list, or None when it is gone."""
        packed = self.cache.get(f"candidates:{cursor.list_id}")
        if packed is None:
            return None
        return [Candidate(*fields) for fields in json.loads(packed)]

    def serialise(self, cursor: Cursor) -> str:
        """The cursor as a page hands it out."""
        last = cursor.last and astuple(cursor.last)
        return str(self.signer.dumps([cursor.scope, cursor.list_id, cursor.offset, last]))

    def parse(self, text: str | None, *, scope: str) -> Cursor:
        """A cursor that came back; none at all is the beginning."""
        if not text:
            return Cursor(scope=scope)
        try:
            made_for, list_id, offset, last = self.signer.loads(text)
        except (BadSignature, ValueError) as error:
            raise BadCursor from error
        if made_for != scope:
            raise BadCursor
        return Cursor(scope, list_id, offset, Candidate(*last) if last else None)
