"""`parse`: what utterances mean, on the command line."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from nlu.commands.common import CommandParser, ExitCode, run_command
from nlu.commands.last_answers import Answer, LastAnswers, difference
from nlu.errors import InputError
from nlu.store.registry import locate
from nlu.types import Asked, Entity, Parse
from nlu.understanding.asked_at import AskedAt
from nlu.understanding.json_form import render_parse
from nlu.understanding.parser import UtteranceParser

_EXAMPLES = """\
  nlu-parse "판교에서 피자 주문해줘"
  nlu-parse --file 발화.txt                    다시 학습한 뒤 또 하면, 지난번과 달라진 답에 표시가 붙습니다
  nlu-parse --json < 발화.txt > 결과.jsonl     한 줄에 발화 하나, 결과도 한 줄에 하나
"""

# ANSI codes that stay readable on dark and light terminals; the entity types take them in turn.
_COLOURS = (36, 33, 35, 32, 34, 31)
_LONGEST_LINE = 1 << 20
"""Bytes of a line."""


Loader = Callable[[Path], UtteranceParser]


def main(argv: Sequence[str] | None = None, load: Loader = UtteranceParser.load) -> int:
    """Run the command and give its exit code; `load` makes the parser from a bundle."""
    return run_command(_parser(), partial(_handle, load=load), argv)


def view(parse: Parse, colour: bool = False) -> str:
    """Show a parse to a person: the utterance with its entities marked, and what was understood."""
    kinds = list(dict.fromkeys(entity.entity for entity in parse.entities))
    paint = {kind: _COLOURS[number % len(_COLOURS)] if colour else 0 for number, kind in enumerate(kinds)}
    lines = [_marked(parse, paint)]
    others = ", ".join(f"{one.name} {one.confidence:.1%}" for one in parse.ranking[1:3])
    lines.append(
        f"  의도  {parse.intent.name} {parse.intent.confidence:.1%}" + (f"  (다음: {others})" if others else "")
    )
    lines.extend(f"  개체  {_describe(entity)}" for entity in parse.entities)
    verdict = parse.fallback
    if verdict.is_fallback:
        lines.append(f"  못 알아들음: {verdict.worded('ko')} (점수 {verdict.score:.2f}, 기준 {verdict.threshold:.2f})")
    if parse.ask:
        lines.append("  되물음: " + " 또는 ".join(_asked(one) for one in parse.ask))
    return "\n".join(lines)


def _asked(one: Asked) -> str:
    said = f' "{one.text}"' if one.text else ""
    return f"{one.name}{said} ({one.confidence:.1%})"


def _parser() -> CommandParser:
    parser = CommandParser("nlu-parse", "발화의 의도와 개체를 알아봅니다.", examples=_EXAMPLES)
    parser.add_argument("texts", metavar="발화", nargs="*", help="알아볼 발화; 없으면 표준 입력을 한 줄씩 읽습니다")
    parser.add_argument("--file", type=Path, metavar="파일", help="발화를 한 줄씩 읽을 파일 (UTF-8)")
    parser.add_argument(
        "--models",
        type=Path,
        metavar="폴더",
        default=Path(os.environ.get("NLU_MODELS") or "models"),
        help="모델 저장소 또는 모델 하나의 폴더 (처음 값: 환경 변수 NLU_MODELS, 없으면 models)",
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", default=None, help="한 줄에 JSON 하나 (화면이 아니면 처음 값)")
    form.add_argument("--pretty", action="store_false", dest="json", help="사람이 보기 좋게 (화면이면 처음 값)")
    parser.add_argument(
        "--now", metavar="때", help="묻는 때 (예: 2026-11-30T14:30); '내일'이 며칠인지 정합니다 (처음 값: 지금)"
    )
    parser.add_argument("--timezone", metavar="곳", help="묻는 곳의 시간대 (처음 값: Asia/Seoul)")
    parser.add_argument(
        "--no-compare",
        action="store_true",
        help="지난번 답(reports/last_answers.json)과 견주지 않고, 이번 답을 적어 두지도 않습니다",
    )
    return parser


def _handle(arguments: argparse.Namespace, load: Loader) -> int:
    if arguments.texts and arguments.file:
        raise InputError("input.texts_and_file", path=arguments.file)
    asked_at = AskedAt.read(arguments.now, arguments.timezone)
    parser = load(locate(arguments.models))
    as_json = not sys.stdout.isatty() if arguments.json is None else arguments.json
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    last = LastAnswers(None) if arguments.no_compare else LastAnswers.beside(arguments.models)
    try:
        for text in _utterances(arguments.texts, arguments.file):
            parse = parser.parse(text, asked_at=asked_at)
            before = last.compare(parse)
            print(_as_json(parse, before) if as_json else _as_text(parse, before, colour), flush=True)
    finally:
        last.keep()
    if last.changed:
        print(
            f"지난번에도 물은 발화 {last.compared:,}개 가운데 {last.changed:,}개의 답이 달라졌습니다.", file=sys.stderr
        )
    return ExitCode.OK


def _as_json(parse: Parse, before: Answer | None) -> str:
    form = render_parse(parse) | ({"before": before.to_json()} if before else {})
    return json.dumps(form, ensure_ascii=False)


def _as_text(parse: Parse, before: Answer | None, colour: bool) -> str:
    shown = view(parse, colour)
    if before is None:
        return shown
    lines = [_painted(line, {"-": 31, "+": 32}.get(line[0], 33) if colour else 0) for line in difference(before, parse)]
    return "\n".join([shown, "  지난번과 다름", *(f"  {line}" for line in lines)])


def _painted(line: str, code: int) -> str:
    return f"\x1b[{code}m{line}\x1b[0m" if code else line


def _utterances(texts: Sequence[str], path: Path | None) -> Iterator[str]:
    """Give each argument, else the lines of a file or of standard input that are not blank."""
    if texts:
        return iter(texts)
    if path is None and sys.stdin.isatty():
        print("발화를 적고 Enter를 누르세요. 끝내려면 Ctrl+D.", file=sys.stderr)
    return (line.strip("\r\n") for line in _lines(path) if line.strip())


def _lines(path: Path | None) -> Iterator[str]:
    with path.open("rb") if path is not None else contextlib.nullcontext(sys.stdin.buffer) as lines:
        for number, line in enumerate(iter(lambda: lines.readline(_LONGEST_LINE + 1), b""), 1):
            if len(line) > _LONGEST_LINE:  # of a device there may be no end
                raise InputError("input.line_long", number=number, path=path or "-", most=_LONGEST_LINE)
            try:
                yield line.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError:
                code = "input.line_not_utf8" if path is None else "input.file_line_not_utf8"
                raise InputError(code, number=number, path=path) from None


def _marked(parse: Parse, paint: dict[str, int]) -> str:
    parts, last = [], 0
    for entity in parse.entities:
        parts.append(parse.text[last : entity.start])
        code = paint[entity.entity]
        parts.append(f"\x1b[1;{code}m{entity.raw}\x1b[0m" if code else f"[{entity.raw}]")
        last = entity.end
    return "".join([*parts, parse.text[last:]])


def _describe(entity: Entity) -> str:
    label = f"{entity.entity}:{entity.role}" if entity.role else entity.entity
    value = "" if entity.value == entity.raw else f" = {entity.value}"
    if entity.resolved is not None:
        unit = f" {entity.resolved.unit}" if entity.resolved.unit else ""
        value = f" = {entity.resolved.value}{unit}" + (" (쯤)" if entity.resolved.is_approximate else "")
    value += " (빼고)" if entity.is_negated else ""
    particle = f" +{entity.particle}" if entity.particle else ""
    return f"{label}  {entity.raw}{value}{particle}  {entity.confidence:.1%}  {'+'.join(entity.sources)}".rstrip()


if __name__ == "__main__":
    raise SystemExit(main())
