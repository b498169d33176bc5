"""What a candidate must keep to be promoted: the policy, read from a TOML file that may leave out what is usual."""

from __future__ import annotations

from dataclasses import field, fields
from pathlib import Path
from typing import Annotated

from annotated_types import Gt, Lt
from pydantic.dataclasses import dataclass

from nlu.bounds import STRICT, AtLeast0, Positive, Rate
from nlu.config import read_settings
from nlu.errors import SettingError, SourceErrors
from nlu.settings_file import place
from nlu.system.files import read_text

Share = Annotated[float, Gt(0), Lt(1)]
"""A part of a whole that is neither nothing nor all of it."""
Times = Annotated[float, Gt(1)]
Shares = tuple[Rate, ...]
Amounts = tuple[AtLeast0, ...]


@dataclass(frozen=True, config=STRICT)
class Ranges:
    """The least and the most that each figure of a candidate may be, whatever the active version does.

    Attributes:
        intent_accuracy: of utterances in scope, on the test part that the measured model had not learned; as the rest.
        entity_f1: span and type exact.
        exact_match: the part that is wholly understood.
        false_rejects: of utterances in scope, the part that is rejected.
        caught: of utterances out of scope, the part that is rejected.
        calibration_error: how far confidence is from accuracy.
        milliseconds: that one utterance takes, in the middle.
        megabytes: of the bundle.
    """

    intent_accuracy: Shares = (0.0, 1.0)
    entity_f1: Shares = (0.0, 1.0)
    exact_match: Shares = (0.0, 1.0)
    false_rejects: Shares = (0.0, 1.0)
    caught: Shares = (0.0, 1.0)
    calibration_error: Shares = (0.0, 0.5)
    milliseconds: Amounts = (0.0, 200.0)
    megabytes: Amounts = (0.0, 500.0)


@dataclass(frozen=True, config=STRICT)
class Policy:
    """All that decides about a candidate. Losses are parts of the compared utterances: 0.005 is half a point.

    Attributes:
        margin: a loss over all utterances that would not matter; who is surely above it is no worse.
        level: the chance of holding back, by mere chance, a candidate that is no worse; of each kind of comparison.
        unsure: the true loss that must be ruled out on 2,000 utterances where nobody can tell; on fewer it is larger,
            by the root of their number.
        least: with fewer examples, an intent or entity is not judged on its own.
        collapse: the loss of an intent or entity that is no chance, even where its examples are of few patterns.
        sturdiness: as `margin`, on copies as people type them; a loss of no more holds nothing back there.
        calibration: how much further from accuracy confidence may be than the active version's.
        slower: how many times the active version's time an answer may take.
        larger: how many times the active version's size the bundle may have.
        utterances: how many of the test part are compared, at most.
        may_vanish: intents and entities that may be gone.
        ranges: bounds that hold for the very first version, too.
    """

    margin: Share = 0.005
    level: Share = 0.05
    unsure: Share = 0.02
    least: Positive = 20
    collapse: Share = 0.75
    sturdiness: Share = 0.02
    calibration: Share = 0.1
    slower: Times = 3.0
    larger: Times = 3.0
    utterances: Positive = 2000
    may_vanish: tuple[str, ...] = ()
    ranges: Ranges = field(default_factory=Ranges)

    @classmethod
    def read(cls, path: Path) -> Policy:
        """Read a TOML file whose settings are the attributes above.

        Raises:
            SettingError: it is not TOML.
            SourceErrors: settings that nothing reads, of the wrong kind or out of range, and empty ranges; all of them.
        """
        policy = read_settings(cls(), path)
        text, _ = read_text(path)
        empty = [_empty(str(path), text, one.name) for one in fields(Ranges) if not _is_range(policy, one.name)]
        if empty:
            raise SourceErrors(sorted(empty, key=lambda one: one.line))
        return policy


def _is_range(policy: Policy, name: str) -> bool:
    bounds = getattr(policy.ranges, name)
    return len(bounds) == 2 and bounds[0] < bounds[1]


def _empty(path: str, text: str, name: str) -> SettingError:
    line, column = place(text, ("ranges", name))
    return SettingError("setting.no_range", path, line, column, text.split("\n")[line - 1], key=f"ranges.{name}")
