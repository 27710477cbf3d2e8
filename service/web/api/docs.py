"""The API's handbook: one page made from its own description, from this server alone."""

import re
from typing import Any

from flask import Blueprint, current_app, render_template, request

from service.web.errors import KINDS

blueprint = Blueprint("api-handbook", __name__)
# What a command to try a call sends, by the call's path.
SENT = {
    "/api/v1/search": "-F image=@a.jpg -F 'q=at night'",
    "/api/v1/score": "-F image=@a.jpg -F 'text=a dog on the beach'",
    "/api/v1/images": "-F file=@a.jpg -F file=@b.png",
    "/api/v1/images/known": """--json '{"sha256": ["SHA256"]}'""",
    "/api/v1/annotations": """--json '{"pair": "PAIR", "grade": 3}'""",
    "/api/v1/collections": """--json '{"name": "Holidays"}'""",
    "/api/v1/collections/{collection_id}/images": """--json '{"image_ids": ["ID"]}'""",
}
PLACE = re.compile(r"\{\w+\}")
METHODS = ("get", "post", "put", "patch", "delete")


@blueprint.get("/docs")
def page() -> str:
    """Every call with its parameters, its answers and a command to try it."""
    document: dict[str, Any] = current_app.extensions["glimpse-api-spec"].to_dict()
    schemas = document["components"].get("schemas", {})
    return render_template(
        "api_docs.html",
        title=document["info"]["title"],
        calls=calls_of(document),
        shapes={name: properties_of(schema) for name, schema in schemas.items()},
        problems=KINDS,
    )


def calls_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The description's operations, flat and in its order."""
    return [
        {
            "path": path,
            "method": method.upper(),
            "summary": operation.get("summary", ""),
            "secured": bool(operation.get("security")),
            "command": command_for(path, method, operation),
            "parameters": [_parameter(entry) for entry in _parameters(item, operation)],
            "body": _body(document, operation),
            "answers": _answers(document, operation),
        }
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    ]


def command_for(path: str, method: str, operation: dict[str, Any]) -> str:
    """A line to try the call in a shell."""
    flag = "" if method == "get" else f" -X {method.upper()}"
    token = " -H 'Authorization: Bearer TOKEN'" if operation.get("security") else ""
    sent = f" {SENT[path]}" if "requestBody" in operation else ""
    address = request.host_url.rstrip("/") + PLACE.sub("ID", path)
    query = "?q=a+dog+on+the+beach" if path.endswith("/search") and method == "get" else ""
    return f"curl{flag}{token}{sent} '{address}{query}'"


def properties_of(schema: dict[str, Any], place: str = "body") -> list[dict[str, Any]]:
    """A schema's fields as rows of a table."""
    required = schema.get("required", [])
    return [
        _parameter(
            {
                "name": name,
                "in": place,
                "schema": about,
                "description": about.get("description", ""),
                "required": name in required,
            }
        )
        for name, about in schema.get("properties", {}).items()
    ]


def type_of(schema: dict[str, Any]) -> str:
    """A schema in a word or two."""
    if "$ref" in schema:
        return name_of(schema["$ref"])
    kind = schema.get("type", "any")
    if kind == "array":
        return f"{type_of(schema.get('items', {}))}[]"
    named = " | ".join(part for part in kind if part != "null") if isinstance(kind, list) else kind
    return f"{named} ({schema['format']})" if "format" in schema else str(named)


def name_of(reference: str) -> str:
    """The last part of a reference inside the document."""
    return reference.rsplit("/", 1)[-1]


def _parameters(item: dict[str, Any], operation: dict[str, Any]) -> list[dict[str, Any]]:
    return [*item.get("parameters", []), *operation.get("parameters", [])]


def _parameter(entry: dict[str, Any]) -> dict[str, Any]:
    schema = entry.get("schema", {})
    return {
        "name": entry["name"],
        "place": entry["in"],
        "required": entry.get("required", False),
        "type": type_of(schema),
        "about": entry.get("description", ""),
        "default": schema.get("default"),
        "least": schema.get("minimum"),
        "most": schema.get("maximum"),
        "one_of": schema.get("enum"),
    }


def _body(document: dict[str, Any], operation: dict[str, Any]) -> list[dict[str, Any]]:
    fields: list[dict[str, Any]] = []
    for content in operation.get("requestBody", {}).get("content", {}).values():
        schema = resolve(document, content["schema"])
        for part in (resolve(document, one) for one in schema.get("allOf", [schema])):
            fields += properties_of(part, "form")
    return fields


def _answers(document: dict[str, Any], operation: dict[str, Any]) -> list[dict[str, str]]:
    answers = []
    for status, entry in sorted(operation.get("responses", {}).items()):
        response = resolve(document, entry)
        shapes = [type_of(media["schema"]) for media in response.get("content", {}).values()]
        answers.append(
            {
                "status": status,
                "about": response.get("description", ""),
                "schema": shapes[0] if shapes else "",
            }
        )
    return answers


def resolve(document: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference inside the document."""
    found: dict[str, Any] = node
    if "$ref" in node:
        found = document
        for key in node["$ref"].removeprefix("#/").split("/"):
            found = found[key]
    return found
