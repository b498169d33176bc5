#!/usr/bin/env python3
"""How many dialogues of people in a hurry end as they should, and how many corrections are taken."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it also runs as a file

from benchmarks.dialogue_plays import Judge, Play, read_dialogues
from nlu.commands.chat import add_bot, talker_of
from nlu.commands.common import CommandParser, ExitCode, run_command
from nlu.store.registry import locate
from nlu.system.files import write_atomic
from nlu.understanding.parser import UtteranceParser

DIALOGUES = Path(__file__).parents[1] / "tests" / "data" / "dialogues"
PARTS = ("dev", "kept")
_EXAMPLES = """\
  benchmarks/dialogues.py --models models                      손으로 쓴 대화를 모두 해 보기
  benchmarks/dialogues.py --part dev --misses --json talks.json
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark and give its exit code."""
    parser = CommandParser(
        "benchmarks/dialogues.py", "급한 사람들의 대화를 봇과 다시 해 보고 끝이 맞는지 잽니다.", examples=_EXAMPLES
    )
    add_bot(parser)
    parser.add_argument("--part", choices=PARTS, help="이것만 (처음 값: 모두)")
    parser.add_argument("--misses", action="store_true", help="틀린 대화를 보입니다")
    parser.add_argument(
        "--json", metavar="파일", type=Path, nargs="?", const=Path("-"), help="결과를 JSON으로; 없으면 화면에"
    )
    return run_command(parser, _handle, argv)


def _handle(arguments: argparse.Namespace) -> int:
    talker, lexicon = talker_of(arguments), UtteranceParser.load(locate(arguments.models)).lexicon
    report: dict[str, dict[str, float]] = {}
    for part in [arguments.part] if arguments.part else PARTS:
        dialogues, asked_at = read_dialogues(DIALOGUES / f"{part}.yml")
        judge = Judge(talker.rules, lexicon, asked_at)
        plays = [judge.play(one, talker, asked_at) for one in dialogues]
        report[part] = scores(plays)
        if arguments.misses:
            print("\n\n".join(told(one) for one in plays if not one.is_right or not all(one.fixed.values())), "\n")
    written = json.dumps(report, ensure_ascii=False, indent=2) + "\n"
    if arguments.json == Path("-"):
        print(written, end="")
        return ExitCode.OK
    for part, one in report.items():
        print(
            f"{part}: 대화 {one['dialogues']}개 가운데 {one['right']}개가 맞게 끝났고, "
            f"고친 말 {one['corrections']}마디 가운데 {one['corrections_right']}마디를 알아들었습니다. "
            f"한 대화에 말 {one['turns']:.1f}마디, 아는 것을 또 물은 적 {one['asked_filled']}번, "
            f"잃은 값 {one['values_lost']}개."
        )
    if arguments.json:
        write_atomic(arguments.json, written)
    return ExitCode.OK


def scores(plays: Sequence[Play]) -> dict[str, float]:
    """Count what came of some dialogues."""
    fixed = [is_fixed for one in plays for is_fixed in one.fixed.values()]
    return {
        "dialogues": len(plays),
        "right": sum(one.is_right for one in plays),
        "corrections": len(fixed),
        "corrections_right": sum(fixed),
        "turns": round(sum(len(one.answers) for one in plays) / max(len(plays), 1), 2),
        "asked_filled": sum(one.asked_filled for one in plays),
        "values_lost": sum(one.lost for one in plays),
        "wrong_by_parse": sum(one.fault == "parse" for one in plays),
        "wrong_by_step": sum(one.fault == "step" for one in plays),
    }


def told(play: Play) -> str:
    """Tell how a dialogue went, the turn that went wrong marked."""
    lines = [
        f"{'맞음' if play.is_right else '틀림'} ({play.wrong_turn}번째 말, {play.fault}) → {list(play.dialogue.ends)}"
    ]
    for number, (text, answered) in enumerate(zip(play.dialogue.turns, play.answers, strict=True), 1):
        mark = "*" if number == play.wrong_turn else "!" if play.fixed.get(number) is False else " "
        understood = "; ".join(
            f"{parse.intent.name} {parse.intent.confidence:.2f}"
            + "".join(
                f" {'-' if e.is_negated else ''}{e.entity}{':' + e.role if e.role else ''}={e.raw}"
                for e in parse.entities
            )
            for parse in answered.parses
        )
        lines += [f" {mark} 나: {text}   ({understood})", f"   봇: {answered.reply.text}"]
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
