from __future__ import annotations

from pathlib import Path

import pytest

from nlu.errors import RegistryError, UnknownChoiceError
from nlu.events import Notice
from nlu.store.registry import Registry
from nlu.store.trials import TRIALS_NAME, Trial, Trials, is_chosen
from tests.bundles import a_manifest, some_files


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    made = Registry(tmp_path / "models", lock_seconds=5)
    for number in range(3):
        made.publish(some_files({"피자": f"menu{number}"}), a_manifest(number))
    made.activate(versions(made)[0])
    return made


def versions(registry: Registry) -> list[str]:
    return [info.version for info in registry.list()]


def ends(registry: Registry) -> list[tuple[str, str, str]]:
    return [(one.trial.kind, one.trial.version, one.reason) for one in registry.trials().ended]


def test_a_registry_without_the_file_tries_nothing(registry: Registry) -> None:
    assert registry.trials() == Trials()


def test_a_shadow_and_a_canary_are_tried_side_by_side(registry: Registry) -> None:
    _, second, third = versions(registry)
    registry.try_beside("shadow", second, 0.2)
    registry.try_beside("canary", third, 0.05)
    trials = registry.trials()
    assert (trials.shadow.version, trials.shadow.share) == (second, 0.2)
    assert (trials.canary.version, trials.canary.share) == (third, 0.05)
    assert registry.active() == versions(registry)[0]


def test_another_share_of_the_same_candidate_goes_on_and_another_candidate_takes_its_place(registry: Registry) -> None:
    _, second, third = versions(registry)
    began = registry.try_beside("canary", second, 0.05).since
    registry.try_beside("canary", second, 0.5)
    assert (registry.trials().canary.since, registry.trials().canary.share) == (began, 0.5)
    registry.try_beside("canary", third, 0.1)
    assert ends(registry) == [("canary", second, "replaced")]


@pytest.mark.parametrize("how", ["activate", "roll_back", "delete"])
def test_trials_end_by_themselves_where_their_version_is_served_or_gone(registry: Registry, how: str) -> None:
    first, second, third = versions(registry)
    tried = first if how == "roll_back" else third
    registry.activate(second)
    registry.try_beside("shadow", tried, 1.0)
    registry.try_beside("canary", tried, 1.0)
    registry.roll_back() if how == "roll_back" else getattr(registry, how)(tried)
    reason = "removed" if how == "delete" else "activated"
    assert ends(registry) == [("shadow", tried, reason), ("canary", tried, reason)]
    assert registry.trials().running == {}


def test_another_version_that_is_activated_leaves_them(registry: Registry) -> None:
    _, second, third = versions(registry)
    registry.try_beside("canary", third, 0.1)
    registry.activate(second)
    assert registry.trials().canary.version == third


def test_a_trial_is_ended_only_where_it_is_the_one_that_was_meant(registry: Registry) -> None:
    _, second, third = versions(registry)
    registry.try_beside("canary", third, 0.1)
    assert registry.end_trial("canary", "failed", version=second) is None
    assert registry.end_trial("shadow") is None
    fault = Notice("beside.failures", {"failures": 1, "count": 9, "error": "BundleError"})
    assert registry.end_trial("canary", "failed", fault, third).fault == fault
    assert registry.trials().ended[-1].fault == fault


def test_the_active_version_and_one_that_is_not_there_are_refused(registry: Registry) -> None:
    with pytest.raises(RegistryError, match=r" is active already; expected a candidate to try beside it$"):
        registry.try_beside("canary", versions(registry)[0], 0.1)
    with pytest.raises(UnknownChoiceError):
        registry.try_beside("canary", "20260101-000000-00000000", 0.1)
    for share in (0.0, 1.1, float("nan")):
        with pytest.raises(ValueError, match="expected a share above 0 and up to 1"):
            registry.try_beside("canary", versions(registry)[1], share)


def test_pruning_spares_what_is_tried(registry: Registry) -> None:
    first, second, third = versions(registry)
    registry.activate(third)
    registry.try_beside("shadow", first, 0.1)
    assert registry.prune(1) == (second,)


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"running": [{"kind": "canary", "version": "v", "share": 2, "since": ""}]}', '{"running": []}'],
)
def test_a_damaged_file_is_said_and_a_new_trial_mends_it(registry: Registry, content: str) -> None:
    (registry.root / TRIALS_NAME).write_text(content)
    with pytest.raises(RegistryError, match="expected JSON with running and ended trials"):
        registry.trials()
    registry.activate(versions(registry)[1])
    registry.try_beside("canary", versions(registry)[2], 0.1)
    assert registry.trials().canary is not None


def test_a_user_stays_chosen_and_a_larger_share_holds_those_of_a_smaller() -> None:
    keys = [f"사용자 {number}" for number in range(2000)]
    small, large = (Trial("canary", "20261121-143015-0a1b2c3d", share, "") for share in (0.05, 0.3))
    chosen = [key for key in keys if is_chosen(small, key)]
    assert 60 < len(chosen) < 140
    assert all(is_chosen(large, key) for key in chosen)
    assert all(is_chosen(Trial("canary", "v", 1.0, ""), key) for key in (*keys, "", "\ud83c"))
