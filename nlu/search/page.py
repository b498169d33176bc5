"""The page of a search: what came of it, then each study with its trials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Literal

from optuna.study import Study

from nlu.evaluation.page import (
    Cell,
    Column,
    Content,
    Html,
    Section,
    facts,
    joined,
    page,
    side_by_side,
    table,
    tag,
    verdict,
)
from nlu.messages import word
from nlu.search import charts
from nlu.search.rows import Row, changes_to_text, rows
from nlu.search.verdict import Verdict
from nlu.search.worker import Task

_OF_PATTERNS = "한 패턴에서 나온 발화는 함께 맞고 함께 틀리니, 구간은 패턴을 통째로 다시 뽑아 잽니다."
_STATES = ("complete", "same", "pruned", "worse", "over", "failed", "given_back", "running", "waiting")


def tuning_page(name: str, studies: Sequence[tuple[Task, Study]], compared: Verdict | None, tested: str = "") -> str:
    """Write the page as one HTML file.

    Args:
        name: of the search.
        studies: those that were run, in order.
        compared: how the tuned settings compare with the present ones; None where nothing better was found.
        tested: what was measured on test, as text.
    """
    several = [(task, study, rows(study, task.parameters, task.config)) for task, study in studies]
    sections = [_compared(compared)] if compared else []
    sections += [_study(*one) for one in several]
    if tested:
        note = "고른 다음 한 번 잰 것입니다. 이것을 보고 다시 고르면 더는 처음 보는 발화가 아닙니다."
        scrolled = tag("div", tag("pre", tested), class_="scroll", role="region", aria_label="test", tabindex=0)
        sections.append(Section("test", "처음 보는 발화 (test)", scrolled, note))
    figures = {task.plan.name: [_plain(row) for row in found] for task, _, found in several}
    return page(f"설정 탐색: {name}", _head(compared), sections, figures)


def _head(compared: Verdict | None) -> Html:
    if compared is None:
        return verdict("지금 설정보다 나은 것을 찾지 못했습니다", "plain")
    better = [word(f"tuned.{network}", {}, "ko") for network, one in compared.differences.items() if one.low > 0]
    luck = f"시험 {compared.trials}개 가운데 dev에서 가장 나은 것을 골랐으니 차이의 일부는 운입니다."
    if better:
        return verdict(f"{', '.join(better)}: 찾은 설정이 오차를 넘어 더 낫습니다", "good", luck)
    return verdict("찾은 설정은 지금 설정과 오차 안에서 같습니다", "warn", luck)


def _compared(compared: Verdict) -> Section:
    lines = list[list[Cell | Content]]()
    for network, one in compared.differences.items():
        between = f"{100 * one.low:+.2f} … {100 * one.high:+.2f} %p"
        tone: Literal["good", "bad", ""] = "good" if one.low > 0 else "bad" if one.high < 0 else ""
        lines.append([
            word(f"tuned.{network}", {}, "ko"), f"{100 * one.old:.2f} %", f"{100 * one.new:.2f} %",
            Cell(f"{100 * one.point:+.2f} %p", one.point, tone), between, f"{one.utterances:,}", f"{one.clusters:,}",
        ])  # fmt: skip
    columns = [
        Column("그물", "name"), Column("지금 설정"), Column("찾은 설정"), Column("차이"), Column("95 % 구간"),
        Column("dev 발화"), Column("패턴", note=_OF_PATTERNS),
    ]  # fmt: skip
    return Section("compared", "지금 설정과 찾은 설정", table("dev에서 견줌", columns, lines, sortable=False))


def _study(task: Task, study: Study, found: Sequence[Row]) -> Section:
    trials = study.get_trials(deepcopy=False)
    counts = {state: sum(row.state == state for row in found) for state in _STATES}
    shown = [(word(f"trial.{state}", {}, "ko"), f"{count:,}") for state, count in counts.items() if count]
    seconds = sum(row.seconds for row in found)
    important = charts.importance(study, task.parameters)
    has_scores = any(row.score is not None for row in found)
    pictures = [
        charts.history(found) if has_scores else None,
        charts.curves(trials, found) if any(trial.intermediate_values for trial in trials) else None,
        charts.ends(study, trials),
        charts.importance_chart(important) if important else None,
        charts.parallel(found, trials, task.parameters),
        charts.against_cost(found, "milliseconds", "발화 하나의 밀리초"),
        charts.against_cost(found, "megabytes", "모델의 MB"),
    ]
    body = joined(
        facts([("시험", f"{len(found):,}"), *shown, ("모든 시험의 시간", f"{seconds / 60:.1f}분")]),
        side_by_side(*[one for one in pictures if one is not None]),
        _important(important) if important else None,
        _trials(found),
    )
    title = word(f"tuned.{task.target}", {}, "ko")
    note = "점수는 dev의 것입니다: 의도는 맞힌 몫, 개체는 F1, 함께 쓰는 것은 둘의 평균."
    return Section(task.target, title, body, note)


def _important(found: dict[str, float]) -> Html:
    lines: list[list[Cell | Content]] = [[name, Cell(f"{100 * value:.1f} %", value)] for name, value in found.items()]
    note = "PED-ANOVA: 좋은 시험과 다른 시험의 값이 얼마나 다른 데 모이는지. 시험이 적으면 믿기 어렵습니다."
    return table("설정의 무게", [Column("설정", "name"), Column("몫", note=note)], lines)


def _trials(found: Sequence[Row]) -> Html:
    columns = [
        Column("번호", "name"), Column("바꾼 설정", "text"), Column("dev"), Column("끝 예상"),
        Column("상태", "text", choose=True), Column("초"), Column("ms"), Column("MB"),
    ]  # fmt: skip
    return table("시험", columns, [_line(row) for row in found])


def _line(row: Row) -> list[Any]:
    what = "(지금 설정)" if row.is_default else changes_to_text(row.changes) or "(지금 설정과 같음)"
    mark = " ★" if row.is_best else ""
    return [
        Cell(f"{row.number}{mark}", row.number), f"{what}: {row.note}" if row.note else what,
        _share(row.score), _share(row.foreseen), word(f"trial.{row.state}", {}, "ko"),
        Cell(f"{row.seconds:.0f}", row.seconds),        _cost(row, "milliseconds"), _cost(row, "megabytes"),
    ]  # fmt: skip


def _share(value: float | None) -> Cell:
    return Cell("–", -1.0) if value is None else Cell(f"{100 * value:.2f} %", value)


def _cost(row: Row, name: str) -> Cell:
    value = row.costs.get(name)
    return Cell("–", -1.0) if value is None else Cell(f"{value:.2f}", value)


def _plain(row: Row) -> dict[str, Any]:
    return {**asdict(row), "changes": dict(row.changes)}
