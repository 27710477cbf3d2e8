"""The shapes of what the API takes and answers."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from service.domain import Filters, Orientation, PictureState, Sort, Source, UploadStatus

MOST_RESULTS = 500
MOST_LISTED = 500
LONGEST_TEXT = 1_000
MOST_PIXELS = 100_000


def told(text: str, **more: object) -> dict[str, object]:
    """Metadata that the description of the API shows."""
    return {"description": text, **more}


class SearchQuery(Schema):
    """What to look for."""

    q = fields.String(
        load_default="",
        metadata=told(
            "The description, at most 1,000 characters. A dash before a word or a quotation keeps"
            " out what shows or names it (dog -snow); what stands in quotation marks has to be in"
            " a caption. May be left out with like.",
            example="a dog on the beach",
        ),
    )
    limit = fields.Integer(
        load_default=20,
        validate=validate.Range(1, MOST_RESULTS),
        metadata=told("Results on a page."),
    )
    country = fields.String(
        load_default="",
        validate=validate.Regexp(
            r"\A([A-Za-z]{2})?\Z", error="Must be a country code of two letters."
        ),
        metadata=told("A country whose rules apply as well; it never takes rules away."),
    )
    collection = fields.String(load_default="", metadata=told("Search in this collection only."))
    cursor = fields.String(load_default="", metadata=told("The next_cursor of the page before."))
    min_score = fields.Float(
        load_default=None,
        validate=validate.Range(0, 1),
        metadata=told(
            "Leave out results with a lower score; 0 keeps all. Left out, the published scorer's"
            " cutoff applies to what the text gives; a picture alone is never cut off."
        ),
    )
    like = fields.String(
        load_default="",
        metadata=told("Search with this picture, an image_id; q then adds to it."),
    )
    orientation = fields.Enum(Orientation, by_value=True, load_default=None)
    min_side = fields.Integer(
        load_default=0,
        validate=validate.Range(0, MOST_PIXELS),
        metadata=told("The shorter side has at least so many pixels."),
    )
    added_from = fields.Date(load_default=None, metadata=told("Added on this day or later (UTC)."))
    added_to = fields.Date(load_default=None, metadata=told("Added on this day or before (UTC)."))
    source = fields.Enum(
        Source, by_value=True, load_default=None, metadata=told("How the picture came in.")
    )
    captioned = fields.Boolean(
        load_default=None, allow_none=True, metadata=told("With captions, or without any.")
    )
    state = fields.Enum(
        PictureState, by_value=True, load_default=None, metadata=told("For admins.")
    )
    sort = fields.Enum(
        Sort,
        by_value=True,
        load_default=Sort.BEST,
        metadata=told("Another order than best arranges the 100 best matches."),
    )


class PictureQuery(SearchQuery):
    """A picture to search with; sent as a form with a file."""

    class Meta:
        """What narrows a search by words does not narrow this one yet."""

        exclude = ("like", "sort", *Filters.__slots__)

    image = fields.Raw(
        required=True,
        metadata=told("The picture; it is not kept.", type="string", format="binary"),
    )
    q = fields.String(
        load_default="",
        metadata=told("A description that the results should fit as well; the scorer judges it."),
    )


class Result(Schema):
    """A picture that was found."""

    image_id = fields.String(metadata=told("Opaque."))
    name = fields.String(metadata=told("The original file's name."))
    collections = fields.List(fields.String())
    score = fields.Float(
        metadata=told(
            "Probability that text and picture match, 0 to 1. Asked with a picture alone: how alike"
            " the two are, where 0 is what any two pictures here have and 1 the same picture. With"
            " both: midway (geometric mean) between that and the text's probability. While no"
            " scorer is published, the similarity of the text mapped to 0 to 1."
        )
    )
    similarity = fields.Float(
        metadata=told("Cosine of query and picture, less what fits terms with a dash.")
    )
    width = fields.Integer()
    height = fields.Integer()
    file_url = fields.String()
    thumbnail_url = fields.String()
    page_url = fields.String()
    captions = fields.List(fields.String())


class SearchAnswer(Schema):
    """A page of results, best first."""

    query = fields.String()
    results = fields.List(fields.Nested(Result))
    next_cursor = fields.String(allow_none=True, metadata=told("Absent on the last page."))
    scorer = fields.String(
        allow_none=True,
        metadata=told(
            "What gave the scores of every result on the page, as kind-number; null while none is"
            " published, and where a picture was asked with and nothing said. Later pages of a"
            " cursor keep it when another one is published meanwhile."
        ),
    )
    encoder = fields.String()
    took_ms = fields.Float()


class ScoreForm(Schema):
    """The form of a pair: a picture's file or the id of a stored one, and a text."""

    image = fields.Raw(
        load_default=None,
        metadata={"type": "string", "format": "binary", **told("A picture; it is not stored.")},
    )
    image_id = fields.String(load_default="", metadata=told("A stored picture instead."))
    text = fields.String(
        required=True,
        validate=validate.Length(min=1, max=LONGEST_TEXT),
        metadata=told("The description, at most 1,000 characters."),
    )
    country = fields.String(
        load_default="",
        validate=validate.Regexp(
            r"\A([A-Za-z]{2})?\Z", error="Must be a country code of two letters."
        ),
        metadata=told("A country whose rules apply as well; it never takes rules away."),
    )

    @validates_schema
    def one_picture(self, data: dict[str, Any], **_: object) -> None:
        """Exactly one of the two ways to name a picture."""
        if bool(data.get("image")) == bool(data.get("image_id")):
            message = "Send either image or image_id."
            raise ValidationError(message, field_name="image")


class ScoreAnswer(Schema):
    """How probably the text fits the picture."""

    score = fields.Float(metadata=told("Probability that text and picture match, 0 to 1."))
    similarity = fields.Float(metadata=told("Cosine of text and picture."))
    scorer = fields.String(allow_none=True)
    encoder = fields.String()


class Upload(Schema):
    """The form of an upload: field file once or many times."""

    file = fields.List(
        fields.Raw(metadata={"type": "string", "format": "binary"}),
        required=True,
        validate=validate.Length(min=1),
        metadata=told("One picture or many."),
    )
    collection = fields.String(
        load_default="", metadata=told("Put the pictures into this collection.")
    )
    caption = fields.List(
        fields.String(),
        load_default=list,
        metadata=told("Describes every new picture sent; once or up to five times."),
    )


class UploadedFile(Schema):
    """What became of one file."""

    name = fields.String()
    image_id = fields.String(allow_none=True, metadata=told("Of a duplicate: the original's."))
    status = fields.Enum(UploadStatus, by_value=True)
    reason = fields.String(allow_none=True)
    near = fields.List(
        fields.String(),
        metadata=told("Pictures here that look nearly the same, the nearest first."),
    )


class KnownQuery(Schema):
    """Pictures by their content, before they are sent."""

    sha256 = fields.List(
        fields.String(validate=validate.Regexp(r"\A[0-9a-f]{64}\Z")),
        required=True,
        validate=validate.Length(1, MOST_LISTED),
        metadata=told("SHA-256 of whole files, in hexadecimal."),
    )
    collection = fields.String(
        load_default="", metadata=told("Put those that are here into this collection.")
    )


class KnownImage(Schema):
    """A picture that is here already."""

    sha256 = fields.String()
    image_id = fields.String()


class KnownAnswer(Schema):
    """Those of the pictures that are here."""

    images = fields.List(fields.Nested(KnownImage))


class UploadAnswer(Schema):
    """One entry a file, in the order sent."""

    images = fields.List(fields.Nested(UploadedFile))


class Image(Schema):
    """A stored picture."""

    image_id = fields.String()
    name = fields.String()
    state = fields.Enum(PictureState, by_value=True)
    reason = fields.String(allow_none=True)
    format = fields.String()
    width = fields.Integer()
    height = fields.Integer()
    size_bytes = fields.Integer()
    sha256 = fields.String()
    created_at = fields.DateTime()
    collections = fields.List(fields.String())
    captions = fields.List(fields.String())
    file_url = fields.String()
    thumbnail_url = fields.String()
    page_url = fields.String()


class ImagesQuery(Schema):
    """Which pictures to list."""

    state = fields.Enum(PictureState, by_value=True, load_default=None)
    limit = fields.Integer(load_default=100, validate=validate.Range(1, MOST_LISTED))
    before = fields.String(load_default="", metadata=told("Those older than this image_id."))


class Images(Schema):
    """Pictures, newest first."""

    images = fields.List(fields.Nested(Image))


class Problem(Schema):
    """RFC 9457: why a call was refused."""

    type = fields.String()
    title = fields.String()
    status = fields.Integer()
    detail = fields.String(metadata=told("A sentence for a person, with what to do next."))
    instance = fields.String()
    request_id = fields.String()
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        metadata=told("What is wrong, field by field."),
    )
    disclaimer = fields.String(metadata=told("With 451 only."))
    policy_version = fields.Integer(allow_none=True, metadata=told("With 451 only."))
