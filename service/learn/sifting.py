"""Which judged pairs may be learnt from, and for what reasons the others may not."""

from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from service.db import judged, vectors
from service.db.encoders import StoredEncoder
from service.db.judged import JudgedText
from service.db.targets import PairTarget
from service.learn.material import Excluded
from service.learn.reading import Reading, allowed

NO_TARGET = "too few judgements"
NO_TEXT = "the text is not known yet"
GONE = "the picture was deleted or is not embedded"
RESTRICTED = "the picture is restricted"
TEST = "the picture answers a test question"
BLOCKED = "the text is blocked"


def sifted(
    conn: Connection,
    work: Reading,
    encoder: StoredEncoder,
    found: Sequence[PairTarget],
    said: Mapping[int, JudgedText],
) -> tuple[list[PairTarget], Excluded]:
    """The pairs that may be learnt from, and why the others may not."""
    images = sorted({one.image_key for one in found})
    there = set(vectors.matrix(conn, encoder=encoder, image_keys=images)[0])
    there &= judged.usable(conn, images)
    # Nobody's country: the union of all rules.
    hidden = work.law.hidden(conn, images, ())
    tests = judged.answers(conn, images)
    blocked = {
        key
        for key, one in said.items()
        if one.text is not None and not allowed(work.gate, one.text)
    }

    def why_not(one: PairTarget) -> str | None:
        text = said[one.query_key].text if one.query_key in said else None
        reasons = (
            (one.image_key not in there, GONE),
            (one.image_key in hidden, RESTRICTED),
            (one.image_key in tests, TEST),
            (text is None, NO_TEXT),
            (one.query_key in blocked, BLOCKED),
            (one.target is None, NO_TARGET),
        )
        return next((reason for so, reason in reasons if so), None)

    reasons = [why_not(one) for one in found]
    kept = [one for one, reason in zip(found, reasons, strict=True) if reason is None]
    counts = Counter(reason for reason in reasons if reason is not None)
    lost = set(images) - {one.image_key for one in kept}
    return kept, Excluded(len(lost), sum(counts.values()), dict(sorted(counts.items())))
