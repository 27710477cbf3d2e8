"""What admins decide about single pictures, each decision and each view on the audit trail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine

from service.db import audit, consents, images, restrictions
from service.db.audit import AuditEntry
from service.db.consents import Consent
from service.db.engine import connection
from service.db.restrictions import RestrictedPicture, Restriction
from service.domain import Picture, User
from service.errors import Invalid, NotFound
from service.policy.rules import EVERYWHERE
from service.transaction import Transactions

BY_PEOPLE = ("admin", "review")


class NothingToReview(NotFound):
    """There is no picture {image_id}, or it was deleted."""


class NoSuchConsent(NotFound):
    """The picture has no consent {consent_id} that still holds."""


class IncompleteConsent(Invalid):
    """A consent names who gave it, the document, the countries, and a day that is yet to come."""


class ReasonMissing(Invalid):
    """Say why: the reason stays on the audit trail."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Everything that an admin needs for a decision."""

    picture: Picture
    restrictions: tuple[Restriction, ...]
    consents: tuple[Consent, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """The restricted pictures of one installation, as admins deal with them."""

    engine: Engine
    transactions: Transactions

    def listed(self, *, limit: int, before: str | None = None) -> list[RestrictedPicture]:
        """Pictures that somebody somewhere may not see, the newest first."""
        with connection(self.engine) as conn:
            return restrictions.listed(conn, limit=limit, before=before)

    def count(self) -> int:
        """How many there are."""
        with connection(self.engine) as conn:
            return restrictions.count(conn)

    def trail(self, *, limit: int = 200) -> list[AuditEntry]:
        """The audit trail, the latest first."""
        with connection(self.engine) as conn:
            return audit.latest(conn, limit=limit)

    def look(self, image_id: str, *, admin: User) -> Reviewed:
        """One picture with what restricts and what lifts it."""
        with self.transactions() as transaction:
            conn = transaction.conn
            key = key_of(conn, image_id)
            picture = images.picture(conn, image_id)
            if picture is None:
                raise NothingToReview(image_id=image_id)
            note(conn, admin, "picture reviewed", image_id)
            return Reviewed(
                picture,
                tuple(restrictions.of_picture(conn, image_key=key)),
                tuple(consents.of_picture(conn, image_key=key)),
            )

    def note_view(self, image_id: str, *, admin: User) -> None:
        """Put on the trail that an admin looked at the picture itself."""
        with self.transactions() as transaction:
            key_of(transaction.conn, image_id)
            note(transaction.conn, admin, "picture viewed", image_id)

    def restrict(
        self,
        image_id: str,
        *,
        admin: User,
        reason: str,
        countries: Sequence[str] = (EVERYWHERE,),
        until_reviewed: bool = False,
    ) -> None:
        """Hide a picture because an admin says so, or until one has decided."""
        if not reason.strip() or not countries:
            raise ReasonMissing
        kind = "review" if until_reviewed else "admin"
        with self.transactions() as transaction:
            conn = transaction.conn
            key = key_of(conn, image_id)
            places = tuple(country.upper() for country in countries)
            restrictions.add(conn, [Restriction(key, kind, places, reason)], user_id=admin.user_id)
            note(conn, admin, "picture restricted", image_id, reason=reason, countries=places)

    def lift(self, image_id: str, *, admin: User, reason: str) -> None:
        """Take back what people decided; what the rules say of the picture stays."""
        if not reason.strip():
            raise ReasonMissing
        with self.transactions() as transaction:
            conn = transaction.conn
            restrictions.remove(conn, image_key=key_of(conn, image_id), kinds=BY_PEOPLE)
            note(conn, admin, "restriction lifted", image_id, reason=reason)

    def record_consent(
        self,
        image_id: str,
        *,
        admin: User,
        given_by: str,
        document: str,
        countries: Sequence[str],
        valid_until: datetime,
        now: datetime,
    ) -> int:
        """Record a parent's or guardian's consent; it lapses by itself."""
        places = [country.strip().upper() for country in countries if country.strip()]
        if not (given_by.strip() and document.strip() and places and valid_until > now):
            raise IncompleteConsent
        with self.transactions() as transaction:
            conn = transaction.conn
            consent_id = consents.insert(
                conn,
                image_key=key_of(conn, image_id),
                given_by=given_by,
                document=document,
                countries=places,
                valid_until=valid_until,
                recorded_by=admin.user_id,
            )
            facts = {"document": document, "countries": places, "until": valid_until}
            note(conn, admin, "consent recorded", image_id, consent=consent_id, **facts)
        return consent_id

    def withdraw_consent(self, image_id: str, consent_id: int, *, admin: User) -> None:
        """End a consent at once."""
        with self.transactions() as transaction:
            conn = transaction.conn
            key = key_of(conn, image_id)
            if not consents.withdraw(conn, image_key=key, consent_id=consent_id):
                raise NoSuchConsent(consent_id=consent_id)
            note(conn, admin, "consent withdrawn", image_id, consent=consent_id)


def key_of(conn: Connection, image_id: str) -> int:
    """The database key of a picture that is not deleted."""
    stored = images.stored(conn, image_id)
    if stored is None:
        raise NothingToReview(image_id=image_id)
    return stored.image_key


def note(conn: Connection, admin: User, action: str, image_id: str, **detail: object) -> None:
    """Put an admin's act on the audit trail."""
    audit.add(
        conn,
        user_id=admin.user_id,
        who=admin.name,
        action=action,
        subject=image_id,
        detail=detail,
    )
