"""What is known of a candidate and of the active version when it is decided between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nlu.promotion.book import Failure


@dataclass(frozen=True)
class Pairs:
    """How the active version and a candidate answered the same utterances.

    Attributes:
        old: whether the active version's answer to each is right.
        new: the same of the candidate.
        clusters: what each utterance was made from; those of one pattern are right or wrong together.
    """

    old: tuple[bool, ...] = ()
    new: tuple[bool, ...] = ()
    clusters: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.old)


@dataclass(frozen=True)
class Change:
    """A figure of the active version and of the candidate; None where it can't be measured."""

    old: float | None = None
    new: float | None = None


@dataclass(frozen=True)
class Compared:
    """A candidate beside the active version, on the test part of the candidate's data set.

    Attributes:
        active: the active version.
        intents: of utterances with an intent, whether the intent is right.
        exact: of all, whether intent and entities are.
        by_intent: `intents`, of each intent in turn.
        by_entity: of the utterances with an entity, whether all of that type are right, for each type in turn.
        sturdiness: as `exact`, on copies as people type them.
        calibration: how far confidence is from accuracy.
        milliseconds: of one answer, in the middle.
        megabytes: of the bundle.
        gone: intents and entities of the active version that the candidate has not.
        shrunk: (intent, lines of patterns that the active version learned, the candidate's) where less than half are
            left; what the others said is compared by nothing.
        is_same: whether both bundles hold the same files.
        is_draft: whether the active version is a draft.
        tested: utterances of the test part.
        learned: those of them that are left out since one of the two models had learned them, or only one knew their
            pattern or their values.
        new: those left out since the active version has no such intent or entity.
        is_other_data: whether the test part is of another data set than the candidate's own.
        are_served: whether the served models were compared, which may have learned the test, for want of measured ones.
    """

    active: str
    intents: Pairs = Pairs()
    exact: Pairs = Pairs()
    by_intent: Mapping[str, Pairs] = field(default_factory=dict)
    by_entity: Mapping[str, Pairs] = field(default_factory=dict)
    sturdiness: Pairs = Pairs()
    calibration: Change = Change()
    milliseconds: Change = Change()
    megabytes: Change = Change()
    gone: tuple[str, ...] = ()
    shrunk: tuple[tuple[str, int, int], ...] = ()
    is_same: bool = False
    is_draft: bool = False
    tested: int = 0
    learned: int = 0
    new: int = 0
    is_other_data: bool = False
    are_served: bool = False


@dataclass(frozen=True)
class Evidence:
    """Everything that `decide` looks at.

    Attributes:
        version: the candidate.
        is_draft: whether it was trained only to be tried.
        book: how many lines the regression book has.
        failures: those lines that the candidate does not answer as they say.
        figures: what was measured of it, by the names of the policy's ranges; None where it was not.
        compared: it beside the active version; None where it is the first.
    """

    version: str
    is_draft: bool = False
    book: int = 0
    failures: tuple[Failure, ...] = ()
    figures: Mapping[str, float | None] = field(default_factory=dict)
    compared: Compared | None = None
