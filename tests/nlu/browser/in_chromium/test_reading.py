"""Each step of reading a text gives the same in both languages, also for characters nobody types."""

from __future__ import annotations

import random
import unicodedata
from typing import Any

import pytest
from playwright.sync_api import Page

from nlu.browser.language import _PATTERNS
from nlu.korean import final_marks, marks
from nlu.korean.normalization import normalize
from nlu.korean.particle_sound import final_sound
from nlu.korean.particles import following
from nlu.lexicon.dictionary import squeeze
from tests.nlu.browser.utterances import ODD

pytestmark = [pytest.mark.chromium, pytest.mark.slow]

READ = """async (texts) => {
  const { charsOf, squeeze, pattern, matchesOf, ...characters } = await import("./nlu/characters.js");
  const { normalize } = await import("./nlu/normalization.js");
  const { finalSound, following } = await import("./nlu/particles.js");
  const { core } = await import("./nlu/final_marks.js");
  const tables = (await import("./nlu/tables.js")).default;
  const is = ["isAlnum", "isDigit", "isSpace", "isMark", "separates", "isFinalMark", "isCombining"];
  return texts.map((text) => {
    const chars = charsOf(text);
    const { chars: read, starts, ends } = normalize(chars);
    return {
      characters: is.map((name) => chars.map((char) => Number(characters[name](char))).join("")),
      normalized: [read.join(""), starts, ends],
      squeezed: squeeze(read).join(""),
      sound: finalSound(text),
      following: read.map((_, at) => following(read, at)),
      ends: core.ends(read),
      found: Object.fromEntries(Object.keys(tables.patterns).map((name) =>
        [name, [...matchesOf(pattern(name, "g"), read)].map(({ start, end }) => [start, end])])),
    };
  });
}"""
IS = (
    str.isalnum,
    str.isdigit,
    str.isspace,
    marks._is_mark,
    marks.separates,
    final_marks.is_mark,
    lambda char: unicodedata.combining(char) > 0,
)
PIECES = (
    *"가각힣피자ㅋㅠㄱㅏ 　.,:;'\"”)]>/%~?!#&@_-+*`1234½²Ａａａ\u0301\u0308\u1100\u1161\u11a8ﾊ😀",
    *"을를은는이가에서로도",
    "KTX",
    "kg",
    "<b>",
    "http://",
)


def reading(text: str) -> dict[str, Any]:
    normalized = normalize(text)
    read = normalized.text
    return {
        "characters": ["".join(str(int(is_one(char))) for char in text) for is_one in IS],
        "normalized": [read, [*normalized.starts], [*normalized.ends]],
        "squeezed": squeeze(read),
        "sound": final_sound(text),
        "following": [following(read, at) for at in range(len(read))],
        "ends": final_marks.core_ends(read),
        "found": {name: [[*match.span()] for match in regex.finditer(read)] for name, regex in _PATTERNS.items()},
    }


def test_texts_are_read_alike(page: Page) -> None:
    rng = random.Random(11)
    anything = [chr(code) for code in range(0x20000) if not 0xD800 <= code < 0xE000]
    texts = [
        *ODD,
        *("".join(rng.choices(PIECES, k=rng.randrange(2, 14))) for _ in range(400)),
        *("".join(rng.choices(anything, k=8)) for _ in range(300)),
        *("".join(map(chr, rng.sample(range(first, first + 256), 40))) for first in range(0, 0x3400, 256)),
    ]
    found = page.evaluate(READ, texts)
    expected = [reading(text) for text in texts]
    wrong = [
        (text, part, got[part], want[part])
        for text, got, want in zip(texts, found, expected, strict=True)
        for part in want
        if got[part] != want[part]
    ]
    assert wrong == []
