"""Personal data in an utterance, masked or not, gives way to the slot that stands for such data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from nlu.korean.personal_data import mask
from nlu.lexicon.lexicon import Lexicon
from nlu.types import LabelledUtterance, Span

_MASKED = re.compile(r"\*(?:[*\W]*\*)?|\[(?:휴대폰|전화|이메일|메일|주민|카드|계좌|여권|면허)[가-힣 ]{0,4}\]")
"""What is left of personal data: letters and digits as `*`, or what it was in brackets."""
_LIKE_PHONE = re.compile(r"\*{2,4}([-. ]?)\*{3,4}\1\*{4}")
_EMAIL = ("email", "email_address", "이메일", "메일")
_PHONE = ("phone", "phone_number", "tel", "전화번호", "전화", "휴대폰")
"""Entity types that a masked stretch may be, where the dictionary has one of them."""


def without_personal_data(utterance: LabelledUtterance, lexicon: Lexicon) -> LabelledUtterance | None:
    """An utterance with a value in the place of each stretch of personal data, for its slot.

    Returns:
        The utterance; None where no slot stands for what is there.
    """
    masked = mask(utterance.text)
    for match in reversed(list(_MASKED.finditer(masked.text))):
        kinds = [one.kind for one in masked.found if one.start < match.end() and match.start() < one.end]
        entity = _masked_as(match, kinds, utterance.spans, lexicon)
        if entity is None:
            return None
        utterance = _with_value(utterance, *match.span(), entity, lexicon.values(entity)[0])
    return utterance


def _masked_as(stretch: re.Match[str], kinds: Sequence[str], spans: Sequence[Span], lexicon: Lexicon) -> str | None:
    """The entity type of a masked stretch: the one it was found to be, else the one that such data has."""
    found = [span.entity for span in spans if span.start < stretch.end() and stretch.start() < span.end]
    if "@" in stretch[0] or "메일" in stretch[0] or "email" in kinds:
        found += _EMAIL
    elif "phone" in kinds or "전화" in stretch[0] or _LIKE_PHONE.fullmatch(stretch[0]):
        found += _PHONE
    return next((name for name in found if name in lexicon.entities), None)


def _with_value(utterance: LabelledUtterance, start: int, end: int, entity: str, value: str) -> LabelledUtterance:
    """An utterance with a value in the place of a stretch."""
    shift = len(value) - (end - start)
    spans = [span for span in utterance.spans if span.end <= start]
    spans.append(Span(start, start + len(value), entity, None, value))
    after = (span for span in utterance.spans if end <= span.start)
    spans += [replace(span, start=span.start + shift, end=span.end + shift) for span in after]
    return replace(utterance, text=utterance.text[:start] + value + utterance.text[end:], spans=tuple(spans))
