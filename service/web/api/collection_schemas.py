"""The shapes of collections as the API takes and answers them."""

from marshmallow import Schema, fields, validate

from service.web.api.schemas import told

MOST_AT_ONCE = 1_000
LONGEST_NAME = 200


class Collection(Schema):
    """A named set of pictures."""

    collection_id = fields.Integer()
    name = fields.String()
    created_at = fields.DateTime()
    pictures = fields.Integer(metadata=told("As many as may be shown to whoever asks."))
    cover_image_id = fields.String(
        allow_none=True, metadata=told("The newest picture that may be shown.")
    )


class Collections(Schema):
    """Collections by name."""

    collections = fields.List(fields.Nested(Collection))


class NewCollection(Schema):
    """A collection to make."""

    name = fields.String(
        required=True,
        validate=validate.Length(1, LONGEST_NAME),
        metadata=told("No other collection has it."),
    )


class CollectionPictures(Schema):
    """Pictures for a collection."""

    image_ids = fields.List(
        fields.String(), required=True, validate=validate.Length(1, MOST_AT_ONCE)
    )
