"""`POST /chat`: a turn of a user's talk, by the author's scenarios; where it stands is kept in the database."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field
from typing_extensions import TypedDict

from nlu.dialogue.responses import Reply
from nlu.scenario.state import CONFIRM, Act, Filled, Frame, Slots, State, Why
from nlu.scenario.talker import Answered, Talker
from nlu.scenario.webhook import tell
from nlu.understanding.asked_at import AskedAt
from nlu.understanding.json_form import ButtonAnswer, ParseAnswer, render_parse
from server.live_database import LiveDatabase
from server.live_model import ModelHolder
from server.live_responses import ResponseHolder, ResponsesUnavailable
from server.live_scenarios import ScenarioHolder, TalkBusy
from server.recorder import Recorder
from server.settings import ServerSettings
from server.web.endpoints import Endpoints, Operation
from server.wire import LONGEST_USER, Body, Now, Zone, narrowed, text_of

if TYPE_CHECKING:
    from nlu.scenario.store import TalkStore

CHAT_URL = "/chat"
_TRIES = 4
"""How often a turn is taken again that came beside another of the same user."""
_PRUNE_EVERY_SECONDS = 3600.0


class ChatBody(Body):
    """What a user says. Other keys are ignored."""

    EXAMPLE: ClassVar = '{"text": "…", "user": "…"}'

    text: str = Field(description="What the user says.", examples=["피자 시킬게"])
    user: str = Field(description="Who says it, by any id; it is kept as a hash.", examples=["u1"])
    now: Now | None = Field(None, description="The user's time, ISO 8601, which says what 내일 is; else the server's.")
    timezone: Zone | None = Field(None, description="The user's time zone, such as `Asia/Seoul`, which is usual.")


class SlotAnswer(TypedDict):
    """What fills a slot: the value, the words, and the unit of a computed value."""

    value: str
    said: str
    unit: str | None


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
    """

    text: str
    quick_replies: list[ButtonAnswer]
    acts: list[ActAnswer]
    frames: list[FrameAnswer]
    done: dict[str, dict[str, list[SlotAnswer]]]
    parses: list[ParseAnswer]


def register(
    endpoints: Endpoints, models: ModelHolder, responses: ResponseHolder, scenarios: ScenarioHolder,
    database: LiveDatabase, settings: ServerSettings, recorder: Recorder,
) -> None:  # fmt: skip
    """Add the route."""
    body = narrowed(
        ChatBody, text=text_of(settings.max_text_length), user=text_of(LONGEST_USER, blank="request.user_blank")
    )
    summary = "A turn of a user's talk, by the author's scenarios."
    chat = Chat(models, responses, scenarios, database, settings, recorder)

    @endpoints.route("POST", CHAT_URL, Operation(summary, ChatAnswer, body, key="to parse", refusals=(409, 503)))
    def take_turn(asked: ChatBody) -> ChatAnswer:
        answered, parse_ids = chat.take(asked.text, asked.user, AskedAt.read(asked.now, asked.timezone))
        return render(answered, parse_ids)


class Chat:
    """Takes turns of talks that are kept in the database.

    Args:
        models: the model in use.
        responses: what the bot says outside of scenarios.
        scenarios: the author's scenarios.
        database: where talks stand.
        settings: the server's.
        recorder: keeps what was understood.
    """

    def __init__(
        self, models: ModelHolder, responses: ResponseHolder, scenarios: ScenarioHolder, database: LiveDatabase,
        settings: ServerSettings, recorder: Recorder,
    ) -> None:  # fmt: skip
        self._models, self._responses, self._scenarios = models, responses, scenarios
        self._database, self._recorder = database, recorder
        self._user_key = settings.user_key.get_secret_value()
        self._secret = settings.webhook_secret.get_secret_value()
        self._days, self._prune_at = settings.record_days, 0.0

    def take(self, text: str, user: str, asked_at: AskedAt) -> tuple[Answered, list[str | None]]:
        """Take a turn; where another of the same user came meanwhile, it is taken anew from what that one left.

        Raises:
            ScenariosUnavailable: there are none.
            TalkBusy: others came again and again.
            DatabaseUnavailable: where the talk stands can't be read or kept.
        """
        # They bring SQLAlchemy, which is loaded beside the requests, not before the first answer.
        from nlu.journal.people import People
        from nlu.scenario.store import TalkStore

        database = self._database.open()
        store, hidden = TalkStore(database), People(database, self._user_key).hidden(user)
        self._prune(store)
        talker = self._talker(user)
        for _ in range(_TRIES):
            kept = store.read(hidden)
            answered = talker.take(kept.state, text, asked_at)
            answered = self._tell(answered, hidden, kept.turn)
            if store.keep(hidden, answered.state, kept.turn):
                return answered, [self._recorder.record(one, CHAT_URL, user) for one in answered.parses]
        raise TalkBusy("chat.busy")

    def _prune(self, store: TalkStore) -> None:
        """Delete the talks that nobody went on with for as long as records are kept."""
        now = time.monotonic()
        if self._days and now >= self._prune_at:
            self._prune_at = now + _PRUNE_EVERY_SECONDS
            store.prune(datetime.now(UTC) - timedelta(days=self._days))

    def _talker(self, user: str) -> Talker:
        try:
            answers = self._responses.responses()
        except ResponsesUnavailable:
            answers = None
        parser = self._models.parser(user)
        return Talker(self._scenarios.scenarios(), parser, answers, getattr(parser, "lexicon", None))

    def _tell(self, answered: Answered, hidden: str, turn: int) -> Answered:
        """Tell webhooks what was done; what one does not take stays to be confirmed, and is not lost.

        It is told before the turn is kept: a turn that is taken twice at once tells the same under the same key.
        """
        for act in answered.acts:
            scenario = self._scenarios.scenarios().by_intent.get(act.intent or "")
            if act.kind != "done" or scenario is None or scenario.webhook is None:
                continue
            told = tell(scenario.webhook, act, hidden, turn, self._secret)
            if not told.is_taken:
                return _not_taken(answered, act, self._scenarios.scenarios().words.failed)
            if told.text is not None:
                answered = _saying(answered, told.text)
        return answered


def _not_taken(answered: Answered, act: Act, words: str) -> Answered:
    frame = Frame(str(act.intent), act.slots, CONFIRM, 1)
    frames = (*answered.state.frames, frame)
    acts = tuple(one for one in answered.acts if one is not act)
    reply = Reply(words, answered.reply.quick_replies)
    return Answered(State(frames, answered.state.updated), acts, reply, answered.parses)


def _saying(answered: Answered, text: str) -> Answered:
    return Answered(answered.state, answered.acts, Reply(text, answered.reply.quick_replies), answered.parses)


def render(answered: Answered, parse_ids: list[str | None]) -> ChatAnswer:
    """Build the answer to a turn."""
    done = {str(act.intent): _slots(act.slots) for act in answered.acts if act.kind == "done"}
    return {
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
    return [{"value": one.value, "said": one.said, "unit": one.unit} for one in filled]
