"""The shapes of what judges send and get."""

from marshmallow import Schema, fields

from service.judging import Mode, Skip
from service.web.api.schemas import told


class NextQuery(Schema):
    """How one judges."""

    mode = fields.Enum(Mode, by_value=True, load_default=Mode.EXPERT)


class Sent(Schema):
    """One's judgement of a pair: exactly one of grade, fits and skip."""

    pair = fields.String(required=True, metadata=told("As the pair was offered; opaque."))
    grade = fields.Integer(
        strict=True,
        load_default=None,
        metadata=told(
            "1: the text does not describe the picture at all; 2: it describes minor aspects,"
            " but not the picture; 3: it almost describes it, with minor mistakes;"
            " 4: it describes it."
        ),
    )
    fits = fields.Boolean(load_default=None, metadata=told("Whether the text fits the picture."))
    skip = fields.Enum(
        Skip, by_value=True, load_default=None, metadata=told("Why one does not judge it.")
    )
    mode = fields.Enum(
        Mode, by_value=True, load_default=Mode.EXPERT, metadata=told("With skip only.")
    )
    check = fields.Boolean(
        load_default=False, metadata=told("As the pair was offered: a second look, counted apart.")
    )


class Standing(Schema):
    """How far one is."""

    today = fields.Integer(metadata=told("Judged since midnight, UTC."))
    total = fields.Integer()
    checks = fields.Integer(metadata=told("Pairs judged a second time."))
    checks_same = fields.Integer(metadata=told("Of these, judged as before."))


class Pair(Schema):
    """A picture and a text to judge it by."""

    pair = fields.String(metadata=told("Opaque; to be sent back."))
    mode = fields.Enum(Mode, by_value=True)
    text = fields.String()
    image_id = fields.String()
    width = fields.Integer()
    height = fields.Integer()
    file_url = fields.String()
    thumbnail_url = fields.String()
    page_url = fields.String()
    reason = fields.String(metadata=told("Why this pair was chosen."))
    check = fields.Boolean(metadata=told("One has judged it before."))


class Next(Schema):
    """What to judge next."""

    pair = fields.Nested(Pair, allow_none=True)
    progress = fields.Nested(Standing)


class Kept(Schema):
    """What became of a judgement."""

    recorded = fields.Boolean(metadata=told("False where it was there before."))
    progress = fields.Nested(Standing)


class TakenBack(Schema):
    """Which pair can be judged again."""

    pair = fields.String(allow_none=True)
    progress = fields.Nested(Standing)
