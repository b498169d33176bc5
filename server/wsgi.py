"""The app for a WSGI server: `gunicorn --config python:server.gunicorn_config server.wsgi:app`.

Its settings come from the environment. Without that configuration it answers too, but has no numbers for `/metrics`,
and each slow client holds one of its threads.
"""

from __future__ import annotations

import os

from nlu.understanding.parser import UtteranceParser
from server.app import RECORDER, create_app
from server.settings import ServerSettings
from server.web import logging_setup as logs

settings = ServerSettings.from_environment(os.environ)
logs.configure(settings)

app = create_app(settings, UtteranceParser.load)
app.extensions[RECORDER].start()
