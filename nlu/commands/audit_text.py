"""What the audit says was done, in Korean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ACTIONS: Mapping[str, str] = {
    "data.generate": "데이터 만듦",
    "data.convert": "발화 파일 바꿈",
    "data.import": "발화 들여옴",
    "data.restore": "파일 되돌림",
    "snapshot.prune": "스냅샷 지움",
    "pattern.change": "패턴 고침",
    "dictionary.change": "사전 고침",
    "settings.change": "설정 고침",
    "policy.change": "정책 고침",
    "book.change": "꼭 알아들을 말 고침",
    "answers.change": "대답 고침",
    "import.change": "섞은 발화 바뀜",
    "model.train": "모델 학습",
    "model.compress": "모델 줄임",
    "model.add": "모델 넣음",
    "model.activate": "모델 씀",
    "model.promote": "모델 승격",
    "model.hold": "승격 안 함",
    "model.judge": "승격 판정만",
    "model.rollback": "모델 되돌림",
    "model.redo": "되돌림 취소",
    "model.dictionary": "사전만 바꾼 모델",
    "model.note": "모델에 메모",
    "model.label": "모델에 이름표",
    "model.delete": "모델 지움",
    "model.stale": "모델이 배운 말을 잊음",
    "key.add": "열쇠 만듦",
    "key.revoke": "열쇠 거둠",
    "feedback.add": "피드백",
    "records.prune": "기록 지움",
    "records.export": "기록 내보냄",
    "records.export_user": "한 사람의 기록 내보냄",
    "records.forget": "한 사람의 기록 지움",
    "job.add": "작업 시킴",
    "job.cancel": "작업 멈춤",
    "schedule.put": "예약 넣음",
    "schedule.on": "예약 켬",
    "schedule.off": "예약 끔",
    "schedule.remove": "예약 지움",
    "shadow.begin": "그림자 시작",
    "shadow.end": "그림자 끝냄",
    "shadow.stop": "그림자 멈춤",
    "canary.begin": "카나리아 시작",
    "canary.end": "카나리아 끝냄",
    "canary.stop": "카나리아 멈춤",
    "drift.rebase": "드리프트 기준 바꿈",
    "inbox.hold": "받은함 미룸",
    "inbox.exclude": "받은함 뺌",
    "inbox.reopen": "받은함 다시 엶",
    "inbox.answer": "받은함 맞는 답",
    "inbox.edit": "받은함 고친 답",
    "inbox.accept": "제안 받아들임",
    "inbox.understood": "받은함 이제 알아들음",
    "inbox.undo": "받은함 되돌림",
    "loop.begun": "고리 시작",
    "loop.working": "고리 작업 중",
    "loop.canary": "고리 카나리아",
    "loop.promoting": "고리 승격 중",
    "loop.watching": "고리 지켜봄",
    "loop.kept": "고리 끝: 새 모델 씀",
    "loop.unchanged": "고리 끝: 바뀐 것 없음",
    "loop.held": "고리 끝: 정책이 막음",
    "loop.failed": "고리 끝: 작업이 안 됨",
    "loop.stopped": "고리 끝: 멈춤",
    "loop.overtaken": "고리 끝: 다른 모델이 쓰임",
    "loop.rolled_back": "고리 끝: 되돌림",
    "loop.worse": "고리 끝: 나빠서 물림",
}


def done(action: str, detail: Mapping[str, Any]) -> str:
    """Say what was done; of a file, whether it was new or is gone.

    Example:
        >>> done("model.train", {}), done("pattern.change", {"before": None, "after": "3f2a"})
        ('모델 학습', '패턴 처음 봄')
    """
    text = ACTIONS.get(action, action)
    if not action.endswith(".change"):
        return text
    of = text.rpartition(" ")[0]
    return f"{of} 처음 봄" if not detail["before"] else f"{of} 없어짐" if not detail["after"] else text
