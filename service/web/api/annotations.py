"""/annotations: the pair to judge next, one's judgement of it, and taking the last one back."""

from dataclasses import asdict
from typing import Any

from service.domain import Role
from service.judging import Answer, Offer
from service.web.annotate import judge, why_words
from service.web.api.annotation_schemas import Kept, Next, NextQuery, Sent, TakenBack
from service.web.api.documents import addresses
from service.web.api.images import SIGNED_IN
from service.web.api.resource import Resource
from service.web.auth import requires
from service.web.context import asker, services

blueprint = Resource("api-annotations", __name__, description="Judge pictures by texts.")


@blueprint.get("/annotations/next")
@requires(Role.ANNOTATOR)
@blueprint.doc(security=SIGNED_IN)
@blueprint.arguments(NextQuery, location="query")
@blueprint.response(200, Next)
@blueprint.alt_response(401, "UNAUTHORIZED")
@blueprint.alt_response(403, "FORBIDDEN")
def following(query: dict[str, Any]) -> dict[str, Any]:
    """The pair that teaches most, why it was chosen, and how far one is; null when none is left."""
    found = services().judging.next(mode=query["mode"], user_id=judge(), asker=asker())
    return {"pair": None if found is None else document(found), "progress": progress()}


@blueprint.post("/annotations")
@requires(Role.ANNOTATOR)
@blueprint.doc(security=SIGNED_IN)
@blueprint.arguments(Sent)
@blueprint.response(200, Kept)
@blueprint.alt_response(401, "UNAUTHORIZED")
@blueprint.alt_response(403, "FORBIDDEN")
@blueprint.alt_response(404, "NOT_FOUND")
@blueprint.alt_response(409, "CONFLICT")
def answer(sent: dict[str, Any]) -> dict[str, Any]:
    """A grade, a yes or no, or a skip; the same one sent again counts once."""
    kept = services().judging.answer(
        pair=sent["pair"],
        answer=Answer(sent["grade"], sent["fits"], sent["skip"], sent["mode"]),
        user_id=judge(),
        asker=asker(),
        is_check=sent["check"],
    )
    return {"recorded": kept, "progress": progress()}


@blueprint.delete("/annotations/last")
@requires(Role.ANNOTATOR)
@blueprint.doc(security=SIGNED_IN)
@blueprint.response(200, TakenBack)
@blueprint.alt_response(401, "UNAUTHORIZED")
@blueprint.alt_response(403, "FORBIDDEN")
def undo() -> dict[str, Any]:
    """Take one's own last answer back; its pair can be judged again."""
    found = services().judging.undo(user_id=judge())
    name = None if found is None else services().judging.name_of(found)
    return {"pair": name, "progress": progress()}


def document(offer: Offer) -> dict[str, Any]:
    """A pair with the addresses of its picture."""
    told = asdict(offer) | addresses(offer.image_id) | {"check": offer.is_check}
    return told | {"reason": why_words(offer.why)}


def progress() -> dict[str, Any]:
    """How far the person who asks is."""
    return asdict(services().judging.progress(user_id=judge()))
