#!/usr/bin/env python3
"""How many dictionary values that are found in real utterances are lost when a mark stands beside them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it also runs as a file

from benchmarks.tables import table, write_rows
from nlu.commands.common import CommandParser, ExitCode, run_command
from nlu.data.importers import read_any
from nlu.types import Entity, LabelledUtterance, Span
from nlu.understanding.parser import UtteranceParser

COLUMNS = ("mark", "places", "lost", "lost_part", "intent_changed", "intent_part")

BESIDE = ("V,", ", V", "V.", "V…", "V...", "V!", "V?", "V~", "V:", "V;", "V/", "V·", "V-", "V|", "Vㅋㅋ", "V ㅠㅠ")
"""Where a mark stands before or after a value: V is the value, the rest of the utterance stays."""
AROUND = ("(V)", "[V]", "{V}", "<V>", '"V"', "'V'", "“V”", "‘V’", "「V」", "『V』", "《V》", "【V】", "*V*", "`V`")
SIGNS = ("#V", "@V", "😀V", "V😀", "🍕V", "❤️V", "→V", "★V", "※V", "•V", "- V", "V(네)")
BETWEEN = ("V,W", "V, W", "V/W", "V·W", "V & W", "V+W", "V|W", "(V)W", "V😀W", "'V' 'W'", "V…W", "V\nW")
"""Two values of one type with a mark between them: W is another value of V's type."""
FRAMES = (*BESIDE, *AROUND, *SIGNS, *BETWEEN)

Row = dict[str, object]

_EXAMPLES = """\
  benchmarks/marks.py --models models
  benchmarks/marks.py --models models --utterances tests/data/quickstart/test.jsonl --json marks.json
"""


@dataclass(frozen=True)
class Place:
    """A dictionary value that a parser finds rightly in an utterance, and the intent that it finds there."""

    utterance: LabelledUtterance
    span: Span
    intent: str | None
    other: str

    def with_mark(self, frame: str) -> tuple[str, tuple[tuple[int, int], ...]]:
        """The utterance with the frame in the value's place, and where the values lie in it.

        Example:
            >>> place = Place(LabelledUtterance("피자 줘", "order", ()), Span(0, 2, "menu"), "order", "콜라")
            >>> place.with_mark("V, W")
            ('피자, 콜라 줘', ((0, 2), (4, 6)))
        """
        text, spans = self.utterance.text, []
        value, put, at = text[self.span.start : self.span.end], "", self.span.start
        for char in frame:
            word = {"V": value, "W": self.other}.get(char, char)
            if char in "VW":
                spans.append((at + len(put), at + len(put) + len(word)))
            put += word
        return text[:at] + put + text[self.span.end :], tuple(spans)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark and give its exit code."""
    parser = CommandParser(
        "benchmarks/marks.py", "값 곁에 부호가 있을 때 사전 값을 얼마나 잃는지 잽니다.", examples=_EXAMPLES
    )
    parser.add_argument("--models", type=Path, default=Path("models"), help="학습한 모델 (기본: models)")
    parser.add_argument("--utterances", type=Path, default=Path("tests/data/quickstart/dev.jsonl"), metavar="파일")
    parser.add_argument("--json", type=Path, metavar="파일", help="결과를 JSON으로도 씁니다")
    return run_command(parser, _handle, argv)


def places(parser: UtteranceParser, utterances: Sequence[LabelledUtterance]) -> list[Place]:
    """Gather the dictionary values that are found where they are labelled, with their canonical value."""
    lexicon, found = parser.model.encoder.lexicon, []
    for utterance, parse in zip(utterances, parser.parse_many(one.text for one in utterances), strict=True):
        for span in utterance.spans:
            raw = utterance.text[span.start : span.end]
            if lexicon.canonical(span.entity, raw) is not None and _is_found(parse.entities, span.entity, span):
                found.append(Place(utterance, span, parse.intent.name, _other(lexicon.values(span.entity), raw)))
    return found


def lost(parser: UtteranceParser, places: Sequence[Place], frame: str) -> Row:
    """Count the values that are lost, and the intents that change, in one frame."""
    framed = [place.with_mark(frame) for place in places]
    parses = parser.parse_many(text for text, _ in framed)
    gone = sum(
        not all(_is_found(parse.entities, place.span.entity, Span(*stretch, "any")) for stretch in stretches)
        for place, (_, stretches), parse in zip(places, framed, parses, strict=True)
    )
    changed = sum(parse.intent.name != place.intent for place, parse in zip(places, parses, strict=True))
    return _row(frame, len(places), gone, changed)


def measure(parser: UtteranceParser, utterances: Sequence[LabelledUtterance], frames: Iterable[str]) -> Iterator[Row]:
    """Measure every frame, and all together at the end."""
    found = places(parser, utterances)
    rows = [lost(parser, found, frame) for frame in frames]
    yield from rows
    total = [sum(int(str(row[name])) for row in rows) for name in ("places", "lost", "intent_changed")]
    yield _row("all", *total)


def _handle(arguments: argparse.Namespace) -> int:
    parser = UtteranceParser.load(arguments.models)
    rows = list(measure(parser, read_any(arguments.utterances).utterances, FRAMES))
    write_rows(arguments.json, rows, {"models": parser.version})
    print(table(rows, COLUMNS))
    return ExitCode.OK


def _row(frame: str, places: int, lost: int, changed: int) -> Row:
    count = max(1, places)
    frame = frame.replace("\n", "⏎")
    return {"mark": frame, "places": places, "lost": lost, "lost_part": lost / count, "intent_changed": changed,
            "intent_part": changed / count}  # fmt: skip


def _is_found(entities: Sequence[Entity], entity: str, span: Span) -> bool:
    return any((one.entity, one.start, one.end) == (entity, span.start, span.end) for one in entities)


def _other(values: Sequence[str], raw: str) -> str:
    """Another value of the type; the second where the first is the value itself."""
    return next((value for value in values if value != raw), raw)


if __name__ == "__main__":
    raise SystemExit(main())
