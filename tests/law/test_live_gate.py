"""The gate of a process: it follows the stored rules, and refuses in every country's name."""

from collections.abc import Iterator

import pytest

from service.config import Settings
from service.domain import Asker
from service.encoder.holder import EncoderHolder
from service.law.live_gate import LOOKED_UP_SECONDS, LiveGate
from service.policy.gate import Refused
from service.policy.rules import Phrase, Term
from service.services import Services
from service.stack.endpoints import Endpoints
from service.wiring import wired
from tests.encoder_stand_in import ColourEncoder
from tests.law.conftest import EDITOR


@pytest.fixture
def other_process(settings: Settings, endpoints: Endpoints) -> Iterator[Services]:
    """The services as another process has them, on the same database."""
    holder = EncoderHolder(ColourEncoder.name, ColourEncoder)
    with wired(settings, endpoints, secret_key="a test's secret", encoder=holder) as services:
        yield services


def refused(gate: LiveGate, text: str, *countries: str) -> bool:
    """Whether askers from there may not search for the text."""
    try:
        gate.allow(text, countries)
    except Refused:
        return True
    return False


def test_an_edit_is_obeyed_by_every_process(services: Services, other_process: Services) -> None:
    """What one process adds or lifts, another obeys once its look at the version is too old."""
    theirs = other_process.gate
    assert not refused(theirs, "a wizard")
    version = services.book.add(EDITOR, block=[Term("wizard", "en")])
    theirs.look_again()  # half a second later
    assert refused(theirs, "two wizards")
    assert theirs.policy_version == version
    services.book.remove(EDITOR, [Term("wizard", "en")])
    assert not refused_when_complete(theirs, "two wizards")
    assert LOOKED_UP_SECONDS < 1


def refused_when_complete(gate: LiveGate, text: str) -> bool:
    """Whether the text is refused once all rules are compiled."""
    gate.complete()
    return refused(gate, text)


def test_a_phrase_that_is_no_longer_allowed_is_refused_at_once(services: Services) -> None:
    """Taking an allowed phrase away counts before everything is compiled anew."""
    assert not refused(services.gate, "a cowboy")
    services.book.remove(EDITOR, [Phrase("cowboy", "en")])
    services.gate.look_again()
    assert refused(services.gate, "a cowboy")
    assert refused_when_complete(services.gate, "a cowboy")


def test_countries_only_add_rules(services: Services) -> None:
    """Each country has its rules beside those that hold everywhere; unknown meets them all."""
    gate = services.gate
    assert [refused(gate, "a unicorn", one) for one in ("DE", "FR", "US")] == [True, False, False]
    assert refused(gate, "a unicorn", "US", "DE")
    assert not refused(gate, "a unicorn", "US", "FR")
    assert refused(gate, "a unicorn")
    assert refused(gate, "a schoolboy", "US")


@pytest.mark.parametrize(
    ("asker", "countries"),
    [
        (Asker(), ()),
        (Asker(country="unknown"), ()),
        (Asker(country="XX"), ()),
        (Asker(country="T1"), ()),
        (Asker(country="EU"), ()),
        (Asker(country="ﬁ"), ()),
        (Asker(country="de"), ("DE",)),
        (Asker(country="US", added_country="de"), ("DE", "US")),
        (Asker(country="US", added_country="nonsense"), ()),
        (Asker(country="", added_country="US"), ()),
    ],
)
def test_an_unknown_country_is_never_taken_for_a_known_one(
    asker: Asker, countries: tuple[str, ...]
) -> None:
    """What names no country, asked from or added, means that every rule holds."""
    assert asker.countries == countries


def test_a_refusal_is_counted_without_the_text(services: Services) -> None:
    """The row tells rule, country and version, and a hash that needs the installation's secret."""
    with pytest.raises(Refused) as refusal:
        services.search(text="a boy", asker=Asker(country="US"))
    assert refusal.value.facts["policy_version"] == services.book.latest()
    with services.engine.connect() as conn:
        row = conn.exec_driver_sql("SELECT * FROM refusals").mappings().one()
        day = row["created_at"].date()
    assert (row["rule"], row["country"], row["query_text"]) == ("boy", "US", None)
    assert row["query_digest"] == services.refusals.digest("a boy")
    (count,) = services.refusals.by_day(since=day.replace(day=1), until=day.replace(year=9000))
    assert (count.rule, count.refusals) == ("boy", 1)
