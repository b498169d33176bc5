"""Personal data in utterances, found and masked: e-mail, phone, bank account, and the numbers of a person's papers.

What is masked stays as long as it was, character by character, so every offset into the text stays right: a letter or
digit of personal data becomes `*`, and the signs between them stay. What is found are forms, not truths: a number that
looks like an account is masked whether or not a bank knows it. Amounts, dates, times and counts are left alone.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from nlu.korean.normalization import normalize
from nlu.korean.personal_data.reading import Reading, readings
from nlu.korean.personal_data.rules import RULES

MASK = "*"
"""What a letter or digit of personal data becomes."""
_MOST_PASSES = 4
"""How often to look again: what was masked may leave a number standing alone beside it."""


@dataclass(frozen=True, slots=True, order=True)
class PersonalData:
    """A stretch `[start, end)` of a text, in code points, and its kind.

    Attributes:
        start: first character.
        end: one past the last character.
        kind: "email", "phone", "resident_number", "card", "driving_licence", "business_number", "account", "passport"
            or "licence_plate".
    """

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class MaskedText:
    """A text without its personal data, as long as the text was.

    Attributes:
        text: the masked text.
        found: what was masked, sorted, not overlapping.
    """

    text: str
    found: tuple[PersonalData, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds found, sorted, each once."""
        return tuple(sorted({one.kind for one in self.found}))

    def touches(self, start: int, end: int) -> bool:
        """Whether a stretch of the text shares a character with what was masked."""
        return any(one.start < end and start < one.end for one in self.found)


def mask(text: str) -> MaskedText:
    """Mask the personal data of a text.

    Example:
        >>> mask("010-1234-5678로 3시에 전화해")
        MaskedText(text='***-****-****로 3시에 전화해', found=(PersonalData(start=0, end=13, kind='phone'),))
    """
    found: list[PersonalData] = []
    for _ in range(_MOST_PASSES):
        seen = find_personal_data(text)
        if not seen:
            break
        found += seen
        text = _without(text, seen)
    return MaskedText(text, tuple(sorted(found)))


def mask_text(text: str) -> str:
    """Mask the personal data of a text whose offsets nobody needs, such as a line of a log.

    Example:
        >>> mask_text("hong@example.com으로 10,000원 청구서 보내줘")
        '****@*******.***으로 10,000원 청구서 보내줘'
    """
    return mask(text).text


def find_personal_data(text: str) -> tuple[PersonalData, ...]:
    """Find the personal data of a text, however its characters are written (full-width, decomposed, zero-width).

    Numbers are read as they stand, then as one hears them: digits in words, and digits with a space between any two.
    """
    normalized = normalize(text)
    found: list[tuple[int, int, str]] = []
    for reading in readings(normalized.text):
        found += _scan(reading, found)
    return tuple(sorted(PersonalData(*normalized.to_original(start, end), kind) for start, end, kind in found))


def _scan(reading: Reading, taken: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """What the rules find in a reading, in characters of the text that was read; what is taken is not found again."""
    view = reading.without(taken)
    found: list[tuple[int, int, str]] = []
    for rule in RULES:
        if reading.is_loose and not rule.is_loose:
            continue
        for match in rule.form.finditer(view):
            start, end = match.span("it")
            if not rule.refuses(match):
                found.append((reading.starts[start], reading.ends[end - 1], rule.kind))
                view = f"{view[:start]}{Reading.TAKEN * (end - start)}{view[end:]}"
    return found


def _without(text: str, found: tuple[PersonalData, ...]) -> str:
    chars = list(text)
    for one in found:
        chars[one.start : one.end] = map(_masked, chars[one.start : one.end])
    return "".join(chars)


def _masked(char: str) -> str:
    return char if char.isspace() or unicodedata.category(char)[0] in "PSC" else MASK
