"""What was found of drift, in Korean, for the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from nlu.drift.check import LEAST, Check, Finding, Mover
from nlu.drift.passing import Passed
from nlu.drift.replay import Replayed
from nlu.evaluation.terminal import width

NAMES = {
    "intents": "의도",
    "topics": "주제",
    "confidence": "확신",
    "length": "길이",
    "unknown": "낯선 낱말",
    "novelty": "새로움",
    "entities": "개체",
    "fallback": "못 알아들음",
    "meaning": "뜻의 가운데",
    "words": "쓰는 낱말",
    "answers": "낱말과 의도",
}
"""What signals are called."""
_KINDS = {
    "written": "사람이 쓴, 떼어 둔 발화",
    "generated": "패턴에서 만든, 떼어 둔 발화",
    "served": "서버가 받은 발화",
}
_SHARES = ("confidence", "unknown", "novelty", "fallback")
_LONGEST = 80
"""Characters of an utterance that are shown."""
_METHODS = {"confidence": "확신에서", "threshold": "확신 기준에서", "feedback": "정답과 피드백에서"}


def passed_text(version: str, passed: Passed) -> str:
    """Show what a pass over the records found."""
    lines = [f"모델 {version}: 기록된 발화 {passed.standing.served:,}개"]
    if passed.standing.wanted:
        lines.append(
            f"기준을 모으는 중입니다: {passed.standing.served:,} / {passed.standing.wanted:,}"
            " (지금 하는 말이 여느 때와 같으면 --rebase 로 바로 정할 수 있습니다)"
        )
    if passed.check is None:
        lines.append(
            "견줄 기준이 아직 없습니다. 이 모델은 떼어 둔 발화의 요약이 없으니 다시 학습하거나 기다리세요."
            if passed.standing.sketch is None
            else "아직 기록된 발화가 없습니다."
        )
        return "\n".join(lines)
    lines += _check_lines(passed.check)
    for name, days in passed.moved.items():
        if days:
            lines.append(f"날마다의 비율이 옮겨 감: {NAMES[name]}, {', '.join(days[-3:])}")
    return "\n".join(lines)


def replayed_text(version: str, count: int, replayed: Replayed) -> str:
    """Show what was found in a file."""
    lines = [f"모델 {version}: 발화 {count:,}개, {len(replayed.checks)}번 견주었습니다."]
    shown = replayed.last
    if replayed.first_alarm is not None:
        lines.append(f"첫 경보: 발화 {replayed.first_alarm:,}개째 (경보 {replayed.alarms}번)")
        shown = next(found for end, found in replayed.checks if end == replayed.first_alarm)
    return "\n".join([*lines, *_check_lines(shown)])


def _check_lines(check: Check) -> Iterator[str]:
    yield f"기준: {_KINDS[check.kind]} {check.reference_size:,}개 · 견준 발화: {check.size:,}개"
    if not check.findings:
        yield f"발화가 {LEAST}개는 있어야 견줄 수 있습니다."
        return
    yield "경보: 우연으로 보기 어렵게 달라졌습니다." if check.is_alarm else "달라졌다고 볼 것이 없습니다."
    if check.is_alarm and check.kind == "generated":
        yield "  (기준이 사람이 한 말이 아니라, 실제로 달라지지 않았어도 날 수 있는 경보입니다.)"
    yield f"  {padded('무엇', 16)}{padded('우연일 확률', 14)}{padded('PSI', 8)}기준 → 지금"
    for finding in check.findings:
        yield _finding_line(finding)
    for estimate in check.accuracy:
        yield (
            f"정확도 추정 ({_METHODS[estimate.method]}): {estimate.value:.1%}"
            f" [{estimate.low:.1%}, {estimate.high:.1%}] 발화 {estimate.count:,}개"
        )
    if check.movers:
        yield "이렇게 만든 발화:"
        yield from (_mover_line(mover) for mover in check.movers)


def _finding_line(finding: Finding) -> str:
    tested = finding.tested
    mark = "!" if finding.is_alarm else " "
    psi = "" if tested.psi is None else f"{tested.psi:.3f}"
    what = ""
    if tested.before is not None and tested.now is not None:
        form = ".1%" if tested.name in _SHARES else ".3g"
        what = f"{tested.before:{form}} → {tested.now:{form}}"
    elif tested.name in ("intents", "entities") and finding.grown:
        name, before, now = max(finding.grown, key=lambda one: one[2] - one[1])
        what = f"{name} {before:.1%} → {now:.1%}"
    return (
        f"{mark} {padded(NAMES[tested.name], 16)}{padded(_chance(finding.adjusted), 14)}{padded(psi, 8)}{what}".rstrip()
    )


def _mover_line(mover: Mover) -> str:
    heard = mover.heard
    words = ", ".join(heard.text[start:end] for start, end in mover.spans)
    about = " · ".join(filter(None, (f"{heard.intent} {heard.confidence:.0%}", words, heard.id)))
    text = "".join(char if char.isprintable() else " " for char in heard.text)
    return f"  {text if len(text) <= _LONGEST else text[:_LONGEST] + '…'}  ({about})"


def padded(text: str, columns: int) -> str:
    """Fill a text up with spaces."""
    return text + " " * max(1, columns - width(text))


def _chance(chance: float) -> str:
    return f"{chance:.4f}" if chance >= 0.0001 else "0.0001 미만"
