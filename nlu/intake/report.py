"""What a run read, refused and kept, for the terminal and as JSON."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nlu.intake.cleaning import KNOWN, StepCount
from nlu.messages import word

_LISTED = 20


@dataclass(frozen=True)
class IntakeReport:
    """What became of the rows of one run.

    Attributes:
        source: what was read, without a password.
        name: of the set.
        version: of the set now.
        changed: whether the set is another than before.
        read: rows of the source.
        unreadable: of these, that the source could not read.
        steps: what each step of the cleaning did.
        reasons: how many rows were refused, by the reason.
        added: rows that are new in the set.
        relabelled: of these, whose text was there with another label.
        labelled: of the added ones, that have a label.
        masked: of the added ones, in which personal data is masked.
        intents: how many of the added ones each intent has.
        total: rows of the set now, by kind.
        is_dry: whether nothing was written.
        examples: the first refused rows of each reason: place and text.
    """

    source: str
    name: str
    version: str
    changed: bool
    read: int
    unreadable: int
    steps: Sequence[StepCount]
    reasons: Mapping[str, int]
    added: int
    relabelled: int
    labelled: int
    masked: int
    intents: Mapping[str, int]
    total: Mapping[str, int]
    is_dry: bool = False
    examples: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)

    @property
    def refused(self) -> int:
        """How many rows were left out; those that the set had already do not count."""
        return sum(self.reasons.values())

    @property
    def known(self) -> int:
        """How many rows the set had already."""
        return sum(step.refused for step in self.steps if step.name == KNOWN)

    def to_dict(self) -> dict[str, Any]:
        """Everything as JSON values."""
        return {
            "source": self.source, "name": self.name, "version": self.version, "changed": self.changed,
            "dry_run": self.is_dry, "read": self.read, "unreadable": self.unreadable,
            "steps": [
                {"name": one.name, "rows": one.rows, "changed": one.changed, "refused": one.refused}
                for one in self.steps
            ],
            "refused": dict(self.reasons), "known": self.known, "added": self.added, "relabelled": self.relabelled,
            "labelled": self.labelled, "unlabelled": self.added - self.labelled, "masked": self.masked,
            "intents": dict(self.intents), "total": dict(self.total),
        }  # fmt: skip

    def to_text(self) -> str:
        """Write it for the terminal, in Korean."""
        lines = [f"{self.source}: {self.read:,}줄을 읽었습니다."]
        if self.unreadable:
            lines.append(f"  {padded('읽기', 10)} {self.read:>10,}  {padded('뺀 것', 9)} {self.unreadable:>9,}")
        for step in self.steps:
            out = "이미 있음" if step.name == KNOWN else "뺀 것"
            changed = f"  고친 것 {step.changed:,}" if step.changed else ""
            name = padded(_step(step.name), 10)
            lines.append(f"  {name} {step.rows:>10,}  {padded(out, 9)} {step.refused:>9,}{changed}")
        for code, count in sorted(self.reasons.items(), key=lambda pair: (-pair[1], pair[0])):
            lines.append(f"  뺀 까닭: {reason(code)} {count:,}")
            lines += [f"      {place}  {text[:60]}" for place, text in self.examples.get(code, ())]
        return "\n".join([*lines, *self._kept()])

    def _kept(self) -> list[str]:
        unlabelled = self.added - self.labelled
        verb = "더할 것" if self.is_dry else "더한 것"
        lines = [f"{verb}: {self.added:,} (답이 달린 것 {self.labelled:,}, 안 달린 것 {unlabelled:,})"]
        if self.relabelled:
            lines.append(f"  그 가운데 답이 바뀐 것 {self.relabelled:,}")
        if self.masked:
            lines.append(f"  개인 정보를 가린 것 {self.masked:,} (학습에는 쓰지 않습니다)")
        shown = Counter(self.intents).most_common(_LISTED)
        lines += [f"  [{name}] {count:,}" for name, count in shown]
        if len(self.intents) > _LISTED:
            lines.append(f"  … 외 의도 {len(self.intents) - _LISTED:,}개")
        if self.is_dry:
            return [*lines, "시험 삼아 읽었을 뿐, 아무것도 쓰지 않았습니다."]
        total = f"답이 달린 것 {self.total.get('rows', 0):,}, 안 달린 것 {self.total.get('unlabelled', 0):,}"
        state = "" if self.changed else " 바뀐 것이 없습니다."
        return [*lines, f"묶음 {self.name}: {total} (판 {self.version or '-'}).{state}"]


def _step(name: str) -> str:
    return word(f"step.{name}", {}, "ko")


def reason(code: str) -> str:
    """Say in Korean why a row was refused."""
    return word(f"refused.{code}", {}, "ko")


def padded(text: str, columns: int) -> str:
    """A text with spaces behind it, so wide on a terminal, where Hangul takes two columns."""
    return text + " " * (columns - sum(1 + (unicodedata.east_asian_width(char) in "WF") for char in text))


def tally(intents: Counter[str]) -> Mapping[str, int]:
    """Count intents, the most frequent first."""
    return dict(sorted(intents.items(), key=lambda pair: (-pair[1], pair[0])))
