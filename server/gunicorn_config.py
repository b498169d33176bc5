"""gunicorn's configuration file: `gunicorn --config python:server.gunicorn_config --workers 2 server.wsgi:app`.

gunicorn takes every name of this module that is one of its settings. Its own options on the command line go before.
"""

from __future__ import annotations

import os
import sys

from nlu.errors import ConfigError
from server.production.serve import process_options
from server.settings import ServerSettings
from server.web import logging_setup as logs

try:
    _settings = ServerSettings.from_environment(os.environ)
except ConfigError as error:  # gunicorn would show the way here, line by line
    print(error.worded("ko"), file=sys.stderr)
    raise SystemExit(2) from None
logs.configure(_settings)
globals().update(process_options(_settings))
