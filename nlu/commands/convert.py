"""`convert`: labelled utterances from one format into another."""

from __future__ import annotations

import argparse
import csv
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from nlu.commands import auditing, progress
from nlu.commands.common import CommandParser, ExitCode, run_command
from nlu.data import exporters
from nlu.data.importers import SUFFIXES, read_all
from nlu.data.merged_entries import merged
from nlu.errors import InputError
from nlu.lexicon.dictionary import Entry
from nlu.system.files import write_atomic

_EXAMPLES = f"""\
  nlu-convert nlu.md real.jsonl                         Rasa 1의 마크다운을 이 프로그램의 형식으로
  nlu-convert agent bot.csv --dictionary dict.csv       Dialogflow 에이전트 폴더를 표와 사전으로
  nlu-convert 발화.xlsx labels.jsonl --to doccano       엑셀 표를 doccano로

결과의 형식(--to); 안 적으면 이름의 끝으로 압니다:
{"".join(f"  {name:<17}{one.suffix or '폴더':<8}{one.says}{chr(10)}" for name, one in exporters.FORMATS.items())}"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code."""
    parser = CommandParser(
        "nlu-convert", "답이 달린 발화를 다른 형식으로 바꾸고, 무엇을 옮기지 못했는지 말합니다.", examples=_EXAMPLES
    )
    parser.add_argument("files", metavar="파일", type=Path, nargs="+", help="바꿀 파일이나 Dialogflow 에이전트 폴더")
    parser.add_argument("result", metavar="결과", type=Path, help="만들 파일이나 폴더")
    parser.add_argument(
        "--from", dest="source", metavar="형식", choices=SUFFIXES, help="읽을 형식: " + ", ".join(SUFFIXES)
    )
    parser.add_argument("--to", metavar="형식", choices=[*exporters.FORMATS], help="쓸 형식; 아래를 보세요")
    parser.add_argument("--dictionary", metavar="파일", type=Path, help="사전 값과 동의어를 둘 CSV")
    return run_command(parser, _handle, argv)


def _handle(arguments: argparse.Namespace) -> int:
    result: Path = arguments.result
    name = arguments.to or exporters.format_of(result)
    for path in arguments.files:
        for made in (result, arguments.dictionary):
            if made and path.resolve() == made.resolve():
                raise InputError("input.same_file", path=path)
    made = [path for path in (result, arguments.dictionary) if path]
    before = {path: auditing.hash_of(path) for path in made}
    with progress.shown(notices=sys.stdout) as listen:
        files = [(path, 1.0) for path in arguments.files]
        utterances, entries = read_all(files, listen, suffix=arguments.source, uses_values=bool(arguments.dictionary))
        values, notices = merged(entries)
        for notice in (*notices, *exporters.write(result, name, utterances, values)):
            listen(notice)
    if arguments.dictionary:
        write_atomic(arguments.dictionary, _table(values))
        print(f"사전: {arguments.dictionary} (값 {len(values):,}개)")
    read = [str(path) for path in arguments.files]
    changes = [
        auditing.Change(
            "data.convert", str(path), {"before": before[path], "after": auditing.hash_of(path), "from": read}
        )
        for path in made
    ]
    auditing.note(Path(os.environ.get("NLU_MODELS") or "models"), "nlu-convert", changes)
    return ExitCode.OK


def _table(entries: Sequence[Entry]) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(("entity", "value", "synonyms"))
    writer.writerows((entry.entity, entry.value, *entry.synonyms) for entry in entries)
    return "\ufeff" + file.getvalue()


if __name__ == "__main__":
    raise SystemExit(main())
