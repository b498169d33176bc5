"""The OpenAPI 3.1 description: `GET /openapi.json`, and `GET /docs`, a page that shows it without the internet.

It is derived from the declarations of `server.web.endpoints`: pydantic's types, by which requests are read too, and
typed dictionaries and dataclasses, of which answers are made.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from http import HTTPStatus
from importlib.resources import files
from typing import Any

from flask import Flask, Response, send_from_directory
from pydantic import TypeAdapter

from nlu.understanding.json_form import to_json
from nlu.version import VERSION
from server.web.endpoints import LARGEST_NUMBER, Operation
from server.web.errors import ErrorAnswer
from server.web.keys import SECURITY_SCHEMES, security_of
from server.wire import JSON_TYPE

DESCRIPTION_URL = "/openapi.json"
PAGE_URL = "/docs"
_COMPONENTS = "#/components/schemas/{model}"
_PART = re.compile(r"<(?:(\w+):)?(\w+)>")
"""A variable part of a path as Flask writes it: its kind, if it is no text, and its name."""

_PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>korean-nlu</title>
<link rel="stylesheet" href="swagger-ui.css">
<body>
<div id="swagger-ui"></div>
<script src="swagger-ui-bundle.js"></script>
<script src="start.js"></script>
"""
_START = f"""\
const url = new URL("..{DESCRIPTION_URL}", window.location.href).href;
SwaggerUIBundle({{ url, dom_id: "#swagger-ui", deepLinking: true }});
"""


def register(app: Flask, operations: Mapping[tuple[str, str], Operation]) -> None:
    """Add the description of all routes to an app, and its page: Swagger's files, from this server alone."""
    swagger = str(files("flask_swagger_ui") / "dist")

    @cache  # making it takes longer than all the rest of an app, and few ask for it
    def description() -> bytes:
        return to_json(describe(operations))

    @app.get(DESCRIPTION_URL)
    def openapi() -> Response:
        return Response(description(), content_type=JSON_TYPE)

    @app.get(f"{PAGE_URL}/")
    def docs() -> Response:
        return Response(_PAGE, content_type="text/html; charset=utf-8")

    @app.get(f"{PAGE_URL}/start.js")
    def docs_start() -> Response:
        return Response(_START, content_type="text/javascript; charset=utf-8")

    @app.get(f"{PAGE_URL}/<name>")
    def docs_asset(name: str) -> Response:
        return send_from_directory(swagger, name)


def describe(operations: Mapping[tuple[str, str], Operation]) -> dict[str, Any]:
    """Describe routes: path and method → declaration."""
    bodies = [(one.body, "validation") for one in operations.values() if one.body]
    answers = [(one.answer, "serialization") for one in operations.values() if one.answer not in (None, str)]
    schemas, components = _schemas({**dict.fromkeys([*bodies, *answers]), (ErrorAnswer, "serialization"): None})
    paths: dict[str, dict[str, Any]] = {}
    for (path, method), operation in operations.items():
        parts = _PART.findall(path)
        described = _described(operation, parts, schemas)
        paths.setdefault(_PART.sub(r"{\2}", path), {})[method.lower()] = described
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "korean-nlu",
            "version": VERSION,
            "description": "Understands Korean utterances: their intent and their entities. "
            "Every error has the same shape.",
        },
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": SECURITY_SCHEMES},
    }


def _described(operation: Operation, parts: Sequence[tuple[str, str]], schemas: Mapping[Any, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {"summary": operation.summary, "responses": _responses(operation, schemas)}
    parameters = [_path_parameter(*part) for part in parts]
    if operation.query:
        properties = operation.query.model_json_schema()["properties"]
        parameters += [_parameter(name, schema) for name, schema in properties.items()]
    if parameters:
        described["parameters"] = parameters
    if operation.body:
        content = {"application/json": {"schema": schemas[operation.body, "validation"]}}
        described["requestBody"] = {"required": not operation.may_lack_body, "content": content}
    if security := security_of(operation.key):
        described["security"] = security
    return described


def _path_parameter(kind: str, name: str) -> dict[str, Any]:
    schema: dict[str, Any] = (
        {"type": "integer", "minimum": 0, "maximum": LARGEST_NUMBER}
        if kind == "int"
        else {"type": "string", "minLength": 1}
    )
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _parameter(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    kind = schema.get("anyOf", [schema])[0]  # the other is null, for one that is left out
    return {"name": name, "in": "query", "required": False, "description": schema["description"], "schema": kind}


def _responses(operation: Operation, schemas: Mapping[Any, Any]) -> dict[str, Any]:
    failure = {"application/json": {"schema": schemas[ErrorAnswer, "serialization"]}}
    responses: dict[str, Any] = {
        str(status): {"description": HTTPStatus(status).phrase, "content": failure} for status in operation.errors
    }
    if operation.answer is None:
        return {"204": {"description": HTTPStatus(204).phrase}, **responses}
    content = (
        {operation.media: {"schema": {"type": "string"}}}
        if operation.answer is str
        else {"application/json": {"schema": schemas[operation.answer, "serialization"]}}
    )
    answers = {
        str(status): {"description": HTTPStatus(status).phrase, "content": content}
        for status in (operation.status, *operation.others)
    }
    return {**answers, **responses}


def _schemas(types: Iterable[tuple[Any, Any]]) -> tuple[Mapping[Any, Any], dict[str, Any]]:
    """The schema of each type when it is read or written, and those that they refer to by name."""
    inputs = [(one, mode, TypeAdapter(one)) for one, mode in types]
    schemas, rest = TypeAdapter.json_schemas(inputs, ref_template=_COMPONENTS)
    components: dict[str, Any] = rest["$defs"]
    for component in components.values():
        _hand_out_attributes(component)
    return schemas, components


def _hand_out_attributes(component: dict[str, Any]) -> None:
    """Give what a docstring says of each attribute to that attribute."""
    text, _, attributes = component.get("description", "").partition("\n\nAttributes:\n")
    if not attributes:
        return
    component["description"] = text
    for name, said in re.findall(r"^ {4}(\w+): (.*(?:\n {5,}.*)*)", attributes, re.MULTILINE):
        if name in component["properties"]:
            component["properties"][name].setdefault("description", re.sub(r"\s+", " ", said))
