"""Steps that remember what they saw: the same text again, and texts that hardly differ."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from itertools import pairwise

from nlu.intake.rows import IncomingRow, RefusedRow
from nlu.korean.final_marks import is_mark, once_each
from nlu.lexicon.dictionary import squeeze

KNOWN = "known"
"""What is told of a row that the set holds already; it is no refusal."""
_BANDS, _OF_BAND = 4, 4
"""Least hashes of a text: two whose pieces are shared to 0.9 agree in a whole band with a probability of 0.986."""
_LEAST_COMPARED = 20
"""Characters without spaces: in shorter texts one other syllable is another meaning (불 켜줘, 불 꺼줘)."""
_PRIME = (1 << 61) - 1
_IN_NUMBER = re.compile(r"\d\D\d")


class Known:
    """Leaves aside what a set holds already with the same label, or a text without a label that it holds with one.

    Args:
        labels: the hash of the label of each text of the set, by the hash of the text.
    """

    def __init__(self, labels: Mapping[bytes, bytes]) -> None:
        self._labels = labels

    def __call__(self, row: IncomingRow) -> IncomingRow | RefusedRow:
        """Look at the next row."""
        known = self._labels.get(row.key)
        return RefusedRow(row.text, row.place, KNOWN) if known is not None and row.label in (known, b"") else row


class Duplicates:
    """Refuses the same text with the same label, or without one, when it comes again in a run.

    One text with another label is no copy: the label that comes last counts, as when a file is corrected.
    """

    def __init__(self) -> None:
        self._seen: dict[bytes, bytes] = {}

    def __call__(self, row: IncomingRow) -> IncomingRow | RefusedRow:
        """Look at the next row."""
        key, label = row.key, row.label
        before = self._seen.get(key)
        if before is not None and label in (before, b""):
            return RefusedRow(row.text, row.place, "duplicate")
        self._seen[key] = label
        return row


class NearDuplicates:
    """Refuses what differs from an earlier text of the same intent in spaces, marks and case only, or hardly.

    Args:
        alike: the part of their pairs of characters that long texts must share to count as copies; 1 compares none.
        before: rows that are there already.
    """

    def __init__(self, alike: float, before: Iterable[IncomingRow] = ()) -> None:
        self._alike = alike
        self._by_core: dict[tuple[bytes, str | None], bytes] = {}
        self._by_band: dict[tuple[int, str | None, int], list[str]] = {}
        for row in before:
            self(row)

    def __call__(self, row: IncomingRow) -> IncomingRow | RefusedRow:
        """Look at the next row."""
        said = bare(row.text)
        core = blake2b(said.encode("utf-8", "backslashreplace"), digest_size=8).digest(), row.intent
        first = self._by_core.setdefault(core, row.key)
        if first != row.key:  # the same text again has another label
            return RefusedRow(row.text, row.place, "near_duplicate")
        if self._alike < 1 and len(said) >= _LEAST_COMPARED and (twin := self._twin(said, row.intent)):
            return RefusedRow(row.text, row.place, "near_duplicate", {"of": twin})
        return row

    def _twin(self, said: str, intent: str | None) -> str | None:
        pieces = {*map("".join, pairwise(said))}
        bands = [(number, intent, band) for number, band in enumerate(_bands(pieces))]
        for twin in dict.fromkeys(one for band in bands for one in self._by_band.get(band, ())):
            others = {*map("".join, pairwise(twin))}
            if twin != said and len(pieces & others) >= self._alike * len(pieces | others):
                return twin
        for band in bands:
            self._by_band.setdefault(band, []).append(said)
        return None


def bare(text: str) -> str:
    """A text without spaces, marks and case; one of nothing but marks with each of them once.

    Example:
        >>> bare("LG TV 켜줘!!ㅋㅋ"), bare("3.5도로"), bare("ㅋㅋㅋ")
        ('lgtv켜줘', '3.5도로', 'ㅋ')
    """
    said = squeeze(text)
    kept = (char for at, char in enumerate(said) if not is_mark(char) or _IN_NUMBER.match(said, max(at - 1, 0)))
    return "".join(kept) or once_each(said)


def _bands(pieces: set[str]) -> Iterator[int]:
    """The least hashes of a text's pieces under several functions, band by band (Broder 1997)."""
    hashes = [int.from_bytes(blake2b(piece.encode(), digest_size=7).digest()) for piece in pieces]
    for band in range(_BANDS):
        least = [
            min((factor * value + factor * 31 + 7) % _PRIME for value in hashes)
            for factor in (2 * (band * _OF_BAND + number) + 3 for number in range(_OF_BAND))
        ]
        yield hash(tuple(least))
