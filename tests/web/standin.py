"""The use cases in memory, so that pages and the API can be tried without servers."""

import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import BinaryIO

from PIL import Image, ImageDraw

from service.config import Settings
from service.domain import (
    Asker,
    Check,
    Counts,
    Health,
    Hit,
    Picture,
    PictureState,
    Role,
    SearchPage,
    StoredFile,
    Uploaded,
    UploadStatus,
    User,
)
from service.errors import Invalid, LegallyUnavailable, NotFound, NotSignedIn, Unavailable

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
SHAPES = ((640, 480), (480, 640), (600, 600), (800, 450), (420, 700), (700, 500), (900, 400))
NOUNS = ("dog", "bicycle", "boat", "house", "tree", "cup", "lighthouse", "kite")
PLACES = ("on a beach", "in the snow", "by a lake", "in a field of flowers", "at night")


class StandInEmpty(Invalid):
    """Describe what the picture shows: the query holds no letter and no digit."""

    field = "q"


class StandInCursor(Invalid):
    """The cursor is not one of ours; start the search again."""

    field = "cursor"


class StandInMissing(NotFound):
    """There is no picture {image_id}, or it was deleted."""


class StandInWrong(NotSignedIn):
    """Name or password is wrong."""


class StandInWeak(Invalid):
    """A password needs at least {shortest} characters."""


class StandInRefused(LegallyUnavailable):
    """This image is unavailable in your country in compliance with local laws"""  # noqa: D400, D415


class StandInAway(Unavailable):
    """The encoder is not loaded yet. Try again in a moment."""


def drawn(index: int) -> tuple[bytes, int, int, str]:
    """A picture of a hill and a sun, its size and its mean colour."""
    width, height = SHAPES[index % len(SHAPES)]
    hue = (index * 47) % 360
    image = Image.new("RGB", (width, height), f"hsl({hue}, 45%, 72%)")
    draw = ImageDraw.Draw(image)
    for step in range(height):
        draw.line((0, step, width, step), f"hsl({hue}, 48%, {82 - 42 * step // height}%)")
    draw.ellipse((width * 0.6, height * 0.12, width * 0.6 + 90, height * 0.12 + 90), "#fff3c4")
    for layer in range(3):
        top = height * (0.55 + 0.13 * layer)
        shade = f"hsl({(hue + 150) % 360}, 30%, {42 - 10 * layer}%)"
        left = -width * (0.3 - 0.25 * layer)
        draw.ellipse((left, top, left + width * 1.4, top + height), shade)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    mean = image.resize((1, 1)).getpixel((0, 0))
    colour = "#{:02x}{:02x}{:02x}".format(*mean) if isinstance(mean, tuple) else ""
    return out.getvalue(), width, height, colour


@dataclass
class StandIn:
    """Services without servers; `asked_again` counts how often pending pictures were looked at."""

    settings: Settings
    notice: str = ""
    encoder_away: bool = False
    kept: dict[str, tuple[Picture, bytes]] = field(default_factory=dict)
    deleted: dict[str, tuple[Picture, bytes]] = field(default_factory=dict)
    looks: dict[str, int] = field(default_factory=dict)
    passwords: dict[str, str] = field(
        default_factory=lambda: {"admin": "one-time-word", "vera": "vera-has-a-word"}
    )
    people: dict[int, User] = field(
        default_factory=lambda: {
            1: User(1, "admin", Role.ADMIN, one_time_password=True),
            2: User(2, "vera", Role.VIEWER, one_time_password=False),
        }
    )
    uploaders: list[Asker] = field(default_factory=list)

    def fill(self, count: int) -> "StandIn":
        """Put drawn pictures in."""
        for index in range(count):
            data, width, height, colour = drawn(index)
            caption = f"a {NOUNS[index % len(NOUNS)]} {PLACES[index % len(PLACES)]}"
            picture = Picture(
                image_id=f"pic{index:04d}",
                name=f"{caption.replace(' ', '-')}-{index}.jpg",
                state=PictureState.READY,
                format="JPEG",
                width=width,
                height=height,
                size_bytes=len(data),
                sha256=hashlib.sha256(data).hexdigest(),
                created_at=EPOCH + timedelta(minutes=index),
                placeholder=colour,
                collections=("drawn",),
                captions=(caption,),
            )
            self.kept[picture.image_id] = (picture, data)
        return self

    def search(  # noqa: PLR0913 - the use case's own parameters
        self,
        *,
        text: str,
        asker: Asker,
        limit: int = 20,
        collection: str | None = None,
        cursor: str | None = None,
        min_score: float | None = None,
    ) -> SearchPage:
        """Pictures whose captions share words with the text."""
        if self.encoder_away:
            raise StandInAway
        if not any(char.isalnum() for char in text):
            raise StandInEmpty
        if "forbidden" in text or asker.country == "XX":
            raise StandInRefused(policy_version=7)
        if cursor is not None and not cursor.isdecimal():
            raise StandInCursor
        hits = [
            hit
            for picture, _data in self.kept.values()
            if picture.state is PictureState.READY
            and (collection is None or collection in picture.collections)
            and (hit := scored(picture, text)).score >= (0.3 if min_score is None else min_score)
        ]
        hits.sort(key=lambda hit: (-hit.score, hit.image_id))
        start = int(cursor or 0)
        end = start + limit
        return SearchPage(
            query=text,
            hits=tuple(hits[start:end]),
            next_cursor=str(end) if end < len(hits) else None,
            scorer="network-3",
            encoder="stand-in",
            took_ms=12.3,
        )

    def upload(
        self,
        *,
        files: Iterable[tuple[str, BinaryIO]],
        asker: Asker,
        collection: str | None = None,
    ) -> list[Uploaded]:
        """Take what Pillow can open."""
        self.uploaders.append(asker)
        return [self._take(name, file.read(), collection) for name, file in files]

    def _take(self, name: str, data: bytes, collection: str | None) -> Uploaded:
        digest = hashlib.sha256(data).hexdigest()
        twin = next((p for p, _d in self.kept.values() if p.sha256 == digest), None)
        if twin:
            return Uploaded(
                name, UploadStatus.DUPLICATE, twin.image_id, "This picture is here already."
            )
        try:
            with Image.open(io.BytesIO(data)) as image:
                width, height = image.size
        except OSError:
            reason = "This is not a picture that Glimpse reads."
            return Uploaded(name, UploadStatus.REJECTED, None, reason)
        picture = Picture(
            image_id=f"up{digest[:10]}",
            name=name,
            state=PictureState.PENDING,
            format="PNG",
            width=width,
            height=height,
            size_bytes=len(data),
            sha256=digest,
            created_at=EPOCH + timedelta(days=1, seconds=len(self.kept)),
            collections=(collection,) if collection else (),
            captions=(name.rsplit(".", 1)[0],),
        )
        self.kept[picture.image_id] = (picture, data)
        return Uploaded(name, UploadStatus.PENDING, picture.image_id)

    def embed(self) -> None:
        """Make every pending picture searchable; one named `broken…` is quarantined."""
        for image_id, (picture, data) in list(self.kept.items()):
            if picture.state is PictureState.PENDING:
                broken = picture.name.startswith("broken")
                done = (
                    replace(picture, state=PictureState.QUARANTINED, reason="It kept failing.")
                    if broken
                    else replace(picture, state=PictureState.READY)
                )
                self.kept[image_id] = (done, data)

    def _found(self, image_id: str) -> tuple[Picture, bytes]:
        if image_id == "legal":
            raise StandInRefused
        if image_id not in self.kept:
            raise StandInMissing(image_id=image_id)
        return self.kept[image_id]

    def picture(self, image_id: str, *, asker: Asker) -> Picture:  # noqa: ARG002
        """One picture."""
        return self._found(image_id)[0]

    def pictures(
        self, *, state: PictureState | None, limit: int, before: str | None
    ) -> list[Picture]:
        """Newest first; pending ones become ready when the list was asked for twice."""
        self.looks["pending"] = self.looks.get("pending", 0) + 1
        if state is PictureState.PENDING and self.looks["pending"] % 2 == 0:
            self.embed()
        found = [p for p, _d in self.kept.values() if state in {None, p.state}]
        found.sort(key=lambda p: p.created_at, reverse=True)
        if before:
            names = [p.image_id for p in found]
            found = found[names.index(before) + 1 :]
        return found[:limit]

    def delete_picture(self, image_id: str, *, asker: Asker) -> None:  # noqa: ARG002
        """Take it out."""
        self.deleted[image_id] = self._found(image_id)
        del self.kept[image_id]

    def restore_picture(self, image_id: str) -> None:
        """Bring it back."""
        self.kept[image_id] = self.deleted.pop(image_id)

    def picture_file(self, image_id: str, *, asker: Asker) -> StoredFile:  # noqa: ARG002
        """Its bytes."""
        picture, data = self._found(image_id)
        return StoredFile(
            io.BytesIO(data), "image/jpeg", picture.sha256, len(data), f"тест {picture.name}"
        )

    def picture_thumbnail(self, image_id: str, *, width: int, asker: Asker) -> StoredFile:  # noqa: ARG002
        """A small WebP."""
        picture, data = self._found(image_id)
        with Image.open(io.BytesIO(data)) as image:
            image.thumbnail((width, width))
            out = io.BytesIO()
            image.convert("RGB").save(out, "WEBP")
        size = len(out.getvalue())
        out.seek(0)
        return StoredFile(out, "image/webp", f"{picture.sha256}-{width}", size, picture.name)

    def retry_picture(self, image_id: str) -> None:
        """Pending again."""
        picture, data = self._found(image_id)
        self.kept[image_id] = (replace(picture, state=PictureState.PENDING, reason=None), data)

    def counts(self) -> Counts:
        """By state."""
        states = [p.state for p, _d in self.kept.values()]
        return Counts(
            states.count(PictureState.READY),
            states.count(PictureState.PENDING),
            states.count(PictureState.QUARANTINED),
        )

    def collections(self) -> list[str]:
        """All names."""
        return sorted({name for p, _d in self.kept.values() for name in p.collections})

    def sign_in(self, *, name: str, password: str) -> User:
        """The person of that name."""
        if not password or self.passwords.get(name) != password:
            raise StandInWrong
        return next(user for user in self.people.values() if user.name == name)

    def user(self, user_id: int) -> User | None:
        """By key."""
        return self.people.get(user_id)

    def user_of_token(self, token: str) -> User | None:
        """The admin's token is `glimpse_admin`, the viewer's `glimpse_vera`."""
        return {"glimpse_admin": self.people[1], "glimpse_vera": self.people[2]}.get(token)

    def change_password(self, *, user_id: int, password: str) -> None:
        """Ten characters or more."""
        if len(password) < 10:
            raise StandInWeak(shortest=10)
        user = self.people[user_id]
        self.passwords[user.name] = password
        self.people[user_id] = replace(user, one_time_password=False)

    def health(self) -> Health:
        """Well, unless the encoder is away."""
        checks = {
            "database": Check(ok=True, detail="answers"),
            "encoder": Check(not self.encoder_away, "away" if self.encoder_away else "loaded"),
        }
        return Health(not self.encoder_away, checks, self.counts().pending, loading=False)

    def examples(self, language: str) -> list[str]:
        """A few in the language."""
        russian = ["собака на пляже", "лодка у озера"]
        return russian if language == "ru" else ["a dog on a beach", "a kite in the snow"]


def scored(picture: Picture, text: str) -> Hit:
    """A score from the share of the text's words in the caption."""
    words = set(text.lower().split())
    known = set(" ".join(picture.captions).lower().split())
    share = len(words & known) / len(words)
    return Hit(
        image_id=picture.image_id,
        name=picture.name,
        collections=picture.collections,
        score=min(0.99, 0.12 + 0.8 * share),
        similarity=0.1 + 0.3 * share,
        width=picture.width,
        height=picture.height,
        placeholder=picture.placeholder,
        captions=picture.captions,
    )
