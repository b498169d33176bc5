"""Promote a version: let a candidate answer from now on, if the policy holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from nlu.data.dataset import Dataset
from nlu.errors import BundleError, RegistryError
from nlu.events import Listener, Notice, ignore
from nlu.pipeline.evidence import gather
from nlu.promotion.book import Demand
from nlu.promotion.decide import Verdict, decide
from nlu.promotion.evidence import Evidence
from nlu.promotion.policy import Policy
from nlu.store.registry import Registry
from nlu.understanding.parser import UtteranceParser
from nlu.understanding.trial import try_model

_TRIES = 5
"""How often it is decided again because another version was activated meanwhile."""


@dataclass(frozen=True)
class Terms:
    """On what terms a candidate is promoted.

    Attributes:
        policy: what it must keep.
        book: what it must understand.
        force: promote it whatever the policy says.
    """

    policy: Policy = field(default_factory=Policy)
    book: Sequence[Demand] = ()
    force: bool = False


@dataclass(frozen=True)
class Promotion:
    """What was decided of a candidate.

    Attributes:
        version: the candidate.
        is_live: whether it answers from now on.
        before: the version that answered until now; None where there was none.
        reason: `kept`, where the policy holds; `held`, where it does not; `forced`, where it was not to decide.
        verdict: what was looked at; None where the active version could not be loaded, and the candidate was forced.
        evidence: what the verdict rests on.
    """

    version: str
    is_live: bool
    before: str | None
    reason: Literal["kept", "held", "forced"]
    verdict: Verdict | None = None
    evidence: Evidence | None = None


class _Overtaken(Exception):
    """Another version was activated since the candidate was compared."""


def promote(
    registry: Registry,
    version: str,
    dataset: Dataset | None = None,
    terms: Terms | None = None,
    *,
    activate: bool = True,
    listen: Listener = ignore,
) -> Promotion:
    """Compare a candidate with the active version, and activate it if the policy holds.

    Where another version is activated meanwhile, it is compared with that one.

    Args:
        registry: where it was published.
        version: the candidate.
        dataset: its test part is what both are asked; None where there is none.
        terms: the policy and the regression book; None for the policy that is usual, and no book.
        activate: whether to; else it is only said whether the policy holds.
        listen: is told what is being done.

    Raises:
        UnknownChoiceError: there is no such version.
        BundleError: it, or the active version, can't be loaded; the active one stays.
        RegistryError: other versions were activated again and again meanwhile.
    """
    terms = terms or Terms()
    listen(Notice("promotion.comparing"))
    for _ in range(_TRIES):
        before = registry.active()
        decided = _decided(registry, version, before, dataset, terms)
        if not decided.is_live:
            return decided
        if not activate:
            return replace(decided, is_live=False)
        try:
            registry.activate(version, lambda folder, before=before: _check(registry, before, folder))  # type: ignore[misc]
        except _Overtaken:
            continue
        return decided
    raise RegistryError("registry.busy", models=registry.root)


def _decided(registry: Registry, version: str, before: str | None, dataset: Dataset | None, terms: Terms) -> Promotion:
    try:
        evidence = gather(registry, version, before, terms.policy, terms.book, dataset)
    except BundleError:
        if not terms.force or before is None:
            raise
        return Promotion(version, True, before, "forced")
    verdict = decide(terms.policy, evidence)
    if verdict.is_promoted:
        return Promotion(version, True, before, "kept", verdict, evidence)
    return Promotion(version, terms.force, before, "forced" if terms.force else "held", verdict, evidence)


def _check(registry: Registry, before: str | None, folder: Path) -> None:
    """Refuse a model that can't answer here, or that was compared with another one than the active; under the lock."""
    if registry.active() != before:
        raise _Overtaken
    try_model(UtteranceParser.load, folder)
