"""Decide about a candidate: a pure function of the policy and the evidence.

Over all utterances, by the interval of the difference (patterns drawn again as a whole): surely above `-margin`, the
candidate is no worse; surely below 0, it is worse and held back. Where the examples are too few to tell, it is held
back if it was seen to lose and a true loss of `unsure` is not ruled out, but for one chance in twenty: so a candidate
that is truly worse by that much hardly ever passes, however much its errors cluster. Of few utterances only a larger
loss must be ruled out, in step with the error of what is seen, and chance must hardly make what was seen: else a small
bot could never be trained again.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Literal

from nlu.evaluation.statistics import Difference, difference, holm, verdict
from nlu.events import Notice
from nlu.messages import Term
from nlu.promotion.evidence import Change, Compared, Evidence, Pairs
from nlu.promotion.policy import Policy, Ranges

Outcome = Literal["passed", "failed", "unsure", "told"]
"""Of a check: kept, not kept, too little to tell (which holds nothing back), or only worth knowing."""

_MANY = 2_000
"""Utterances on which a true loss of `unsure` must be ruled out."""
_ONE_IN_TWENTY_BELOW = 0.9
"""The level of an interval with as much above it."""
_FEW, _HARDLY_CHANCE = 500, 0.2
"""With fewer utterances, a loss that nobody can be sure of counts only if equal models would hardly differ so much."""
_NAMES = {
    "intents": Term("promotion.intents"),
    "exact": Term("promotion.exact"),
    "sturdiness": Term("promotion.sturdiness"),
    "milliseconds": Term("promotion.milliseconds"),
    "megabytes": Term("promotion.megabytes"),
}
_OF_ONE = {"intent": "promotion.intent_worse", "entity": "promotion.entity_worse"}
"""How figures are called, and how it is said that an intent or entity is worse."""


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: what, such as `intents`.
        outcome: what came out.
        notice: how it is said.
        difference: the figures, where two models were compared.
    """

    name: str
    outcome: Outcome
    notice: Notice
    difference: Difference | None = None


@dataclass(frozen=True)
class Verdict:
    """What was decided of a candidate, and why.

    Attributes:
        version: it.
        active: the version that answered until then; None where there was none.
        checks: everything that was looked at, in order.
    """

    version: str
    active: str | None
    checks: tuple[Check, ...]

    @property
    def is_promoted(self) -> bool:
        """Whether it may answer: nothing failed."""
        return not self.failed

    @property
    def failed(self) -> tuple[Check, ...]:
        """What holds it back."""
        return tuple(check for check in self.checks if check.outcome == "failed")


def decide(policy: Policy, evidence: Evidence) -> Verdict:
    """Decide whether a candidate may answer in place of the active version.

    Args:
        policy: what it must keep.
        evidence: what is known of it.
    """
    compared = evidence.compared
    active = compared.active if compared else None
    if evidence.is_draft:
        return Verdict(evidence.version, active, tuple(_of_draft(evidence)))
    checks = [*_book(evidence), *_ranges(policy, evidence)]
    if compared is None:
        checks.append(Check("active", "told", Notice("promotion.first")))
    elif compared.is_draft:
        checks.append(Check("active", "told", Notice("promotion.of_draft")))
    elif compared.is_same:
        checks.append(Check("active", "told", Notice("promotion.same", {"active": active})))
    else:
        checks += _against(policy, compared)
    return Verdict(evidence.version, active, tuple(checks))


def _of_draft(evidence: Evidence) -> Iterator[Check]:
    compared = evidence.compared
    if compared is not None and not compared.is_draft:
        yield Check("draft", "failed", Notice("promotion.draft", {"active": compared.active}))
    for check in _book(evidence):
        yield Check(check.name, "told" if check.outcome == "failed" else check.outcome, check.notice)


def _book(evidence: Evidence) -> Iterator[Check]:
    if evidence.failures:
        values = {"failed": len(evidence.failures), "lines": evidence.book}
        yield Check("book", "failed", Notice("promotion.book_failed", values))
    elif evidence.book:
        yield Check("book", "passed", Notice("promotion.book_passed", {"lines": evidence.book}))


def _ranges(policy: Policy, evidence: Evidence) -> Iterator[Check]:
    for name in (one.name for one in fields(Ranges)):
        low, high = getattr(policy.ranges, name)
        value = evidence.figures.get(name)
        if value is not None and not low <= value <= high:
            values = {"name": name, "value": round(value, 4), "low": low, "high": high}
            yield Check(name, "failed", Notice("promotion.range", values))


def _against(policy: Policy, compared: Compared) -> Iterator[Check]:
    yield from _gone(policy, compared)
    for intent, before, after in compared.shrunk:
        values = {"intent": intent, "before": before, "after": after}
        yield Check(f"shrunk:{intent}", "told", Notice("promotion.shrunk", values))
    yield from _coverage(compared)
    for name, pairs in (("intents", compared.intents), ("exact", compared.exact)):
        if len(pairs):
            yield _overall(name, pairs, policy, policy.margin)
    yield from _each(policy, compared)
    if len(compared.sturdiness):
        yield _overall("sturdiness", compared.sturdiness, policy, policy.sturdiness, allowed=policy.sturdiness)
    yield from _calibration(policy, compared.calibration, len(compared.intents))
    yield from _costs(policy, compared)


def _gone(policy: Policy, compared: Compared) -> Iterator[Check]:
    lost = [name for name in compared.gone if name not in policy.may_vanish]
    if lost:
        yield Check("gone", "failed", Notice("promotion.gone", {"names": tuple(lost)}))
    if allowed := [name for name in compared.gone if name in policy.may_vanish]:
        yield Check("gone", "told", Notice("promotion.gone_allowed", {"names": tuple(allowed)}))


def _coverage(compared: Compared) -> Iterator[Check]:
    count = len(compared.exact)
    if not count:
        yield Check("compared", "unsure", Notice("promotion.nothing_to_compare"))
        return
    values = {"count": count, "tested": compared.tested, "learned": compared.learned, "new": compared.new}
    if compared.is_other_data:
        yield Check("data", "told", Notice("promotion.other_data"))
    code = "promotion.compared_served" if compared.are_served else "promotion.compared"
    yield Check("compared", "told", Notice(code, values))


def _overall(name: str, pairs: Pairs, policy: Policy, margin: float, allowed: float = 0.0) -> Check:
    """Judge a figure over all utterances; it holds a candidate back that has surely lost more than is allowed."""
    found = difference(pairs.old, pairs.new, pairs.clusters, level=1 - policy.level)
    judged = verdict(found, margin)
    if judged == "worse" and found.high < -allowed:
        return Check(name, "failed", Notice("promotion.worse", _values(name, found)), found)
    if judged not in ("cannot_tell", "worse"):
        return Check(name, "passed", Notice("promotion.no_worse", _values(name, found)), found)
    is_chance = len(pairs) < _FEW and found.p >= _HARDLY_CHANCE
    if found.point < 0 and not is_chance and (bearable := _bearable(policy, margin, len(pairs))) <= -_ruled_out(pairs):
        values = _values(name, found) | {"bearable": 100 * bearable}
        return Check(name, "failed", Notice("promotion.much_worse", values), found)
    return Check(name, "unsure", Notice("promotion.cannot_tell", _values(name, found)), found)


def _bearable(policy: Policy, margin: float, count: int) -> float:
    """The loss that must be ruled out: larger, the fewer the utterances are, as the error of what is seen is."""
    return max(policy.unsure, 2 * margin) * math.sqrt(max(1.0, _MANY / count))


def _ruled_out(pairs: Pairs) -> float:
    """The change below which the true one lies once in twenty."""
    return difference(pairs.old, pairs.new, pairs.clusters, level=_ONE_IN_TWENTY_BELOW).low


def _values(name: str, found: Difference) -> dict[str, object]:
    return {
        "name": _NAMES.get(name, name),
        "old": 100 * found.old,
        "new": 100 * found.new,
        "point": 100 * found.point,
        "low": 100 * found.low,
        "high": 100 * found.high,
        "count": found.utterances,
        "clusters": found.clusters,
    }


def _each(policy: Policy, compared: Compared) -> Iterator[Check]:
    """Judge each intent and entity with enough examples; the chance of any false alarm is that of one (Holm)."""
    named = [*_enough(policy, "intent", compared.by_intent), *_enough(policy, "entity", compared.by_entity)]
    found = [(kind, name, difference(p.old, p.new, p.clusters, level=1 - policy.level)) for kind, name, p in named]
    chances = holm([one.p for _, _, one in found])
    good = 0
    for (kind, name, one), chance in zip(found, chances, strict=True):
        if one.point < 0 and (chance < policy.level or one.point <= -policy.collapse):
            notice = Notice(_OF_ONE[kind], _values(name, one) | {"label": name})
            yield Check(f"{kind}:{name}", "failed", notice, one)
        else:
            good += 1
    if good:
        yield Check("each", "passed", Notice("promotion.each", {"count": good, "least": policy.least}))


def _enough(policy: Policy, kind: str, several: Mapping[str, Pairs]) -> list[tuple[str, str, Pairs]]:
    return [(kind, name, pairs) for name, pairs in sorted(several.items()) if len(pairs) >= policy.least]


def _calibration(policy: Policy, change: Change, count: int) -> Iterator[Check]:
    if change.old is None or change.new is None or count < policy.least:
        return
    is_kept = change.new - change.old <= policy.calibration
    values = {"old": change.old, "new": change.new, "most": policy.calibration}
    notice = Notice("promotion.calibration" if is_kept else "promotion.calibration_worse", values)
    yield Check("calibration", "passed" if is_kept else "failed", notice)


def _costs(policy: Policy, compared: Compared) -> Iterator[Check]:
    rows = (("milliseconds", compared.milliseconds, policy.slower), ("megabytes", compared.megabytes, policy.larger))
    for name, change, most in rows:
        if change.old is None or change.new is None:
            continue
        is_kept = change.new <= most * change.old
        values = {"name": _NAMES[name], "old": change.old, "new": change.new, "most": most}
        notice = Notice("promotion.cost" if is_kept else "promotion.cost_more", values)
        yield Check(name, "passed" if is_kept else "failed", notice)
