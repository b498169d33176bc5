"""Whether a value is meant or left out: 피자 말고 치킨, 오이는 빼고, 내일이 아니라 모레."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from nlu.types import Entity

_NEGATES = re.compile(
    r"[\"'”’)\]]?(?:은|는|이|가|을|를|도|만|쪽)?[ ]*"
    r"(?:말고|말구|말곤|빼고|빼구|빼곤|빼면|빼주|빼줘|빼 |제외|"
    r"아니라|아니고|아니구|아닌|아니에요|아니요|아니야|취소하고)"
)
_JOINS = re.compile(r"(?:이?랑|하고|와|과|,|나|이나)?[ ]*")


def with_negations(text: str, entities: Sequence[Entity]) -> tuple[Entity, ...]:
    """Mark the entities that are said only to leave them out; of several joined before 말고 all are.

    Args:
        text: the utterance as it was given.
        entities: what was found in it, sorted.
    """
    if not entities or not any(word in text for word in ("말", "빼", "제외", "아니", "아닌", "취소하고")):
        return tuple(entities)
    marked = [_NEGATES.match(text, one.end) is not None for one in entities]
    for at in range(len(entities) - 2, -1, -1):
        one, following = entities[at], entities[at + 1]
        joined = _JOINS.fullmatch(text, one.end, following.start) is not None and one.end < following.start
        marked[at] = marked[at] or (marked[at + 1] and one.entity == following.entity and joined)
    return tuple(replace(one, is_negated=True) if mark else one for one, mark in zip(entities, marked, strict=True))
