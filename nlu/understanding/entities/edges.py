"""Where a value may begin and end: at words, not at marks, and at what the dictionary knows."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from nlu.korean.marks import body_end, cuts, may_begin, may_end
from nlu.korean.markup import markup
from nlu.korean.normalization import NormalizedText
from nlu.korean.particles import following
from nlu.korean.repetition import shortened_at
from nlu.types import Token

_NOUNS = ("NN", "XPN", "XR")
"""Parts of speech with which a longer name may begin."""

_SUFFIXES = ("행", "발", "쯤", "짜리", "씩", "용")


@dataclass(frozen=True)
class Ground:
    """A text as the networks read it, and where words, marks and values are in it.

    Attributes:
        reading: the text, which knows the original.
        analyse: finds the morphemes of a text by a dictionary that has not learned the author's values, since those
            would be found inside of longer words.
    """

    reading: NormalizedText
    analyse: Callable[[str], Sequence[Token]]

    @property
    def text(self) -> str:
        """The text as it was read."""
        return self.reading.text

    @cached_property
    def cuts(self) -> frozenset[int]:
        """Before which characters a mark was left out."""
        return cuts(self.reading)

    @cached_property
    def _sorted_cuts(self) -> list[int]:
        return sorted(self.cuts)

    @cached_property
    def _shortened(self) -> frozenset[int]:
        return shortened_at(self.reading)

    @cached_property
    def end(self) -> int:
        """Where the marks at the end begin."""
        return body_end(self.text)

    @cached_property
    def _morphemes(self) -> Mapping[int, Token]:
        """The morphemes by their ends."""
        return {token.end: token for token in self.analyse(self.text)}

    @cached_property
    def _inner(self) -> frozenset[int]:
        """Places inside of morphemes."""
        tokens = (token for token in self._morphemes.values() if token.pos != "UNKNOWN")
        return frozenset(at for token in tokens for at in range(token.start + 1, token.end))

    @cached_property
    def _markup(self) -> Sequence[tuple[int, int]]:
        return markup(self.reading.original)

    def is_speech(self, start: int, end: int) -> bool:
        """Whether a stretch holds no mere part of an address, a tag or a script."""
        if not self._markup:
            return True
        begin, stop = self.reading.to_original(start, end)
        return all(stop <= first or last <= begin or begin <= first < last <= stop for first, last in self._markup)

    def is_whole(self, start: int, end: int) -> bool:
        """Whether no mark was left out inside a stretch."""
        return bisect_right(self._sorted_cuts, start) == bisect_left(self._sorted_cuts, end)

    def begins(self, at: int) -> bool:
        """Whether a value may begin here: not in the middle of a word, as 모레 would in 아모레퍼시픽."""
        return not (self._is_inside(at) and at in self._inner)

    def ends(self, at: int) -> bool:
        """Whether a value may end here: not in the middle of a word, but for a particle."""
        return self.begins(at) or bool(following(self.text, at)) or self._is_suffix(at)

    def fits(self, start: int, end: int) -> bool:
        """Whether a value may begin and end with a stretch."""
        return self.begins(start) and self.ends(end) and not self.is_run(start, end)

    def is_run(self, start: int, end: int) -> bool:
        """Whether a stretch is part of a run of one syllable, as 아아 is in 아아아아."""
        char = self.text[start]
        if end - start < 2 or self.text[start:end].strip(char):
            return False
        goes_on = char in self.text[max(0, start - 1) : start] or char in self.text[end : end + 1]
        return goes_on or end - start > 2 or any(start < at <= end for at in self._shortened)

    def is_with_particle(self, start: int, end: int, values: Sequence[tuple[int, int]]) -> bool:
        """Whether a stretch is one value and a particle or suffix, as 콜라도 is, and no name, as 강원도 is."""
        if len(values) != 1 or values[0][0] != start:
            return False
        ((_, value_end),) = values
        name = self._morphemes.get(end)
        is_name = name is not None and name.start <= start
        after = self.text[value_end:end]
        return not is_name and (after in _SUFFIXES or after == following(self.text, value_end))

    def is_word(self, start: int, end: int) -> bool:
        """Whether a stretch is a word by itself, but for a particle."""
        begins = start == 0 or self.text[start - 1] == " " or start in self.cuts
        after = end + len(following(self.text, end))
        return begins and (after >= self.end or self.text[after] == " " or after in self.cuts)

    def is_all(self, start: int, end: int) -> bool:
        """Whether nothing but a stretch was said, a particle and marks at the end aside."""
        return start == 0 and end + len(following(self.text, end)) >= self.end

    def is_word_edge(self, at: int) -> bool:
        """Whether a word ends or begins here, but for a particle."""
        if not 0 < at < self.end or at in self.cuts or bool(following(self.text, at)):
            return True
        return not (self.text[at - 1].isalnum() and self.text[at].isalnum())

    def widened(self, start: int, end: int, known: Callable[[int], bool]) -> tuple[int, int]:
        """A stretch that is no value of the dictionary up to the edges of the words that it begins or ends inside of.

        Args:
            start: its first character.
            end: one past its last.
            known: whether another value ends at a place, so that this one may begin.
        """
        while self._is_inside(start) and not known(start):
            noun = self._morphemes.get(start)
            if noun is not None and not noun.pos.startswith(_NOUNS):
                break
            start = start - 1 if noun is None else noun.start
        while not self.ends(end):
            end += 1
        return start, end

    def pieces(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """What marks leave of a stretch; a particle after a quote (`'피자'를`) is no piece."""
        end = min(end, self.end)
        for first, last in pairwise(
            [
                start,
                *self._sorted_cuts[bisect_right(self._sorted_cuts, start) : bisect_left(self._sorted_cuts, end)],
                end,
            ]
        ):
            while first < last and not may_begin(self.text[first]):
                first += 1
            while first < last and not may_end(self.text[last - 1]):
                last -= 1
            is_particle = first > start and self.text[first - 1] != " " and self._is_particle(first, last)
            if not is_particle and any(map(str.isalnum, self.text[first:last])):
                yield first, last

    def _is_particle(self, start: int, end: int) -> bool:
        return start + len(following(self.text, start)) >= end

    def _is_suffix(self, at: int) -> bool:
        """Whether the word ends with something that is said of a value, as of a place where a train goes."""
        end = at + max((len(suffix) for suffix in _SUFFIXES if self.text.startswith(suffix, at)), default=0)
        return end > at and (end == len(self.text) or not self._is_inside(end) or bool(following(self.text, end)))

    def _is_inside(self, at: int) -> bool:
        """Whether a place lies inside a Hangul word."""
        inside = 0 < at < len(self.text) and at not in self.cuts
        return inside and _is_hangul(self.text[at - 1]) and _is_hangul(self.text[at])


def _is_hangul(char: str) -> bool:
    return "가" <= char <= "힣"
