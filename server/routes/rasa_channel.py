"""`POST /webhooks/rest/webhook`: Rasa's REST channel, so that a chat widget made for Rasa talks with our bot."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, ClassVar, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from nlu.dialogue.responses import LONGEST_ANSWER, Reply
from nlu.scenario.talker import Understands
from nlu.types import Entity, Fallback, IntentScore, Parse
from nlu.understanding.asked_at import AskedAt
from server.live_model import ModelHolder
from server.live_responses import ResponseHolder
from server.parser import Parser
from server.recorder import Recorder
from server.routes.rasa import read_payload
from server.settings import ServerSettings
from server.talks.balloons import balloons
from server.talks.talks import Asked, Talks
from server.web.endpoints import Endpoints, Operation
from server.wire import MESSAGE_ID, USER, Body, Now, Zone, narrowed, text_of

REST_URL = "/webhooks/rest/webhook"
_NOBODY = "default"
"""Who speaks where nobody says so, by Rasa's name."""
_BEGINS_ANEW = frozenset({"restart", "session_start"})
"""Intents of messages such as `/restart` after which a talk begins anew, by Rasa's names."""
_MOST_MESSAGES = 10


class RestBody(Body):
    """What a client of Rasa's REST channel sends; `metadata`, `input_channel` and all other keys are ignored."""

    EXAMPLE: ClassVar = '{"sender": "…", "message": "…"}'

    message: str | None = Field(
        description='What the user says; `/intent{"entity": "value"}` is taken as it says, as a button\'s payload.',
        examples=["피자 시킬게"],
    )
    sender: str | None = Field(None, description="Who says it, by any id; it is kept as a hash.", examples=["u1"])
    message_id: str | None = Field(
        None,
        description="A name of this message: what comes again under it, as after a lost answer, is answered alike.",
    )
    now: Now | None = Field(None, description="The user's time, ISO 8601, which says what 내일 is; else the server's.")
    timezone: Zone | None = Field(None, description="The user's time zone, such as `Asia/Seoul`, which is usual.")


class RestButton(TypedDict):
    """A button: what it shows, and the message that pressing it sends."""

    title: str
    payload: str


class RestMessage(TypedDict):
    """One message of the bot's."""

    recipient_id: str
    text: str
    buttons: NotRequired[list[RestButton]]


def register(
    endpoints: Endpoints, models: ModelHolder, responses: ResponseHolder, settings: ServerSettings, recorder: Recorder,
    talks: Talks,
) -> None:  # fmt: skip
    """Add the route."""
    body = narrowed(
        RestBody,
        message=text_of(settings.max_text_length, may_be_blank=True) | None,
        sender=USER,
        message_id=MESSAGE_ID,
    )
    summary = "The bot's answer to a user's message, as Rasa's REST channel gives it."

    def answer(asked: RestBody, text: str, user: str) -> Reply:
        at = AskedAt.read(asked.now, asked.timezone)
        if talks.has_scenarios:
            turn = Asked(text, user, at, REST_URL, asked.message_id)
            return talks.take(turn, PayloadReader).answered.reply
        (parse,) = PayloadReader(models.parser(user)).parse_many((text,), asked_at=at)
        recorder.record(parse, REST_URL, user)
        return responses.responses().reply(parse)

    @endpoints.route("POST", REST_URL, Operation(summary, list[RestMessage], body, key="to parse", refusals=(409, 503)))
    def take_message(asked: RestBody) -> list[RestMessage]:
        text, sender = (asked.message or "").strip(), (asked.sender or "").strip() or _NOBODY
        if (payload := _payload(text, "")) is not None and payload.intent.name in _BEGINS_ANEW:
            talks.restart(sender)
            return []
        return render_messages(answer(asked, text, sender), asked.sender or _NOBODY)


class PayloadReader:
    """Understands messages that say their intent themselves, as Rasa's buttons do; a parser understands the others.

    Args:
        parser: understands utterances.
    """

    def __init__(self, parser: Parser) -> None:
        self._parser: Understands = parser
        self._version = parser.version

    def parse_many(self, texts: Sequence[str], *, asked_at: AskedAt | None = None) -> list[Parse]:
        """Parse several messages, in their order."""
        return [
            _payload(text, self._version) or self._parser.parse_many((text,), asked_at=asked_at)[0] for text in texts
        ]


def _payload(text: str, version: str) -> Parse | None:
    """Read a message that says its intent itself; None where it does not."""
    read = read_payload(text, version)
    if read is None or read["intent"]["name"] is None:
        return None
    score = IntentScore(read["intent"]["name"], read["intent"]["confidence"])
    entities = tuple(
        Entity(one["entity"], one["start"], one["end"], said := _words(one["value"]), said, sources=("message",))
        for one in read["entities"]
    )
    verdict = Fallback(None, score.confidence, 0.0, confidence=score.confidence)
    return Parse(text, score, (score,), entities, (), verdict, version)


def _words(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def render_messages(reply: Reply, recipient: str) -> list[RestMessage]:
    """Build the messages of what the bot says; the buttons belong to the last."""
    if not reply.text:
        return []
    messages: list[RestMessage] = [
        {"recipient_id": recipient, "text": text} for text in balloons(reply.text, LONGEST_ANSWER, _MOST_MESSAGES)
    ]
    if reply.quick_replies:
        messages[-1]["buttons"] = [{"title": one.label, "payload": one.text} for one in reply.quick_replies]
    return messages
