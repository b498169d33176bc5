from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from server import ServerSettings, create_app
from server.app import RECORDER
from tests.server.running import RunningServer
from tests.server.words import WordParser, publish


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A registry's folder with one active version."""
    publish(tmp_path / "models", 0)
    return tmp_path / "models"


@pytest.fixture
def client(models: Path) -> Iterator[FlaskClient]:
    settings = ServerSettings(models, max_text_length=20, max_texts=3, max_body_bytes=2000, reload_seconds=0)
    app = create_app(settings, WordParser.load)
    yield app.test_client()
    app.extensions[RECORDER].close()


@pytest.fixture
def server(models: Path) -> Iterator[RunningServer]:
    running = RunningServer(models)
    yield running
    running.close()
