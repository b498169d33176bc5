"""`POST /parse`: what an utterance means.

The body is JSON in UTF-8 under any content type: `{"text": "판교에서 피자 주문해줘"}`, or a list of texts. One text is
answered by one object, a list by `{"results": [object, …], "model_version": "…"}`, in its order.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from itertools import zip_longest
from threading import Lock
from typing import Annotated, Any, ClassVar

from pydantic import Discriminator, Field, Tag

from nlu.errors import InputError, UnknownChoiceError
from nlu.types import Parse
from nlu.understanding.json_form import ParseAnswer, ParseAnswers, render_parse, to_json
from nlu.understanding.reasons import Explanation
from server.live_model import ModelHolder
from server.recorder import Recorder
from server.settings import ServerSettings
from server.web.endpoints import Endpoints, Operation
from server.wire import WHOLE, Body, Query, Switch, narrowed, read, text_of

PARSE_URL = "/parse"


class ParseBody(Body):
    """What `POST /parse` takes. Other keys are ignored."""

    EXAMPLE: ClassVar = '{"text": "…"}'

    text: str | list[str] = Field(
        description="One utterance, or several. Each shows at least one visible character, in Unicode without lone "
        "surrogates.",
        examples=["판교에서 피자 주문해줘"],
    )
    message_id: str | None = Field(None, description="Comes back unchanged.")
    intents: Annotated[list[str], Field(min_length=1)] | None = Field(
        None,
        description="Only these intents may win and are ranked, beside `nlu_fallback`; they must exist. Confidences "
        "stay those among all intents.",
    )
    top_n: Annotated[int, Field(ge=1), WHOLE] | None = Field(None, description="How many intents to rank at most.")
    explain: bool | None = Field(None, description="Whether to say why.")

    @property
    def texts(self) -> Sequence[str]:
        """The utterances."""
        return [self.text] if isinstance(self.text, str) else self.text

    @property
    def is_list(self) -> bool:
        """Whether they came as a list."""
        return not isinstance(self.text, str)

    @property
    def is_plain(self) -> bool:
        """Whether it asks for one utterance, with all intents allowed and ranked, and for no reasons."""
        return isinstance(self.text, str) and not self.explain and self.intents is None and self.top_n is None


class ParseQuery(Query):
    """What may stand after `/parse?`."""

    explain: Switch | None = Field(None, description="Whether to say why; goes before the body's `explain`.")
    record: Switch | None = Field(
        None,
        description="0 keeps the parse out of the records, such as that of a text only half typed; else the server's "
        "settings decide.",
    )


def body_within(settings: ServerSettings) -> type[ParseBody]:
    """Make the type of a request to a server with these limits."""
    one = text_of(settings.max_text_length)
    several = Annotated[list[one], Field(min_length=1, max_length=settings.max_texts)]  # type: ignore[valid-type]
    branches = Annotated[one, Tag("<string>")] | Annotated[several, Tag("<array>")]  # type: ignore[valid-type]
    choose = Discriminator(_branch, custom_error_type="request.texts", custom_error_message="no text")
    return narrowed(ParseBody, text=Annotated[branches, choose])


def _branch(text: Any) -> str | None:
    return "<string>" if isinstance(text, str) else "<array>" if isinstance(text, list) else None


class Understanding:
    """Reads and answers requests to parse.

    Lists are parsed one at a time: Python runs one thread at a time anyhow, and two that take turns throw each other
    out of the processor's caches. One utterance never waits for a list.

    Args:
        models: gives the parser.
        recorder: keeps what was said.
        settings: the limits of a request.
    """

    def __init__(self, models: ModelHolder, recorder: Recorder, settings: ServerSettings) -> None:
        self._models = models
        self._recorder = recorder
        self._one_list = Lock()
        self.body = body_within(settings)

    def read(self, payload: Any) -> ParseBody:
        """Read a request from JSON's values.

        Raises:
            InputError: something is missing, of the wrong type, empty, too long or too many.
        """
        return read(self.body, payload)

    def answer(self, asked: ParseBody, *, may_record: bool = True) -> bytes:
        """Write the answer as JSON.

        Args:
            asked: what was asked.
            may_record: False keeps it out of the records.

        Raises:
            RegistryError: there is no model.
            InputError: the model has no such intent.
        """
        parser = self._models.parser()
        try:
            with self._one_list if asked.is_list else nullcontext():
                parses = parser.parse_many(asked.texts, intents=asked.intents, top_n=asked.top_n)
        except UnknownChoiceError as error:
            raise InputError(error.code, "intents", **error.values) from None
        ids = [self._recorder.record(parse, PARSE_URL) for parse in parses] if may_record else ()
        reasons = [parser.explain(parse, intents=asked.intents) for parse in parses] if asked.explain else ()
        return to_json(render(asked, parses, ids, reasons))


def render(
    asked: ParseBody,
    parses: Sequence[Parse],
    parse_ids: Sequence[str | None] = (),
    explanations: Sequence[Explanation] = (),
) -> ParseAnswer | ParseAnswers:
    """Build the answer to a request from the parses of its texts, their ids and explanations, in their order."""
    results = [render_parse(*one) for one in zip_longest(parses, parse_ids, explanations)]
    answer: ParseAnswer | ParseAnswers = results[0]
    if asked.is_list:
        answer = {"results": results, "model_version": parses[0].version}
    if asked.message_id is not None:
        answer["message_id"] = asked.message_id
    return answer


def register(endpoints: Endpoints, understanding: Understanding) -> None:
    """Add the route."""

    @endpoints.route(
        "POST",
        PARSE_URL,
        Operation(
            "What an utterance means, or several.",
            ParseAnswer | ParseAnswers,
            understanding.body,
            ParseQuery,
            key="to parse",
            refusals=(503,),
        ),
    )
    def parse(asked: ParseBody, query: ParseQuery) -> bytes:
        if query.explain is not None:
            asked = asked.model_copy(update={"explain": query.explain})
        return understanding.answer(asked, may_record=query.record is not False)
