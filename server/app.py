"""The application: settings in, a Flask app out."""

from __future__ import annotations

from flask import Flask

from server import page
from server.live_answers import AnswerHolder
from server.live_model import Loader, ModelHolder
from server.metrics import Metrics
from server.production import fast_path as quick
from server.recorder import Recorder
from server.routes import feedback, health, kakao, parse, rasa, records, report
from server.routes import metrics as monitoring
from server.settings import ServerSettings
from server.web import access_log as watch
from server.web import errors
from server.web import openapi as description
from server.web import rate_limit as rates
from server.web.keys import KeyRing

RECORDER = "nlu.recorder"
"""Where an app keeps its recorder, among its extensions."""


def create_app(settings: ServerSettings, load: Loader) -> Flask:
    """Make the app; two apps with different settings can live in one process.

    Args:
        settings: what the operator set.
        load: makes a parser from a bundle's folder.
    """
    app = description.make_app("server")
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    metrics = Metrics()
    models = ModelHolder(
        settings.models,
        metrics.measured(load),
        reload_seconds=settings.reload_seconds,
        retry_seconds=settings.retry_seconds,
        watch=metrics,
    )
    recorder = Recorder(settings, watch=metrics.recording)
    app.extensions[RECORDER] = recorder
    understanding = parse.Understanding(models, recorder)
    watching = watch.Watch(metrics)
    quick.register(app, settings, understanding, watching)
    watch.register(app, settings, watching)
    keys = KeyRing(settings)
    rates.register(app, settings)
    errors.register(app)
    app.register_api(parse.blueprint(understanding, settings, keys))
    app.register_api(rasa.blueprint(models, settings, keys, recorder))
    answers = AnswerHolder(settings.answers, reload_seconds=settings.reload_seconds)
    app.register_api(kakao.blueprint(models, answers, settings, keys, recorder))
    app.register_api(feedback.blueprint(models, settings, keys, recorder))
    app.register_api(records.blueprint(keys, recorder))
    app.register_api(health.blueprint(models))
    app.register_api(report.blueprint(models, settings, keys))
    app.register_blueprint(page.blueprint(settings))
    app.register_api(monitoring.blueprint(metrics))
    description.register(app)
    return app
