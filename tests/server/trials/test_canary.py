from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import pytest

from nlu.errors import BundleError
from nlu.store.registry import Registry
from nlu.types import Parse
from nlu.understanding.asked_at import AskedAt
from server import ServerSettings, create_app
from server.app import PARSE_AHEAD, RECORDER
from server.live_model import ModelHolder
from server.metrics import Metrics
from server.trials.canary import Canary
from tests.server.test_live_model import eventually
from tests.server.words import WordParser, publish

KEYS = [f"사용자 {number}" for number in range(400)]


class Ill(WordParser):
    """A candidate that answers until it does not."""

    fails_at: int = 0
    answered: int = 0

    def parse_many(
        self,
        texts: Sequence[str],
        *,
        intents: Collection[str] | None = None,
        top_n: int | None = None,
        asked_at: AskedAt | None = None,
    ) -> list[Parse]:
        self.answered += 1
        if self.answered > self.fails_at:
            raise ZeroDivisionError("비밀 /etc/secret")
        return super().parse_many(texts, intents=intents, top_n=top_n, asked_at=asked_at)


class Deaf(WordParser):
    """A candidate that understands nothing any more."""

    def parse(self, text: str, *, intents: Collection[str] | None = None, top_n: int | None = None) -> Parse:
        return super().parse("", intents=intents, top_n=top_n)


def canary_of(models: Path, share: float = 0.3) -> str:
    candidate = publish(models, 1, activate=False)
    Registry(models).try_beside("canary", candidate, share)
    return candidate


def holder(models: Path, candidate: str, kind: type[WordParser] = WordParser) -> ModelHolder:
    def load(folder: Path) -> WordParser:
        return (kind if folder.name == candidate else WordParser).load(folder)

    return ModelHolder(models, load, Metrics(), reload_seconds=0, retry_seconds=0)


def ask(held: ModelHolder, keys: Sequence[str] = KEYS, text: str = "피자") -> list[str]:
    return [held.parser(key).parse_many((text,))[0].version for key in keys]


def ended(models: Path) -> list[tuple[str, str]]:
    return [(one.reason, one.fault.code if one.fault else "") for one in Registry(models).trials().ended]


def test_a_share_of_the_users_is_answered_by_the_candidate_and_always_the_same(models: Path) -> None:
    active, candidate = Registry(models).active(), canary_of(models)
    held = holder(models, candidate)
    first = ask(held)
    assert set(first) == {active, candidate}
    assert 0.2 < first.count(candidate) / len(first) < 0.4
    assert ask(held) == first
    assert held.parser().version == held.version == active  # whoever asks without a key gets the active version


def test_a_canary_begins_changes_and_ends_while_the_server_runs(models: Path) -> None:
    held, active = holder(models, ""), Registry(models).active()
    assert set(ask(held)) == {active}
    candidate = canary_of(models)
    eventually(lambda: candidate in ask(held))
    Registry(models).try_beside("canary", candidate, 1.0)
    eventually(lambda: set(ask(held)) == {candidate})
    Registry(models).end_trial("canary")
    eventually(lambda: set(ask(held)) == {active})


def test_a_promoted_candidate_answers_everybody(models: Path) -> None:
    candidate = canary_of(models)
    held = holder(models, candidate)
    Registry(models).activate(candidate)
    eventually(lambda: set(ask(held)) == {candidate})
    assert ended(models) == [("activated", "")]
    eventually(lambda: held.canary is None)


def test_a_candidate_that_fails_gives_way_at_once_and_its_users_get_the_active_versions_answers(models: Path) -> None:
    active, candidate = Registry(models).active(), canary_of(models, 1.0)
    Ill.fails_at = 4  # of which one is its trial
    held = holder(models, candidate, Ill)
    assert ask(held, KEYS[:6]) == [candidate] * 3 + [active] * 3
    eventually(lambda: ended(models) == [("failed", "beside.failures")])
    assert "비밀" not in (models / "TRIALS").read_text(encoding="utf-8")
    assert set(ask(held)) == {active}


def test_a_candidate_that_can_not_be_loaded_ends_and_touches_nobody(models: Path) -> None:
    active, candidate = Registry(models).active(), canary_of(models)

    def load(folder: Path) -> WordParser:
        if folder.name == candidate:
            raise BundleError("bundle.no_folder", folder=folder)
        return WordParser.load(folder)

    held = ModelHolder(models, load, Metrics(), reload_seconds=0, retry_seconds=0)
    assert set(ask(held)) == {active}
    assert ended(models) == [("not_loaded", "bundle.no_folder")]
    assert held.problem is None


def test_a_candidate_that_understands_less_is_stopped(models: Path) -> None:
    active, candidate = Registry(models).active(), canary_of(models)
    held = holder(models, candidate, Deaf)
    ask(held)
    ask(held)
    eventually(lambda: ended(models) == [("worse", "beside.fallbacks")])
    assert set(ask(held)) == {active}


def test_where_the_file_can_not_be_written_the_process_stops_it_all_the_same(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    active, candidate = Registry(models).active(), canary_of(models, 1.0)

    def refuse(*_: object) -> None:
        raise PermissionError(13, "denied")

    monkeypatch.setattr("nlu.store.registry.write_trials", refuse)
    Ill.fails_at = 1
    held = holder(models, candidate, Ill)
    assert set(ask(held)) == {active}
    held._looking.acquire()
    held._reload(b"")
    assert set(ask(held)) == {active}


def test_counts_go_on_while_nothing_changes(models: Path) -> None:
    candidate = canary_of(models, 1.0)
    held = holder(models, candidate)
    ask(held, KEYS[:7])
    held._looking.acquire()
    held._reload(held._read_mark())
    assert held.canary is not None
    assert held.canary.answers[1].count == 7


def test_the_answer_says_which_version_and_a_user_keeps_it(models: Path) -> None:
    active, candidate = Registry(models).active(), canary_of(models, 0.5)
    app = create_app(ServerSettings(models, reload_seconds=0), WordParser.load)
    client = app.test_client()
    texts = [f"피자 {number}" for number in range(40)]

    def versions() -> list[str]:
        return [client.post("/parse", json={"text": text}).json["model_version"] for text in texts]

    first = versions()
    assert {*first} == {active, candidate}
    assert versions() == first
    rasa = [client.post("/model/parse", json={"text": text}).json["model_version"] for text in texts]
    assert rasa == first
    together = app.extensions[PARSE_AHEAD]([json.dumps({"text": text}).encode() for text in texts])
    assert [parse and parse.version for parse in together] == [None if one == candidate else one for one in first]
    explained = [client.post("/parse?explain=1", json={"text": text}).json for text in texts[:4]]
    assert [one["model_version"] for one in explained] == first[:4]
    app.extensions[RECORDER].close()


def test_intents_that_only_the_active_version_knows_are_still_allowed(models: Path) -> None:
    class Poor(WordParser):
        intents = ("greet",)

    active, candidate = Registry(models).active(), canary_of(models, 1.0)
    held = holder(models, candidate, Poor)
    (parse,) = held.parser("누구").parse_many(("피자",), intents=["order_food"])
    assert (parse.version, parse.intent.name) == (active, "order_food")
    assert ended(models) == []


def test_an_utterance_that_neither_version_can_answer_is_no_fault_of_the_candidate(models: Path) -> None:
    candidate = canary_of(models, 1.0)
    held = holder(models, candidate)
    with pytest.raises(ZeroDivisionError):
        held.parser("누구").parse_many(("고장",))
    assert held.canary.answers[1].failures == 0
    assert set(ask(held)) == {candidate}


def test_only_one_thread_stops_a_canary(models: Path) -> None:
    told: list[object] = []
    candidate, trial = canary_of(models), Registry(models).trials().canary
    parsers: list[Callable[[], WordParser]] = [lambda: WordParser.load(Registry(models).path(candidate))]
    canary = Canary(trial, Deaf({}, candidate), parsers[0](), lambda *fault: told.append(fault))
    for key in KEYS * 3:
        canary.parser(key).parse_many(("피자",))
    assert len(told) == 1
