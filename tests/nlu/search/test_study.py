from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import optuna
import pytest
from optuna.storages import RDBStorage
from optuna.trial import TrialState, create_trial

from nlu.errors import ConfigError
from nlu.search.bench import Bench
from nlu.search.errors import StudiesUnavailable, StudyError
from nlu.search.search import SearchPlan, chosen_name, fingerprint
from nlu.search.storage import StudyStorage
from nlu.search.study import DEFAULTS, ERROR, best_trial, finished, give_back, give_back_of, join, rescue, sweep
from nlu.search.trial import OUTCOMES, GivenBack, Objective, unpacked
from nlu.training.loop import one_thread
from tests import postgresql
from tests.nlu.search.searches import SPACE, a_plan, a_source, a_task, run, write_bot
from tests.processes import ROOT
from tests.shared import made_once

Opened = Callable[[SearchPlan], RDBStorage]


@pytest.fixture(scope="session")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny bot with its data; for reading only."""
    return made_once(tmp_path_factory, "searched", write_bot)


@pytest.fixture(scope="session")
def bench(bot: Path, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(a_source(bot), tmp_path_factory.mktemp("bench"))


@pytest.fixture
def opened() -> Iterator[Opened]:
    """Opens the database of a plan until the test ends."""
    with ExitStack() as stack:
        yield lambda plan: stack.enter_context(plan.storage.opened())


def url_of(folder: Path) -> str:
    return f"sqlite:///{folder / 'study.db'}"


def test_one_process_draws_the_same_trials_again_and_goes_on_where_it_stopped(
    bot: Path, bench: Bench, tmp_path: Path, opened: Opened
) -> None:
    """It trains five tiny networks: two seconds."""
    both = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        plan = a_plan(bot, url_of(tmp_path / name), tmp_path / name, trials=2)
        with one_thread():
            task = run(plan, bench)
        both.append(join(opened(plan), task.plan).get_trials())
    assert [(one.params, one.value) for one in both[0]] == [(one.params, one.value) for one in both[1]]
    with one_thread():
        run(replace(plan, trials=3), bench)
    more = join(opened(plan), task.plan).get_trials()
    assert [one.params for one in more[:2]] == [one.params for one in both[1]]
    assert len({str(one.params) for one in more}) == len(more) == 3
    first = more[0]
    assert first.user_attrs[DEFAULTS]
    assert first.params["classifier.training.learning_rate"] == 0.01
    outcomes = unpacked(first.user_attrs[OUTCOMES]["intents"])
    assert sum(right for right, _, _ in outcomes) / len(outcomes) == first.value
    assert first.user_attrs["milliseconds"] > 0
    assert first.user_attrs["megabytes"] > 0
    best = best_trial(more)
    assert best is not None
    assert best.value == max(one.value for one in more if one.value is not None)


def test_a_trial_that_is_cut_off_is_given_back_with_its_values(
    bot: Path, bench: Bench, tmp_path: Path, opened: Opened
) -> None:
    plan, asked = a_plan(bot, url_of(tmp_path), tmp_path, trials=1), 0

    def stop() -> bool:
        nonlocal asked
        asked += 1
        return asked > 5

    with one_thread():
        task = run(plan, bench, stop=stop)
        study = join(opened(plan), task.plan)
        cut, waiting = study.get_trials()
        assert (cut.state, waiting.state) == (TrialState.FAIL, TrialState.WAITING)
        assert cut.params == waiting.params
        assert waiting.user_attrs[DEFAULTS]
        assert finished(study.get_trials()) == []
        run(plan, bench)
    assert [one.state for one in study.get_trials()] == [TrialState.FAIL, TrialState.COMPLETE]


def test_the_trial_of_the_present_settings_may_take_longer_than_its_share(
    bot: Path, bench: Bench, tmp_path: Path, opened: Opened
) -> None:
    plan = a_plan(bot, url_of(tmp_path), tmp_path, trials=2)
    task = a_task(plan)
    late, end = time.time() - 1.0, task.end
    objective = Objective(
        "intents", task.config, task.parameters, {}, bench, join(opened(plan), task.plan), "here",
        lambda is_default: time.time() >= (end if is_default else late), {},
    )  # fmt: skip
    with one_thread():
        objective.study.optimize(objective, n_trials=2, catch=(GivenBack,))
    assert [one.state for one in objective.study.get_trials()] == [TrialState.COMPLETE, TrialState.FAIL]


def test_what_costs_too_much_is_not_trained(bot: Path, bench: Bench, tmp_path: Path, opened: Opened) -> None:
    plan = a_plan(bot, url_of(tmp_path), tmp_path, text=f"{SPACE}[limits]\nmegabytes = 0.0001\n", trials=2)
    with one_thread():
        task = run(plan, bench)
    first, *others = join(opened(plan), task.plan).get_trials()
    assert first.state == TrialState.COMPLETE  # the present settings, to compare with
    assert {(one.state, len(one.intermediate_values)) for one in others} == {(TrialState.PRUNED, 0)}
    assert best_trial([first, *others]) == first


def test_settings_that_cannot_be_trained_with_fail_alone(
    bot: Path, bench: Bench, tmp_path: Path, opened: Opened
) -> None:
    text = "[classifier.training]\nlearning_rate = { low = 1e14, high = 1e15 }\n"
    plan = a_plan(bot, url_of(tmp_path), tmp_path, text=text, trials=2)
    with one_thread():
        task = run(plan, bench)
    default, wild = join(opened(plan), task.plan).get_trials()
    assert default.state == TrialState.COMPLETE
    assert default.params == {}
    assert wild.state == TrialState.FAIL
    assert "loss" in wild.user_attrs[ERROR]


def test_a_study_of_something_else_is_not_joined_in_silence(bot: Path, tmp_path: Path, opened: Opened) -> None:
    plan = a_plan(bot, url_of(tmp_path), tmp_path)
    storage = opened(plan)
    assert chosen_name(storage, plan) == "tune"
    join(storage, a_task(plan).plan)
    assert chosen_name(storage, plan) == "tune"
    other = a_plan(bot, url_of(tmp_path), tmp_path, text=SPACE.replace("0.2", "0.3"))
    with pytest.raises(StudyError, match=r"space\.classifier\.label_smoothing\.high \(0\.2 → 0\.3\)"):
        chosen_name(storage, other)
    with pytest.raises(StudyError, match="--new"):
        join(storage, a_task(other).plan)
    assert chosen_name(storage, other, is_new=True) == "tune-2"
    join(storage, replace(a_task(other).plan, name="tune-2/intents"))
    assert (chosen_name(storage, other), chosen_name(storage, plan)) == ("tune-2", "tune")
    config = replace(plan.source.config, vectors=replace(plan.source.config.vectors, width=9))
    third = replace(plan, source=replace(plan.source, config=config))
    with pytest.raises(StudyError, match=r"config\.vectors\.width \(8 → 9\)"):
        chosen_name(storage, third)
    tagger = replace(plan.source.config.tagger, word_dropout=0.9)
    same = replace(plan, source=replace(plan.source, config=replace(plan.source.config, tagger=tagger)))
    assert chosen_name(storage, same) == "tune"  # the intents do not depend on the other network's settings
    assert fingerprint(same, "shared", same.source.config) != fingerprint(plan, "shared", plan.source.config)


def test_other_data_is_something_else(bot: Path, tmp_path: Path, opened: Opened) -> None:
    plan = a_plan(bot, url_of(tmp_path), tmp_path)
    storage = opened(plan)
    join(storage, a_task(plan).plan)
    folder = Path(shutil.copytree(bot, tmp_path / "bot"))
    (folder / "data" / "manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(StudyError, match=r"data\.manifest\.json"):
        chosen_name(storage, replace(plan, source=a_source(folder)))


@pytest.mark.filterwarnings("ignore:Heartbeat of storage")  # the test itself plays the process
def test_trials_that_were_lost_between_two_processes_are_queued_again_once(
    bot: Path, tmp_path: Path, opened: Opened
) -> None:
    plan = a_plan(bot, url_of(tmp_path), tmp_path)
    study = join(opened(plan), a_task(plan).plan)
    first = study.ask()
    study.tell(first.number, state=TrialState.FAIL)  # whoever noticed was killed before it could queue it again
    failed = study.ask()
    failed.set_user_attr(ERROR, "a loss that is not finite")
    study.tell(failed.number, state=TrialState.FAIL)
    rescue(study)
    rescue(study)
    waiting = study.get_trials(states=(TrialState.WAITING,))
    assert [(one.user_attrs, one.system_attrs["given_back"]) for one in waiting] == [({DEFAULTS: True}, [0])]


@pytest.mark.filterwarnings("ignore:Heartbeat of storage")
def test_a_trial_whose_process_died_before_its_first_sign_of_life_is_queued_again(
    bot: Path, tmp_path: Path, opened: Opened
) -> None:
    plan = a_plan(bot, url_of(tmp_path), tmp_path)
    study = join(opened(plan), a_task(plan).plan)
    study.ask()
    sweep(study, grace=100.0)
    assert [one.state for one in study.get_trials()] == [TrialState.RUNNING]
    sweep(study, grace=-1.0)
    assert [one.state for one in study.get_trials()] == [TrialState.FAIL, TrialState.WAITING]


@pytest.mark.filterwarnings("ignore:Heartbeat of storage")
def test_the_trial_of_a_process_that_is_known_to_have_ended_waits_again_at_once(
    bot: Path, tmp_path: Path, opened: Opened
) -> None:
    plan = a_plan(bot, url_of(tmp_path), tmp_path)
    study = join(opened(plan), a_task(plan).plan)
    for worker in ("host:1", "host:2"):
        study.ask().set_user_attr("worker", worker)
    give_back_of(study, "host:1")
    states = [(one.state, one.user_attrs.get("worker")) for one in study.get_trials()]
    assert states == [(TrialState.FAIL, "host:1"), (TrialState.RUNNING, "host:2"), (TrialState.WAITING, None)]


def test_of_equals_the_present_settings_are_the_best_and_no_trial_beyond_a_limit_is() -> None:
    def a_trial(value: float, **attributes: object) -> optuna.trial.FrozenTrial:
        constraints = {"megabytes": float(attributes.pop("over", -1.0))}  # type: ignore[arg-type]
        return create_trial(value=value, user_attrs=attributes, constraints=constraints)

    first, equal, over, worse = a_trial(0.8, defaults=True), a_trial(0.8), a_trial(0.9, over=2.0), a_trial(0.7)
    assert best_trial([first, equal, over, worse]) is first
    assert best_trial([a_trial(0.6, defaults=True), equal, over]) is equal
    heavy = a_trial(0.5, defaults=True, over=1.0)
    assert best_trial([heavy, over]) is heavy  # nothing keeps within the limit
    assert best_trial([over]) is None


def test_a_trial_given_back_twice_is_known_by_both_numbers() -> None:
    study = optuna.create_study(direction="maximize")
    for number in range(2):
        study.ask({"x": optuna.distributions.FloatDistribution(0, 1)}) if not number else study.ask()
        study.tell(number, state=TrialState.FAIL)
        give_back(study, study.get_trials()[number])
    assert study.get_trials()[2].system_attrs["given_back"] == [0, 1]
    assert study.get_trials()[2].params == study.get_trials()[0].params


WRONG_URLS = {"": "no URL", "study.db": "no URL", "mysql://host/db": "mysql", "sqlite://": "sqlite"}


@pytest.mark.parametrize("url", WRONG_URLS)
def test_what_is_no_place_for_studies_is_refused(url: str) -> None:
    with pytest.raises(ConfigError):
        _ = StudyStorage(url).opened().__enter__()


def test_a_database_that_is_not_there_is_told_without_its_password() -> None:
    with pytest.raises(StudiesUnavailable) as error:
        StudyStorage("postgresql://nlu:secret@127.0.0.1:9/none").opened().__enter__()
    assert "secret" not in str(error.value)
    assert "127.0.0.1:9" in str(error.value)


WORKER = """
import sys, time
from pathlib import Path
from nlu.search.bench import Bench
from nlu.training.loop import one_thread
from tests.nlu.search.searches import a_plan, run

bot, url, work = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
work.mkdir()
plan = a_plan(bot, url, work, trials=5, epochs=6)
bench = Bench(plan.source, work)
with one_thread():
    run(plan, bench)
"""


@pytest.mark.postgresql
@pytest.mark.slow
def test_three_processes_on_one_study_lose_nothing_when_one_is_killed_in_the_middle_of_a_trial(
    bot: Path, tmp_path: Path, postgresql_server: postgresql.Server, opened: Opened
) -> None:
    """Three processes start Python, and a killed trial is waited for until it counts as lost: a quarter of a minute."""
    url = postgresql_server.empty()
    plan = a_plan(bot, url, tmp_path, trials=5, epochs=6)
    study = join(opened(plan), a_task(plan).plan)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", textwrap.dedent(WORKER), str(bot), url]
    processes = [
        subprocess.Popen([*command, str(tmp_path / str(number))], env=environment, cwd=ROOT) for number in range(3)
    ]
    try:
        victim, number = killed_in_the_middle(study, {process.pid: process for process in processes})
        codes = Counter(process.wait(timeout=120) for process in processes)
    finally:
        for process in processes:
            process.kill()
    assert codes == {0: 2, -signal.SIGKILL: 1}
    assert victim.returncode == -signal.SIGKILL
    trials = study.get_trials()
    lost = trials[number]
    assert lost.state == TrialState.FAIL
    (again,) = [one for one in trials if number in one.system_attrs.get("retry_history", ())]
    assert again.params == lost.params
    assert again.state in (TrialState.COMPLETE, TrialState.PRUNED)
    assert len(finished(trials)) == 5
    assert len(trials) == 6
    assert {one.state for one in trials} <= {TrialState.COMPLETE, TrialState.PRUNED, TrialState.FAIL}
    assert len({one.user_attrs["worker"] for one in finished(trials)}) >= 1


def killed_in_the_middle(
    study: optuna.Study, processes: dict[int, subprocess.Popen[bytes]]
) -> tuple[subprocess.Popen[bytes], int]:
    """Kill a process that has told the first scores of a trial; gives it and the number of the trial."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        for trial in study.get_trials(states=(TrialState.RUNNING,)):
            pid = int(trial.user_attrs.get("worker", 0))
            if pid in processes and 1 <= len(trial.intermediate_values) < 12:
                processes[pid].send_signal(signal.SIGKILL)
                processes[pid].wait()
                if study.get_trials()[trial.number].state == TrialState.RUNNING:
                    return processes[pid], trial.number
                raise AssertionError("it was done before it was killed")
        time.sleep(0.05)
    raise AssertionError("no trial was running")
