"""What is mixed in of imported sets, and how strictly rows are cleaned on their way in."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Ge
from pydantic.dataclasses import dataclass

from nlu.bounds import STRICT, Positive, Rate


@dataclass(frozen=True, config=STRICT)
class IntakeSettings:
    """Imported sets.

    Attributes:
        imports: sets or files to mix into generated data, each as `path` or `path=weight`; from the working folder.
        longest: characters of an utterance; longer ones are refused.
        shortest: characters of an utterance; shorter ones are refused.
        korean: the least part of its letters that must be Korean.
        spam: whether advertisements, and rows that say nothing, are refused.
        mask: whether personal data is masked.
        near: how alike two utterances of one intent may be, from 0 to 1, before the second counts as a copy; 1 leaves
            all but copies with other spaces, marks and case.
    """

    imports: tuple[str, ...] = ()
    longest: Positive = 300
    shortest: Positive = 1
    korean: Rate = 0.2
    spam: bool = True
    mask: bool = True
    near: Annotated[float, Ge(0.5)] = 0.9
