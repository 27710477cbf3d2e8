"""/images: uploading, reading, listing and deleting pictures."""

from typing import Any

from service.domain import Role
from service.web.api.documents import picture_document
from service.web.api.resource import Resource
from service.web.api.schemas import (
    Image,
    Images,
    ImagesQuery,
    KnownAnswer,
    KnownQuery,
    Upload,
    UploadAnswer,
)
from service.web.auth import requires
from service.web.context import asker, services
from service.web.uploading import take_in

blueprint = Resource("api-images", __name__, description="Store, read and delete pictures.")
SIGNED_IN: list[dict[str, list[str]]] = [{"token": []}, {"session": []}]


@blueprint.post("/images")
@requires(Role.ADMIN)
@blueprint.doc(security=SIGNED_IN)
@blueprint.arguments(Upload, location="multipart")
@blueprint.response(202, UploadAnswer)
@blueprint.alt_response(401, "UNAUTHORIZED")
@blueprint.alt_response(403, "FORBIDDEN")
@blueprint.alt_response(413, "REQUEST_ENTITY_TOO_LARGE")
def upload(sent: dict[str, Any]) -> dict[str, Any]:
    """Take pictures in; one bad file leaves the others unharmed."""
    return {"images": take_in(sent["file"], sent["collection"], sent["caption"])}


@blueprint.post("/images/known")
@requires(Role.ADMIN)
@blueprint.doc(security=SIGNED_IN)
@blueprint.arguments(KnownQuery)
@blueprint.response(200, KnownAnswer)
@blueprint.alt_response(401, "UNAUTHORIZED")
@blueprint.alt_response(403, "FORBIDDEN")
def known(sent: dict[str, Any]) -> dict[str, Any]:
    """Which pictures are here already and need not be sent; they count as sent."""
    collection = sent["collection"].strip() or None
    found = services().recognising.known(sent["sha256"], collection=collection)
    return {"images": [{"sha256": sha, "image_id": name} for sha, name in found.items()]}


@blueprint.get("/images")
@requires(Role.ADMIN)
@blueprint.doc(security=SIGNED_IN)
@blueprint.arguments(ImagesQuery, location="query")
@blueprint.response(200, Images)
@blueprint.alt_response(401, "UNAUTHORIZED")
@blueprint.alt_response(403, "FORBIDDEN")
def images(query: dict[str, Any]) -> dict[str, Any]:
    """The latest pictures, of one state or of all."""
    found = services().pictures(
        state=query["state"],
        limit=query["limit"],
        before=query["before"] or None,
        asker=asker(),
    )
    return {"images": [picture_document(picture) for picture in found]}


@blueprint.get("/images/<id:image_id>")
@blueprint.response(200, Image)
@blueprint.alt_response(404, "NOT_FOUND")
@blueprint.alt_response(451, "UNAVAILABLE_FOR_LEGAL_REASONS")
def image(image_id: str) -> dict[str, Any]:
    """A picture's state and what is known of it."""
    return picture_document(services().picture(image_id, asker=asker()))


@blueprint.delete("/images/<id:image_id>")
@requires(Role.ADMIN)
@blueprint.doc(security=SIGNED_IN)
@blueprint.response(204)
@blueprint.alt_response(401, "UNAUTHORIZED")
@blueprint.alt_response(403, "FORBIDDEN")
@blueprint.alt_response(404, "NOT_FOUND")
def delete(image_id: str) -> None:
    """Take a picture out of the search; it is kept for 30 days."""
    services().delete_picture(image_id, asker=asker())
