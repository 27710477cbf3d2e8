"""The nouns of Glimpse, frozen: plain values that every layer understands."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import BinaryIO

from service.country_codes import COUNTRIES


@dataclass(frozen=True, slots=True)
class AllowedQuery:
    """A person's text that the policy gate has let through; only the gate makes one."""

    text: str
    policy_version: int


@dataclass(frozen=True, slots=True)
class Asker:
    """Who is asking and from where; an empty country means unknown.

    Another country can be added: its rules hold as well.
    """

    country: str = ""
    user_id: int | None = None
    role: "Role | None" = None
    added_country: str = ""

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries whose rules hold for the asker; none means every rule there is."""
        named = [self.country, *filter(None, [self.added_country])]
        if not all(is_country(name) for name in named):
            return ()
        return tuple(sorted({name.upper() for name in named}))


def is_country(name: str) -> bool:
    """Whether this names a country; XX, T1 or EU of a proxy that does not know name none."""
    return name.isascii() and name.upper() in COUNTRIES


class Role(StrEnum):
    """What a signed-in person may do; each role is granted on its own."""

    VIEWER = "viewer"
    ANNOTATOR = "annotator"
    ANALYST = "analyst"
    ADMIN = "admin"


class PictureState(StrEnum):
    """How far a picture has come on its way into the search."""

    PENDING = "pending"
    READY = "ready"
    QUARANTINED = "quarantined"


class Source(StrEnum):
    """How a picture came in."""

    UPLOAD = "upload"
    IMPORT = "import"
    SAMPLE = "sample"


class Orientation(StrEnum):
    """The shape of a picture."""

    LANDSCAPE = "landscape"
    PORTRAIT = "portrait"
    SQUARE = "square"


class Sort(StrEnum):
    """In which order the matches are shown."""

    BEST = "best"
    NEWEST = "newest"
    OLDEST = "oldest"
    LARGEST = "largest"


@dataclass(frozen=True, slots=True)
class Filters:
    """Which pictures may match at all; what is not set leaves none out. Days are included."""

    orientation: Orientation | None = None
    min_side: int = 0
    added_from: date | None = None
    added_to: date | None = None
    source: Source | None = None
    captioned: bool | None = None
    state: PictureState | None = None


NO_FILTERS = Filters()


class UploadStatus(StrEnum):
    """What became of one uploaded file."""

    PENDING = "pending"
    READY = "ready"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Uploaded:
    """The answer for one uploaded file; image_id names the original of a duplicate.

    What is near looks nearly the same and was here before.
    """

    name: str
    status: UploadStatus
    image_id: str | None = None
    reason: str | None = None
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """A stored picture as everybody may know it; image_id is its public, opaque id."""

    image_id: str
    name: str
    state: PictureState
    format: str
    width: int
    height: int
    size_bytes: int
    sha256: str
    created_at: datetime
    placeholder: str = ""
    collections: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A picture near the query, by its database key, and its probability where it is scored.

    The order is what it is ranked by where that is neither the probability nor the similarity.
    """

    key: int
    similarity: float
    order: float | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One search result."""

    image_id: str
    name: str
    collections: tuple[str, ...]
    score: float
    similarity: float
    width: int
    height: int
    placeholder: str
    captions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of results, best first; the cursor leads to the next one."""

    query: str
    hits: tuple[Hit, ...]
    next_cursor: str | None
    scorer: str | None
    encoder: str
    took_ms: float
    # The score below which pictures were left out, if any were to be.
    cutoff: float | None = None


@dataclass(frozen=True, slots=True)
class User:
    """A person with an account; one_time_password tells that it is still the first one.

    The stamp changes with the password, so a session that remembers an older one has ended.
    """

    user_id: int
    name: str
    role: Role
    one_time_password: bool
    stamp: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many pictures are in which state."""

    ready: int
    pending: int
    quarantined: int


@dataclass(frozen=True, slots=True)
class Check:
    """Whether one part works, in a few words."""

    ok: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Health:
    """Whether searches can be answered, and what is still under way."""

    ready: bool
    checks: dict[str, Check]
    pending: int
    loading: bool


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Bytes of a picture to hand out; the stream is the caller's to close."""

    stream: BinaryIO
    media_type: str
    etag: str
    size_bytes: int
    name: str


@dataclass(frozen=True, slots=True)
class SampleProgress:
    """How far the sample collection is: absent, loading, ready or removed."""

    state: str = "absent"
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class TargetFormula:
    """How experts and crowd make one target; docs/decisions/0011-targets.md argues the defaults."""

    expert_weight: float = 0.9
    crowd_weight: float = 0.1
    min_grades: int = 1
    min_votes: int = 3
    weigh_judges: bool = False
