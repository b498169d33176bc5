"""`GET /report`: the bundle that answers, and what its evaluation measured before it was published."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Response, request
from typing_extensions import TypedDict
from werkzeug.wrappers import Response as WSGIResponse

from nlu.errors import BundleError, UnknownChoiceError
from nlu.evaluation.report import SliceScores
from nlu.store.bundle import MANIFEST_NAME, Bundle
from nlu.store.registry import Registry
from nlu.understanding.json_form import to_json
from server.live_model import ModelHolder
from server.live_responses import ResponseHolder, ResponsesUnavailable
from server.settings import ServerSettings
from server.web.endpoints import Endpoints, Operation
from server.wire import JSON_TYPE


class ScoresAnswer(TypedDict):
    """What the evaluation measured.

    Attributes:
        slices: `all`, and the groups: whether training has seen the pattern, and the value.
        intents: Precision, recall, f1-score and support of each intent.
        entities: The same of each entity type.
        confusion: Right intent → decision → how often.
        utterances: Right intent → decision → some of the utterances, of those that the author's patterns say.
    """

    slices: dict[str, SliceScores]
    intents: dict[str, dict[str, float]]
    entities: dict[str, dict[str, float]]
    confusion: dict[str, dict[str, int]]
    utterances: dict[str, dict[str, list[str]]]


class ReportAnswer(TypedDict):
    """The bundle in use; parts that were not measured are empty.

    Attributes:
        created_at: ISO 8601.
        bytes: The size of its files.
        display_names: Intent → how its author calls it, where the file of answers says so.
        examples: Intent → an utterance of the test that was understood.
        data: Input → its SHA-256.
    """

    model_version: str
    product_version: str
    created_at: str
    bytes: int
    tokenizer: str
    intents: list[str]
    display_names: dict[str, str]
    scores: ScoresAnswer
    examples: dict[str, str]
    settings: Mapping[str, Any]
    libraries: Mapping[str, str]
    data: Mapping[str, str]


def register(endpoints: Endpoints, models: ModelHolder, responses: ResponseHolder, settings: ServerSettings) -> None:
    """Add the route."""
    summary = "The bundle in use: its scores, its confusion matrix, its settings."

    @endpoints.route("GET", "/report", Operation(summary, ReportAnswer, key="to parse", refusals=(503,)))
    def report() -> WSGIResponse:
        parser = models.parser()
        bundle = bundle_of(settings.models, parser.version)
        answer = render_report(bundle, list(parser.intents), _display_names(responses))
        response = Response(to_json(answer), content_type=JSON_TYPE)
        response.headers["Cache-Control"] = "no-cache"
        response.add_etag()
        return response.make_conditional(request)


def _display_names(responses: ResponseHolder) -> dict[str, str]:
    try:
        return responses.responses().names
    except ResponsesUnavailable:
        return {}


def bundle_of(models: Path, version: str) -> Bundle:
    """Open the bundle of a version that is being served.

    Args:
        models: a registry's folder or a bundle's folder.
        version: the version.

    Raises:
        BundleError: it was removed or replaced meanwhile.
    """
    try:
        is_bundle = (models / MANIFEST_NAME).exists()
        bundle = Bundle.open(models if is_bundle else Registry(models).path(version), verify=False)
    except UnknownChoiceError as error:
        raise BundleError("bundle.removed", problem=str(error)) from None
    if bundle.version != version:
        raise BundleError("bundle.version", folder=bundle.folder, expected=version, got=bundle.version)
    return bundle


def render_report(bundle: Bundle, intents: list[str], display_names: Mapping[str, str]) -> dict[str, Any]:
    """Build the answer; a bundle that was not measured, or not in every respect, has empty parts."""
    manifest = bundle.manifest
    scores = manifest.scores
    return {
        "model_version": bundle.version,
        "product_version": manifest.product_version,
        "created_at": manifest.created_at.isoformat(),
        "bytes": bundle.size(),
        "tokenizer": manifest.tokenizer.name,
        "intents": intents,
        "display_names": dict(display_names),
        "scores": {part: scores.get(part, {}) for part in ScoresAnswer.__annotations__},
        "examples": scores.get("examples", {}),
        "settings": manifest.settings,
        "libraries": manifest.libraries,
        "data": manifest.data,
    }
