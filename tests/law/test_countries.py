"""Where an asker comes from: a trusted proxy's word or the operator's, and nobody else's."""

import pytest
from flask.testing import FlaskClient

from service.config import Settings
from service.services import Services
from service.web.app import create_app
from service.web.country import is_trusted
from tests.law.conftest import shown

PROXIES = "127.0.0.0/8, 10.1.0.0/16, 2001:db8:1::/48, fe80::/10"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A German installation behind proxies that know countries."""
    return settings.model_copy(
        update={"country": "DE", "country_header": "X-Country", "trusted_proxies": PROXIES}
    )


def refused(client: FlaskClient, text: str, *said: str, peer: str = "127.0.0.1") -> bool:
    """Whether a search is refused, when the other end sends these values of the header."""
    answer = client.get(
        "/api/v1/search",
        query_string={"q": text},
        headers=[("X-Country", one) for one in said],
        environ_base={"REMOTE_ADDR": peer},
    )
    assert answer.status_code in {200, 451}
    return answer.status_code == 451


def laws(client: FlaskClient, *said: str, peer: str = "127.0.0.1") -> str:
    """Whose rules hold: German ones forbid the unicorn, French ones the dragon."""
    forbidden = {"DE": "a unicorn", "FR": "a dragon"}
    return " ".join(
        code for code, text in forbidden.items() if refused(client, text, *said, peer=peer)
    )


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ([], "DE"),
        (["FR"], "FR"),
        (["fr"], "FR"),
        (["  Fr "], "FR"),
        (["US"], ""),
        (["XX"], "DE FR"),
        (["T1"], "DE FR"),
        (["EU"], "DE FR"),
        (["ZZ"], "DE FR"),
        ([""], "DE FR"),
        (["France"], "DE FR"),
        (["F"], "DE FR"),
        (["ＦＲ"], "DE FR"),
        (["US, FR"], "DE FR"),
        (["US", "FR"], "DE FR"),
        (["US;q=1"], "DE FR"),
        (["../US"], "DE FR"),
    ],
)
def test_what_names_no_single_country_meets_every_rule(
    services: Services, client: FlaskClient, said: list[str], held: str
) -> None:
    """One code in any case counts; several, unknown and malformed ones mean that nobody knows."""
    shown(services)
    assert laws(client, *said) == held


@pytest.mark.parametrize(
    ("peer", "held"),
    [
        ("127.0.0.1", "FR"),
        ("10.1.2.3", "FR"),
        ("10.2.2.3", "DE"),
        ("::ffff:10.1.2.3", "FR"),
        ("2001:db8:1::7", "FR"),
        ("2001:db8:2::7", "DE"),
        ("fe80::1%eth0", "FR"),
        ("192.0.2.7", "DE"),
        ("", "DE"),
    ],
)
def test_only_the_operators_proxies_are_believed(
    services: Services, client: FlaskClient, peer: str, held: str
) -> None:
    """Whoever else sends the header asks from the operator's country."""
    shown(services)
    assert laws(client, "FR", peer=peer) == held


def test_a_forged_chain_of_proxies_changes_nothing(services: Services) -> None:
    """Who else is said to stand between counts for nothing: the connection's other end does."""
    shown(services)
    answer = (
        create_app(services)
        .test_client()
        .get(
            "/api/v1/search?q=a+unicorn",
            headers={"X-Country": "US", "X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1"},
            environ_base={"REMOTE_ADDR": "192.0.2.7"},
        )
    )
    assert answer.status_code == 451


def test_without_a_named_header_none_is_read(settings: Settings) -> None:
    """A proxy that is trusted but whose header has no name says nothing."""
    assert is_trusted(settings, "127.0.0.1")
    assert not is_trusted(settings, "not an address")


@pytest.mark.parametrize(
    "path", ["/?q=a+dragon", "/results?q=a+dragon", "/api/v1/search?q=a+dragon"]
)
def test_a_named_country_only_adds_rules(
    services: Services, client: FlaskClient, admin: FlaskClient, path: str
) -> None:
    """A visitor meets both countries' rules, on pages too; an admin the other one's."""
    shown(services)
    assert client.get(path).status_code == 200
    assert client.get(f"{path}&country=FR").status_code == 451
    unicorn = path.replace("dragon", "unicorn")
    assert client.get(f"{unicorn}&country=FR").status_code == 451
    assert client.get(f"{unicorn}&country=US").status_code == 451
    assert admin.get(unicorn).status_code == 451
    assert admin.get(f"{unicorn}&country=FR").status_code == 200
    assert admin.get(f"{path}&country=FR").status_code == 451
    assert admin.get(f"{path}&country=EU").status_code == 451


def test_admins_choose_the_country_on_the_page(
    services: Services, client: FlaskClient, admin: FlaskClient
) -> None:
    """The page of results, and of a refusal, lets an admin look from elsewhere; nobody else."""
    shown(services)
    for query in ("red", "a unicorn"):
        assert 'name="country"' in admin.get("/", query_string={"q": query}).text
        assert 'name="country"' not in client.get("/", query_string={"q": query}).text
    chosen = admin.get("/?q=red&country=FR").text
    assert '<option value="FR" selected>France</option>' in chosen
