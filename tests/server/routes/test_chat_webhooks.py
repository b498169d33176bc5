"""Turns that tell webhooks: whoever comes beside them waits, nothing is told twice, and nothing is lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from server.app import RECORDER
from tests.server.routes.test_chat import SCENARIOS, Hook, client_of, say

CONFIRMED = SCENARIOS.replace("    done:", '    confirm: "{loc}(으)로 {menu}, 보낼까요?"\n    done:')


@pytest.fixture
def scenarios(tmp_path: Path) -> Path:
    return tmp_path / "scenarios.yml"


@pytest.fixture
def client(models: Path, scenarios: Path) -> Iterator[FlaskClient]:
    scenarios.write_text(CONFIRMED, encoding="utf-8")
    made = client_of(models, scenarios)
    yield made
    made.application.extensions[RECORDER].close()


def tell_to(scenarios: Path, url: str) -> None:
    text = CONFIRMED.replace("    done:", f"    webhook: {{url: '{url}', timeout: 1}}\n    done:")
    scenarios.write_text(text, encoding="utf-8")


def at_once(*turns: Callable[[], Any]) -> list[Any]:
    """Take turns beside each other; the second begins when the first is at telling."""
    given: list[Any] = [None] * len(turns)

    def run(number: int) -> None:
        given[number] = turns[number]()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(turns))]
    for thread in threads:
        thread.start()
        time.sleep(0.1)
    for thread in threads:
        thread.join()
    return given


def test_a_yes_that_is_tapped_twice_is_told_once_and_answered_alike(client: FlaskClient, scenarios: Path) -> None:
    hook = Hook(seconds=0.3)
    tell_to(scenarios, hook.url)
    say(client, "피자")
    say(client, "판교")
    first, second = at_once(lambda: say(client, "네"), lambda: say(client, "네"))
    assert (first["text"], "order_food" in first["done"]) == ("판교로 피자를 보낼게요.", True)
    assert (second["text"], second["done"], second["repeated"]) == (first["text"], {}, True)
    assert len(hook.told) == 1
    hook.close()


def test_what_is_said_while_a_webhook_is_told_is_taken_after_it(client: FlaskClient, scenarios: Path) -> None:
    hook = Hook(seconds=0.3)
    tell_to(scenarios, hook.url)
    say(client, "피자")
    say(client, "판교")
    first, second = at_once(lambda: say(client, "네"), lambda: say(client, "피자 하나 더"))
    assert "order_food" in first["done"]
    assert second["frames"][0]["slots"].keys() == {"menu"}  # the next order, not a correction of the one that is told
    assert len(hook.told) == 1
    hook.close()


def test_what_was_not_taken_is_told_again_under_the_same_key_unless_it_is_corrected(
    client: FlaskClient, scenarios: Path
) -> None:
    hook = Hook(404)
    tell_to(scenarios, hook.url)
    say(client, "피자")
    say(client, "판교")
    failed = say(client, "네")
    assert ([act["kind"] for act in failed["acts"]], failed["done"]) == (["failed"], {})
    assert [one["text"] for one in failed["quick_replies"]] == ["네", "취소"]
    say(client, "네")
    assert "order_food" not in say(client, "취소")["done"]
    say(client, "피자")
    say(client, "판교")
    say(client, "네")
    first, second, anew = [headers["idempotency-key"] for headers, _ in hook.told]
    assert first == second != anew
    hook.close()


def test_a_turn_that_died_while_it_told_is_taken_up_by_the_next(
    client: FlaskClient, scenarios: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = Hook()
    tell_to(scenarios, hook.url)
    say(client, "피자")
    say(client, "판교")

    def die(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("server.talks.telling.tell", die)
        with pytest.raises(KeyboardInterrupt):
            say(client, "네")
    waited = say(client, "네")  # all its time, for it can't know that nobody tells
    assert waited["frames"][0]["slots"].keys() == {"menu", "loc"}
    assert "order_food" in say(client, "네")["done"]
    assert len(hook.told) == 1
    hook.close()


def test_a_webhook_says_its_words_in_the_place_of_the_authors_and_the_talk_goes_on(
    client: FlaskClient, scenarios: Path
) -> None:
    hook = Hook(body='{"text": "주문 번호는 A-1입니다."}'.encode())
    tell_to(scenarios, hook.url)
    say(client, "피자")
    say(client, "판교")
    assert say(client, "네")["text"] == "주문 번호는 A-1입니다."
    hook.close()
