"""`POST /chat`: a turn of a user's talk, by the author's scenarios; where it stands is kept in the database."""

from __future__ import annotations

from typing import ClassVar, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from nlu.scenario.state import Act, Filled, Slots, Why
from nlu.understanding.asked_at import AskedAt
from nlu.understanding.json_form import ButtonAnswer, ParseAnswer, render_parse
from server.settings import ServerSettings
from server.talks.talks import Asked, Taken, Talks
from server.web.endpoints import Endpoints, Operation
from server.wire import LONGEST_USER, MESSAGE_ID, Body, Now, Zone, narrowed, text_of

CHAT_URL = "/chat"


class ChatBody(Body):
    """What a user says. Other keys are ignored."""

    EXAMPLE: ClassVar = '{"text": "…", "user": "…"}'

    text: str = Field(description="What the user says.", examples=["피자 시킬게"])
    user: str = Field(description="Who says it, by any id; it is kept as a hash.", examples=["u1"])
    now: Now | None = Field(None, description="The user's time, ISO 8601, which says what 내일 is; else the server's.")
    timezone: Zone | None = Field(None, description="The user's time zone, such as `Asia/Seoul`, which is usual.")
    message_id: str | None = Field(
        None,
        description="A name of this message: what comes again under it, as after a lost answer, is answered alike.",
    )


class SlotAnswer(TypedDict):
    """What fills a slot: the value, the words, the unit of a computed value, and what it says (ISO 8601, a decimal)."""

    value: str
    said: str
    unit: str | None
    computed: NotRequired[str]


class ActAnswer(TypedDict):
    """One thing that the bot did in the turn; `why` says as what the turn was read, `before` what was corrected."""

    kind: str
    intent: str | None
    slot: str | None
    attempt: int
    why: Why | None
    before: list[SlotAnswer]


class FrameAnswer(TypedDict):
    """A scenario that is talked about; `asked` is the slot that was asked for, `?confirm` or `?change`."""

    intent: str
    slots: dict[str, list[SlotAnswer]]
    asked: str | None
    asks: int


class ChatAnswer(TypedDict):
    """What the bot says, what it did, and where the talk stands.

    Attributes:
        done: What fills the slots of a scenario that was done in this turn, by its intent.
        repeated: There and true where the message was taken before: it came again under its `message_id`, or, without
            one, before it was answered, as a double tap does; then nothing is told as done once more.
    """

    text: str
    quick_replies: list[ButtonAnswer]
    acts: list[ActAnswer]
    frames: list[FrameAnswer]
    done: dict[str, dict[str, list[SlotAnswer]]]
    parses: list[ParseAnswer]
    repeated: NotRequired[bool]


def register(endpoints: Endpoints, talks: Talks, settings: ServerSettings) -> None:
    """Add the route."""
    body = narrowed(
        ChatBody,
        text=text_of(settings.max_text_length),
        user=text_of(LONGEST_USER, blank="request.user_blank"),
        message_id=MESSAGE_ID,
    )
    summary = "A turn of a user's talk, by the author's scenarios."

    @endpoints.route("POST", CHAT_URL, Operation(summary, ChatAnswer, body, key="to parse", refusals=(409, 503)))
    def take_turn(asked: ChatBody) -> ChatAnswer:
        at = AskedAt.read(asked.now, asked.timezone)
        return render(talks.take(Asked(asked.text, asked.user, at, CHAT_URL, asked.message_id)))


def render(taken: Taken) -> ChatAnswer:
    """Build the answer to a turn."""
    answered, parse_ids = taken.answered, taken.parse_ids
    done = {str(act.intent): _slots(act.slots) for act in answered.acts if act.kind == "done"}
    rendered: ChatAnswer = {
        "text": answered.reply.text,
        "quick_replies": [{"label": one.label, "text": one.text} for one in answered.reply.quick_replies],
        "acts": [_act(act) for act in answered.acts],
        "frames": [
            {"intent": one.intent, "slots": _slots(one.slots), "asked": one.asked, "asks": one.asks}
            for one in answered.state.frames
        ],
        "done": done,
        "parses": [render_parse(parse, parse_id) for parse, parse_id in zip(answered.parses, parse_ids, strict=True)],
    }
    if taken.is_repeated:
        rendered["repeated"] = True
    return rendered


def _act(act: Act) -> ActAnswer:
    return {
        "kind": act.kind,
        "intent": act.intent,
        "slot": act.slot,
        "attempt": act.attempt,
        "why": act.why,
        "before": _values(act.before),
    }


def _slots(slots: Slots) -> dict[str, list[SlotAnswer]]:
    return {name: _values(several) for name, several in slots.items()}


def _values(filled: tuple[Filled, ...]) -> list[SlotAnswer]:
    return [
        {"value": one.value, "said": one.said, "unit": one.unit, **({"computed": one.computed} if one.computed else {})}  # type: ignore[typeddict-item]
        for one in filled
    ]
