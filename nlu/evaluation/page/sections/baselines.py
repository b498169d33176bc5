"""Simple systems beside the model: their scores, and in red what the model does not beat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nlu.evaluation.page.html import Content, Html, joined, tag
from nlu.evaluation.page.shell import Section, folded, verdict
from nlu.evaluation.page.table import Cell, Column, share, table
from nlu.evaluation.page.view import View
from nlu.evaluation.page.words import count, points

SYSTEMS = {
    "model": "이 모델",
    "majority": "가장 많은 의도로만 답하기",
    "rules": "키워드와 사전 규칙",
    "svm": "TF-IDF + 선형 SVM",
}
FIGURES = {
    "intent_accuracy": "의도",
    "ranking_accuracy": "1순위 의도",
    "intent_macro_f1": "의도 F1 평균",
    "entity_f1": "개체 F1",
    "exact_match": "모두 맞음",
}
_OUTCOMES = {"ahead": "이겼습니다", "level": "앞선다고 할 수 없습니다", "behind": "졌습니다"}
_MATERIALS = {
    "train": "학습 부분의 발화 {number}개만 배웠습니다",
    "all": "이 모델처럼 데이터의 모든 부분, 발화 {number}개를 배웠습니다",
    "bundle": "data 폴더가 이 모델의 것이 아니어서, 모델에 든 줄로 만든 발화 {number}개만 배웠습니다. 그만큼 약합니다",
}


def unbeaten(view: View) -> Html | None:
    """In red, the systems that the model does not beat."""
    lost = [one for one in view.part("baselines").get("contests", ()) if one["outcome"] != "ahead"]
    if not lost:
        return None
    names = list(dict.fromkeys(one["baseline"] for one in lost))
    said = f"쉬운 방법을 이기지 못했습니다: {', '.join(SYSTEMS.get(name, name) for name in names)}"
    return verdict(said, "bad", *(_told(name, [one for one in lost if one["baseline"] == name]) for name in names))


def baselines(view: View) -> Section | None:
    """The scores of all systems, and each contest of the model with one of them."""
    known = view.part("baselines")
    if not known:
        return None
    names = [name for name in FIGURES if any(_all(row).get(name) is not None for row in known["rows"])]
    rows = [[Cell(SYSTEMS.get(row["name"], row["name"])), *(_score(view, row, name) for name in names)]
            for row in known["rows"]]  # fmt: skip
    left_out = [tag("p", f"{SYSTEMS.get(one['name'], one['name'])}: 빠졌습니다. {one['why']}", class_="warn")
                for one in known["left_out"]]  # fmt: skip
    body = joined(
        table("같은 발화로 잰 점수", [Column("방법", "name"), *(Column(FIGURES[name]) for name in names)], rows),
        left_out,
        folded("하나씩 견주면", _contests(known["contests"])) if known["contests"] else None,
    )
    learned = known["learned_from"]
    said = _MATERIALS[learned["material"]].format(number=count(learned["utterances"]))
    note = (
        f"모델이 이만큼 복잡할 까닭이 있는지 봅니다. 쉬운 방법은 {said}. 의도는 모른다고 한 것을 틀린 것으로 치고, "
        "1순위 의도는 모른다고 하지 않았을 때입니다."
    )
    return Section("baselines", "쉬운 방법과 견주기", body, note)


def _all(row: Mapping[str, Any]) -> Mapping[str, Any]:
    return row["slices"]["all"]  # type: ignore[no-any-return]


def _score(view: View, row: Mapping[str, Any], name: str) -> Cell:
    bounds = view.interval("slices", "all", name) if row["name"] == "model" else (None, None)
    return share(_all(row).get(name), *bounds)


def _contests(contests: Sequence[Mapping[str, Any]]) -> Content:
    columns = [
        Column("방법", "name", choose=True), Column("점수", "name"), Column("모델"), Column("그 방법"),
        Column("차이", note="모델에서 그 방법을 뺀 점수, 95 % 신뢰 구간; 같은 패턴의 발화는 함께 뽑습니다"),
        Column("모델이", "name", choose=True),
    ]  # fmt: skip
    rows = [
        [
            Cell(SYSTEMS.get(one["baseline"], one["baseline"])), Cell(FIGURES[one["figure"]]),
            share(one["model"]), share(one["other"]), Cell(_difference(one), one["model"] - one["other"]),
            Cell(_OUTCOMES[one["outcome"]], tone="good" if one["outcome"] == "ahead" else "bad"),
        ]
        for one in contests
    ]  # fmt: skip
    return table("쉬운 방법과 하나씩", columns, rows)


def _told(name: str, lost: Sequence[Mapping[str, Any]]) -> str:
    """In which figures the model loses, and in which nobody can say that it is ahead."""
    said = []
    for outcome in ("behind", "level"):
        figures = [f"{FIGURES[one['figure']]} {points(one['model'] - one['other'])}" for one in lost
                   if one["outcome"] == outcome]  # fmt: skip
        said += [f"{', '.join(figures)}: {_OUTCOMES[outcome]}"] if figures else []
    return f"{SYSTEMS.get(name, name)} — {'. '.join(said)}."


def _difference(one: Mapping[str, Any]) -> str:
    return f"{points(one['model'] - one['other'])} ({points(one['low'])} – {points(one['high'])})"
