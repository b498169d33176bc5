#!/usr/bin/env python3
"""How many dates, times, numbers and amounts of money of a labelled file are found, and whose values are right."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it also runs as a file

from benchmarks.tables import table
from benchmarks.values_gold import OURS, has_value, says
from nlu.commands.common import CommandParser, ExitCode, run_command
from nlu.system.files import write_atomic
from nlu.values.finder import TYPES, find_values
from nlu.values.found import Value

LEFT_OUT = Path(__file__).with_name("values_left_out.json")
"""Rows whose value is wrong in the specifications: the hash of the text → the reason."""
_NOW = datetime(2026, 11, 30, 14, 30)

_EXAMPLES = """\
  benchmarks/values.py DATA/system_entities_ko/dev.jsonl
  benchmarks/values.py DATA/system_entities_ko/dev.jsonl --json values.json --misses 50
  benchmarks/values.py --fires DATA/songys_chitchat/dev.jsonl     무엇을 날짜와 시각으로 보는지 눈으로 확인하기
"""


@dataclass(frozen=True, slots=True)
class Miss:
    """A value that is not right.

    Attributes:
        kind: the type in the specifications.
        text: the text.
        written: the part of it that says the value.
        accepted: what would be right.
        found: what was found there.
    """

    kind: str
    text: str
    written: str
    accepted: Sequence[Mapping[str, Any]]
    found: Sequence[Value]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark and give its exit code."""
    parser = CommandParser(
        "benchmarks/values.py", "날짜, 시각, 수, 돈의 자리와 값을 얼마나 맞히는지 잽니다.", examples=_EXAMPLES
    )
    parser.add_argument("file", metavar="파일", type=Path, nargs="?", help="값이 적힌 JSON Lines")
    parser.add_argument(
        "--json", metavar="파일", type=Path, nargs="?", const=Path("-"), help="결과를 JSON으로; 없으면 화면에"
    )
    parser.add_argument("--misses", type=int, default=20, metavar="수", help="틀린 것을 이만큼 보입니다 (기본: 20)")
    parser.add_argument("--all", action="store_true", help="값이 잘못 적힌 줄도 셉니다")
    parser.add_argument("--fires", type=Path, metavar="파일", help="이 파일의 글에서 찾은 날짜와 시각을 모두 보입니다")
    return run_command(parser, _handle, argv)


def _handle(arguments: argparse.Namespace) -> int:
    if arguments.fires:
        return _show_fires(arguments.fires)
    left_out = {} if arguments.all else json.loads(LEFT_OUT.read_text(encoding="utf-8"))
    rows = [row for row in _read(arguments.file) if _hash(row["text"]) not in left_out]
    scores, misses = score(rows)
    scores_json = {**scores, "milliseconds": _milliseconds(rows)}
    if arguments.json == Path("-"):
        print(json.dumps(scores_json, ensure_ascii=False, indent=2))
        return ExitCode.OK
    lines = [
        {"type": kind, **counts, "percent": f"{100 * counts['right'] / max(counts['of'], 1):.1f}"}
        for kind, counts in scores.items()
    ]
    print(table(lines, ("type", "of", "spans", "right", "percent")))
    print(f"발화 하나에 {scores_json['milliseconds']:.3f} ms")
    for miss in misses[: arguments.misses]:
        found = [(miss.text[one.start : one.end], one.type, one.value, one.unit) for one in miss.found]
        print(f"{miss.kind}\t{miss.text}\t{miss.written!r}\t{list(miss.accepted)}\t{found}")
    if arguments.json:
        write_atomic(arguments.json, json.dumps(scores_json, ensure_ascii=False, indent=2) + "\n")
    return ExitCode.OK


def score(rows: Sequence[Mapping[str, Any]]) -> tuple[dict[str, dict[str, int]], list[Miss]]:
    """Count, a type, how many values there are, how many are found where they are, and how many are right.

    Args:
        rows: of the layout `{"text", "reference", "entities": [{"start", "end", "type", "accept"}]}`.
    """
    scores: dict[str, dict[str, int]] = {}
    misses: list[Miss] = []
    for row in rows:
        for one, found in _with_found(row):
            counts = scores.setdefault(one["type"], {"right": 0, "of": 0, "spans": 0})
            counts["of"] += 1
            counts["spans"] += any(_trimmed(row["text"], v.start, v.end) == _span(row["text"], one) for v in found)
            if any(says(value, one["type"], accepted) for value in found for accepted in one["accept"]):
                counts["right"] += 1
            else:
                misses.append(
                    Miss(one["type"], row["text"], row["text"][one["start"] : one["end"]], one["accept"], found)
                )
    return dict(sorted(scores.items())), misses


def _with_found(row: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], list[Value]]]:
    """Each labelled entity that has a value, with what was found there."""
    now = datetime.fromisoformat(row["reference"][:19]) if row["reference"] else _NOW
    found = find_values(row["text"], TYPES, now)
    for one in row["entities"]:
        if one["type"] in OURS and one["accept"] and has_value(one["accept"][0]):
            start, end = (one["start"], one["end"]) if one["end"] > one["start"] else (0, len(row["text"]))
            fitting = [value for value in found if value.type in OURS[one["type"]]]
            yield one, [value for value in fitting if value.start < end and start < value.end]


def _span(text: str, one: Mapping[str, Any]) -> str:
    return _trimmed(text, one["start"], one["end"])


def _trimmed(text: str, start: int, end: int) -> str:
    """What a span says, without spaces and the particle at its end."""
    return text[start:end].strip().removesuffix("에").removesuffix("쯤").strip()


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _milliseconds(rows: Sequence[Mapping[str, Any]]) -> float:
    """The time that an utterance takes, all types wanted; the best of three rounds."""
    rounds = []
    for _ in range(3):
        started = time.perf_counter()
        for row in rows:
            find_values(row["text"], TYPES, _NOW)
        rounds.append(time.perf_counter() - started)
    return 1000 * min(rounds) / max(len(rows), 1)


def _show_fires(path: Path) -> int:
    rows = _read(path)
    count = 0
    for row in rows:
        found = find_values(row["text"], ("date", "time", "datetime", "repetition"), _NOW)
        count += bool(found)
        for one in found:
            print(f"{row['text']}\t{row['text'][one.start : one.end]}\t{one.type}\t{one.value}")
    print(f"{count} / {len(rows)} = {100 * count / max(len(rows), 1):.2f} %", file=sys.stderr)
    return ExitCode.OK


if __name__ == "__main__":
    raise SystemExit(main())
