"""The app for any WSGI server, its settings from the environment: `gunicorn --worker-class gthread server.wsgi:app`."""

from __future__ import annotations

import os

from nlu.parser import UtteranceParser
from server import logs
from server.app import RECORDER, create_app
from server.settings import ServerSettings

settings = ServerSettings.from_environment(os.environ)
logs.configure(settings)

app = create_app(settings, UtteranceParser.load)
app.extensions[RECORDER].start()
