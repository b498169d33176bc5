"""Errors as JSON: one table from error class to HTTP status; a traceback goes to the log, never to the client."""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from annotated_types import Interval
from flask import Flask, Response, request
from typing_extensions import TypedDict
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as WSGIResponse

from nlu.database.errors import DatabaseUnavailable
from nlu.errors import (
    AcceptanceError,
    BundleError,
    InputError,
    NluError,
    RegistryError,
    SourceError,
    SourceErrors,
)
from nlu.inbox.errors import InboxError, UnknownGroup
from nlu.jobs.errors import JobOver, UnknownJob
from nlu.journal.errors import RecordingOff, UnknownRecord
from nlu.understanding.json_form import to_json
from nlu.version import VERSION
from server.live_model import ModelsUnwritable
from server.live_responses import ResponsesUnavailable
from server.live_scenarios import ScenariosUnavailable, TalkBusy
from server.metrics import MetricsUnavailable, method_of
from server.monitoring.errors import NothingServed
from server.web.budget import OverBudget
from server.web.logging_setup import REQUEST_ID
from server.wire import JSON_TYPE, QueryError

logger = logging.getLogger("nlu.server")


class ErrorAnswer(TypedDict):
    """Every error, in Rasa's shape.

    Attributes:
        reason: The error in one word, such as `BadRequest`.
        message: What was expected and what came.
        details: Such as `{"parameter": "text", "in": "body"}`: which part of the request is wrong.
        help: The way out.
        request_id: The header X-Request-ID, as the client gave it or as made here.
    """

    version: str
    status: Literal["failure"]
    reason: str
    message: str
    details: dict[str, Any]
    help: str
    code: Annotated[int, Interval(ge=400, le=599)]
    request_id: str


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """What a client is told about one class of error: the status, the reason in one word, and the way out."""

    status: int
    reason: str
    help: str


_NO_MODEL = ErrorRow(503, "ModelUnavailable", "Publish and activate a model; GET /health shows the state.")
_WRITE_MODELS = "Let the server's user write the folder of models, or run nlu-models activate where it can be written."
_SHARE_METRICS = "Start the server with nlu-serve, or set PROMETHEUS_MULTIPROC_DIR for the server of your choice."

# The first row whose class fits decides; what fits none is a crash of ours.
ERROR_TABLE: tuple[tuple[type[Exception], ErrorRow], ...] = (
    (InputError, ErrorRow(400, "BadRequest", "GET /openapi.json describes what this route takes; GET /docs shows it.")),
    (OverBudget, ErrorRow(413, "RequestTooExpensive", "Send fewer or shorter texts, or ask for reasons one by one.")),
    (RegistryError, _NO_MODEL),
    (BundleError, _NO_MODEL),
    (ModelsUnwritable, ErrorRow(503, "ModelsUnwritable", _WRITE_MODELS)),
    (ResponsesUnavailable, ErrorRow(503, "AnswersUnavailable", "Write or mend the file that NLU_ANSWERS names.")),
    (ScenariosUnavailable, ErrorRow(503, "ScenariosUnavailable", "Write or mend the file that NLU_SCENARIOS names.")),
    (TalkBusy, ErrorRow(409, "Conflict", "Send the turns of one user one after the other.")),
    (MetricsUnavailable, ErrorRow(503, "MetricsUnavailable", _SHARE_METRICS)),
    (UnknownGroup, ErrorRow(404, "NotFound", "GET /inbox lists the groups, GET /inbox/decisions the decisions.")),
    (InboxError, ErrorRow(409, "Conflict", "The message says what to do first.")),
    (AcceptanceError, ErrorRow(409, "Conflict", "Nothing was written; the message says why.")),
    (SourceErrors, ErrorRow(409, "AuthorsFiles", "Mend the author's files; nlu-validate shows all mistakes.")),
    (SourceError, ErrorRow(409, "AuthorsFiles", "Mend the author's file; nlu-validate shows all mistakes.")),
    (UnknownRecord, ErrorRow(404, "NotFound", "A record appears soon after its parse, and goes when it is too old.")),
    (UnknownJob, ErrorRow(404, "NotFound", "GET /jobs lists the jobs that there are.")),
    (JobOver, ErrorRow(409, "Conflict", "GET /jobs/ID shows how it ended; add the same job to begin it again.")),
    (
        NothingServed,
        ErrorRow(409, "NothingServed", "Ask the bot first: what is usual is what was recorded."),
    ),
    (RecordingOff, ErrorRow(503, "RecordingOff", "Set NLU_RECORD to all, or to a share above 0; parsing goes on.")),
    (DatabaseUnavailable, ErrorRow(503, "DatabaseUnavailable", "Mend the database of records; parsing goes on.")),
)
CRASH = ErrorRow(500, "InternalError", "Report the error id; the server's log holds the details under it.")
HTTP_HELP = {
    400: "Send the body in whole, of the length that Content-Length or its chunks announce.",
    401: "Send the key as 'Authorization: Bearer …' or 'X-API-Key: …'; POST /model/parse takes Rasa's 'token' too.",
    403: "Set NLU_API_KEY for the server, then send that key as 'Authorization: Bearer …' or 'X-API-Key: …'.",
    404: "GET /openapi.json describes all routes; GET /docs shows them.",
    405: "The header Allow lists the methods of this route.",
    408: "Send the body without pauses.",
    409: "Look at the state of what you want to change first.",
    413: "Send fewer or shorter texts in one request.",
    429: "Wait as many seconds as the header Retry-After says.",
    503: "Wait as many seconds as the header Retry-After says.",
}


def register(app: Flask) -> None:
    """Answer every error of an app as JSON."""
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(Exception, on_error)


def on_http_error(error: HTTPException) -> WSGIResponse:
    """Answer what Flask itself refuses: unknown route, wrong method, body too large and the like."""
    status = error.code or 500
    if status < 400:
        return error.get_response()
    row = ErrorRow(status, error.name.replace(" ", ""), getattr(error, "help", HTTP_HELP.get(status, "")))
    kept = [(name, value) for name, value in error.get_headers() if name.lower() != "content-type"]
    return _answer(row, _http_message(status, error), getattr(error, "details", None), headers=kept)


def on_error(error: Exception) -> Response:
    """Answer what our own code raises."""
    for kind, row in ERROR_TABLE:
        if isinstance(error, kind):
            parameter = getattr(error, "parameter", "")
            place = "query" if isinstance(error, QueryError) else "body"
            details = {"parameter": parameter, "in": place} if parameter else {}
            if isinstance(error, NluError) and (row.status == 409 or error.code.startswith("inbox.")):
                # Authors see it, who may not read English.
                details = {**details, "ko": error.worded("ko")}
            return _answer(row, str(error), details)
    error_id = uuid.uuid4().hex[:12]
    route = request.url_rule.rule if request.url_rule else "an unknown route"
    logger.error("error %s at %s %s", error_id, method_of(request.method), route, exc_info=error)
    return _answer(CRASH, f"the server failed; the error id is {error_id}", {"error_id": error_id})


def _http_message(status: int, error: HTTPException) -> str:
    if status == 404:
        return f"expected a known route, got {request.method[:20]} {request.path[:200]}"
    if status == 405:
        allowed = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
        return f"expected one of the methods {allowed}, got {request.method[:20]}"
    if status == 413:
        return f"expected a body of at most {request.max_content_length} bytes, got a larger one"
    return error.description or error.name


def _answer(
    row: ErrorRow, message: str, details: dict[str, Any] | None = None, headers: list[tuple[str, str]] | None = None
) -> Response:
    answer: ErrorAnswer = {
        "version": VERSION,
        "status": "failure",
        "reason": row.reason,
        "message": message,
        "details": details or {},
        "help": row.help,
        "code": row.status,
        "request_id": REQUEST_ID.get(),
    }
    return Response(to_json(answer), row.status, headers, content_type=JSON_TYPE)
