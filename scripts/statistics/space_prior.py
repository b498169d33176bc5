#!/usr/bin/env python3
"""Learn from texts that people typed how likely a space is, which every bot's spacing starts from.

Only texts that are spaced with care are learned from: many people leave spaces out, and would teach that.

  scripts/statistics/space_prior.py REVIEWS.txt.xz --output nlu/features/space_prior.safetensors.gz
"""

from __future__ import annotations

import argparse
import gzip
import lzma
import random
import sys
from collections.abc import Iterable, Iterator
from itertools import accumulate
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from nlu.features.space_weights import SpaceWeights
from nlu.korean.hangul import is_syllable
from nlu.korean.normalization import normalize
from nlu.system.files import write_atomic

HELD_OUT = 5_000
"""Texts that are not learned from, to measure on."""
_FEWEST_WORDS, _MEAN_SYLLABLES, _MOST_SYLLABLES = 3, 3.6, 7
"""Of a text that is spaced with care: its words, their syllables on average, those of the longest."""
_LEAST = 0.15
"""Weights nearer to 0 are left out, in nats."""


def main() -> int:
    """Run the script and give its exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", type=Path, help="one text a line, as it was typed; .xz is unpacked")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--most", type=int, help="learn from so many lines at most")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    train, held_out = split(arguments.texts, arguments.seed)
    careful = [text for text in train[: arguments.most] if is_spaced_with_care(text)]
    print(f"{len(careful)} of {len(train)} texts are spaced with care", flush=True)
    learned = SpaceWeights.none().learn(
        careful, epochs=arguments.epochs, learning_rate=0.3, seed=arguments.seed, batch=8192
    )
    kept = learned.without(_LEAST)
    packed = gzip.compress(kept.to_bytes(), mtime=0)
    write_atomic(arguments.output, packed)
    score = f1(kept, [text for text in held_out if is_spaced_with_care(text)])
    print(f"{arguments.output}: {len(packed)} bytes; F1 of the spaces of held-out texts {score:.1%}")
    return 0


def split(path: Path, seed: int = 0) -> tuple[list[str], list[str]]:
    """The normalised texts of a file in an order by chance: those to learn from, those to measure on."""
    texts = list(lines(path))
    random.Random(seed).shuffle(texts)
    return texts[HELD_OUT:], texts[:HELD_OUT]


def lines(path: Path) -> Iterator[str]:
    """The normalised lines of a text file, packed or not."""
    with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as file:
        for line in file:
            yield normalize(line).text


def is_spaced_with_care(text: str) -> bool:
    """Whether so many spaces stand in a text that none seems to be left out."""
    sizes = [_syllables(word) for word in text.split()]
    return len(sizes) >= _FEWEST_WORDS and sum(sizes) <= _MEAN_SYLLABLES * len(sizes) and max(sizes) <= _MOST_SYLLABLES


def f1(weights: SpaceWeights, texts: Iterable[str]) -> float:
    """How rightly all spaces are put back where all are missing."""
    found = wanted = right = 0
    for words in map(str.split, texts):
        odds = weights.log_odds("".join(words))
        guessed = {at for at, one in enumerate(odds, 1) if one > 0}
        given = set(accumulate(map(len, words[:-1])))
        found, wanted, right = found + len(guessed), wanted + len(given), right + len(guessed & given)
    return 2 * right / max(1, found + wanted)


def _syllables(word: Iterable[str]) -> int:
    return sum(map(is_syllable, word))


if __name__ == "__main__":
    raise SystemExit(main())
