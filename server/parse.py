"""`POST /parse`: what an utterance means.

The body is JSON in UTF-8 under any content type: `{"text": "판교에서 피자 주문해줘"}`, or a list of texts;
see `server.wire`.
"""

from __future__ import annotations

from flask import Response, request
from flask_openapi3.blueprint import APIBlueprint

from nlu.errors import InputError, UnknownChoiceError
from server.body import read_body
from server.description import errors, takes
from server.keys import KeyRing
from server.models import ModelHolder
from server.recording.recorder import Recorder
from server.schemas import ParseResponse, parse_body
from server.settings import ServerSettings
from server.wire import JSON_TYPE, read_json, read_parse_request, read_switch, render, to_json

PARSE_URL = "/parse"
EXPLAIN = {"enum": ["1", "0", "true", "false"], "description": "Whether to say why; goes before the body's `explain`."}
RECORD = {
    "enum": ["1", "0", "true", "false"],
    "description": "0 keeps the parse out of the records, such as that of a text only half typed; else the server's "
    "settings decide.",
}


def blueprint(models: ModelHolder, settings: ServerSettings, keys: KeyRing, recorder: Recorder) -> APIBlueprint:
    """Make the routes."""
    routes = APIBlueprint("parse", __name__)

    @routes.post(
        PARSE_URL,
        summary="What an utterance means, or several.",
        responses={200: ParseResponse, **errors(400, 401, 413, 503)},
        openapi_extensions=takes(routes, parse_body(settings), {"explain": EXPLAIN, "record": RECORD}),
        strict_slashes=False,
    )
    def parse() -> Response:
        keys.require_to_parse()
        asked = read_parse_request(read_json(read_body(settings)), settings)
        switch = read_switch("explain", request.args.get("explain"))
        may_record = read_switch("record", request.args.get("record")) is not False
        parser = models.parser()
        try:
            parses = parser.parse_many(asked.texts, intents=asked.intents, top_n=asked.top_n)
        except UnknownChoiceError as error:
            raise InputError(str(error), "intents") from None
        ids = [recorder.record(parse, PARSE_URL) for parse in parses] if may_record else ()
        explain = asked.explain if switch is None else switch
        reasons = [parser.explain(parse, intents=asked.intents) for parse in parses] if explain else ()
        return Response(to_json(render(asked, parses, ids, reasons)), content_type=JSON_TYPE)

    return routes
