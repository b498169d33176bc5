"""`GET /report`: the bundle that answers, and what its evaluation measured before it was published."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Response, request
from flask_openapi3.blueprint import APIBlueprint
from werkzeug.wrappers import Response as WSGIResponse

from nlu.errors import BundleError, UnknownChoiceError
from nlu.store.bundle import MANIFEST_NAME, Bundle, Manifest
from nlu.store.registry import Registry
from nlu.understanding.json_form import to_json
from server.live_model import ModelHolder
from server.schemas import ReportAnswer
from server.settings import ServerSettings
from server.web.keys import KeyRing
from server.web.openapi import errors
from server.wire import JSON_TYPE


def blueprint(models: ModelHolder, settings: ServerSettings, keys: KeyRing) -> APIBlueprint:
    """Make the routes."""
    routes = APIBlueprint("report", __name__)

    @routes.get(
        "/report",
        summary="The bundle in use: its scores, its confusion matrix, its settings.",
        responses={200: ReportAnswer, **errors(401, 503)},
        strict_slashes=False,
    )
    def report() -> WSGIResponse:
        keys.require_to_parse()
        parser = models.parser()
        answer = render_report(bundle_of(settings.models, parser.version), list(parser.intents))
        response = Response(to_json(answer), content_type=JSON_TYPE)
        response.headers["Cache-Control"] = "no-cache"
        response.set_etag(parser.version)
        return response.make_conditional(request)

    return routes


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
        raise BundleError(f"the version being served was removed: {error}") from None
    if bundle.version != version:
        raise BundleError(f"{bundle.folder}: expected version {version}, got {bundle.version}")
    return bundle


def render_report(bundle: Bundle, intents: list[str]) -> dict[str, Any]:
    """Build the answer; a bundle that was not measured, or not in every respect, has empty parts."""
    manifest: Manifest = bundle.manifest
    scores = manifest.scores
    return {
        "model_version": bundle.version,
        "product_version": manifest.product_version,
        "created_at": manifest.created_at.isoformat(),
        "bytes": bundle.size(),
        "tokenizer": manifest.tokenizer.name,
        "intents": intents,
        "scores": {
            "slices": scores.get("slices", {}),
            "intents": scores.get("intents", {}),
            "entities": scores.get("entities", {}),
            "confusion": scores.get("confusion", {}),
        },
        "examples": scores.get("examples", {}),
        "settings": manifest.settings,
        "libraries": manifest.libraries,
        "data": manifest.data,
    }
