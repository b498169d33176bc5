"""The app for any WSGI server, its settings from the environment: `gunicorn --worker-class gthread server.wsgi:app`."""

from __future__ import annotations

import logging
import os

from nlu.parser import UtteranceParser
from server.app import create_app
from server.settings import ServerSettings

logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")

app = create_app(ServerSettings.from_environment(os.environ), UtteranceParser.load)
