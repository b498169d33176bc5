"""How the networks learned, what the data was, and what the model costs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nlu.evaluation.page.html import Content, joined, tag
from nlu.evaluation.page.sections.slices import slice_name
from nlu.evaluation.page.shell import Section, folded, side_by_side
from nlu.evaluation.page.svg import Axis, Series, plot
from nlu.evaluation.page.table import Cell, Column, facts, number, table
from nlu.evaluation.page.view import View
from nlu.evaluation.page.words import count, percent

_NETWORKS = {"intents": ("의도 신경망", "정확도"), "entities": ("개체 신경망", "F1")}
_STAGES = {"train": "평가용", "refit": "서비스용", "draft": "초안"}
_SECONDS = {"train": "평가용 학습", "refit": "서비스용 학습", "draft": "초안 학습", "examine": "살펴보기"}
_PARTS = {"train": "학습", "dev": "조정", "test": "평가", "refit": "다시 학습"}
_PERCENTS = {"p50": "절반은", "p95": "95 %는", "p99": "99 %는"}
_FILES = {
    "intent": "의도 신경망",
    "entity": "개체 신경망",
    "spacing": "띄어쓰기",
    "vocabularies": "어휘",
    "user": "MeCab 사전",
    "lexicon": "사전",
    "authored_patterns": "적힌 패턴",
    "authored_rows": "들여온 발화",
    "nearest": "가까운 줄 찾기",
    "evidence": "개체와 의도의 관계",
    "model": "작은 설정",
    "data_manifest": "데이터의 manifest",
}
"""File of a bundle, without its suffix → what it is for."""
_MB = 1e6


def curves(view: View) -> Section | None:
    """The learning curves of both networks."""
    known = view.figures.get("curves") or ()
    if not known:
        return None
    drawn: list[Content] = []
    for network, (name, score) in _NETWORKS.items():
        several = [one for one in known if one["network"] == network]
        losses = [(one["stage"], list(enumerate(one["losses"], 1))) for one in several if one["losses"]]
        scores = [(one["stage"], one["scores"]) for one in several if one["scores"]]
        if losses:
            drawn.append(_plot(f"{name}: 손실 (낮을수록 잘 외움)", "손실", losses))
        if scores:
            drawn.append(_plot(f"{name}: 처음 보는 발화의 {score}", score, scores, is_share=True))
    rows = [
        [Cell(f"{_NETWORKS[one['network']][0]} ({_STAGES.get(one['stage'], one['stage'])})"),
         number(len(one["losses"])), _last(one["losses"], lambda value: f"{value:.4f}"),
         _last([score for _, score in one["scores"]], percent)]
        for one in known
    ]  # fmt: skip
    columns = [Column("신경망", "name"), Column("바퀴"), Column("마지막 손실"), Column("마지막 점수")]
    note = (
        "손실은 내려가는데 점수가 오르지 않으면 외우기만 하는 것입니다. 점수가 끝까지 오르고 있으면 더 배울 것이 "
        "남았습니다. 서비스용은 모든 발화를 배우므로 점수가 없습니다."
    )
    return Section("curves", "배운 과정", joined(side_by_side(*drawn), table("신경망마다", columns, rows)), note)


def parts(view: View) -> Section | None:
    """The parts of the data set, slice by slice."""
    known = view.part("data")
    if not known.get("parts"):
        return None
    rows = [[Cell(_PARTS.get(part, part)), Cell(slice_name(name) if name not in ("", "all") else "–"), number(many)]
            for part, one in known["parts"].items() for name, many in one["slices"].items()]  # fmt: skip
    whole = [[Cell(_PARTS.get(part, part)), number(one["utterances"]), number(one["intents"]), number(one["entities"])]
             for part, one in known["parts"].items()]  # fmt: skip
    said = f"패턴 {count(known['lines'])}줄, 떼어 둔 사전 값 {count(known['held_out_values'])}개"
    body = joined(
        table("데이터의 부분마다", [*_columns("부분"), Column("의도"), Column("개체")], whole),
        folded("묶음마다", table("부분과 묶음", _columns("부분", "묶음"), rows)),
    )
    return Section("parts", "데이터의 구성", body, f"{said}. 데이터 manifest의 해시: {known['sha256'][:16]}")


def costs(view: View) -> Section | None:
    """Bytes, milliseconds, seconds, and the machine."""
    known = view.part("costs")
    if not known:
        return None
    pairs: list[tuple[str, Content]] = [("크기", f"{known['bytes_in_all'] / _MB:.1f} MB")] if known["bytes"] else []
    times = known["milliseconds"]
    if times:
        said = ", ".join(f"{_PERCENTS.get(name, name)} {value:.2f} ms" for name, value in times.items())
        pairs.append(("발화 하나에 걸린 시간", f"{said} 안"))
    if known["training_seconds"]:
        said = ", ".join(
            f"{_SECONDS.get(name, name)} {value:.0f}초" for name, value in known["training_seconds"].items()
        )
        pairs.append(("학습에 걸린 시간", said))
    pairs.append(("잰 곳", ", ".join(f"{name} {value}" for name, value in known["environment"].items())))
    files: list[list[Cell | Content]] = [
        [Cell(tag("code", name)), _FILES.get(name.partition(".")[0], ""), Cell(f"{size / 1000:,.1f} kB", size)]
        for name, size in _greatest(known["bytes"])
    ]
    columns = [Column("파일", "name"), Column("무엇", "name"), Column("크기")]
    shown = table("모델의 파일", columns, files)
    body = joined(facts(pairs), folded("파일마다", shown) if files else None)
    return Section("costs", "크기와 시간", body, "시간은 발화를 하나씩, 이 기계의 한 프로세스에서 잰 것입니다.")


def _columns(*names: str) -> list[Column]:
    return [*(Column(name, "name") for name in names), Column("발화")]


def _greatest(sizes: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(sizes.items(), key=lambda item: (-item[1], item[0]))


def _plot(title: str, name: str, several: Any, *, is_share: bool = False) -> Content:
    epochs = Axis.over("바퀴", [x for _, points in several for x, _ in points], from_zero=True)
    values = [y for _, points in several for _, y in points]
    axis = Axis.over(name, values, from_zero=not is_share)
    if is_share:
        axis = Axis(name, max(0.0, axis.low), min(1.0, axis.high), [one for one in axis.ticks if 0 <= one <= 1])
    series = [Series(_STAGES.get(stage, stage), [(x, y) for x, y in points]) for stage, points in several]
    return plot(title, epochs, axis, series)


def _last(values: Any, shown: Any) -> Cell:
    return Cell(shown(values[-1]), values[-1]) if values else Cell("–", -1.0)
