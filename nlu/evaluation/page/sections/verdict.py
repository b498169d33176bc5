"""What stands first: what came of the measurement, on what, and whether it may be called a measurement at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nlu.evaluation.page.html import Html, joined
from nlu.evaluation.page.sections.slices import slice_name
from nlu.evaluation.page.shell import verdict
from nlu.evaluation.page.view import View
from nlu.evaluation.page.words import count, interval, percent

_FEW = 100
"""Utterances; with fewer, one more or less moves the score by points."""
_SUBJECTS = {
    "unseen": "처음 보는 발화",
    "files": "받은 파일의 발화",
    "learned": "이 모델이 배운 발화",
}


def overall_verdict(view: View) -> Html:
    """How many utterances were wholly understood, and how far that may be trusted."""
    scores = view.part("slices")["all"]
    kind = view.part("about").get("kind", "files")
    said = (
        f"{_SUBJECTS[kind]} {count(scores['utterances'])}개 가운데 {percent(scores['exact_match'])}를 "
        "의도와 개체까지 모두 맞혔습니다."
    )
    bounds = interval(*view.interval("slices", "all", "exact_match"))
    sure = f"95 % 신뢰 구간은 {bounds}입니다. " if "%" in bounds else ""
    return verdict(said, "warn" if kind == "learned" else "plain", joined(sure, _scores(scores)), _weakest(view),
                   *_warnings(view, kind))  # fmt: skip


def _scores(scores: Mapping[str, Any]) -> str:
    names = (("intent_accuracy", "의도"), ("entity_f1", "개체 F1"), ("caught", "할 일이 아닌 말을 거절"),
             ("false_rejects", "알아들을 말을 거절"))  # fmt: skip
    shown = [f"{word} {percent(scores[name])}" for name, word in names if scores.get(name) is not None]
    return " · ".join(shown)


def _weakest(view: View) -> str | None:
    """The group with the lowest score, where there are several of some size."""
    groups = {name: scores for name, scores in view.part("slices").items() if name != "all"}
    large = {name: scores for name, scores in groups.items() if scores["utterances"] >= 20}
    if len(large) < 2:
        return None
    name = min(large, key=lambda one: large[one]["exact_match"])
    return f"가장 약한 묶음: {slice_name(name)} ({percent(large[name]['exact_match'])})"


def _warnings(view: View, kind: str) -> list[str]:
    total, found = view.part("slices")["all"]["utterances"], []
    if kind == "learned":
        found.append("배운 말로 잰 점수라서, 처음 보는 말을 얼마나 맞힐지는 말해 주지 않습니다.")
    if kind == "unseen":
        found.append(
            "평가용 모델(떼어 둔 패턴과 값을 배우지 않은 모델)로 쟀습니다. 서비스하는 모델은 그것까지 배웁니다."
        )
    written = view.part("slices").get("answered_by_pattern", {}).get("utterances", 0)
    if written:
        found.append(
            f"발화 {count(written)}개는 패턴이나 가져온 발화에 적힌 그대로라 외워서 답했습니다. "
            "나머지의 점수는 묶음별 점수의 ‘신경망이 답한 발화’에 있습니다."
        )
    if total < _FEW:
        found.append(f"발화가 {count(total)}개뿐이라 점수가 우연히 크게 달라질 수 있습니다.")
    return found
