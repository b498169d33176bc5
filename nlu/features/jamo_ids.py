"""The numbers that both networks know jamo by."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from nlu.features.vocabulary import UNKNOWN

_INITIAL = {jamo: number for number, jamo in enumerate("ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ", 2)}
_MEDIAL = {jamo: number for number, jamo in enumerate("ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ", 2)}
_FINAL = {
    jamo: number for number, jamo in enumerate(["", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"], 2)
}
JAMO_SIZES = (len(_INITIAL) + 2, len(_MEDIAL) + 2, len(_FINAL) + 2)
"""How many ids the initial, the medial and the final take, padding and unknown included."""


def jamo_ids(text: str) -> NDArray[np.int64]:
    """The ids of the initial, the medial and the final of each character, `(C, 3)`."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    table = _table()
    ids: NDArray[np.int64] = table[np.minimum(codes, len(table) - 1)].astype(np.int64)
    return ids


@cache
def _table() -> NDArray[np.int8]:
    """The ids by code point, up to one past the last syllable: `UNKNOWN` stands there, as for all that follow."""
    first, last = ord("가"), ord("힣")
    table = np.full((last + 2, 3), UNKNOWN, dtype=np.int8)
    for part, ids in enumerate((_INITIAL, _MEDIAL)):
        for jamo, number in ids.items():
            table[ord(jamo), part] = number
    place = np.arange(last + 1 - first)
    medials, finals = len(_MEDIAL), len(_FINAL)
    table[first : last + 1] = np.stack([place // finals // medials, place // finals % medials, place % finals], 1) + 2
    return table
