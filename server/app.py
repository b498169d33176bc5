"""The application: settings in, a Flask app out."""

from __future__ import annotations

from flask import Flask

from server.live_model import ModelHolder
from server.live_responses import ResponseHolder
from server.metrics import Metrics
from server.page.pages import Pages
from server.parser import Loader
from server.recorder import Recorder
from server.routes import feedback, health, kakao, parse, rasa, records, report
from server.routes import metrics as metrics_route
from server.settings import ServerSettings
from server.web import access_log, errors, openapi, rate_limit, refusals
from server.web.endpoints import Endpoints
from server.web.keys import KeyRing

PARSE_AHEAD = "nlu.parse_ahead"
"""Where an app keeps what parses requests together, among its extensions."""
RECORDER = "nlu.recorder"
"""Where an app keeps its recorder, among its extensions."""


def create_app(settings: ServerSettings, load: Loader) -> Flask:
    """Make the app; two apps with different settings can live in one process.

    Args:
        settings: what the operator set.
        load: makes a parser from a bundle's folder.
    """
    app = Flask("server", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    metrics = Metrics()
    models = ModelHolder(
        settings.models,
        load,
        metrics,
        reload_seconds=settings.reload_seconds,
        retry_seconds=settings.retry_seconds,
    )
    recorder = app.extensions[RECORDER] = Recorder(settings, listener=metrics.recording)
    app.extensions[PARSE_AHEAD] = parse.ahead(models, settings)
    responses = ResponseHolder(settings.answers, reload_seconds=settings.reload_seconds)
    access_log.register(app, settings, metrics)
    refusals.register(app, settings)
    rate_limit.register(app, settings)
    errors.register(app)
    pages = Pages(settings)
    endpoints = Endpoints(app, settings, KeyRing(settings), pages.show)
    parse.register(endpoints, models, responses, settings, recorder)
    rasa.register(endpoints, models, settings, recorder)
    kakao.register(endpoints, models, responses, settings, recorder)
    feedback.register(endpoints, models, settings, recorder)
    records.register(endpoints, recorder)
    health.register(endpoints, models)
    report.register(endpoints, models, responses, settings)
    metrics_route.register(endpoints, metrics)
    pages.register(app)
    openapi.register(app, endpoints.operations)
    return app
