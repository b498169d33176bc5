"""`POST /parse`: what an utterance means.

The body is JSON in UTF-8 under any content type: `{"text": "판교에서 피자 주문해줘"}`, or a list of texts;
see `server.wire`.
"""

from __future__ import annotations

from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from server.models import ModelHolder
from server.settings import ServerSettings
from server.wire import JSON_TYPE, read_json, read_parse_request, render, to_json


def blueprint(models: ModelHolder, settings: ServerSettings) -> Blueprint:
    """Make the routes."""
    routes = Blueprint("parse", __name__)

    @routes.post("/parse", strict_slashes=False)
    def parse() -> Response:
        asked = read_parse_request(read_json(_body(settings)), settings)
        parser = models.parser()
        parses = parser.parse_many(asked.texts) if asked.is_list else [parser.parse(asked.texts[0])]
        return Response(to_json(render(asked, parses)), content_type=JSON_TYPE)

    return routes


def _body(settings: ServerSettings) -> bytes:
    body = request.get_data(cache=False)
    # Werkzeug refuses a long body that says its length, but cuts one that comes in chunks.
    if request.content_length is None and len(body) >= settings.max_body_bytes:
        raise RequestEntityTooLarge
    return body
