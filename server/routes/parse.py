"""`POST /parse`: what an utterance means.

The body is JSON in UTF-8 under any content type: `{"text": "판교에서 피자 주문해줘"}`, or a list of texts. One text is
answered by one object, a list by `{"results": [object, …], "model_version": "…"}`, in its order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from itertools import zip_longest
from threading import Lock
from typing import Annotated, Any, ClassVar

import orjson
from flask import request
from pydantic import Discriminator, Field, Tag

from nlu.dialogue.responses import Reply
from nlu.errors import InputError, UnknownChoiceError
from nlu.types import Parse
from nlu.understanding.asked_at import AskedAt
from nlu.understanding.json_form import ButtonAnswer, ParseAnswer, ParseAnswers, render_parse
from nlu.understanding.reasons import Explanation
from server.live_model import ModelHolder
from server.live_responses import ResponseHolder, ResponsesUnavailable
from server.recorder import Recorder
from server.settings import ServerSettings
from server.web.budget import LIGHT, check_cost, cost_of
from server.web.endpoints import Endpoints, Operation
from server.wire import USER, WHOLE, Body, Now, Query, Switch, Zone, narrowed, text_of

PARSE_URL = "/parse"
PARSED = "nlu.parse"
"""Where a request's environment holds its parse, if it was made together with others'."""


_MOST_INTENTS = 1000
"""Names of intents in one request: each text is asked for each of them."""


class ParseBody(Body):
    """What `POST /parse` takes. Other keys are ignored."""

    EXAMPLE: ClassVar = '{"text": "…"}'

    text: str | list[str] = Field(
        description="One utterance, or several. Each shows at least one visible character, in Unicode without lone "
        "surrogates.",
        examples=["판교에서 피자 주문해줘"],
    )
    message_id: str | None = Field(None, description="Comes back unchanged.")
    intents: Annotated[list[str], Field(min_length=1, max_length=_MOST_INTENTS)] | None = Field(
        None,
        description="Only these intents may win and are ranked, beside `nlu_fallback`; they must exist. Confidences "
        "are then those of someone who means one of these or none.",
    )
    top_n: Annotated[int, Field(ge=1), WHOLE] | None = Field(
        None, description="How many intents to rank at most; cut off, the confidences sum to less than 1."
    )
    explain: bool | None = Field(None, description="Whether to say why.")
    user: str | None = Field(
        None,
        description="Who says it, by any id: it is kept as a hash, so that their records can be found and deleted.",
    )

    now: Now | None = Field(None, description="The asker's time, ISO 8601, which says what 내일 is; else the server's.")
    timezone: Zone | None = Field(None, description="The asker's time zone, such as `Asia/Seoul`, which is usual.")

    @property
    def texts(self) -> Sequence[str]:
        """The utterances."""
        return [self.text] if isinstance(self.text, str) else self.text

    @property
    def is_list(self) -> bool:
        """Whether they came as a list."""
        return not isinstance(self.text, str)


class ParseQuery(Query):
    """What may stand after `/parse?`."""

    explain: Switch | None = Field(None, description="Whether to say why; goes before the body's `explain`.")
    record: Switch | None = Field(
        None,
        description="0 keeps the parse out of the records, such as that of a text only half typed; else the server's "
        "settings decide.",
    )
    reply: Switch | None = Field(None, description="Whether to tell what the bot answers, by its author's file.")


def body_within(settings: ServerSettings) -> type[ParseBody]:
    """Make the type of a request to a server with these limits."""
    one = text_of(settings.max_text_length)
    several = Annotated[list[one], Field(min_length=1, max_length=settings.max_texts)]  # type: ignore[valid-type]
    branches = Annotated[one, Tag("<string>")] | Annotated[several, Tag("<array>")]  # type: ignore[valid-type]
    choose = Discriminator(_branch, custom_error_type="request.texts", custom_error_message="no text")
    return narrowed(ParseBody, text=Annotated[branches, choose], user=USER)


def _branch(text: Any) -> str | None:
    return "<string>" if isinstance(text, str) else "<array>" if isinstance(text, list) else None


def register(
    endpoints: Endpoints, models: ModelHolder, responses: ResponseHolder, settings: ServerSettings, recorder: Recorder
) -> None:
    """Add the route."""
    one_heavy, summary = Lock(), "What an utterance means, or several."

    @endpoints.route(
        "POST",
        PARSE_URL,
        Operation(
            summary,
            ParseAnswer | ParseAnswers,
            body_within(settings),
            ParseQuery,
            key="to parse",
            refusals=(503,),
        ),
    )
    def parse(asked: ParseBody, query: ParseQuery) -> ParseAnswer | ParseAnswers:
        parser = models.parser(asked.user or asked.texts[0])
        is_explained = bool(asked.explain if query.explain is None else query.explain)
        cost = cost_of(asked.texts, is_explained=is_explained)
        check_cost(cost, settings.max_cost)
        # Python runs one thread at a time anyhow, and two heavy requests that take turns throw each other out of the
        # processor's caches. A light one never waits for them.
        with one_heavy if cost > LIGHT else nullcontext():
            ahead: Parse | None = request.environ.get(PARSED)
            asked_at = AskedAt.read(asked.now, asked.timezone)
            try:
                parses = (
                    [ahead]
                    if ahead
                    else parser.parse_many(asked.texts, intents=asked.intents, top_n=asked.top_n, asked_at=asked_at)
                )
            except UnknownChoiceError as error:
                raise InputError(error.code, "intents", **error.values) from None
            reasons = [parser.explain(parse, intents=asked.intents) for parse in parses] if is_explained else ()
        is_kept, is_plain = query.record is not False, not (asked.intents or asked.now or asked.timezone)
        ids = [recorder.record(parse, PARSE_URL, asked.user, is_plain=is_plain) for parse in parses] if is_kept else ()
        replies = _replies(responses, parses) if query.reply else ()
        return render(asked, parses, ids, reasons, replies)


def _replies(responses: ResponseHolder, parses: Sequence[Parse]) -> Sequence[Reply]:
    """What the bot says to utterances; nothing where the server has no answers."""
    try:
        answers = responses.responses()
    except ResponsesUnavailable:
        return ()
    return [answers.reply(parse) for parse in parses]


def ahead(models: ModelHolder, settings: ServerSettings) -> Callable[[Sequence[bytes]], list[Parse | None]]:
    """Make what parses the requests that came at the same time together, which takes less time than one by one.

    It takes bodies and gives a parse for each that asks for the meaning of one utterance and nothing else, None for the
    others, and for all where the route has more to ask first: for a key, or whether a client asks too often.
    """
    is_asked_first = settings.parse_needs_key or settings.rate_per_second > 0

    def parse(bodies: Sequence[bytes]) -> list[Parse | None]:
        texts = [None if is_asked_first else _plain_text(body, settings.max_text_length) for body in bodies]
        if (canary := models.canary) is not None:  # whom it answers is asked one by one
            texts = [None if text is not None and canary.chooses(text) else text for text in texts]
        plain = [text for text in texts if text is not None]
        if len(plain) < 2:
            return [None] * len(bodies)
        try:
            parses = iter(models.parser().parse_many(plain))
        except Exception:  # whatever it is, it happens in the route again, whose errors are logged and answered
            return [None] * len(bodies)
        return [None if text is None else next(parses) for text in texts]

    return parse


def _plain_text(body: bytes, longest: int) -> str | None:
    try:
        payload = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    text = payload.get("text") if isinstance(payload, dict) and len(payload) == 1 else None
    return text if isinstance(text, str) and len(text) <= longest else None


def render(
    asked: ParseBody,
    parses: Sequence[Parse],
    parse_ids: Sequence[str | None] = (),
    explanations: Sequence[Explanation] = (),
    replies: Sequence[Reply] = (),
) -> ParseAnswer | ParseAnswers:
    """Build the answer to a request from the parses of its texts and what goes with each, in their order."""
    results = [render_parse(*one) for one in zip_longest(parses, parse_ids, explanations)]
    for result, reply in zip(results, replies, strict=False):
        buttons: list[ButtonAnswer] = [{"label": one.label, "text": one.text} for one in reply.quick_replies]
        result["reply"] = {"text": reply.text, "quick_replies": buttons}
    answer: ParseAnswer | ParseAnswers = results[0]
    if asked.is_list:
        answer = {"results": results, "model_version": parses[0].version}
    if asked.message_id is not None:
        answer["message_id"] = asked.message_id
    return answer
