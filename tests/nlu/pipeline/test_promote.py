"""A candidate is compared with the active version as both really answer, and takes its place in one step or not."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from nlu.commands.models import main
from nlu.data import dataset as datasets
from nlu.errors import ActiveModelError, BundleError
from nlu.lexicon.lexicon import Lexicon
from nlu.messages import word
from nlu.pipeline import promote as stage
from nlu.pipeline.knowledge import Knowledge, Learned, fair
from nlu.pipeline.promote import Promotion, Terms, promote
from nlu.promotion.book import Demand
from nlu.store.registry import Registry
from nlu.understanding.model import TrainedModel

pytestmark = pytest.mark.slow


@pytest.fixture
def registry(trained: Path) -> Registry:
    return Registry(trained / "models")


def again(registry: Registry, minutes: int = 1, **files: bytes) -> str:
    """Publish the active version once more, some files changed."""
    bundle = registry.open(str(registry.active()))
    measured = registry.measured(bundle.version)
    assert measured is not None
    manifest = replace(bundle.manifest, created_at=bundle.manifest.created_at + timedelta(minutes=minutes))
    kept = {name: bundle.read(name) for name in bundle.manifest.files} | files
    return registry.publish(kept, manifest, {name: measured.read(name) for name in measured.manifest.files})


def promoted(registry: Registry, version: str, **terms: object) -> Promotion:
    return promote(registry, version, datasets.read(registry.root.parent / "data"), Terms(**terms))  # type: ignore[arg-type]


def other_patterns(registry: Registry) -> dict[str, bytes]:
    """A file that makes a bundle another one, though it answers the same."""
    bundle = registry.open(str(registry.active()))
    return {"evidence.json": bundle.read("evidence.json") + b" "}


def test_the_measured_model_is_kept_beside_a_version_and_has_not_learned_the_test(registry: Registry) -> None:
    measured = registry.measured(str(registry.active()))
    assert measured is not None
    learned = Learned.read(measured)
    dataset = datasets.read(registry.root.parent / "data")
    knowledge = Knowledge(learned, TrainedModel.read(measured).encoder.lexicon)
    test = dataset.part("test")
    unlike = [row for row in test if not knowledge.knows_text(row)]  # the others differ from train in spaces alone
    assert len(unlike) > 20
    assert fair(dataset, test, knowledge, knowledge) == unlike
    assert all(knowledge.knows_text(row) for row in dataset.part("train"))


def test_what_only_one_of_two_models_knows_is_not_compared(registry: Registry) -> None:
    measured = registry.measured(str(registry.active()))
    assert measured is not None
    lexicon, dataset = TrainedModel.read(measured).encoder.lexicon, datasets.read(registry.root.parent / "data")
    test, learned = dataset.part("test"), replace(Learned.read(measured), texts=frozenset())
    one = Knowledge(learned, lexicon)
    assert fair(dataset, test, one, one) == list(test)
    no_patterns = Knowledge(replace(learned, patterns=frozenset()), lexicon)
    assert fair(dataset, test, one, no_patterns) == [row for row in test if row.slice.unseen_pattern]
    no_values = Knowledge(learned, Lexicon([]))
    assert all(row.slice.unseen_value or not row.utterance.spans for row in fair(dataset, test, one, no_values))
    assert (
        fair(dataset, test, one, Knowledge(Learned.of(dataset, (replace(row, part="dev") for row in test)), lexicon))
        == []
    )


def test_a_candidate_that_answers_the_same_is_promoted_by_comparison(registry: Registry) -> None:
    before = registry.active()
    found = promoted(registry, again(registry, **other_patterns(registry)))
    assert (found.reason, found.before, registry.active()) == ("kept", before, found.version)
    assert found.evidence is not None
    compared = found.evidence.compared
    assert compared is not None
    assert (len(compared.exact) + compared.learned, compared.tested, compared.new) == (40, 40, 0)
    assert not compared.are_served
    assert compared.exact.old == compared.exact.new


def test_an_equal_model_is_said_to_be_equal(registry: Registry) -> None:
    found = promoted(registry, again(registry))
    assert found.is_live
    assert found.verdict is not None
    assert [check.notice.code for check in found.verdict.checks] == ["promotion.same"]


def test_without_measured_models_the_served_ones_are_compared_and_it_is_said(registry: Registry) -> None:
    version = again(registry, **other_patterns(registry))
    for folder in (registry.root / "measured").iterdir():
        folder.rename(registry.root / f"gone-{folder.name}")
    found = promoted(registry, version)
    assert found.is_live
    assert found.evidence is not None
    assert found.evidence.compared is not None
    assert found.evidence.compared.are_served


def test_the_book_is_asked_first_and_holds_back(registry: Registry) -> None:
    before = registry.active()
    book = [Demand("안녕", "must.jsonl:1", "greet"), Demand("안녕", "must.jsonl:2", "weather")]
    version = again(registry, **other_patterns(registry))
    held = promoted(registry, version, book=book)
    assert (held.is_live, held.reason, registry.active()) == (False, "held", before)
    assert held.evidence is not None
    assert [one.demand.origin for one in held.evidence.failures] == ["must.jsonl:2"]
    forced = promoted(registry, version, book=book, force=True)
    assert (forced.reason, registry.active()) == ("forced", version)


@pytest.mark.parametrize("kind", ["versions", "measured"])
@pytest.mark.parametrize("whose", ["active", "candidate"])
def test_what_can_not_be_loaded_is_no_score_of_nothing(registry: Registry, kind: str, whose: str) -> None:
    before = str(registry.active())
    version = again(registry, **other_patterns(registry))
    path = registry.root / kind / (before if whose == "active" else version) / "lexicon.json"
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(BundleError):
        promoted(registry, version)
    assert registry.active() == before
    if whose == "active":
        assert promoted(registry, version, force=True).reason == "forced"
        assert registry.active() == version


def test_an_intent_that_has_lost_most_of_its_lines_is_told_since_no_test_asks_for_them(registry: Registry) -> None:
    manifest = registry.open(str(registry.active())).read_json("data_manifest.json")
    kept = [one for one in manifest["patterns"] if one["intent"] != "order_food"]
    left = [one for one in manifest["patterns"] if one["intent"] == "order_food"][:1]
    changed = json.dumps(manifest | {"patterns": left + kept}).encode()
    decided = promoted(registry, again(registry, 1, **{"data_manifest.json": changed}))
    assert decided.verdict is not None
    (told,) = (check for check in decided.verdict.checks if check.name.startswith("shrunk"))
    assert "'order_food'의 패턴이 3줄에서 1줄로" in word(told.notice.code, told.notice.values, "ko")
    assert decided.is_live


def test_where_the_active_version_is_gone_it_is_said_how_another_one_comes_to_answer(registry: Registry) -> None:
    before, version = str(registry.active()), again(registry, 1, **other_patterns(registry))
    shutil.rmtree(registry.path(before))
    with pytest.raises(ActiveModelError) as raised:
        promoted(registry, version)
    told = raised.value.worded("ko")
    assert told.startswith(f"쓰는 모델 {before}")
    assert "폴더가 없습니다" in told
    assert "nlu-models rollback" in told
    assert promoted(registry, version, force=True).reason == "forced"
    assert registry.active() == version


def test_a_version_that_was_activated_meanwhile_is_compared_with(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, other = registry.active(), again(registry, 1, **other_patterns(registry))
    version = again(registry, 2, **other_patterns(registry))
    asked: list[str | None] = []

    def gather(registry: Registry, version: str, active: str | None, *rest: object) -> object:
        asked.append(active)
        found = real(registry, version, active, *rest)  # type: ignore[arg-type]
        if len(asked) == 1:
            registry.activate(other)
        return found

    real = stage.gather
    monkeypatch.setattr(stage, "gather", gather)
    found = promoted(registry, version)
    assert asked == [first, other]
    assert (found.before, registry.active()) == (other, version)


def test_a_measured_model_is_deleted_with_its_version_and_swept_where_a_kill_left_it(registry: Registry) -> None:
    version = again(registry)
    left = registry.root / "measured" / "20200101-000000-00000000"
    left.mkdir()
    registry.delete(version)
    assert registry.measured(version) is None
    again(registry, 2)
    assert not left.exists()
    registry.prune(1)
    names = {path.name for path in (registry.root / "versions").iterdir()}
    assert {path.name for path in (registry.root / "measured").iterdir()} == names


def test_the_command_says_by_its_code_what_became_of_a_candidate(
    registry: Registry, capsys: pytest.CaptureFixture[str]
) -> None:
    before, version = str(registry.active()), again(registry, **other_patterns(registry))
    book = registry.root.parent / "patterns" / "must.jsonl"
    book.write_text('{"text": "안녕", "intent": "weather"}\n', encoding="utf-8")
    assert main(["promote", version]) == 1
    assert "must.jsonl:1: 안녕 — [weather]여야 하는데 [greet]로 알아듣습니다" in capsys.readouterr().out
    book.unlink()
    path = registry.path(version) / "lexicon.json"
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    assert main(["promote", version, "--force"]) == 2
    assert registry.active() == before
    path.write_bytes(whole)
    book.touch()
    assert main(["promote", version, "--reports", str(book)]) == 4  # the verdict can't be written there
    assert registry.active() == before
    assert main(["promote", version]) == 0
    assert registry.active() == version
    assert main(["promote", "20261121-143015-ab12cd34"]) == 2


def test_a_card_in_the_bundle_says_what_the_model_is(registry: Registry) -> None:
    bundle = registry.open(str(registry.active()))
    head, _, rest = bundle.read("README.md").decode().removeprefix("---\n").partition("\n---\n")
    facts = yaml.safe_load(head)
    assert facts["language"] == ["ko"]
    assert {"accuracy", "f1"} <= set(facts["metrics"])
    results = facts["model-index"][0]["results"]
    values = {one["metrics"][0]["name"]: one["metrics"][0]["value"] for one in results}
    scores = bundle.manifest.scores["slices"]["all"]
    assert values["intent accuracy"] == round(scores["intent_accuracy"], 4)
    assert "## 한계" in rest
    assert "`greet`" in rest


def test_the_projects_own_policy_and_book_hold_wherever_one_stands(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bot, version = registry.root.parent, again(registry, **other_patterns(registry))
    (bot / "patterns" / "must.jsonl").write_text('{"text": "안녕", "intent": "weather"}\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    options = ["--models", str(bot / "models"), "--data", str(bot / "data")]
    assert main(["promote", version, *options]) == 1
    assert f"{bot}/patterns/must.jsonl:1: 안녕" in capsys.readouterr().out
    assert main(["promote", version, *options, "--must", "none.jsonl"]) == 2
    assert main(["promote", version, *options, "--policy", "none.toml"]) == 2
    (bot / "promotion.toml").write_text("[ranges]\nmegabytes = [1.0, 0.5]\n", encoding="utf-8")
    assert main(["promote", version, *options]) == 2
    assert f"{bot}/promotion.toml:2:1: ranges.megabytes:" in capsys.readouterr().err
    assert main(["promote", str(registry.active()), "--models", str(bot / "models")]) == 2  # the policy is read first


def test_what_answers_already_is_not_promoted_again(registry: Registry, capsys: pytest.CaptureFixture[str]) -> None:
    active = str(registry.active())
    assert main(["promote", active]) == 0
    assert capsys.readouterr().out == f"이미 이 모델로 답하고 있습니다: {active}\n"


def test_a_test_part_of_other_data_is_said_to_be_one(registry: Registry) -> None:
    dataset = datasets.read(registry.root.parent / "data")
    changed = replace(dataset, manifest={**dataset.manifest, "seed": 7})
    found = promote(registry, again(registry, **other_patterns(registry)), changed)
    assert found.verdict is not None
    assert "promotion.other_data" in [check.notice.code for check in found.verdict.checks]
