"""Promote a version: decide whether a candidate answers from now on."""

from __future__ import annotations

from dataclasses import dataclass

from nlu.evaluation.report import Report
from nlu.store.registry import Registry


@dataclass(frozen=True)
class Promotion:
    """What was decided of a candidate.

    Attributes:
        version: the candidate.
        is_live: whether it answers from now on.
        before: the version that answered until now; None where there was none.
        reason: a code for why; `always` where every candidate is taken.
    """

    version: str
    is_live: bool
    before: str | None
    reason: str


def promote(registry: Registry, version: str, report: Report | None) -> Promotion:
    """Activate a candidate; for now every one is good enough, whatever its report says.

    Args:
        registry: where it was published.
        version: the candidate.
        report: how it was measured; None where it was not.

    Raises:
        UnknownChoiceError: there is no such version.
        BundleError: it is half-written or altered; the active one stays.
    """
    before = registry.active()
    registry.activate(version)
    return Promotion(version, True, before, "always")
