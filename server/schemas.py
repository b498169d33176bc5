"""The wire formats as types, from which the OpenAPI description is generated; `server.wire` reads and writes them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel, create_model

from nlu.types import FallbackCode
from server.settings import ServerSettings


class ParseBody(BaseModel):
    """What `POST /parse` takes. Other keys are ignored."""

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
    top_n: Annotated[int, Field(ge=1)] | None = Field(None, description="How many intents to rank at most.")
    explain: bool | None = Field(None, description="Whether to say why.")


class RasaParseBody(BaseModel):
    """What Rasa's dialogue server sends to an NLU server. Other keys are ignored."""

    text: str | None = Field(
        description='The utterance; null or blank when the message has no text. `/intent{"entity": "value"}` is '
        "taken as it says, as a button's payload.",
        examples=["판교에서 피자 주문해줘"],
    )
    message_id: str | None = Field(None, description="Comes back unchanged.")
    token: Any = Field(None, description="A key, where parsing needs one and no header bears it; else ignored.")


class ModelBody(BaseModel):
    """Which version to serve from now on. Other keys are ignored."""

    model_file: str = Field(
        description="A version of the registry, or the path of its folder; only the last part of a path counts.",
        examples=["20261121-143015-0a1b2c3d"],
    )


class KakaoUserRequest(BaseModel):
    """What the user said; Kakao's other keys are ignored."""

    utterance: str = Field(description="One that is too long gets the answer of the fallback.")


class KakaoBody(BaseModel):
    """What Kakao sends to a skill. `bot`, `action`, `contexts` and all other keys are ignored."""

    userRequest: KakaoUserRequest  # noqa: N815 (Kakao's name)


class KakaoText(BaseModel):
    """A text of Kakao's."""

    text: str = Field(max_length=1000)


class KakaoOutput(BaseModel):
    """One balloon."""

    simpleText: KakaoText  # noqa: N815


class KakaoQuickReply(BaseModel):
    """A button below the balloon."""

    label: str = Field(max_length=14)
    action: Literal["message"]
    messageText: str  # noqa: N815


class KakaoTemplate(BaseModel):
    """What the user sees."""

    outputs: list[KakaoOutput] = Field(min_length=1, max_length=3)
    quickReplies: list[KakaoQuickReply] = Field([], max_length=10)  # noqa: N815


class KakaoAnswer(BaseModel):
    """A skill's answer, version 2.0; `data` holds the intent and the entities for the bot's later blocks."""

    version: Literal["2.0"]
    template: KakaoTemplate
    data: dict[str, Any]


class IntentAnswer(BaseModel):
    """An intent and its confidence; the name is null when there was nothing to understand."""

    name: str | None
    confidence: float = Field(ge=0, le=1)


class EntityAnswer(BaseModel):
    """An entity; `text[start:end]` is its raw value, in code points."""

    entity: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    confidence_entity: float = Field(ge=0, le=1)
    value: Any = Field(description="The canonical value of the dictionary, else the raw value.")
    extractor: str
    raw: str
    particle: str = Field(description="The particle that follows it.")
    sources: list[Literal["tagger", "dictionary", "message"]]
    role: str | None = Field(None, description="What it does in its intent, such as `from`.")
    processors: list[str] | None = None


class FallbackAnswer(BaseModel):
    """Whether the utterance was understood, and why not."""

    is_fallback: bool
    code: FallbackCode | None = Field(
        description="Why not, for programs; null when it was understood. `unfamiliar`: training saw too little of what "
        "it is made of. `unsure`: no intent stands out. `out_of_scope`: it resembles what the bot does not deal with. "
        "`nothing`: no letter, digit or sign is left. `not_allowed`: no other intent may win."
    )
    reason: str | None = Field(description="The same in words, which may change.")
    score: float = Field(
        description="How much it belongs to what the bot was made for: the confidence, less the stranger it is."
    )
    threshold: float = Field(description="The least score of what is understood.")
    coverage: float = Field(ge=0, le=1, description="The part of its character sequences that training has seen.")
    confidence: float = Field(ge=0, le=1, description="The probability of the best intent but `nlu_fallback`.")


class ContributionAnswer(BaseModel):
    """A stretch of the text and what it adds to the margin; less than 0 speaks against the intent."""

    text: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    score: float


class EntityContributionAnswer(BaseModel):
    """An entity that was found, surely or perhaps, and what it adds to the margin of an intent it is usual with."""

    entity: str
    role: str | None
    score: float


class IntentReasonAnswer(BaseModel):
    """Why the intent scored higher than the next: `margin` = `bias` + the scores of `units` and `entities`, exactly."""

    intent: str
    over: str | None
    margin: float = Field(description="The difference of their logits.")
    bias: float = Field(description="The part of the margin that does not depend on the text.")
    units: list[ContributionAnswer] = Field(description="Every syllable.")
    ngrams: list[ContributionAnswer] = Field(
        description="The n-grams with the greatest parts; the units' scores hold them already, shared out evenly."
    )
    entities: list[EntityContributionAnswer]


class DictionaryRowAnswer(BaseModel):
    """A row of the dictionary that matched, and whether it became an entity."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    raw: str
    entity: str
    value: str
    synonyms: list[str]
    used: bool


class NearestPatternAnswer(BaseModel):
    """The pattern of the training set that the utterance resembles most."""

    origin: str = Field(description="Its file and line.")
    intent: str
    example: str = Field(description="One of its utterances, with slots.")
    similarity: float = Field(ge=0, le=1)


class ExplanationAnswer(BaseModel):
    """Why the answer is as it is."""

    intent: IntentReasonAnswer | None
    dictionary: list[DictionaryRowAnswer]
    pattern: NearestPatternAnswer | None


class ParseAnswer(BaseModel):
    """What one utterance means: the keys of Rasa's `/model/parse`, and some of ours."""

    text: str
    intent: IntentAnswer
    entities: list[EntityAnswer]
    intent_ranking: list[IntentAnswer]
    text_tokens: list[Annotated[list[int], Field(min_length=2, max_length=2)]]
    fallback: FallbackAnswer
    model_version: str
    parse_id: str | None = Field(None, description="There when the parse is recorded; `POST /feedback` refers to it.")
    message_id: str | None = None
    explanation: ExplanationAnswer | None = Field(None, description="There when it was asked for.")


class CorrectEntity(BaseModel):
    """Where an entity is in the recorded text. Other keys are ignored, so an entity of `/parse` can be sent back."""

    entity: str = Field(min_length=1, description="Its type: no spaces, colons or brackets.")
    start: int = Field(ge=0)
    end: int = Field(ge=1)
    role: str | None = None
    value: str | None = Field(None, description="Its canonical value; the characters themselves when left out.")


class FeedbackBody(BaseModel):
    """What a recorded utterance really means. Other keys are ignored."""

    parse_id: str = Field(description="The `parse_id` of an answer.", examples=["0b6d1f0c3c5e4a7f9d2b8a6c4e1f0a3d"])
    intent: str = Field(
        min_length=1,
        max_length=200,
        description="The right intent; `nlu_fallback` for what the bot should not understand. One that the model does "
        "not know is taken, and marked.",
    )
    entities: list[CorrectEntity] | None = Field(
        None, description="The right entities, none when empty; those that were recorded when left out."
    )
    comment: str | None = Field(
        None, max_length=1000, description="Words for the author; personal data is masked as in what is recorded."
    )


class FeedbackAnswer(BaseModel):
    """What was taken."""

    parse_id: str
    intent: str
    known_intent: bool = Field(description="Whether the model in use knows the intent.")
    entities: list[dict[str, Any]]
    comment: str | None
    time: str = Field(description="In UTC.")


class FeedbackEntryAnswer(BaseModel):
    """One feedback."""

    time: str
    intent: str
    known_intent: bool
    entities: list[dict[str, Any]]
    comment: str | None


class RecordAnswer(BaseModel):
    """One recorded parse; personal data in its text is masked, and the offsets are right in the masked text."""

    parse_id: str
    time: str = Field(description="In UTC.")
    route: str
    request_id: str
    text: str
    masks: list[str] = Field(description="The kinds of personal data that were masked.")
    intent: IntentAnswer
    fallback: dict[str, Any]
    entities: list[dict[str, Any]]
    model_version: str
    feedback: list[FeedbackEntryAnswer] = Field(description="The newest first; it counts, the others are history.")


class RecordsAnswer(BaseModel):
    """A page of records, the newest first."""

    records: list[RecordAnswer]
    next: str | None = Field(description="What to send as `after` for the next page; null on the last.")


class ParseAnswers(BaseModel):
    """What several utterances mean, in their order."""

    results: list[ParseAnswer]
    model_version: str
    message_id: str | None = None


class ParseResponse(RootModel[ParseAnswer | ParseAnswers]):
    """One object for one utterance, `results` for several."""


class ErrorAnswer(BaseModel):
    """Every error, in Rasa's shape."""

    model_config = ConfigDict(extra="forbid")

    version: str
    status: Literal["failure"]
    reason: str = Field(examples=["BadRequest"])
    message: str = Field(description="What was expected and what came.")
    details: dict[str, Any] = Field(examples=[{"parameter": "text", "in": "body"}])
    help: str
    code: int = Field(ge=400, le=599)
    request_id: str = Field(description="The header X-Request-ID, as the client gave it or as made here.")


class HealthAnswer(BaseModel):
    """Whether the server can answer, with which model, and why not with the active one."""

    status: Literal["ok", "degraded"]
    model_version: str
    degraded: str | None


class VersionAnswer(BaseModel):
    """The versions of product and model."""

    version: str
    minimum_compatible_version: str = Field(description="The oldest product whose models can be served.")
    model_version: str | None


class SliceAnswer(BaseModel):
    """The scores of one group of test utterances, 0..1; null where there was nothing to measure."""

    utterances: int
    intent_accuracy: float | None
    intent_macro_f1: float | None
    ranking_accuracy: float | None
    entity_precision: float | None
    entity_recall: float | None
    entity_f1: float | None
    role_f1: float | None
    exact_match: float | None
    false_rejects: float | None
    caught: float | None
    calibration_error: float | None


class ScoresAnswer(BaseModel):
    """What the evaluation measured."""

    slices: dict[str, SliceAnswer] = Field(
        description="`all`, and the groups: whether training has seen the pattern, and the value."
    )
    intents: dict[str, dict[str, float]] = Field(description="Precision, recall, f1-score and support of each intent.")
    entities: dict[str, dict[str, float]] = Field(description="The same of each entity type.")
    confusion: dict[str, dict[str, int]] = Field(description="Right intent → decision → how often.")


class ReportAnswer(BaseModel):
    """The bundle in use; parts that were not measured are empty."""

    model_version: str
    product_version: str
    created_at: str = Field(description="ISO 8601.")
    bytes: int = Field(ge=0)
    tokenizer: str
    intents: list[str]
    scores: ScoresAnswer
    examples: dict[str, str] = Field(description="Intent → an utterance of the test that was understood.")
    settings: dict[str, Any]
    libraries: dict[str, str]
    data: dict[str, str] = Field(description="Input → its SHA-256.")


class StatusAnswer(BaseModel):
    """The model in use, under Rasa's names."""

    model_file: str
    model_id: str
    num_active_training_jobs: int
    fingerprint: dict[str, Any]


def parse_body(limits: ServerSettings) -> type[BaseModel]:
    """The type of a request to a server with these limits."""
    utterance = Annotated[str, Field(min_length=1, max_length=limits.max_text_length)]
    utterances = Annotated[list[utterance], Field(min_length=1, max_length=limits.max_texts)]
    return _limited(ParseBody, utterance | utterances)


def rasa_parse_body(limits: ServerSettings) -> type[BaseModel]:
    """The type of a request of Rasa to a server with these limits."""
    return _limited(RasaParseBody, Annotated[str, Field(max_length=limits.max_text_length)] | None)


def _limited(model: type[BaseModel], text: Any) -> type[BaseModel]:
    described = model.model_fields["text"]
    field = Field(description=described.description, examples=described.examples)
    return create_model(model.__name__, __base__=model, __doc__=model.__doc__, text=(text, field))
