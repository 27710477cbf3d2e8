"""English and Russian, complete and kept in step."""

import io
import re

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from service.services import Services
from service.web import catalogue
from tests.web.conftest import drawn, stored

PLACE = re.compile(r"%\(\w+\)s|\{\w+\}")


@pytest.mark.parametrize("language", catalogue.languages())
def test_every_sentence_is_translated(language: str) -> None:
    """No visitor reads a sentence in a language that he did not choose."""
    assert catalogue.untranslated(language) == []


@pytest.mark.parametrize("language", catalogue.languages())
def test_the_compiled_translation_is_up_to_date(language: str) -> None:
    """The .mo file says what the .po file says; mend with `python -m service.web.catalogue`."""
    with catalogue.po_path(language).with_suffix(".mo").open("rb") as file:
        compiled = texts_of(read_mo(file))
    assert compiled == texts_of(catalogue.translation(language))


def texts_of(messages: Catalog) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Each sentence with its translations, singular and plural alike."""
    return {as_tuple(message.id): as_tuple(message.string) for message in messages if message.id}


def as_tuple(text: object) -> tuple[str, ...]:
    """One text, or one for each form."""
    return tuple(map(str, text)) if isinstance(text, (list, tuple)) else (str(text),)


@pytest.mark.parametrize("language", catalogue.languages())
def test_translations_keep_their_facts(language: str) -> None:
    """What is filled in has the same names on both sides."""
    for message in catalogue.translation(language):
        for text in as_tuple(message.string) if message.id else ():
            assert set(PLACE.findall(text)) == set(PLACE.findall(as_tuple(message.id)[-1]))


@pytest.mark.parametrize(
    ("count", "words"),
    [(1, "1 изображение ждёт"), (2, "2 изображения ждут"), (5, "5 изображений ждут")],
)
def test_russian_plurals_are_right(
    client: FlaskClient, services: Services, count: int, words: str
) -> None:
    """One, few and many have their own forms."""
    stored(services, *[(f"{n}.png", drawn("#dc1e1e", number=n)) for n in range(count)])
    assert words in client.get("/?lang=ru").text


def test_the_language_is_taken_from_wish_cookie_and_browser(client: FlaskClient) -> None:
    """?lang= wins and is remembered; without either the browser's language counts."""
    assert 'lang="ru"' in client.get("/", headers={"Accept-Language": "ru-RU,en;q=0.5"}).text
    assert '<html lang="en"' in client.get("/", headers={"Accept-Language": "de"}).text
    client.get("/?lang=ru")
    assert '<html lang="ru"' in client.get("/", headers={"Accept-Language": "en"}).text
    assert '<html lang="en"' in client.get("/?lang=en").text
    assert '<html lang="en"' in client.get("/?lang=xx").text


def test_the_switch_keeps_the_question(client: FlaskClient) -> None:
    """Changing the language leads to the same results."""
    page = BeautifulSoup(client.get("/?q=red+boat").data, "html.parser")
    link = page.select_one(".foot a[hreflang=ru]")
    assert link is not None
    assert link["href"] == "/?q=red+boat&lang=ru"


def test_reasons_speak_the_readers_language(admin: FlaskClient) -> None:
    """Why a file was refused is told in the language of whoever sent it."""
    form = {"file": [(io.BytesIO(b""), "a.png"), (io.BytesIO(b"junk"), "b.png")]}
    answer = admin.post("/api/v1/images", data=form, headers={"Accept-Language": "ru"})
    reasons = [one["reason"] for one in answer.get_json()["images"]]
    assert reasons[0] == "Файл пуст; отправьте само изображение."
    assert "а не изображение" in reasons[1]


def test_errors_speak_the_readers_language(client: FlaskClient) -> None:
    """An error's sentence is translated with its facts."""
    russian = {"Accept-Language": "ru"}
    assert "нет ни буквы" in client.get("/?q=...", headers=russian).text
    detail = client.get("/api/v1/search?q=red&collection=xyz", headers=russian).get_json()["detail"]
    assert detail == "Коллекции с именем xyz нет."
