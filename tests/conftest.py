"""Settings that all tests share."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests import compose, postgresql, redis_server, tool_environments
from tests.shared import made_once

if TYPE_CHECKING:
    from nlu.store.bundle import Bundle
    from nlu.understanding.parser import UtteranceParser

# A loaded machine is no fault of the code under test, so the clock fails no property.
settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("fast", settings.get_profile("shared"), max_examples=15)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "shared"))

# Commands that change something write into a database beside the models: each test that is about it turns it on.
os.environ.setdefault("NLU_AUDIT", "off")

# A job that a shell puts into the background ignores Ctrl+C, and so would every command that a test starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN and threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """A server configures the logging of its process; no test leaves that to the next."""
    root = logging.getLogger()
    handlers = root.handlers[:]
    levels = {logger: logger.level for logger in (root, *map(logging.getLogger, ("nlu.access", "alembic")))}
    yield
    root.handlers[:] = handlers
    for logger, level in levels.items():
        logger.setLevel(level)


def pytest_configure(config: pytest.Config) -> None:
    """Where all tools are required, as in CI, refuse to leave out a test for want of one."""
    if os.environ.get("REQUIRE_TOOLS") != "1" or hasattr(config, "workerinput"):
        return
    missing = [marker for marker, is_there in _needed().items() if marker != "gpu" and not is_there()]
    if missing:
        raise pytest.UsageError(
            f"REQUIRE_TOOLS=1: expected what the tests marked {', '.join(missing)} need, got none of it"
        )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests of what is not there: a CUDA device, Java, wrk, Chromium, nginx, promtool and so on."""
    for marker, is_there in _needed().items():
        marked = [item for item in items if item.get_closest_marker(marker)]
        if marked and not is_there():
            config.hook.pytest_deselected(items=marked)
            items[:] = [item for item in items if item not in marked]


def _needed() -> dict[str, Callable[[], bool]]:
    """Each marker of tests that need something of the machine, and whether that is there."""
    return {
        "gpu": _has_cuda,
        "jvm": _has_java,
        "wrk": _has_wrk,
        "chromium": _has_chromium,
        "nginx": _has_nginx,
        "promtool": _has_promtool,
        "prometheus": _has_prometheus,
        "alertmanager": _has_alertmanager,
        "postgresql": _has_postgresql,
        "redis": redis_server.is_there,
        "compose": _has_compose,
        "mlflow": partial(tool_environments.is_wanted, "mlflow"),
        "dvc": partial(tool_environments.is_wanted, "dvc"),
    }


def _has_postgresql() -> bool:
    return postgresql.binaries() is not None


def _has_java() -> bool:
    return shutil.which("java") is not None or "JAVA_HOME" in os.environ


def _has_wrk() -> bool:
    return shutil.which("wrk") is not None


def _has_chromium() -> bool:
    return any(shutil.which(name) for name in ("chromium", "google-chrome"))


if not _has_chromium():  # then ./scripts/test does not install what drives it
    collect_ignore = ["nlu/browser/in_chromium", "nlu/evaluation/page/in_chromium", "server/page/in_chromium"]


def _has_nginx() -> bool:
    return any(shutil.which("nginx", path=path) for path in (None, "/usr/sbin:/usr/local/sbin"))


def _has_compose() -> bool:
    return compose.command() is not None


def _has_promtool() -> bool:
    return shutil.which("promtool") is not None


def _has_prometheus() -> bool:
    return shutil.which("prometheus") is not None


def _has_alertmanager() -> bool:
    return shutil.which("prometheus-alertmanager") is not None and shutil.which("amtool") is not None


def _has_cuda() -> bool:
    if not Path("/dev/nvidiactl").exists():  # torch takes seconds to say the same
        return False
    import torch

    return torch.cuda.is_available()


@pytest.fixture(scope="session")
def tiny_bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """A real bundle, trained in seconds on the tiny bot of `tests.nlu.tiny`; not to be altered."""
    from nlu.store.bundle import Bundle, write_bundle
    from tests.nlu import tiny

    def make(folder: Path) -> None:
        write_bundle(folder, tiny.a_model(tmp_path_factory.mktemp("training")).files(), tiny.MANIFEST)

    return Bundle.open(made_once(tmp_path_factory, "bundle", make))


@pytest.fixture(scope="session")
def tiny_bundle_files(tiny_bundle: Bundle) -> Mapping[str, bytes]:
    """The files of that bundle."""
    return {name: (tiny_bundle.folder / name).read_bytes() for name in tiny_bundle.manifest.files}


@pytest.fixture(scope="session")
def tiny_parser(tiny_bundle: Bundle) -> UtteranceParser:
    """The tiny bot's parser."""
    from nlu.understanding.parser import UtteranceParser

    return UtteranceParser.from_bundle(tiny_bundle)


@pytest.fixture(scope="session")
def trained_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny bot with data and one trained version; for reading only."""
    from tests.projects import train_project, write_project

    return made_once(tmp_path_factory, "project", lambda folder: train_project(write_project(folder)))


@pytest.fixture
def trained(trained_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it to change, with the commands standing in it."""
    folder = Path(shutil.copytree(trained_once, tmp_path / "bot"))
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tiny bot as an author wrote it, nothing made from it yet, with the commands standing in it."""
    from tests.projects import write_project

    folder = write_project(tmp_path / "bot")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgresql.Server]:
    with postgresql.running() as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database, of each kind that records can lie in."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'records' / 'records.db'}"
    server: postgresql.Server = request.getfixturevalue("postgresql_server")
    return server.empty()
