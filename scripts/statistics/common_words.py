#!/usr/bin/env python3
"""Learn from texts that people typed which words there are, so that none of them is taken for a slip of typing.

scripts/statistics/common_words.py REVIEWS.txt.xz --output nlu/understanding/common_words.bin
"""

from __future__ import annotations

import argparse
import lzma
import re
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from nlu.korean.normalization import normalize
from nlu.system.files import write_atomic
from nlu.understanding.common_words import CommonWords

_WORD = re.compile(r"(?<!\S)[가-힣]{2,8}(?=[^가-힣]*(?:\s|$))")
"""A word of syllables, with marks behind it or not."""


def main() -> int:
    """Run the script and give its exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", type=Path, help="one text a line, as it was typed; .xz is unpacked")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--least", type=int, default=2, help="how often a word must be typed")
    arguments = parser.parse_args()
    path = arguments.texts
    counts: Counter[str] = Counter()
    with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as file:
        for line in file:
            counts.update(_WORD.findall(normalize(line).text))
    words = [word for word, count in counts.items() if count >= arguments.least]
    packed = CommonWords.of(words).to_bytes()
    write_atomic(arguments.output, packed)
    print(f"{arguments.output}: {len(words)} words, {len(packed)} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
