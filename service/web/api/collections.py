"""/collections: listing, making, filling and removing collections of pictures."""

from typing import Any

from service.collecting import Shelf
from service.domain import Role
from service.web.api.collection_schemas import (
    Collection,
    CollectionPictures,
    Collections,
    NewCollection,
)
from service.web.api.images import SIGNED_IN
from service.web.api.resource import Resource
from service.web.auth import requires
from service.web.context import asker, services

blueprint = Resource("api-collections", __name__, description="Named sets of pictures.")


@blueprint.get("/collections")
@requires(Role.ADMIN)
@blueprint.doc(security=SIGNED_IN)
@blueprint.response(200, Collections)
@blueprint.alt_response(401, "UNAUTHORIZED")
@blueprint.alt_response(403, "FORBIDDEN")
def listed() -> dict[str, Any]:
    """All collections by name; pictures that the law hides here are not counted."""
    found = services().collecting.listed(asker=asker())
    return {"collections": [document(shelf) for shelf in found]}


@blueprint.post("/collections")
@requires(Role.ADMIN)
@blueprint.doc(security=SIGNED_IN)
@blueprint.arguments(NewCollection)
@blueprint.response(201, Collection)
@blueprint.alt_response(401, "UNAUTHORIZED")
@blueprint.alt_response(403, "FORBIDDEN")
@blueprint.alt_response(409, "CONFLICT")
def create(sent: dict[str, Any]) -> dict[str, Any]:
    """Make an empty collection."""
    made = services().collecting.create(sent["name"], asker=asker())
    return document(services().collecting.one(made, asker=asker()))


@blueprint.post("/collections/<int:collection_id>/images")
@requires(Role.ADMIN)
@blueprint.doc(security=SIGNED_IN)
@blueprint.arguments(CollectionPictures)
@blueprint.response(200, Collection)
@blueprint.alt_response(401, "UNAUTHORIZED")
@blueprint.alt_response(403, "FORBIDDEN")
@blueprint.alt_response(404, "NOT_FOUND")
def add(sent: dict[str, Any], collection_id: int) -> dict[str, Any]:
    """Put pictures into a collection; those that are in it already, or unknown, change nothing."""
    services().collecting.add(collection_id, sent["image_ids"], asker=asker())
    return document(services().collecting.one(collection_id, asker=asker()))


@blueprint.delete("/collections/<int:collection_id>")
@requires(Role.ADMIN)
@blueprint.doc(security=SIGNED_IN)
@blueprint.response(204)
@blueprint.alt_response(401, "UNAUTHORIZED")
@blueprint.alt_response(403, "FORBIDDEN")
@blueprint.alt_response(404, "NOT_FOUND")
def remove(collection_id: int) -> None:
    """Remove a collection, not its pictures; it is kept for 30 days."""
    services().collecting.remove(collection_id, asker=asker())


def document(shelf: Shelf) -> dict[str, Any]:
    """A collection as the API tells of it."""
    return {
        "collection_id": shelf.collection_id,
        "name": shelf.name,
        "created_at": shelf.created_at,
        "pictures": shelf.pictures,
        "cover_image_id": shelf.cover.image_id if shelf.cover else None,
    }
