"""`POST /kakao/skill`: Kakao's skill v2, so that a Kakao channel's fallback block can hand every utterance to us."""

from __future__ import annotations

import logging
from typing import Annotated, Any, ClassVar, Literal, NotRequired

from annotated_types import Len, MaxLen
from pydantic import Field
from typing_extensions import TypedDict

from nlu.database.errors import DatabaseUnavailable, RowsRefused
from nlu.dialogue.responses import LONGEST_ANSWER, LONGEST_LABEL, MOST_QUICK_REPLIES, Reply
from nlu.dialogue.templates import AnswerTemplate, slot_values
from nlu.types import FALLBACK_INTENT, Fallback, IntentScore, Parse
from nlu.understanding.asked_at import AskedAt
from server.live_model import ModelHolder
from server.live_responses import ResponseHolder
from server.live_scenarios import ScenariosUnavailable, TalkBusy
from server.recorder import Recorder
from server.settings import ServerSettings
from server.talks.balloons import balloons
from server.talks.talks import Asked, Taken, Talks
from server.talks.within import TookTooLong, Within
from server.web.endpoints import Endpoints, Operation
from server.wire import LONGEST_USER, Body, Zone, narrowed, text_of

SKILL_URL = "/kakao/skill"
_TURN_SECONDS = 4.0
"""Kakao waits five seconds and then shows words of its own; until here the turn may take, whatever it waits for."""
_WEBHOOK_SECONDS = 3.5
"""Of a turn's seconds, those that its webhooks may take."""
_MOST_WAITING = 64
"""Turns at once, in each process."""
_MOST_BALLOONS = 3
logger = logging.getLogger("nlu.server")


class KakaoUserRequest(Body):
    """What the user said, one that is too long gets the answer of the fallback; Kakao's other keys are ignored."""

    utterance: str
    user: Any = Field(None, description='`{"id": …}`: who said it, by Kakao\'s id of the user; kept as a hash.')

    timezone: Zone | None = Field(None, description="The user's time zone, which says what 내일 is; else Korea's.")

    @property
    def asked_at(self) -> AskedAt:
        """When and where it is asked."""
        return AskedAt.read(None, self.timezone)

    @property
    def user_id(self) -> str | None:
        """The user's id; None where there is none that can be kept, which must keep nobody from an answer."""
        found = self.user.get("id") if isinstance(self.user, dict) else None
        return found if isinstance(found, str) and len(found) <= LONGEST_USER else None


class KakaoBody(Body):
    """What Kakao sends to a skill. `bot`, `action`, `contexts` and all other keys are ignored."""

    EXAMPLE: ClassVar = '{"userRequest": {"utterance": "…"}}'

    userRequest: KakaoUserRequest  # noqa: N815 (Kakao's name)


class KakaoText(TypedDict):
    """A text of Kakao's."""

    text: Annotated[str, MaxLen(LONGEST_ANSWER)]


class KakaoOutput(TypedDict):
    """One balloon."""

    simpleText: KakaoText


class KakaoQuickReply(TypedDict):
    """A button below the balloon."""

    label: Annotated[str, MaxLen(LONGEST_LABEL)]
    action: Literal["message"]
    messageText: str


class KakaoTemplate(TypedDict):
    """What the user sees."""

    outputs: Annotated[list[KakaoOutput], Len(1, 3)]
    quickReplies: NotRequired[Annotated[list[KakaoQuickReply], MaxLen(MOST_QUICK_REPLIES)]]


class KakaoAnswer(TypedDict):
    """A skill's answer, version 2.0; `data` tells the bot's later blocks what was understood.

    Attributes:
        data: `intent`; `entities`, by type and by type and role (`loc`, `loc:from`), a value or a list of several;
            `slots`, the same as text that a block can show; `parse_id`, where the utterance is recorded; `now` and
            `timezone`, where values were read by them; where a bot has scenarios `acts`, what it did in this turn
            (`ask`, `confirm`, `done`, `hand_over`, …), and `done`, intent → slots of what is done as text.
    """

    version: Literal["2.0"]
    template: KakaoTemplate
    data: dict[str, Any]


def register(
    endpoints: Endpoints, models: ModelHolder, responses: ResponseHolder, settings: ServerSettings, recorder: Recorder,
    talks: Talks,
) -> None:  # fmt: skip
    """Add the route."""
    summary = "The bot's answer to an utterance, in Kakao's skill format."
    within: Within[KakaoAnswer] = Within(_MOST_WAITING)

    def one_answer(asked: KakaoUserRequest) -> KakaoAnswer:
        said, user = asked.utterance, asked.user_id
        parser = models.parser(user or said)
        if len(said) > settings.max_text_length:  # Kakao shows words of its own for any error, which help nobody
            return render_skill(responses.responses().reply(parse := _not_understood(parser.version)), parse)
        # Kakao ends it with a line feed at times.
        (parse,) = parser.parse_many((said.strip(),), asked_at=asked.asked_at)
        return render_skill(responses.responses().reply(parse), parse, recorder.record(parse, SKILL_URL, user))

    def turn(asked: KakaoUserRequest, user: str) -> KakaoAnswer:
        said = Asked(asked.utterance.strip(), user, asked.asked_at, SKILL_URL, within=_WEBHOOK_SECONDS)
        taken = talks.take(said)
        if taken.answered.reply.text:
            return render_turn(taken)
        return render_turn(taken, responses.responses().reply(taken.answered.parses[-1]))  # Kakao shows no empty text

    @endpoints.route(
        "POST", SKILL_URL, Operation(summary, KakaoAnswer, body_within(settings), key="to parse", refusals=(503,))
    )
    def skill(given: KakaoBody) -> KakaoAnswer:
        asked, user = given.userRequest, given.userRequest.user_id
        models.parser(user or asked.utterance)  # so that the log names its version, or there is none
        if user is None or not talks.has_scenarios or len(asked.utterance) > settings.max_text_length:
            return one_answer(asked)
        try:
            return within.do(_TURN_SECONDS, lambda: turn(asked, user))
        except (DatabaseUnavailable, RowsRefused, TalkBusy, TookTooLong, ScenariosUnavailable) as error:
            logger.warning("the talk of a Kakao user can't go on, so one answer is given: %s", error)
            return one_answer(asked)


def body_within(settings: ServerSettings) -> type[KakaoBody]:
    """Make the type of a request to a server with these limits."""
    utterance = text_of(settings.max_text_length, may_be_blank=True, is_refused=False)
    said = narrowed(KakaoUserRequest, utterance=utterance)
    return narrowed(KakaoBody, userRequest=said)


def _not_understood(version: str) -> Parse:
    """What stands for an utterance that no model was asked about."""
    nothing = IntentScore(FALLBACK_INTENT, 0.0)
    return Parse("", nothing, (nothing,), (), (), Fallback("nothing", 0.0, 0.0), version)


def render_skill(reply: Reply, parse: Parse, parse_id: str | None = None) -> KakaoAnswer:
    """Build the answer; `data` tells the bot's later blocks what was understood."""
    template: KakaoTemplate = {
        "outputs": [{"simpleText": {"text": text}} for text in balloons(reply.text, LONGEST_ANSWER, _MOST_BALLOONS)]
    }
    if reply.quick_replies:
        template["quickReplies"] = [
            {"label": one.label[:LONGEST_LABEL], "action": "message", "messageText": one.text}
            for one in reply.quick_replies[:MOST_QUICK_REPLIES]
        ]
    values = slot_values(parse.entities)
    exact = {one.raw: one.value for one in parse.entities if one.resolved}
    told = {label: [exact.get(said, said) for said in several] for label, several in values.items()}
    data: dict[str, Any] = {
        "intent": parse.intent.name,
        "entities": {label: several[0] if len(several) == 1 else several for label, several in told.items()},
        "slots": {label: AnswerTemplate(f"{{{label}}}").fill(values) for label in values},
    }
    if parse_id is not None:
        data["parse_id"] = parse_id
    if parse.asked_at is not None:
        data["now"], data["timezone"] = parse.asked_at
    return {"version": "2.0", "template": template, "data": data}


def render_turn(taken: Taken, reply: Reply | None = None) -> KakaoAnswer:
    """Build the answer to a turn of a talk; `data` tells what was done besides.

    Args:
        taken: the turn.
        reply: what is said in the place of what the talk says.
    """
    answered = taken.answered
    rendered = render_skill(reply or answered.reply, answered.parses[-1], taken.parse_ids[-1])
    rendered["data"]["acts"] = [act.kind for act in answered.acts]
    rendered["data"]["done"] = {
        str(act.intent): {name: ", ".join(one.said for one in several) for name, several in act.slots.items()}
        for act in answered.acts
        if act.kind == "done"
    }
    return rendered
