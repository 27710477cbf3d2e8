"""What picture towers themselves made is kept while an encoder uses it, and for a day after."""

from collections.abc import Collection

from sqlalchemy import text

from service.db import tower_vectors
from service.db.engine import connection
from service.services import Services
from tests.pairing.walls import aligned, hang


def kept(services: Services) -> Collection[str]:
    """The towers of which something is kept."""
    with connection(services.engine) as conn:
        return tower_vectors.towers(conn)


def a_day_passes(services: Services) -> None:
    """Everything that is kept grows older."""
    with services.transactions() as transaction:
        transaction.conn.execute(
            text("UPDATE tower_vectors SET kept_at = kept_at - interval '25 hours'")
        )


def test_dropped_with_the_last_encoder_that_used_them(services: Services, tower: str) -> None:
    """Two pairs share a tower: the first one's removal drops nothing, the second one's all."""
    hang(services)
    fingerprint = aligned(services, tower, "one").card.picture.fingerprint
    # With as many directions it would be the same encoder to the bit, and could not be added.
    services.pairing.align(image=tower, text="tfidf?width=7", name="two")
    first, second = (services.catalogue.add(f"pair:{name}") for name in ("one", "two"))
    with services.transactions() as transaction:
        other = {1: [1.0, 0.0]}
        tower_vectors.keep(transaction.conn, tower="another", vectors=other)  # type: ignore[arg-type]
    assert set(kept(services)) == {"another", fingerprint}
    services.catalogue.remove(first.encoder_id)
    assert fingerprint in kept(services)
    services.catalogue.remove(second.encoder_id)
    assert kept(services) == ["another"]


def test_what_nobody_used_for_a_day_is_purged(services: Services, tower: str) -> None:
    """A pair that was made and not added keeps its tower for a day, one that was added for good."""
    hang(services)
    aligned(services, tower)
    assert services.catalogue.purge() == 0
    stored = services.catalogue.add("pair:mine")
    a_day_passes(services)
    assert services.catalogue.purge() == 0
    card = services.settings.home / "encoders" / "mine" / "pair.json"
    card.rename(card.with_suffix(".away"))
    assert services.catalogue.purge() == 0
    services.catalogue.remove(stored.encoder_id)
    assert len(kept(services)) == 1
    assert services.catalogue.purge() == 18
    assert list(kept(services)) == []
