"""What `nlu-inbox` prints, in Korean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from nlu.commands.inbox_files import Added
from nlu.inbox.agreement import Agreement
from nlu.inbox.gathering import Gathered
from nlu.inbox.labels import Label
from nlu.inbox.views import DecisionView, GroupView, MemberView
from nlu.induction import Proposal

REASON_NAMES = {"failed": "못 알아들음", "unsure": "겨우 알아들음", "complained": "불만"}
STATE_NAMES = {"open": "볼 것", "held": "미룸", "excluded": "뺌", "done": "끝남"}
ACTION_NAMES = {
    "hold": "미룸", "exclude": "뺌", "reopen": "다시 봄", "answer": "봇의 답이 맞음",
    "edit": "뜻을 적음", "accept": "제안을 받아들임", "understood": "이제 알아들음",
}  # fmt: skip
_KIND_NAMES = {"pattern": "패턴", "dictionary": "사전"}


def listing(found: Sequence[GroupView], counts: Mapping[str, int], state: str) -> str:
    """Say how many groups there are, and list some."""
    told = ", ".join(f"{STATE_NAMES[name]} {count:,}" for name, count in counts.items())
    shown = groups(found) if found else f"{STATE_NAMES[state]}: 묶음이 없습니다."
    return f"받은함의 묶음: {told}\n{shown}"


def groups(found: Sequence[GroupView]) -> str:
    """List groups, three of their members each."""
    return "\n".join(_group(one) for one in found) or "묶음이 없습니다."


def whole_group(group: GroupView, proposals: Sequence[Proposal]) -> str:
    """Show a group with all its members, and its proposals."""
    lines = [_head(group), *(f"  {_member(one)}" for one in group["members"])]
    lines += ["", "제안" if proposals else "제안이 없습니다."]
    lines += [_proposal(number, one) for number, one in enumerate(proposals, 1)]
    if proposals:
        lines.append(f"받아들이려면: nlu-inbox accept {group['id']} 번호")
    return "\n".join(lines)


def gathered(found: Gathered) -> str:
    """Say what a gathering found."""
    told = f"새로 들어온 말 {found.found:,}개: 있던 묶음에 {found.joined:,}개, 새 묶음 {found.new_groups:,}개"
    again = ", ".join(map(str, found.reopened))
    return told + (f"\n끝냈는데 다시 나온 묶음: {again}" if again else "")


def gathered_view(found: Gathered) -> dict[str, Any]:
    """The same for programs."""
    return asdict(found)


def added(found: Added) -> str:
    """Say what became of a file."""
    return f"파일의 발화 {found.read:,}개 가운데 새것 {found.added:,}개를 기록했습니다."


def log(found: Sequence[DecisionView]) -> str:
    """List decisions, the newest first."""
    return "\n".join(decision(one) for one in found) or "아직 정한 것이 없습니다."


def decision(one: DecisionView) -> str:
    """Say what was decided."""
    about = f"묶음 {one['group']}, 기록 {one['count']:,}개" + (f", 의도 {one['intent']}" if one["intent"] else "")
    undone = " (되돌림)" if one["undone"] else ""
    when = one["time"][:16].replace("T", " ")
    return f"#{one['id']}  {when}  {one['by']}  {ACTION_NAMES[one['action']]}  {about}{undone}"


def agreement(found: Sequence[Agreement], texts: Mapping[str, str]) -> str:
    """Say how far people agree, and where they don't."""
    if not found:
        return "같은 기록에 답을 단 사람이 둘이 안 됩니다."
    lines = []
    for one in found:
        spans = "-" if one.span_f1 is None else f"{one.span_f1:.3f}"
        told = f"의도 일치 {one.observed:.1%}, κ {one.kappa:.3f}, 개체 F1 {spans}"
        lines.append(f"{one.people[0]} · {one.people[1]}: 함께 단 {one.count:,}개, {told}")
        lines += [
            f"  {texts.get(mine.record_id, mine.record_id)}: {_label(mine)} / {_label(theirs)}"
            for mine, theirs in one.disagreed
        ]
    return "\n".join(lines)


def agreement_views(found: Sequence[Agreement]) -> list[dict[str, Any]]:
    """The same for programs."""
    return [
        {
            "people": list(one.people),
            "count": one.count,
            "observed": one.observed,
            "kappa": one.kappa,
            "span_f1": one.span_f1,
            "disagreed": [
                {"parse_id": mine.record_id, "intents": [mine.intent, theirs.intent]} for mine, theirs in one.disagreed
            ],
        }
        for one in found
    ]


def _group(one: GroupView) -> str:
    return "\n".join([_head(one), *(f"    {member['text']}" for member in one["members"])])


def _head(one: GroupView) -> str:
    reasons = ", ".join(f"{REASON_NAMES[name]} {count:,}" for name, count in one["reasons"].items())
    taken = ", ".join(f"{name or '?'} {count:,}" for name, count in list(one["taken_for"].items())[:3])
    decided = f"  [{one['intent']}]" if one["intent"] else ""
    told = f"{one['frequency']:,}명, {one['count']:,}번, 헷갈림 {one['doubt']:.0%}"
    return f"#{one['id']}  {' · '.join(one['words'])}{decided}\n    {told} ({reasons}; 봇의 답: {taken})"


def _member(one: MemberView) -> str:
    reason = REASON_NAMES[one["reason"]]
    return f"{one['text']}   ({reason}, {one['intent'] or '?'}, {one['parse_id']})"


def _proposal(number: int, one: Proposal) -> str:
    new = " (새 의도)" if one.is_new_intent else ""
    lines = [f"{number}. {_KIND_NAMES[one.kind]} [{one.intent}]{new}"]
    if one.line:
        lines.append(f"     {one.line}")
    lines += [f"     사전: {row.entity} {row.surface}{_synonym(row.synonym_of)}" for row in one.rows]
    lines.append(f"     알아듣는 말 {len(one.covers):,}개: {_some(one.texts)}")
    lines.append(f"     모두 {one.size:,}가지; 이런 말도: {_some(one.samples)}")
    if one.stolen:
        taken = [f"{stolen.text} [{stolen.intent}]" for stolen in one.stolen]
        lines.append(f"     주의: 다른 의도의 말을 빼앗습니다: {_some(taken)}")
    return "\n".join(lines)


def _synonym(value: str | None) -> str:
    return f" = {value}" if value else ""


def _some(texts: Sequence[str], most: int = 5) -> str:
    more = f" … (+{len(texts) - most})" if len(texts) > most else ""
    return (" | ".join(texts[:most]) or "-") + more


def _label(one: Label) -> str:
    entities = ", ".join(f"{span.label}[{span.start}:{span.end}]" for span in one.spans)
    return f"{one.intent} ({entities})" if entities else one.intent
