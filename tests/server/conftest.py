from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from server import ServerSettings, create_app
from server.app import RECORDER
from tests.server.running import RunningServer
from tests.server.words import WordParser, publish


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry's folder with one active version; for reading only."""
    folder = tmp_path_factory.mktemp("published") / "models"
    publish(folder, 0)
    return folder


@pytest.fixture
def models(published: Path, tmp_path: Path) -> Path:
    """A copy of it to change."""
    return Path(shutil.copytree(published, tmp_path / "models"))


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
