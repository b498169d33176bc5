"""What a check of patterns and dictionary found: a place, how bad it is, and plain Korean that says what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nlu.errors import SourceError, with_caret
from nlu.lexicon.lexicon import Entry
from nlu.messages import word
from nlu.pattern.nodes import Place

ERROR, WARNING, INFO = "error", "warning", "info"
_NAMES = {ERROR: "오류", WARNING: "주의", INFO: "참고"}
_SEVERITIES = (ERROR, WARNING, INFO)
_SHOWN = 4
"""Places of a group that are shown."""
_UNITS = ("", "만", "억", "조", "경", "해", "자", "양", "구", "간", "정", "재", "극")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing an author should know.

    Attributes:
        path: the file, as the author named it; "" for the whole bot.
        line: from 1; 0 for the whole file.
        column: from 1; 0 for the whole line.
        severity: "error", "warning" or "info".
        code: its name, such as `fixed-particle`, for filters and tests.
        message: what it is and the way out, in Korean.
        source: the line itself, to be shown with a caret; "" to leave it out.
    """

    path: str
    line: int
    column: int
    severity: str
    code: str
    message: str
    source: str = ""

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.path, self.line, self.column) if part)
        head = f"{place}: {_NAMES[self.severity]}" if place else _NAMES[self.severity]
        return f"{head}: {self.message} [{self.code}]{with_caret(self.source, self.column)}"


def found(place: Place | Entry, severity: str, code: str, /, **values: object) -> Finding:
    """Say what was found at a place, by the message of its code."""
    column = place.column if isinstance(place, Place) else 0
    return Finding(place.path, place.line, column, severity, code, word(f"finding.{code}", values, "ko"))


def unreadable(errors: Iterable[SourceError]) -> list[Finding]:
    """The mistakes that keep a file from being read, as findings."""
    return [Finding(e.path, e.line, e.column, ERROR, "unreadable", e.message, e.source) for e in errors]


def in_order(findings: Iterable[Finding], files: Sequence[str] = ()) -> tuple[Finding, ...]:
    """Sort findings by file, line and column, and drop repeats.

    Args:
        findings: what was found.
        files: those that come first, in this order; the others follow by name.
    """
    rank = {path: number for number, path in enumerate(files)}

    def key(one: Finding) -> tuple[int, str, int, int, str, str]:
        return rank.get(one.path, len(rank)), one.path, one.line, one.column, one.code, one.message

    return tuple(sorted(dict.fromkeys(findings), key=key))


def render(findings: Iterable[Finding], files: Sequence[str] = (), *, is_whole: bool = True) -> str:
    """Write findings as text, and a last line that counts them.

    Args:
        findings: what was found.
        files: those that come first.
        is_whole: whether each has a line of its own; else those of one code in one file share one, mistakes apart.
    """
    ordered = in_order(findings, files)
    lines = list(map(str, ordered)) if is_whole else [_line(group) for group in _groups(ordered)]
    counts = Counter(finding.severity for finding in ordered)
    summary = ", ".join(f"{_NAMES[kind]} {counts[kind]:,}개" for kind in (ERROR, WARNING, INFO))
    more = "" if len(lines) == len(ordered) else " (하나하나 보려면 --all)"
    return "\n".join([*lines, summary + more if ordered else "문제가 없습니다."])


def _groups(ordered: Sequence[Finding]) -> list[list[Finding]]:
    """The findings of one code in one file together, warnings before notes; each mistake by itself."""
    groups: dict[object, list[Finding]] = {}
    first = {path: number for number, path in enumerate(dict.fromkeys(one.path for one in ordered))}
    for one in sorted(ordered, key=lambda one: (first[one.path], _SEVERITIES.index(one.severity))):
        groups.setdefault(one if one.severity == ERROR else (one.path, one.severity, one.code), []).append(one)
    return list(groups.values())


def _line(group: Sequence[Finding]) -> str:
    if len(group) == 1:
        return str(group[0])
    one = group[0]
    places = list(dict.fromkeys(":".join(str(part) for part in (each.line, each.column) if part) for each in group))
    shown = ", ".join(places[:_SHOWN]) + (", …" if len(places) > _SHOWN else "")
    return f"{one.path}: {_NAMES[one.severity]} {len(group):,}곳 ({shown}): {one.message} [{one.code}]"


def korean_number(number: int) -> str:
    """Write a number with its two greatest Korean units; the rest is cut off.

    Example:
        >>> korean_number(1_234_567_890), korean_number(20_000), korean_number(999)
        ('12억 3,456만', '2만', '999')
    """
    groups: list[int] = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    if len(groups) > len(_UNITS):
        return f"10의 {4 * len(groups) - 4 + len(str(groups[-1])) - 1}제곱"
    named = [f"{group:,}{_UNITS[place]}" for place, group in reversed(list(enumerate(groups))) if group]
    return " ".join(named[:2]) or "0"
