"""What the server needs of a loaded model."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Protocol

from nlu.types import Parse
from nlu.understanding.asked_at import AskedAt
from nlu.understanding.reasons import Explanation


class Parser(Protocol):
    """What the server needs of `nlu.understanding.parser.UtteranceParser`; several threads call it at once."""

    @property
    def version(self) -> str:
        """The version of the model behind it."""

    @property
    def intents(self) -> Sequence[str]:
        """The intents it knows."""

    def parse_many(
        self,
        texts: Sequence[str],
        *,
        intents: Collection[str] | None = None,
        top_n: int | None = None,
        asked_at: AskedAt | None = None,
    ) -> list[Parse]:
        """Parse several utterances, in their order."""

    def explain(self, parse: Parse, *, intents: Collection[str] | None = None) -> Explanation:
        """Say why an answer came out as it did."""


Loader = Callable[[Path], Parser]
"""Makes a parser from a bundle's folder."""
