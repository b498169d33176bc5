"""Symbols ↔ ids, with one id for padding and one for everything unseen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

PADDING = 0
UNKNOWN = 1
_RESERVED = 2


class Vocabulary:
    """A fixed set of symbols with consecutive ids from 2; 0 is padding, 1 is any symbol outside the set.

    Example:
        >>> vocabulary = Vocabulary.build([["피자", "주문"], ["피자"]])
        >>> vocabulary.ids(["피자", "라면"])
        [2, 1]
        >>> len(vocabulary)
        4
    """

    def __init__(self, symbols: Iterable[str]) -> None:
        self.symbols: tuple[str, ...] = tuple(symbols)
        self._ids = {symbol: number for number, symbol in enumerate(self.symbols, _RESERVED)}
        if len(self._ids) != len(self.symbols):
            repeated = next(symbol for at, symbol in enumerate(self.symbols) if symbol in self.symbols[:at])
            raise ValueError(f"expected distinct symbols, got {repeated!r} twice")

    @classmethod
    def build(cls, sequences: Iterable[Iterable[str]], min_count: int = 1, max_size: int | None = None) -> Vocabulary:
        """Collect the symbols that occur at least `min_count` times, the most frequent first, ties in code-point order.

        Args:
            sequences: sequences of symbols.
            min_count: how often a symbol must occur.
            max_size: how many symbols to keep at most, the reserved ones not counted.
        """
        counts: Counter[str] = Counter()
        for sequence in sequences:
            counts.update(sequence)
        kept = [symbol for symbol, count in counts.items() if count >= min_count]
        kept.sort(key=lambda symbol: (-counts[symbol], symbol))
        return cls(kept[:max_size])

    def __len__(self) -> int:
        return len(self.symbols) + _RESERVED

    def __contains__(self, symbol: str) -> bool:
        return symbol in self._ids

    def id(self, symbol: str) -> int:
        """Return the symbol's id, `UNKNOWN` when it is outside the set."""
        return self._ids.get(symbol, UNKNOWN)

    def ids(self, symbols: Sequence[str]) -> list[int]:
        """Return the ids of a sequence of symbols."""
        get = self._ids.get
        return [get(symbol, UNKNOWN) for symbol in symbols]

    def known(self, symbols: Iterable[str]) -> list[int]:
        """Return the ids of those symbols that are in the set, in order."""
        return list(filter(None, map(self._ids.get, symbols)))  # no symbol has the id 0
