"""`POST /kakao/skill`: Kakao's skill v2, so that a Kakao channel's fallback block can hand every utterance to us."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, NotRequired

from annotated_types import Len, MaxLen
from pydantic import Field
from typing_extensions import TypedDict

from nlu.dialogue.responses import LONGEST_ANSWER, LONGEST_LABEL, MOST_QUICK_REPLIES, Reply
from nlu.dialogue.templates import AnswerTemplate, slot_values
from nlu.errors import InputError
from nlu.types import FALLBACK_INTENT, Fallback, IntentScore, Parse
from nlu.understanding.asked_at import AskedAt
from server.live_model import ModelHolder
from server.live_responses import ResponseHolder
from server.recorder import Recorder
from server.settings import ServerSettings
from server.web.endpoints import Endpoints, Operation
from server.wire import LONGEST_USER, Body, narrowed, text_of

SKILL_URL = "/kakao/skill"


class KakaoUserRequest(Body):
    """What the user said, one that is too long gets the answer of the fallback; Kakao's other keys are ignored."""

    utterance: str
    user: Any = Field(None, description='`{"id": …}`: who said it, by Kakao\'s id of the user; kept as a hash.')

    timezone: Any = Field(None, description="The user's time zone; one that is none is left aside.")

    @property
    def asked_at(self) -> AskedAt | None:
        """When and where it is asked; None where the zone is none, which must keep nobody from an answer."""
        try:
            return AskedAt.read(None, self.timezone if isinstance(self.timezone, str) else None)
        except InputError:
            return None

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
            `slots`, the same as text that a block can show; and `parse_id`, where the utterance is recorded.
    """

    version: Literal["2.0"]
    template: KakaoTemplate
    data: dict[str, Any]


def register(
    endpoints: Endpoints, models: ModelHolder, responses: ResponseHolder, settings: ServerSettings, recorder: Recorder
) -> None:
    """Add the route."""
    summary = "The bot's answer to an utterance, in Kakao's skill format."

    @endpoints.route(
        "POST", SKILL_URL, Operation(summary, KakaoAnswer, body_within(settings), key="to parse", refusals=(503,))
    )
    def skill(given: KakaoBody) -> KakaoAnswer:
        said, user, parse_id = given.userRequest.utterance, given.userRequest.user_id, None
        parser = models.parser(user or said)
        if len(said) > settings.max_text_length:  # Kakao shows words of its own for any error, which help nobody
            parse = _not_understood(parser.version)
        else:
            asked_at = given.userRequest.asked_at
            (parse,) = parser.parse_many((said.strip(),), asked_at=asked_at)  # Kakao ends it with a line feed at times
            parse_id = recorder.record(parse, SKILL_URL, user)
        return render_skill(responses.responses().reply(parse), parse, parse_id)


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
    template: KakaoTemplate = {"outputs": [{"simpleText": {"text": reply.text}}]}
    if reply.quick_replies:
        template["quickReplies"] = [
            {"label": one.label, "action": "message", "messageText": one.text} for one in reply.quick_replies
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
    return {"version": "2.0", "template": template, "data": data}
