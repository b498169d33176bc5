#!/usr/bin/env python3
"""How long it takes to recognise what an author wrote, how small that is kept, and what the networks take beside it."""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it also runs as a file

from benchmarks import tables
from nlu.commands.common import CommandParser, ExitCode, run_command
from nlu.lexicon.lexicon import Entry, Lexicon
from nlu.pattern import Expansion, Inventory, Pattern, Permutation, parse_patterns, read_patterns
from nlu.pattern.table import PatternTable
from nlu.understanding.authored import AuthoredUtterances
from nlu.understanding.parser import UtteranceParser

COLUMNS = ("bot", "lines", "utterances", "kB", "found", "µs", "µs_95", "other_µs", "networks_µs", "ratio")
TRILLION = "trillion"
"""The name of a made-up bot whose one line says more than 10^12."""
_UTTERANCES = 500
"""Utterances that are asked for at least, where the lines say as many."""

_EXAMPLES = """\
  benchmarks/authored.py --bot patterns/pattern.txt dictionaries/dict.csv models
  benchmarks/authored.py --bot examples/assistant/pattern.txt examples/assistant/dict.csv
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark and give its exit code."""
    parser = CommandParser(
        "benchmarks/authored.py",
        "패턴이 말하는 발화를 얼마나 빨리 알아보는지, 그것을 얼마나 작게 간직하는지 잽니다.",
        examples=_EXAMPLES,
    )
    parser.add_argument(
        "--bot", nargs="+", type=Path, action="append", default=[], metavar="파일",
        help="패턴 파일과 사전, 그리고 신경망과 견주려면 모델 폴더",
    )  # fmt: skip
    parser.add_argument("--json", type=Path, metavar="파일", help="결과를 JSON으로 남길 파일")
    return run_command(parser, _handle, argv)


def a_trillion() -> tuple[tuple[Pattern, ...], Lexicon]:
    """One line that says more than 10^12, over 10,000 values."""
    lexicon = Lexicon(Entry("menu", f"음식{number}") for number in range(10_000))
    verbs, ends = ("주문", "배달", "포장", "예약"), ("해줘", "할게요", "할래", "요")
    ways = "|".join(f"{verb}{end}" for verb in verbs for end in ends)
    what = "{menu:one}(와(과)|하고) {menu:other} (하나|둘|셋|넷|다섯)~씩?"
    line = f"(저기|혹시|음)? {what} (빨리|지금|당장)? ({ways}) (고마워요|감사해요|부탁해요)?"
    return parse_patterns(f"[order]\n{line}", lexicon).patterns, lexicon


def measured(
    name: str, patterns: Sequence[Pattern], lexicon: Lexicon, parser: UtteranceParser | None
) -> dict[str, object]:
    """Measure one bot: what its lines say, and the same with a syllable more, which no line says."""
    table = PatternTable.of(patterns)
    authored = AuthoredUtterances.of(PatternTable.from_json(table.to_json()), ())
    inventory = Inventory(lexicon)
    expansions = [Expansion(pattern, inventory) for pattern in patterns]
    of_each = -(-_UTTERANCES // len(patterns))
    texts = [text for expansion in expansions for text in _some(expansion, of_each)]

    def find(text: str) -> object:
        return authored.find(text, lexicon)

    found = [bool(find(text)) for text in texts]
    times, others = _microseconds(find, texts), _microseconds(find, [f"{text}뷁" for text in texts])
    row: dict[str, object] = {
        "bot": name,
        "lines": len(patterns),
        "utterances": f"{float(sum(expansion.count for expansion in expansions)):.1e}",
        "kB": round(len(table.to_json()) / 1000, 1),
        "found": f"{sum(found)}/{len(found)}",
        "µs": round(statistics.median(times)),
        "µs_95": round(statistics.quantiles([*times, *times], n=20)[-1]),
        "other_µs": round(statistics.median(others)),
    }
    if parser is not None:
        alone = UtteranceParser(replace(parser.model, authored=AuthoredUtterances()))
        networks = statistics.median(_microseconds(alone.parse, texts))
        row |= {"networks_µs": round(networks), "ratio": round(networks / statistics.median(times), 1)}
    return row


def _some(expansion: Expansion, most: int) -> Iterator[str]:
    if expansion.count:
        order = Permutation(expansion.count, expansion.pattern.source)
        texts = (expansion.render(order(at))[0] for at in range(min(most, expansion.count)))
        yield from filter(None, texts)


def _microseconds(ask: Callable[[str], object], texts: Sequence[str]) -> list[float]:
    """What each text takes of this thread's time, after one round that makes what is made when it is first asked."""
    for text in texts:
        ask(text)
    taken = []
    for text in texts:
        started = time.thread_time_ns()
        ask(text)
        taken.append((time.thread_time_ns() - started) / 1000)
    return taken


def _handle(arguments: argparse.Namespace) -> int:
    rows = []
    for patterns, dictionary, *models in arguments.bot:
        lexicon = Lexicon.read(dictionary)
        parser = UtteranceParser.load(models[0]) if models else None
        rows.append(measured(str(patterns), read_patterns(patterns, lexicon=lexicon).patterns, lexicon, parser))
    rows.append(measured(TRILLION, *a_trillion(), None))
    print(tables.table(rows, COLUMNS))
    tables.write_rows(arguments.json, rows, {})
    return ExitCode.OK


if __name__ == "__main__":
    raise SystemExit(main())
