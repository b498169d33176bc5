"""What `nlu-tune` does: check the space, run the studies, then compare, write and measure what was found."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Any

from nlu.commands import progress
from nlu.commands.common import ExitCode
from nlu.commands.project import Project
from nlu.commands.trials import Trials
from nlu.data import dataset as datasets
from nlu.events import Event, Listener, Notice
from nlu.messages import word
from nlu.pipeline.fingerprint import Texts
from nlu.pipeline.generate import changed_inputs
from nlu.search.bench import Bench, Source
from nlu.search.page import tuning_page
from nlu.search.ranges import Range
from nlu.search.rows import changes_to_text
from nlu.search.search import Result, SearchPlan, chosen_name, search
from nlu.search.space import TARGETS, Space, Target, applied, present
from nlu.search.storage import StudyStorage
from nlu.search.study import join
from nlu.search.tuned_file import MARK, tuned_text
from nlu.search.verdict import Verdict, compare, measure_once
from nlu.system.files import read_text, write_atomic
from nlu.system.work_folders import work_folder

SPACE = Path("search.toml")
_MINUTES = 15.0
_LEFT, _LEFT_AT_MOST = 0.2, 300.0
"""Part of the time that training and measuring the tuned settings is left, and seconds of it at most."""
_RESULT, _PAGE = "tuning.json", "tuning.html"


def write_space() -> int:
    """Copy the built-in space into the project, where its author may change it."""
    if SPACE.exists():
        print(f"{SPACE}: 이미 있습니다.", file=sys.stderr)
        return ExitCode.USAGE
    write_atomic(SPACE, _built_in())
    print(f"{SPACE}: 시험할 값을 고친 뒤 nlu-tune 을 실행하세요.")
    return ExitCode.OK


def run(place: Project, options: argparse.Namespace, storage: str | None, folder: Path) -> int:
    """Search, and give the exit code.

    Args:
        place: where the project's files lie.
        options: of the command.
        storage: where studies are, if the environment says so.
        folder: for what a search leaves behind.
    """
    space = _space(place, options)
    if not (place.data / "manifest.json").exists():
        print(f"{place.data}: 데이터가 없습니다. 먼저 nlu-generate 를 실행하세요.", file=sys.stderr)
        return ExitCode.USAGE
    if _would_lose(options.output):
        print(
            f"{options.output}: nlu-tune이 쓰지 않은 파일이 있어 그대로 둡니다. 다른 이름을 --output에 주세요.",
            file=sys.stderr,
        )
        return ExitCode.USAGE
    source = Source(
        place.data, place.dictionaries, place.patterns, place.import_from, place.config,
        Texts(_lines(options.corpus), _lines(options.outside)),
    )  # fmt: skip
    dataset = datasets.read(place.data)
    if (problem := _misfit(place, space, dataset)) is not None:
        print(problem, file=sys.stderr)
        return ExitCode.USAGE
    plan = _plan(
        source, space, options, storage or f"sqlite:///{folder / 'study.db'}", folder, len(dataset.part("dev"))
    )
    if not plan.targets:
        print(f"탐색 공간에 이 갈래({options.what})의 설정이 없습니다.", file=sys.stderr)
        return ExitCode.USAGE
    if options.dry_run:
        _show_space(plan)
        return ExitCode.OK
    folder.mkdir(parents=True, exist_ok=True)
    with plan.storage.opened() as opened:
        plan = replace(plan, name=chosen_name(opened, plan, is_new=options.new))
    print(f"탐색 {plan.name}: {plan.storage.place}")
    table = Trials()
    result = search(plan, _teller(table), table.show, reserve=min(_LEFT_AT_MOST, _LEFT * plan.seconds))
    table.leave()
    return _finish(Outcome.of(plan, result), options.config, options.output, folder)


@dataclass(frozen=True)
class Outcome:
    """What came of a search.

    Attributes:
        plan: what was searched.
        result: what was found.
        verdict: how it compares with the present settings on dev; None where nothing better was found.
    """

    plan: SearchPlan
    result: Result
    verdict: Verdict | None

    @classmethod
    def of(cls, plan: SearchPlan, result: Result) -> Outcome:
        """Compare what was found with the present settings."""
        bench = Bench(plan.source, plan.workspace)
        return cls(plan, result, compare(result, bench) if result.values else None)


def _finish(outcome: Outcome, settings: Path, output: Path, folder: Path) -> int:
    result = outcome.result
    unfinished = [target for target, one in result.found.items() if one.default is None]
    if unfinished:
        names = ", ".join(word(f"tuned.{target}", {}, "ko") for target in unfinished)
        print(
            f"지금 설정의 시험이 끝나지 않아 견줄 것이 없습니다({names}). --minutes를 늘려 다시 실행하면 이어서 합니다."
        )
        return ExitCode.INTERRUPTED if result.is_interrupted else ExitCode.MISTAKE
    if outcome.verdict is None:
        _write_page(outcome, folder)
        print("지금 설정보다 나은 것을 찾지 못했습니다. 지금 설정 그대로 쓰세요.")
        return ExitCode.INTERRUPTED if result.is_interrupted else ExitCode.OK
    _show_verdict(outcome.verdict)
    _write_settings(outcome, settings, output)
    _write_page(outcome, folder)
    if result.is_interrupted:
        print("멈췄습니다. 다시 실행하면 이어서 합니다.")
        return ExitCode.INTERRUPTED
    _write_page(outcome, folder, _measure(outcome, folder))
    _show_way_on(outcome, output)
    return ExitCode.OK


def _show_verdict(verdict: Verdict) -> None:
    for network, one in verdict.differences.items():
        name = word(f"tuned.{network}", {}, "ko")
        says = "더 낫습니다" if one.low > 0 else "오차 안에서 같습니다" if one.high >= 0 else "더 나쁩니다"
        print(
            f"{name} (dev {one.utterances}개): 지금 {100 * one.old:.2f} → 찾은 설정 {100 * one.new:.2f}, "
            f"차이 {100 * one.point:+.2f}점 (95 % {100 * one.low:+.2f} … {100 * one.high:+.2f}): {says}"
        )
    print(f"시험 {verdict.trials}개 가운데 dev에서 가장 나은 것을 골랐으니 차이의 일부는 운입니다.")


def _write_settings(outcome: Outcome, settings: Path, output: Path) -> None:
    text = read_text(settings)[0] if settings.exists() else ""
    output.parent.mkdir(parents=True, exist_ok=True)
    note = f"{outcome.plan.name}에서 찾은 설정 · settings found by nlu-tune"
    write_atomic(output, tuned_text(text, outcome.result.values, note))
    print(f"찾은 설정: {output}")
    for name, value in outcome.result.values.items():
        before = present(outcome.plan.source.config, name)
        print(f"  {name} = {_shown(value)}  (지금 {_shown(before)})")


def _write_page(outcome: Outcome, folder: Path, tested: str = "") -> None:
    """Write what is to be seen of the search, and say where."""
    with outcome.plan.storage.opened() as storage:
        studies = [(one.task, join(storage, one.task.plan)) for one in outcome.result.found.values()]
        write_atomic(folder / _PAGE, tuning_page(outcome.plan.name, studies, outcome.verdict, tested))
    print(f"탐색을 보려면: {folder / _PAGE}")


def _measure(outcome: Outcome, folder: Path) -> str:
    """Measure the tuned settings on test, once: what was measured before is shown again."""
    config = applied(outcome.plan.source.config, outcome.result.values)
    key = sha256(json.dumps([asdict(config), outcome.plan.dev], sort_keys=True).encode()).hexdigest()
    path = folder / _RESULT
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"tested": {}}
    if key in kept["tested"]:
        print("이 설정은 이미 test로 쟀습니다. 그때의 점수:")
        print(kept["tested"][key])
        return str(kept["tested"][key])
    with (
        progress.shown() as listen,
        work_folder(outcome.plan.workspace, f"tuned-{key[:16]}") as workspace,
    ):
        report = measure_once(outcome.plan.source, config, workspace, listen)
    if report is None:
        return ""
    kept["tested"][key] = report.to_text()
    write_atomic(path, json.dumps(kept, ensure_ascii=False, indent=2) + "\n")
    times = len(kept["tested"])
    print(
        "처음 보는 발화(test)로 잰, 찾은 설정의 점수:"
        if times == 1
        else f"test로 잰 점수 ({times}번째로 보는 test입니다):"
    )
    print(report.to_text())
    return report.to_text()


def _show_way_on(outcome: Outcome, output: Path) -> None:
    generate = any(name.startswith("augmentation.") for name in outcome.result.values)
    first = f"nlu-generate --config {output} && " if generate else ""
    print(f"이 설정으로 학습하려면: {first}nlu-train --config {output}")
    print("늘 쓰려면 그 파일로 nlu.toml을 바꾸세요.")


def _teller(table: Trials) -> Listener:
    def tell(event: Event) -> None:
        if isinstance(event, Notice):
            table.leave()
            values = {
                name: word(f"tuned.{value}", {}, "ko") if name == "target" else value
                for name, value in event.values.items()
            }
            print(f"· {word(event.code, values, 'ko')}", flush=True)

    return tell


def _plan(
    source: Source, space: Space, options: argparse.Namespace, storage: str, folder: Path, dev: int
) -> SearchPlan:
    wanted: tuple[Target, ...] = TARGETS if options.what == "all" else (options.what,)
    minutes = options.minutes or (float("inf") if options.trials else _MINUTES)
    return SearchPlan(
        space=space,
        source=source,
        storage=StudyStorage(options.storage or storage),
        name=options.name,
        targets=tuple(target for target in wanted if space.of(target)),
        seconds=60 * minutes,
        trials=options.trials,
        workers=options.workers,
        seed=options.seed,
        workspace=folder / "work",
        dev=dev,
    )


def _space(place: Project, options: argparse.Namespace) -> Space:
    """The space that is given, or that of the project, or the built-in one."""
    if options.space is not None or SPACE.exists():
        return Space.read(options.space or SPACE, place.config)
    with resources.as_file(resources.files("nlu.search").joinpath("search.toml")) as path:
        return Space.read(path, place.config)


def _built_in() -> str:
    return resources.files("nlu.search").joinpath("search.toml").read_text(encoding="utf-8")


def _misfit(place: Project, space: Space, dataset: datasets.Dataset) -> str | None:
    """Why the data set can't be searched on, in Korean; None where it can."""
    if not dataset.part("train"):
        return f"{place.data}: 학습할 발화(train)가 없습니다."
    if not dataset.part("dev"):
        return (
            f"{place.data}: 견줄 발화(dev)가 없습니다. "
            "nlu.toml의 [generator] held_out을 0보다 크게 하고 nlu-generate 를 다시 실행하세요."
        )
    if any(one.name.startswith("augmentation.") for one in space.parameters):
        recipe = dataset.manifest.get("recipe", {})
        is_other = recipe.get("augmentation") != json.loads(json.dumps(asdict(place.config.augmentation)))
        if is_other or changed_inputs(place.patterns, place.dictionaries, place.data, place.import_from):
            return (
                f"{place.data}: 지금의 패턴·사전·변형 비율로 만든 데이터가 아닙니다. 먼저 nlu-generate 를 실행하세요."
            )
    return None


def _show_space(plan: SearchPlan) -> None:
    for target in plan.targets:
        print(f"[{word(f'tuned.{target}', {}, 'ko')}]")
        for one in plan.space.of(target):
            now = present(plan.source.config, one.name)
            outside = "" if one.has(now) else ", 범위 밖"
            print(f"  {one.name}: {_values(one.values)}  (지금 {_shown(now)}{outside})")
    for name, most in plan.space.limits.items():
        print(f"한도: {name} {most:g}")


def _values(values: tuple[Any, ...] | Range) -> str:
    if isinstance(values, tuple):
        return " | ".join(map(_shown, values))
    step = f", {values.step:g} 간격" if values.step else ""
    return f"{values.low:g} … {values.high:g}{', 로그' if values.log else ''}{step}"


def _shown(value: Any) -> str:
    return changes_to_text({"": value}).removeprefix("=")


def _would_lose(output: Path) -> bool:
    """Whether a file of somebody else lies where the tuned settings are to be written."""
    return output.exists() and not read_text(output)[0].startswith(MARK)


def _lines(path: Path | None) -> tuple[str, ...]:
    return tuple(read_text(path)[0].splitlines()) if path else ()
