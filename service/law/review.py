"""What admins decide about single pictures, each decision and each view on the audit trail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine

from service.db import audit, consents, evidence, images, policy, restricted_lists, restrictions
from service.db.audit import AuditEntry
from service.db.consents import Consent
from service.db.engine import connection
from service.db.evidence import Proof
from service.db.restricted_lists import Judging, RestrictedPicture
from service.db.restrictions import Restriction
from service.domain import Picture, User
from service.errors import Invalid, NotFound
from service.law import undoing
from service.law.edits import check_countries, upper
from service.law.live_gate import LiveGate
from service.policy.gate import Verdict
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
class JudgedProof:
    """A text about a picture with what the rules that hold say of it."""

    proof: Proof
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Everything that an admin needs for a decision; proofs that speak against it come first."""

    picture: Picture
    restrictions: tuple[Restriction, ...]
    consents: tuple[Consent, ...]
    proofs: tuple[JudgedProof, ...]
    last_decision: AuditEntry | None


@dataclass(frozen=True, slots=True)
class Review:
    """The restricted pictures of one installation, as admins deal with them."""

    engine: Engine
    transactions: Transactions
    gate: LiveGate

    def listed(
        self, *, limit: int, before: str | None = None, kind: str = ""
    ) -> list[RestrictedPicture]:
        """Pictures that somebody somewhere may not see, the newest first."""
        with connection(self.engine) as conn:
            return restricted_lists.listed(conn, limit=limit, before=before, kind=kind)

    def count(self) -> int:
        """How many there are."""
        with connection(self.engine) as conn:
            return restricted_lists.count(conn)

    def by_kind(self) -> Mapping[str, int]:
        """How many there are for each kind of reason."""
        with connection(self.engine) as conn:
            return restricted_lists.by_kind(conn)

    def judging(self) -> Judging:
        """How far the pictures have been judged by the rules that hold."""
        with connection(self.engine) as conn:
            return restricted_lists.judging(conn, version=policy.latest(conn))

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
                self._judged(evidence.proofs(conn, image_key=key)),
                undoing.last_decision(conn, image_id),
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
        """Hide a picture because an admin says so, or until one has decided.

        An admin's word decides what was waiting for one.
        """
        if not reason.strip() or not countries:
            raise ReasonMissing
        check_countries(countries)
        kind = "review" if until_reviewed else "admin"
        with self.transactions() as transaction:
            conn = transaction.conn
            key = key_of(conn, image_id)
            decided = (
                [] if until_reviewed else restrictions.remove(conn, image_key=key, kinds=["review"])
            )
            made = Restriction(key, kind, tuple(sorted(upper(countries))), reason.strip())
            before = [
                one
                for one in restrictions.of_picture(conn, image_key=key)
                if (one.kind, one.countries) == (made.kind, made.countries)
            ]
            restrictions.add(conn, [made], user_id=admin.user_id)
            kept = [undoing.document(one) for one in (*before, *decided)]
            facts = {**undoing.document(made), "before": kept}
            note(conn, admin, undoing.RESTRICTED, image_id, **facts)

    def lift(self, image_id: str, *, admin: User, reason: str) -> None:
        """Take back what people decided; what the rules say of the picture stays."""
        if not reason.strip():
            raise ReasonMissing
        with self.transactions() as transaction:
            conn = transaction.conn
            gone = restrictions.remove(conn, image_key=key_of(conn, image_id), kinds=BY_PEOPLE)
            before = [undoing.document(one) for one in gone]
            note(conn, admin, undoing.LIFTED, image_id, reason=reason.strip(), before=before)

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
        check_countries(places)
        with self.transactions() as transaction:
            conn = transaction.conn
            consent_id = consents.insert(
                conn,
                image_key=key_of(conn, image_id),
                given_by=given_by.strip(),
                document=document.strip(),
                countries=places,
                valid_until=valid_until,
                recorded_by=admin.user_id,
            )
            facts = {"document": document, "countries": places, "until": valid_until}
            note(conn, admin, undoing.CONSENTED, image_id, consent=consent_id, **facts)
        return consent_id

    def withdraw_consent(self, image_id: str, consent_id: int, *, admin: User) -> None:
        """End a consent at once."""
        with self.transactions() as transaction:
            conn = transaction.conn
            key = key_of(conn, image_id)
            if not consents.withdraw(conn, image_key=key, consent_id=consent_id):
                raise NoSuchConsent(consent_id=consent_id)
            note(conn, admin, undoing.WITHDRAWN, image_id, consent=consent_id)

    def undo(self, image_id: str, entry_id: int, *, admin: User) -> None:
        """Take the last decision on a picture back."""
        with self.transactions() as transaction:
            conn = transaction.conn
            undone = undoing.take_back(
                conn,
                image_id,
                image_key=key_of(conn, image_id),
                entry_id=entry_id,
                user_id=admin.user_id,
            )
            note(conn, admin, undoing.UNDONE, image_id, undone=undone, entry=entry_id)

    def last_decision(self, image_id: str) -> AuditEntry | None:
        """The decision on a picture that can be taken back, if there is one."""
        with connection(self.engine) as conn:
            return undoing.last_decision(conn, image_id)

    def _judged(self, proofs: Sequence[Proof]) -> tuple[JudgedProof, ...]:
        found = self.gate.in_force()
        judged = [JudgedProof(proof, found.verdict(proof.text)) for proof in proofs]
        return tuple(
            sorted(judged, key=lambda one: (not one.verdict.blocked, not one.proof.counts))
        )


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
