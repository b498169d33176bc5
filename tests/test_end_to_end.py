"""From patterns and a dictionary to an answering server, and on to the next version, by the commands."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest

from nlu.commands.generate import main as generate
from nlu.commands.models import main as models
from nlu.commands.train import main as train
from nlu.store.registry import Registry
from tests.processes import ask, running
from tests.projects import add_to_dictionary

pytestmark = pytest.mark.server

SERVE = ["-m", "server.commands.serve", "--port", "0"]


def test_answers_keep_coming_while_versions_change(project: Path) -> None:
    assert generate([]) == 0
    assert train([]) == 0
    registry = Registry(project / "models")
    first = str(registry.active())
    with running(SERVE, project, NLU_MODELS=str(project / "models")) as server:
        url = server.line_with("에서 답합니다").split()[0]
        answer = ask(url, "판교에서 피자 주문해줘")
        assert (answer["intent"]["name"], answer["model_version"]) == ("order_food", first)
        assert ("menu", "피자") in {(one["entity"], one["value"]) for one in answer["entities"]}

        stop, seen, failures = threading.Event(), set(), []

        def hammer() -> None:
            while not stop.is_set():
                try:
                    seen.add(ask(url, "마라탕 시켜줘")["model_version"])
                except OSError as error:
                    failures.append(error)

        threads = [threading.Thread(target=hammer) for _ in range(3)]
        for thread in threads:
            thread.start()
        try:
            add_to_dictionary(project, "menu,마라탕,")
            assert models(["update-dictionary", "--models", "models", "dictionaries/dict.csv"]) == 0
            second = wait_for_version(url, str(registry.active()))
            assert [(one["entity"], one["value"]) for one in second["entities"]] == [("menu", "마라탕")]

            assert generate([]) == 0
            assert train([]) == 0
            third = str(registry.active())
            wait_for_version(url, third)

            assert models(["rollback"]) == 0
            wait_for_version(url, second["model_version"])
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        assert failures == []
        assert seen >= {first, second["model_version"], third}
        os.kill(server.process.pid, signal.SIGTERM)
        assert server.end() == 0, server.output


def wait_for_version(url: str, version: str) -> dict:
    """Ask until a version answers, however slow the machine is."""
    for _ in range(100_000):
        if (answer := ask(url, "마라탕 시켜줘"))["model_version"] == version:
            return answer
    raise AssertionError(f"{version} never answered")
