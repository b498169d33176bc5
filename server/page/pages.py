"""Shows the pages: `/`, those that other routes show to a browser, and the files that they are made of."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, current_app, request, send_from_directory
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as WSGIResponse

from server.page import INDEX, STATIC
from server.page.bar import HEAD, bar
from server.settings import ServerSettings


class Pages:
    """The pages of one app.

    A file of a page holds `{head}` and `{bar}` where goes what all share, and may hold `{max_text_length}`.

    Args:
        settings: the limits that pages tell.
    """

    def __init__(self, settings: ServerSettings) -> None:
        self._values = {"{max_text_length}": str(settings.max_text_length)}
        self._made: dict[str, bytes] = {}

    def show(self, name: str) -> WSGIResponse:
        """Give a page by the name of its file."""
        if name not in self._made:
            self._made[name] = self._make(name)
        response = Response(self._made[name], content_type="text/html; charset=utf-8")
        response.headers["Vary"] = "Accept"
        response.add_etag()
        return _fresh(response).make_conditional(request)

    def register(self, app: Flask) -> None:
        """Add `/`, and the files under `/page/`."""
        routes = Blueprint("page", __name__)

        @routes.get("/")
        def index() -> WSGIResponse:
            return self.show(INDEX)

        @routes.get("/page/<name>")
        def asset(name: str) -> Response:
            if name.endswith(".html"):  # a page is shown by its route, with its bar
                raise NotFound
            return _fresh(send_from_directory(STATIC, name))

        app.register_blueprint(routes)

    def _make(self, name: str) -> bytes:
        page = (STATIC / name).read_text(encoding="utf-8")
        shown = {rule.rule for rule in current_app.url_map.iter_rules()}
        for place, text in {"{head}": HEAD, "{bar}": bar(name, shown), **self._values}.items():
            page = page.replace(place, text)
        return page.encode()


def _fresh(response: Response) -> Response:
    """A browser keeps its copy, and asks each time whether it is still good: an update never mixes two versions."""
    response.headers["Cache-Control"] = "no-cache"
    return response
