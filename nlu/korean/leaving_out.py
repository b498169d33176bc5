"""말고, which leaves out what stands before it: its 말 is no end of a week or month (이번 주 말고, 다음 달 말고)."""

from __future__ import annotations

import re

_LEAVING_OUT = re.compile(r"말(?=[고구곤](?:요|(?![^\s,.!?~])))")
_HIDDEN = "\0"


def hide_leaving_out(text: str) -> str:
    """Put a character that no value has where a 말고 begins, so that no value reaches into it; the length stays.

    Example:
        >>> hide_leaving_out("이번 주 말고 주말").replace(_HIDDEN, "_"), hide_leaving_out("정말고마워")
        ('이번 주 _고 주말', '정말고마워')
    """
    return _LEAVING_OUT.sub(_HIDDEN, text) if "말" in text else text
