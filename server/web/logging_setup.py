"""The server's log: one JSON object a line, or plain lines for a terminal; each line of a request bears its id."""

from __future__ import annotations

import logging
import re
import sys
import time
import uuid
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, TextIO

from nlu.korean.personal_data import mask_text
from nlu.understanding.json_form import to_json
from server.settings import ServerSettings

ACCESS = "nlu.access"
"""The logger of the lines that tell of one answered request each."""

_TALKATIVE = ("alembic",)  # libraries that tell of every step where our own line says what came of it

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request that this thread is answering; empty outside one."""

MODEL_VERSION: ContextVar[str | None] = ContextVar("model_version", default=None)
"""The version of the model that this thread's request is answered with; None while it needed none."""

# Letters, digits and the marks of common id formats: nothing that could break a header, a log or a shell.
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:/+=-]{1,128}")


def read_request_id(given: str | None) -> str:
    """Take a client's or a proxy's id when it is a sound one, else make one.

    Example:
        >>> read_request_id("7f3a-1"), len(read_request_id("피자")), len(read_request_id(None))
        ('7f3a-1', 32, 32)
    """
    if given is not None and _REQUEST_ID.fullmatch(given):
        return given
    return uuid.uuid4().hex


def configure(settings: ServerSettings, stream: TextIO | None = None) -> None:
    """Make this process log as the settings say; what was configured before is replaced.

    Args:
        settings: level and format.
        stream: where to write; the standard error stream if None.
    """
    stream = stream or sys.stderr
    as_text = is_text(settings, stream)
    handler = logging.StreamHandler(stream)
    handler.setFormatter(TextFormatter() if as_text else JsonFormatter())
    logging.logThreads = logging.logMultiprocessing = False  # no line tells their names
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level.upper())
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.NOTSET if settings.log_level == "debug" else logging.WARNING)
    # A person at a terminal sees the answer already; the line of each request would drown the others.
    quiet = as_text and settings.log_level != "debug"
    logging.getLogger(ACCESS).setLevel(logging.WARNING if quiet else logging.NOTSET)


def is_text(settings: ServerSettings, stream: TextIO | None = None) -> bool:
    """Whether the log is written as plain lines."""
    if settings.log_format == "auto":
        return (stream or sys.stderr).isatty()
    return settings.log_format == "text"


@lru_cache(maxsize=4)
def _time(second: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))


class _MaskingFormatter(logging.Formatter):
    """Masks the personal data of tracebacks: an error may quote what somebody said."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 (logging's name)
        """Write a traceback."""
        return mask_text(super().formatException(ei))


class JsonFormatter(_MaskingFormatter):
    """Writes `{"time", "level", "logger", "message", "request_id"?, …, "exception"?}` on one line."""

    def format(self, record: logging.LogRecord) -> str:
        """Write one line; a record's `fields` are keys of their own."""
        line: dict[str, object] = {
            "time": f"{_time(int(record.created))}.{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
            "message": record.getMessage(),
        }
        if request_id := REQUEST_ID.get():
            line["request_id"] = request_id
        line.update(getattr(record, "fields", {}))
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return to_json(line, default=str).decode()


class TextFormatter(_MaskingFormatter):
    """Writes lines for people."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (logging's name)
        """Write one line, the request's id at its end."""
        line = super().formatMessage(record)
        fields = "".join(f" {name}={value}" for name, value in getattr(record, "fields", {}).items())
        request_id = f" [{REQUEST_ID.get()}]" if REQUEST_ID.get() else ""
        return f"{line}{fields}{request_id}"
