"""The verdict on a candidate as one HTML page that loads nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from nlu.evaluation.page import (
    Axis,
    Cell,
    Column,
    Content,
    Html,
    Interval,
    Section,
    facts,
    intervals,
    number,
    page,
    table,
    verdict,
)
from nlu.evaluation.page.words import points
from nlu.messages import word
from nlu.promotion.book import Failure
from nlu.promotion.decide import Check, Verdict
from nlu.promotion.evidence import Evidence

Tone = Literal["", "good", "warn", "bad"]
_OUTCOMES: dict[str, tuple[str, Tone]] = {
    "passed": ("지킴", "good"),
    "failed": ("못 지킴", "bad"),
    "unsure": ("알 수 없음", "warn"),
    "told": ("알림", ""),
}
_SHORT = {"intents": "의도", "exact": "의도와 개체", "sturdiness": "서둘러 친 말"}
"""What has room beside a chart."""


def to_html(headline: str, is_live: bool, verdict_: Verdict | None, evidence: Evidence | None, data: Any) -> str:
    """Lay a verdict out.

    Args:
        headline: what was decided, in one sentence.
        is_live: whether the candidate answers from now on.
        verdict_: what was looked at; None where nothing could be.
        evidence: what it rests on.
        data: the same as JSON values; the page keeps a copy.
    """
    checks = verdict_.checks if verdict_ else ()
    why = [_worded(check) for check in checks if check.outcome == "failed"]
    sections = list(_sections(checks, evidence))
    return page("새 모델로 바꿀까", verdict(headline, "good" if is_live else "bad", *why), sections, data)


def _sections(checks: Sequence[Check], evidence: Evidence | None) -> Iterator[Section]:
    if evidence is not None and evidence.failures:
        yield Section("book", "알아듣지 못한 말", _book(evidence.failures), "patterns/must.jsonl에 적은 말입니다.")
    if checks:
        yield Section("checks", "살펴본 것", _checks(checks), "하나라도 못 지키면 쓰던 모델이 그대로 답합니다.")
    compared = [check for check in checks if check.difference is not None]
    if compared:
        note = (
            "0의 오른쪽이면 새 모델이 낫습니다. 구간은 패턴을 통째로 다시 뽑아 본 것이라, "
            "구간이 0에 걸치면 어느 쪽이 나은지 이 발화로는 알 수 없습니다."
        )
        yield Section("differences", "점수의 차이", [_chart(compared), _figures(compared)], note)
    if evidence is not None and evidence.compared is not None:
        yield Section("slices", "의도와 개체마다", _each(evidence), "평가용 모델 둘이 같은 발화에서 맞힌 몫입니다.")
    if evidence is not None:
        yield Section("versions", "모델", _versions(evidence))


def _worded(check: Check) -> str:
    return word(check.notice.code, check.notice.values, "ko")


def _checks(checks: Sequence[Check]) -> Html:
    rows: list[list[Cell | Content]] = [[_outcome(check), _worded(check)] for check in checks]
    return table("살펴본 것", [Column("결과", "name"), Column("무엇", "text")], rows, sortable=False, stacked=True)


def _outcome(check: Check) -> Cell:
    said, tone = _OUTCOMES[check.outcome]
    return Cell(said, tone=tone)


def _book(failures: Sequence[Failure]) -> Html:
    columns = [
        Column("어디", "name"),
        Column("말", "text"),
        Column("무엇이 틀렸나", "text"),
        Column("알아들은 것", "text"),
    ]
    rows = [[one.demand.origin, one.demand.text, word(one.why.code, one.why.values, "ko"), one.got] for one in failures]
    return table("알아듣지 못한 말", columns, rows, stacked=True)


def _name(check: Check) -> str:
    values = check.notice.values
    return str(values["label"]) if "label" in values else word(str(values["name"]), {}, "ko")


def _chart(checks: Sequence[Check]) -> Html:
    found = [(check, check.difference) for check in checks if check.difference is not None]
    most = max(0.02, *(max(abs(one.low), abs(one.high)) for _, one in found))
    axis = Axis("차이(새 모델 − 쓰던 모델)", -most, most, (-most, 0.0, most), points)
    values = [
        Interval(
            _SHORT.get(check.name, _name(check)),
            one.low,
            one.point,
            one.high,
            "bad" if check.outcome == "failed" else "first",
        )
        for check, one in found
    ]
    return intervals("쓰던 모델과 새 모델의 점수의 차이와 구간", axis, values, mark=0.0)


def _figures(checks: Sequence[Check]) -> Html:
    columns = [Column("점수", "name"), Column("쓰던 모델"), Column("새 모델"), Column("차이"), Column("구간", "text"),
               Column("발화"), Column("패턴")]  # fmt: skip
    rows: list[list[Cell | Content]] = [
        [
            _name(check),
            f"{100 * one.old:.1f} %",
            f"{100 * one.new:.1f} %",
            Cell(points(one.point), one.point),
            f"{points(one.low)} … {points(one.high)}",
            number(one.utterances),
            number(one.clusters),
        ]
        for check in checks
        if (one := check.difference) is not None
    ]
    return table("점수의 차이", columns, rows, stacked=True)


def _each(evidence: Evidence) -> Html:
    compared = evidence.compared
    kinds = (("의도", compared.by_intent), ("개체", compared.by_entity)) if compared else ()
    rows: list[list[Cell | Content]] = [
        [name, kind, number(len(pairs)), _right(pairs.old), _right(pairs.new), number(_alone(pairs.old, pairs.new)),
         number(_alone(pairs.new, pairs.old))]
        for kind, several in kinds for name, pairs in several.items()
    ]  # fmt: skip
    columns = [Column("이름", "name"), Column("무엇", "text", choose=True), Column("발화"), Column("쓰던 모델"),
               Column("새 모델"), Column("쓰던 것만 맞힘"), Column("새것만 맞힘")]  # fmt: skip
    return table("의도와 개체마다", columns, rows)


def _right(answers: Sequence[bool]) -> Cell:
    share = sum(answers) / len(answers) if answers else 0.0
    return Cell(f"{100 * share:.1f} %", share)


def _alone(one: Sequence[bool], other: Sequence[bool]) -> int:
    return sum(a and not b for a, b in zip(one, other, strict=True))


def _versions(evidence: Evidence) -> Html:
    compared = evidence.compared
    pairs: list[tuple[str, str]] = [("새 모델", evidence.version)]
    if compared is not None:
        pairs += [("쓰던 모델", compared.active), ("test 발화", f"{compared.tested:,}개")]
        pairs += [("견준 발화", f"{len(compared.exact):,}개")]
    return facts(pairs)
