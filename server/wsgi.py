"""The app of the settings in the environment: what the processes of `nlu-serve` serve, and any WSGI server can.

Another server gives its processes' numbers for `/metrics` a common folder in `PROMETHEUS_MULTIPROC_DIR`, and is to be
put behind a proxy that keeps slow clients from its threads.
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
