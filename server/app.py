"""The application: settings in, a Flask app out."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask

from nlu.keys.cache import KnownKeys
from server.auditor import Auditor
from server.live_database import LiveDatabase
from server.live_inbox import LiveInbox
from server.live_jobs import LiveJobs
from server.live_model import ModelHolder
from server.live_responses import ResponseHolder
from server.live_scenarios import ScenarioHolder
from server.metrics import Metrics
from server.page.pages import Pages
from server.parser import Loader
from server.recorder import Recorder
from server.routes import (
    chat,
    chat_page,
    feedback,
    health,
    inbox,
    jobs,
    kakao,
    loop,
    monitoring,
    parse,
    rasa,
    rasa_channel,
    records,
    report,
    trials,
)
from server.routes import metrics as metrics_route
from server.settings import ServerSettings
from server.talks.talks import Talks
from server.trials.failures import FailureNotes
from server.trials.shadow import ShadowSender
from server.web import access_log, errors, openapi, rate_limit, refusals
from server.web.endpoints import Endpoints
from server.web.keys import KeyRing

if TYPE_CHECKING:  # it brings SQLAlchemy, which is loaded beside the requests, not before the first answer
    from nlu.keys.store import KeyStore

PARSE_AHEAD = "nlu.parse_ahead"
"""Where an app keeps what parses requests together, among its extensions."""
WARM_UP = "nlu.warm_up"
"""Where an app keeps what loads what it needs for routes that are seldom asked, among its extensions."""
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
    recorder = app.extensions[RECORDER] = Recorder(
        settings, listener=metrics.recording, beside=ShadowSender(lambda: models.shadow, metrics).offer
    )
    models.on_failure = FailureNotes(lambda: recorder.store().database).add
    app.extensions[PARSE_AHEAD] = parse.ahead(models, settings)
    responses = ResponseHolder(settings.answers, reload_seconds=settings.reload_seconds)
    access_log.register(app, settings, metrics)
    refusals.register(app, settings)
    rate_limit.register(app, settings)
    errors.register(app)
    pages = Pages(settings)
    database = LiveDatabase(settings)
    auditor = Auditor(database, is_on=settings.audit)
    keys = KeyRing(settings, KnownKeys(partial(_author_keys, database)))
    endpoints = Endpoints(app, settings, keys, pages.show, auditor.note_rest)
    parse.register(endpoints, models, responses, settings, recorder)
    rasa.register(endpoints, models, settings, recorder, auditor)
    scenarios = ScenarioHolder(settings.scenarios, reload_seconds=settings.reload_seconds)
    talks = Talks(models, responses, scenarios, database, settings, recorder)
    kakao.register(endpoints, models, responses, settings, recorder, talks)
    chat.register(endpoints, talks, settings)
    chat_page.register(endpoints, scenarios)
    rasa_channel.register(endpoints, models, responses, settings, recorder, talks)
    feedback.register(endpoints, models, settings, recorder, auditor)
    records.register(endpoints, recorder)
    inbox.register(endpoints, LiveInbox(settings, models, database), auditor)
    trials.register(endpoints, models, recorder, auditor)
    live_jobs = LiveJobs(database, settings.models, Path.cwd())
    if settings.record > 0:  # else no database is made before somebody wants one
        app.extensions[WARM_UP] = live_jobs.warm_up
    jobs.register(endpoints, live_jobs, auditor)
    health.register(endpoints, models, scenarios)
    monitoring.register(endpoints, models, database, settings, metrics)
    loop.register(endpoints, database, metrics)
    report.register(endpoints, models, responses, settings)
    metrics_route.register(endpoints, metrics)
    pages.register(app)
    openapi.register(app, endpoints.operations)
    return app


def _author_keys(database: LiveDatabase) -> KeyStore | None:
    from nlu.keys.store import KeyStore

    found = database.open_existing()
    return KeyStore(found) if found else None
