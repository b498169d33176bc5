#!/usr/bin/env python3
"""How often the labels themselves put the same particle now inside an entity and now outside: what nobody can know."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it also runs as a file

from benchmarks import tables
from benchmarks.data import read_task
from nlu import tokenizers
from nlu.commands.common import CommandParser, ExitCode, run_command
from nlu.data.alignment import normalize_utterance
from nlu.types import LabelledUtterance, Span, Token

COLUMNS = ("task", "part", "spans", "inside", "outside", "minority")

_EXAMPLES = """\
  benchmarks/particles.py --data DATA --task massive_ko massive_ko_rejoined
"""

Ends = Counter[tuple[str, str, bool]]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark and give its exit code."""
    parser = CommandParser(
        "benchmarks/particles.py",
        "같은 조사가 개체 안에 들기도 하고 밖에 있기도 한 것이 얼마나 되는지 셉니다.",
        examples=_EXAMPLES,
    )
    parser.add_argument("--data", type=Path, required=True, metavar="폴더", help="과제 폴더들이 든 폴더")
    parser.add_argument("--task", nargs="+", required=True, metavar="과제", help="데이터 폴더 안의 폴더 이름들")
    parser.add_argument("--part", default="train", metavar="부분", help="셀 부분 (기본: train)")
    parser.add_argument("--json", type=Path, metavar="파일", help="결과를 JSON으로 남길 파일")
    return run_command(parser, _handle, argv)


def ends_of(utterances: Iterable[LabelledUtterance]) -> Ends:
    """Count, of entities that end in a particle or right before one, the type, the particle, and whether it is inside.

    Example:
        >>> from nlu.types import Span
        >>> ends_of([LabelledUtterance("판교에서 만나", None, (Span(0, 2, "loc"),))])
        Counter({('loc', '에서', False): 1})
    """
    tokenizer = tokenizers.create("mecab")
    ends: Ends = Counter()
    for utterance in map(normalize_utterance, utterances):
        tokens = tokenizer.tokenize(utterance.text)
        ending = {token.end: token for token in tokens}
        starting = {token.start: token for token in tokens}
        for span in utterance.spans:
            last, following = ending.get(span.end), starting.get(span.end)
            if following is not None and _is_particle(following):
                ends[span.entity, following.text, False] += 1
            elif last is not None and _is_particle(last) and last.start > span.start:
                ends[span.entity, last.text, True] += 1
    return ends


def without_particles(text: str, spans: Iterable[Span], tokenizer: tokenizers.Tokenizer) -> list[Span]:
    """Let no entity end in a particle, and none that is nothing else but particles change.

    Example:
        >>> without_particles("판교에서는 만나", [Span(0, 5, "loc")], tokenizers.create("mecab"))
        [Span(start=0, end=2, entity='loc', role=None, value=None)]
    """
    ending = {token.end: token for token in tokenizer.tokenize(text) if _is_particle(token)}
    shorter = []
    for span in spans:
        end = span.end
        while (particle := ending.get(end)) is not None and particle.start > span.start:
            end = span.start + len(text[span.start : particle.start].rstrip())
        shorter.append(replace(span, end=end))
    return shorter


def minority(ends: Ends) -> int:
    """How many of them are not as most of the same type and particle are.

    Example:
        >>> minority(Counter({("time", "에", True): 3, ("time", "에", False): 5, ("loc", "에", True): 2}))
        3
    """
    pairs = {(name, particle) for name, particle, _ in ends}
    return sum(min(ends[name, particle, True], ends[name, particle, False]) for name, particle in pairs)


def _is_particle(token: Token) -> bool:
    return token.pos.startswith("J")


def _handle(arguments: argparse.Namespace) -> int:
    rows: list[dict[str, object]] = []
    for name in arguments.task:
        utterances = read_task(arguments.data, name).part(arguments.part)
        ends, spans = ends_of(utterances), sum(len(utterance.spans) for utterance in utterances)
        inside = sum(count for (_, _, within), count in ends.items() if within)
        rows.append(
            {
                "task": name,
                "part": arguments.part,
                "spans": spans,
                "inside": inside / max(spans, 1),
                "outside": (ends.total() - inside) / max(spans, 1),
                "minority": minority(ends) / max(spans, 1),
            }
        )
    tables.write_rows(arguments.json, rows, {})
    print(tables.table(rows, COLUMNS))
    return ExitCode.OK


if __name__ == "__main__":
    raise SystemExit(main())
