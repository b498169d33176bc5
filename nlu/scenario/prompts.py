"""What a scenario says, with parts in square brackets that are said where their slots are filled."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from nlu.dialogue.templates import AnswerTemplate

OPTIONAL = re.compile(r"\[(?P<part>[^\[\]]*\{[^\[\]]*)\]")
"""A part that is said only where all its slots are filled: `[{loc}(으)로 ]피자를 보낼게요`."""


def fill(template: AnswerTemplate, values: Mapping[str, Sequence[str]]) -> str | None:
    """Fill a prompt; None where a slot outside of brackets has no value.

    Example:
        >>> prompt = AnswerTemplate("[{loc}(으)로 ]{menu}[ {size}]을(를) 보낼까요?")
        >>> fill(prompt, {"menu": ["피자"]}), fill(prompt, {"menu": ["피자"], "loc": ["판교"]})
        ('피자를 보낼까요?', '판교로 피자를 보낼까요?')
    """

    def kept(found: re.Match[str]) -> str:
        part = found["part"]
        return part if all(values.get(name) for name in AnswerTemplate(part).slots) else ""

    known = {name: one for name, one in values.items() if one}
    return AnswerTemplate(OPTIONAL.sub(kept, template.text)).fill(known)


def needed(template: AnswerTemplate) -> tuple[str, ...]:
    """The slots without which a prompt can't be said."""
    return AnswerTemplate(OPTIONAL.sub("", template.text)).slots
