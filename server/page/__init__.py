"""`GET /`: a page to try the bot on and to read its report; plain HTML, CSS and ES modules, from this server alone."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, request, send_from_directory
from werkzeug.wrappers import Response as WSGIResponse

from server.settings import ServerSettings

STATIC = Path(__file__).resolve().parent / "static"
INDEX = "index.html"


def blueprint(settings: ServerSettings) -> Blueprint:
    """Make the routes: the page, and the files it is made of under `/page/`."""
    routes = Blueprint("page", __name__)
    page = (STATIC / INDEX).read_text(encoding="utf-8")
    page = page.replace("{max_text_length}", str(settings.max_text_length))

    @routes.get("/")
    def index() -> WSGIResponse:
        response = Response(page, content_type="text/html; charset=utf-8")
        response.add_etag()
        return _fresh(response).make_conditional(request)

    @routes.get("/page/<name>")
    def asset(name: str) -> Response:
        return _fresh(send_from_directory(STATIC, name))

    return routes


def _fresh(response: Response) -> Response:
    """A browser keeps its copy, and asks each time whether it is still good: an update never mixes two versions."""
    response.headers["Cache-Control"] = "no-cache"
    return response
