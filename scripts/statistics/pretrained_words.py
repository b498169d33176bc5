#!/usr/bin/env python3
"""Make the word vectors that the product brings along, of Kiwi's model and texts that tell which words people type.

Kiwi's public API gives no vectors, but similarities of morphemes: cosines of vectors of rank 256. Those of all
morphemes to some landmarks give the vectors back, up to a rotation. Needs kiwipiepy; its licence and notice go with
the result.

  scripts/statistics/pretrained_words.py REVIEWS.txt.xz --output nlu/features/pretrained.safetensors.gz
"""

from __future__ import annotations

import argparse
import lzma
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
from numpy.typing import NDArray

from nlu.features.pretrained import PretrainedVectors
from nlu.korean.hangul import is_syllable
from nlu.korean.normalization import normalize
from nlu.system.files import write_atomic
from nlu.tokenizers.mecab import MecabTokenizer

Numbers = NDArray[np.float64]

_RANK, _LANDMARKS, _EVERY = 256, 420, 24
"""Rank of the vectors; how many morphemes tell all others apart, and every which one is taken."""
_MOST_IDS = 80_000
"""Beyond them Kiwi's morphemes have no vectors; their ids are in the order of frequency."""
_LEAST = 3
"""How often a word must be typed to say something."""
_NEVER = 10**9


@dataclass(frozen=True)
class Space:
    """Kiwi's morphemes as vectors.

    Attributes:
        rows: morpheme's id → row.
        ids: form → ids of the morphemes that are written so, the commonest first.
        tags: id → part of speech.
        matrix: `(N, D)` their mean removed, in the directions in which they differ most.
    """

    rows: dict[int, int]
    ids: dict[str, list[int]]
    tags: dict[int, str]
    matrix: Numbers

    @classmethod
    def read(cls, kiwi: Any, width: int) -> Space:
        """Get the vectors out of the similarities."""
        morphemes = [(one, kiwi.morpheme(one)) for one in range(_MOST_IDS)]
        known = [(one, it) for one, it in morphemes if it.form and kiwi.morpheme_similarity(one, one) > 0.9]
        landmarks = [one for one, _ in islice(known, 60, 60 + _LANDMARKS * _EVERY, _EVERY)]
        similar = np.array([[kiwi.morpheme_similarity(one, other) for other in landmarks] for one, _ in known])
        rows = {one: row for row, (one, _) in enumerate(known)}
        gram = similar[[rows[one] for one in landmarks]]
        values, directions = np.linalg.eigh((gram + gram.T) / 2)
        vectors = similar @ directions[:, -_RANK:] / np.sqrt(values[-_RANK:])
        ids: dict[str, list[int]] = {}
        for one, it in known:
            ids.setdefault(it.form, []).append(one)
        return cls(rows, ids, {one: it.tag.split("-")[0] for one, it in known}, principal(vectors, width))

    def of(self, morphemes: Iterable[int]) -> Numbers | None:
        """The mean of some morphemes' vectors; None where none has one."""
        found = [self.rows[one] for one in morphemes if one in self.rows]
        return self.matrix[found].mean(0) if found else None


def principal(vectors: Numbers, width: int) -> Numbers:
    """Remove the mean and keep the directions in which vectors differ most, each turned so that its sum is positive."""
    apart = vectors - vectors.mean(0)
    directions = np.linalg.eigh(apart.T @ apart)[1][:, ::-1][:, :width]
    return apart @ (directions * np.sign((apart**3).sum(0) @ directions))  # type: ignore[no-any-return]


def typed(lines: Iterable[str], tokenizer: MecabTokenizer) -> dict[str, Counter[str]]:
    """How often each word is typed, as each part of speech."""
    words: dict[str, Counter[str]] = {}
    for line in lines:
        for token in tokenizer.tokenize(normalize(line.strip()).text):
            words.setdefault(token.text, Counter())[token.pos] += 1
    return {word: tags for word, tags in words.items() if tags.total() >= _LEAST}


def commonest(space: Space, words: dict[str, Counter[str]], tokenizer: MecabTokenizer) -> Iterator[str]:
    """Words in the order in which a bot will want them: common where people type, or in what Kiwi has read."""
    ranks = {word: rank for rank, word in enumerate(sorted(words, key=lambda one: (-words[one].total(), one)), 1)}

    def rarity(word: str) -> float:
        return -1 / ranks.get(word, _NEVER) - 1 / space.ids.get(word, (_NEVER,))[0]

    for word in sorted({*ranks, *space.ids}, key=lambda one: (rarity(one), one)):
        is_word = any(is_syllable(char) or char.isalpha() for char in word) and not any(map(str.isspace, word))
        if is_word and (word in words or [token.text for token in tokenizer.tokenize(word)] == [word]):
            yield word


def vector(word: str, space: Space, tags: Counter[str], kiwi: Any) -> Numbers | None:
    """A word's vector: that of the morphemes which it mostly is, else the mean of those that it is made of."""
    same = {space.tags[one]: one for one in reversed(space.ids.get(word, ()))}
    if not tags and same:
        return space.of([space.ids[word][0]])
    known = {tag: times for tag, times in tags.items() if tag in same}
    if same and 2 * sum(known.values()) >= tags.total():
        return sum((times * space.matrix[space.rows[same[tag]]] for tag, times in known.items()), np.zeros(()))
    return space.of(token.id for token in kiwi.tokenize(word))


def make(lines: Iterable[str], most: int, width: int) -> PretrainedVectors:
    """Make the vectors of the commonest words."""
    from kiwipiepy import Kiwi

    kiwi, tokenizer = Kiwi(num_workers=1), MecabTokenizer()
    space, words = Space.read(kiwi, width), typed(lines, tokenizer)
    kept: list[str] = []
    vectors: list[Numbers] = []
    for word in commonest(space, words, tokenizer):
        found = vector(word, space, words.get(word, Counter()), kiwi)
        if found is not None and np.linalg.norm(found) > 0:
            kept.append(word)
            vectors.append(found / np.linalg.norm(found))
        if len(kept) == most:
            break
    return PretrainedVectors(tuple(kept), np.array(vectors, dtype=np.float32))


def main(argv: Sequence[str] | None = None) -> int:
    """Run it and give its exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", type=Path, nargs="+", help="files of what people type, one text a line, .xz or plain")
    parser.add_argument("--output", type=Path, required=True, help="file to write")
    parser.add_argument("--words", type=int, default=40_000, help="how many (default: 40000)")
    parser.add_argument("--width", type=int, default=100, help="numbers in a vector (default: 100)")
    arguments = parser.parse_args(argv)
    made = make((line for path in arguments.texts for line in _lines(path)), arguments.words, arguments.width)
    write_atomic(arguments.output, packed := made.to_bytes())
    print(
        f"{len(made.words)} words, {made.matrix.shape[1]} numbers each, {len(packed) / 1e6:.2f} MB: {arguments.output}"
    )
    return 0


def _lines(path: Path) -> Iterator[str]:
    with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as file:
        yield from file


if __name__ == "__main__":
    raise SystemExit(main())
