"""`POST /parse`: what an utterance means.

The body is JSON in UTF-8 under any content type: `{"text": "판교에서 피자 주문해줘"}`, or a list of texts;
see `server.wire`.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from threading import Lock

from flask import Response, request
from flask_openapi3.blueprint import APIBlueprint

from nlu.errors import InputError, UnknownChoiceError
from nlu.types import Parse
from nlu.understanding.json_form import to_json
from server.live_model import ModelHolder, Parser
from server.recorder import Recorder
from server.schemas import ParseResponse, parse_body
from server.settings import ServerSettings
from server.web.body import read_body
from server.web.keys import KeyRing
from server.web.logging_setup import MODEL_VERSION
from server.web.openapi import errors, takes
from server.wire import JSON_TYPE, ParseRequest, read_json, read_parse_request, read_switch, render

PARSE_URL = "/parse"
EXPLAIN = {"enum": ["1", "0", "true", "false"], "description": "Whether to say why; goes before the body's `explain`."}
RECORD = {
    "enum": ["1", "0", "true", "false"],
    "description": "0 keeps the parse out of the records, such as that of a text only half typed; else the server's "
    "settings decide.",
}


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a model made of a request's texts.

    Attributes:
        parser: the model.
        parses: one for each text.
    """

    parser: Parser
    parses: Sequence[Parse]


class Understanding:
    """Answers what was asked, once it is read.

    Lists are parsed one at a time: Python runs one thread at a time anyhow, and two that take turns throw each other
    out of the processor's caches. One utterance never waits for a list.

    Args:
        models: gives the parser.
        recorder: keeps what was said.
    """

    def __init__(self, models: ModelHolder, recorder: Recorder) -> None:
        self._models = models
        self._recorder = recorder
        self._one_list = Lock()

    def parse(self, asked: ParseRequest) -> Parsed:
        """Understand what was asked.

        Raises:
            RegistryError: there is no model.
            InputError: the model has no such intent.
        """
        parser = self._models.parser()
        try:
            with self._one_list if asked.is_list else nullcontext():
                return Parsed(parser, parser.parse_many(asked.texts, intents=asked.intents, top_n=asked.top_n))
        except UnknownChoiceError as error:
            raise InputError(str(error), "intents") from None

    def parse_together(self, several: Sequence[ParseRequest]) -> list[Parsed]:
        """Understand several requests at once, which takes less time than one after the other.

        Args:
            several: each of one text, with all intents allowed and ranked.

        Raises:
            RegistryError: there is no model.
        """
        parser = self._models.parser()
        parses = parser.parse_many([asked.texts[0] for asked in several])
        return [Parsed(parser, (parse,)) for parse in parses]

    def answer(self, asked: ParseRequest, parsed: Parsed | None = None, *, may_record: bool = True) -> bytes:
        """Write the answer as JSON.

        Args:
            asked: what was asked.
            parsed: what was understood of it, where that is known already.
            may_record: False keeps it out of the records.

        Raises:
            RegistryError: there is no model.
            InputError: the model has no such intent.
        """
        if parsed is None:
            parsed = self.parse(asked)
        else:
            MODEL_VERSION.set(parsed.parser.version)
        parser, parses = parsed.parser, parsed.parses
        ids = [self._recorder.record(parse, PARSE_URL) for parse in parses] if may_record else ()
        reasons = [parser.explain(parse, intents=asked.intents) for parse in parses] if asked.explain else ()
        return to_json(render(asked, parses, ids, reasons))


def blueprint(understanding: Understanding, settings: ServerSettings, keys: KeyRing) -> APIBlueprint:
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
        asked = asked if switch is None else replace(asked, explain=switch)
        return Response(understanding.answer(asked, may_record=may_record), content_type=JSON_TYPE)

    return routes
