"""`POST /kakao/skill`: Kakao's skill v2, so that a Kakao channel's fallback block can hand every utterance to us."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_openapi3.blueprint import APIBlueprint

from nlu.dialogue.responses import Reply
from nlu.errors import InputError
from nlu.types import FALLBACK_INTENT, Fallback, IntentScore, Parse
from nlu.understanding.json_form import to_json
from server.live_answers import AnswerHolder
from server.live_model import ModelHolder
from server.recorder import Recorder
from server.schemas import KakaoAnswer, KakaoBody
from server.settings import ServerSettings
from server.web.body import read_body
from server.web.keys import KeyRing
from server.web.openapi import errors, takes
from server.wire import JSON_TYPE, TextTooLong, check_text, kind_of, read_json, read_object

SKILL_URL = "/kakao/skill"


def blueprint(
    models: ModelHolder, answers: AnswerHolder, settings: ServerSettings, keys: KeyRing, recorder: Recorder
) -> APIBlueprint:
    """Make the routes."""
    routes = APIBlueprint("kakao", __name__)

    @routes.post(
        SKILL_URL,
        summary="The bot's answer to an utterance, in Kakao's skill format.",
        responses={200: KakaoAnswer, **errors(400, 401, 413, 503)},
        openapi_extensions=takes(routes, KakaoBody),
        strict_slashes=False,
    )
    def skill() -> Response:
        keys.require_to_parse()
        try:
            utterance = read_utterance(read_json(read_body(settings)), settings)
        except TextTooLong:  # Kakao shows words of its own for any error, which tell the user nothing
            parse, parse_id = _not_understood(models.parser().version), None
        else:
            parse = models.parser().parse(utterance)
            parse_id = recorder.record(parse, SKILL_URL)
        return Response(to_json(render_skill(answers.answers().reply(parse), parse, parse_id)), content_type=JSON_TYPE)

    return routes


def read_utterance(payload: Any, limits: ServerSettings) -> str:
    """Read what the user said; Kakao ends it with a line feed at times.

    Raises:
        TextTooLong: it is longer than the settings allow.
        InputError: there is none.
    """
    read_object(payload, '{"userRequest": {"utterance": "…"}}', "userRequest")
    request = payload["userRequest"]
    if not isinstance(request, dict):
        raise InputError(f"expected an object as 'userRequest', got {kind_of(request)}", "userRequest")
    where = "userRequest.utterance"
    if "utterance" not in request:
        raise InputError("expected the key 'utterance' in 'userRequest', got an object without it", where)
    utterance = request["utterance"]
    check_text(utterance, where, limits, blank=True)
    return str(utterance).strip()


def _not_understood(version: str) -> Parse:
    """What stands for an utterance that no model was asked about."""
    nothing = IntentScore(FALLBACK_INTENT, 0.0)
    return Parse("", nothing, (nothing,), (), (), Fallback("nothing", 0.0, 0.0), version)


def render_skill(reply: Reply, parse: Parse, parse_id: str | None = None) -> dict[str, Any]:
    """Build the answer; `data` tells the bot's later blocks what was understood."""
    template: dict[str, Any] = {"outputs": [{"simpleText": {"text": reply.text}}]}
    if reply.quick_replies:
        template["quickReplies"] = [
            {"label": one.label, "action": "message", "messageText": one.text} for one in reply.quick_replies
        ]
    entities = {entity.entity: entity.value for entity in parse.entities}
    data: dict[str, Any] = {"intent": parse.intent.name, "entities": entities}
    if parse_id is not None:
        data["parse_id"] = parse_id
    return {"version": "2.0", "template": template, "data": data}
