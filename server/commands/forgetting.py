"""What `nlu-records forget` prints."""

from __future__ import annotations

from nlu.erasure.forget import Forgotten

_MOST = 20
"""Files that are listed at most."""


def forgotten(done: Forgotten) -> str:
    """Say in Korean what was forgotten, and what is left to do by hand."""
    lines = [f"기록 {done.records}개와 그 피드백, 받은함의 자리를 지웠습니다."]
    lines += [f"  {path}: 발화 {count}개를 뺐습니다." for path, count in done.imported.items()]
    if done.data:
        lines.append(f"  데이터에서 발화 {done.data}개를 뺐습니다. nlu-generate, nlu-train 으로 새로 만드세요.")
    if done.snapshots:
        lines.append(f"  스냅샷의 내용 {done.snapshots}개를 지웠습니다.")
    lines += [f"  {path}: 그 말이 있어 지웠습니다. nlu-evaluate 로 다시 만듭니다." for path in done.reports]
    lines += [f"  {path}: 그 말을 가렸습니다." for path in done.redacted]
    if done.versions:
        lines.append(f"이 발화로 배운 모델: {', '.join(done.versions)}")
        lines.append(
            "  말은 들어 있지 않지만 어휘에 낱말 조각이 있습니다. 새로 학습한 뒤 nlu-models delete 로 지우세요."
        )
    if not done.is_clean:
        lines.append("데이터베이스를 누가 계속 읽고 있어 -wal 파일에 남아 있을 수 있습니다. 잠시 뒤 다시 해 보세요.")
    if done.left:
        lines.append("같은 말이 든 파일이 더 있습니다. 우리가 만든 것이 아니라 그대로 두었으니 보고 정하세요:")
        lines += [f"  {path}" for path in done.left[:_MOST]]
        lines += [f"  … 외 {len(done.left) - _MOST}개"] if len(done.left) > _MOST else []
    return "\n".join(lines)
