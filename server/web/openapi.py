"""The OpenAPI 3.1 description: `GET /openapi.json`, and `GET /docs`, a page that shows it without the internet.

Each blueprint says beside its routes what they take and answer, in the types of `server.schemas`; flask-openapi3 makes
the description from that. Requests are read by `server.wire`, whose messages say what was expected and what came.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models import OPENAPI3_REF_PREFIX, OPENAPI3_REF_TEMPLATE
from flask_openapi3.models.info import Info
from flask_openapi3.openapi import OpenAPI
from flask_openapi3_swagger.plugins import RegisterPlugin
from pydantic import BaseModel
from werkzeug.wrappers import Response as WSGIResponse

from nlu.understanding.json_form import to_json
from nlu.version import VERSION
from server.schemas import ErrorAnswer
from server.web.keys import SECURITY_SCHEMES
from server.wire import JSON_TYPE

DESCRIPTION_URL = "/openapi.json"
PAGE_URL = "/docs"

# What the library would say of every route; the routes say it themselves.
_LIBRARY_ERROR = "418"


def make_app(name: str) -> OpenAPI:
    """Make an empty app that describes what is registered with `register_api`."""
    info = Info(
        title="korean-nlu",
        version=VERSION,
        description="Understands Korean utterances: their intent and their entities. Every error has the same shape.",
    )
    return OpenAPI(
        name,
        info=info,
        doc_ui=False,
        security_schemes=SECURITY_SCHEMES,
        static_folder=None,
        validation_error_status=_LIBRARY_ERROR,
        validation_error_model=ErrorAnswer,
    )


def register(app: OpenAPI) -> None:
    """Add the description and its page to an app; to be called after all routes are registered."""
    app.register_blueprint(RegisterPlugin.register(doc_url=f"..{DESCRIPTION_URL}"), url_prefix=PAGE_URL)
    app.register_blueprint(_blueprint(to_json(describe(app))))


def describe(app: OpenAPI) -> dict[str, Any]:
    """Describe the routes of an app."""
    description: dict[str, Any] = app.api_doc
    for path in description["paths"].values():
        for operation in path.values():
            operation["responses"].pop(_LIBRARY_ERROR, None)
    return description


def errors(*statuses: int) -> dict[str | int, type[BaseModel] | dict[Any, Any] | None]:
    """The errors that a route may answer with."""
    return dict.fromkeys((*statuses, 429, 500), ErrorAnswer)


def takes(
    routes: APIBlueprint, body: type[BaseModel] | None = None, query: dict[str, dict[str, Any]] | None = None
) -> dict[str, Any]:
    """What a route takes, for `openapi_extensions`.

    Args:
        routes: the route's blueprint.
        body: the type of its JSON body.
        query: name of a query parameter → its schema.
    """
    described: dict[str, Any] = {}
    if body is not None:
        schema = body.model_json_schema(ref_template=OPENAPI3_REF_TEMPLATE)
        routes.components_schemas.update(schema.pop("$defs", {}))
        routes.components_schemas[body.__name__] = schema
        reference = {"$ref": f"{OPENAPI3_REF_PREFIX}/{body.__name__}"}
        described["requestBody"] = {"required": True, "content": {"application/json": {"schema": reference}}}
    if query:
        described["parameters"] = [
            {"name": name, "in": "query", "required": False, "description": schema.get("description"), "schema": schema}
            for name, schema in query.items()
        ]
    return described


def _blueprint(description: bytes) -> Blueprint:
    routes = Blueprint("description", __name__)

    @routes.get(DESCRIPTION_URL)
    def openapi() -> Response:
        return Response(description, content_type=JSON_TYPE)

    @routes.get(PAGE_URL, strict_slashes=False)
    def docs() -> WSGIResponse:
        return redirect(f"{PAGE_URL}/{RegisterPlugin.name}")

    return routes
