"""Take a snapshot beside what a command is for: where that fails, a warning is all."""

from __future__ import annotations

import sys
from collections.abc import Callable

from nlu.commands.common import describe
from nlu.errors import SnapshotError


def keep_or_warn(keep: Callable[[], object]) -> None:
    """Keep something, or say why not; nobody's data or model is refused for want of a snapshot."""
    try:
        keep()
    except (OSError, SnapshotError) as error:
        problem = describe(error)[1]
        print(f"주의: 스냅샷을 남기지 못했습니다 (nlu-data로 되돌릴 수 없습니다): {problem}", file=sys.stderr)
