"""Takes an admin's last decision on a picture back, as the audit trail tells what it was."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection

from service.db import audit, consents, restrictions
from service.db.audit import AuditEntry
from service.db.restrictions import Restriction
from service.errors import Conflict

RESTRICTED, LIFTED = "picture restricted", "restriction lifted"
CONSENTED, WITHDRAWN = "consent recorded", "consent withdrawn"
UNDONE = "decision undone"
Undo = Callable[[Connection, int, int | None, Mapping[str, Any]], None]


class NothingToUndo(Conflict):
    """That decision is not the last one on this picture any more. Look at what holds now."""


def last_decision(conn: Connection, image_id: str) -> AuditEntry | None:
    """The decision that can be taken back, if there is one."""
    found = audit.latest_of(conn, subject=image_id, actions=[*UNDOERS, UNDONE])
    return None if found is None or found.action == UNDONE else found


def take_back(
    conn: Connection, image_id: str, *, image_key: int, entry_id: int, user_id: int | None
) -> str:
    """Undo the decision of that entry, if it is the last; answers what it had been."""
    last = last_decision(conn, image_id)
    if last is None or last.entry_id != entry_id:
        raise NothingToUndo
    UNDOERS[last.action](conn, image_key, user_id, last.detail)
    return last.action


def document(one: Restriction) -> dict[str, object]:
    """A restriction as the trail keeps it."""
    return {"kind": one.kind, "countries": list(one.countries), "reason": one.reason}


def _from(image_key: int, kept: Mapping[str, Any]) -> Restriction:
    return Restriction(image_key, kept["kind"], tuple(kept["countries"]), kept["reason"])


def _unrestrict(
    conn: Connection, image_key: int, user_id: int | None, detail: Mapping[str, Any]
) -> None:
    restrictions.remove_one(conn, _from(image_key, detail))
    _restore(conn, image_key, user_id, detail)


def _restore(
    conn: Connection, image_key: int, user_id: int | None, detail: Mapping[str, Any]
) -> None:
    before = [_from(image_key, kept) for kept in detail.get("before", ())]
    restrictions.add(conn, before, user_id=user_id)


def _withdraw(
    conn: Connection,
    image_key: int,
    user_id: int | None,  # noqa: ARG001 - an Undo
    detail: Mapping[str, Any],
) -> None:
    consents.withdraw(conn, image_key=image_key, consent_id=detail["consent"])


def _renew(
    conn: Connection,
    image_key: int,
    user_id: int | None,  # noqa: ARG001 - an Undo
    detail: Mapping[str, Any],
) -> None:
    consents.renew(conn, image_key=image_key, consent_id=detail["consent"])


UNDOERS: dict[str, Undo] = {
    RESTRICTED: _unrestrict,
    LIFTED: _restore,
    CONSENTED: _withdraw,
    WITHDRAWN: _renew,
}
