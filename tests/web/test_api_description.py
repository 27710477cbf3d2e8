"""The API's description of itself."""

import re

from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

PLACE = re.compile(r"<\w+:(\w+)>")
OURS = {
    "api-search",
    "api-search-by-picture",
    "api-score",
    "api-images",
    "api-annotations",
    "api-collections",
}


def test_every_call_is_described(app: Flask, client: FlaskClient) -> None:
    """What is served under /api/v1 is in openapi.json, with its answers and refusals."""
    document = client.get("/api/v1/openapi.json").get_json()
    served = {
        (PLACE.sub(r"{\1}", str(rule)), method.lower())
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if str(rule).startswith("/api/v1/") and rule.endpoint.split(".")[0] in OURS
    }
    described = {
        (path, method)
        for path, item in document["paths"].items()
        for method in item
        if method != "parameters"
    }
    assert served == described
    search = document["paths"]["/api/v1/search"]["get"]
    assert {p["name"] for p in search["parameters"]} == {
        "q",
        "limit",
        "country",
        "collection",
        "cursor",
        "min_score",
        "like",
        "orientation",
        "min_side",
        "added_from",
        "added_to",
        "source",
        "captioned",
        "state",
        "sort",
    }
    assert "451" in search["responses"]
    upload = document["paths"]["/api/v1/images"]["post"]
    assert list(upload["requestBody"]["content"]) == ["multipart/form-data"]
    assert upload["security"]


def test_the_handbook_needs_nobody_else(client: FlaskClient) -> None:
    """The page is made here: every call is on it, nothing is loaded from elsewhere."""
    page = BeautifulSoup(client.get("/api/v1/docs").data, "html.parser")
    assert len(page.select("section.call")) == 15
    tried = {call.get_text() for call in page.select("section.call pre")}
    assert any("-F image=@a.jpg -F 'q=" in command for command in tried)
    assert any("""--json '{"image_ids": ["ID"]}'""" in command for command in tried)
    assert not any("{" in command.rpartition("http")[2] for command in tried)
    for tag in page.select("[src], link[href]"):
        assert str(tag.get("src") or tag["href"]).startswith("/")
    for link in page.select("a[href^='#']"):
        assert page.find(id=str(link["href"])[1:]), link["href"]
