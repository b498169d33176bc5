"""`chat`: talk with the bot in the terminal."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from nlu.commands.common import CommandParser, ExitCode, run_command
from nlu.dialogue.responses import ANSWERS_NAME, read_answers
from nlu.errors import InputError
from nlu.scenario.reader import SCENARIOS_NAME, read_scenarios
from nlu.scenario.state import State, Why
from nlu.scenario.talker import Answered, Talker
from nlu.store.registry import locate
from nlu.understanding.asked_at import AskedAt
from nlu.understanding.parser import UtteranceParser

_EXAMPLES = """\
  nlu-chat                       터미널에서 봇과 이야기하기 (끝내려면 Ctrl+D)
  nlu-chat --why                 무엇을 알아듣고 무엇을 했는지 함께 보기
  printf '피자 시킬게\\n두 판\\n네\\n' | nlu-chat
"""

WHYS: dict[Why, str] = {
    "opening": "이야기를 시작함",
    "outside": "이야기 밖의 말",
    "cancel": "그만두는 말",
    "yes": "네",
    "no": "아니요",
    "correction": "고치는 말",
    "answer": "물은 것에 답함",
    "over_answer": "묻지 않은 것도 말함",
    "digression": "다른 이야기로 샘",
    "asks_back": "도로 묻거나 기다려 달라는 말",
    "not_understood": "못 알아들음",
    "unclear": "두 의도 가운데 무엇인지 물음",
}
"""As what a turn was read, in the author's words."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code."""
    return run_command(_parser(), _handle, argv)


def _parser() -> CommandParser:
    parser = CommandParser(
        "nlu-chat",
        "봇과 이야기합니다. 무엇을 묻고 어떻게 끝내는지는 patterns/scenarios.yml에 적습니다.",
        examples=_EXAMPLES,
    )
    add_bot(parser)
    parser.add_argument("--why", action="store_true", help="알아들은 것과 한 일도 보입니다")
    parser.add_argument("--now", metavar="때", help="묻는 때 (예: 2026-11-30T14:30; 처음 값: 지금)")
    parser.add_argument("--timezone", metavar="곳", help="묻는 곳의 시간대 (처음 값: Asia/Seoul)")
    return parser


def add_bot(parser: CommandParser) -> None:
    """Add where the bot is: its model and its files."""
    parser.add_argument(
        "--models",
        type=Path,
        metavar="폴더",
        default=Path(os.environ.get("NLU_MODELS") or "models"),
        help="모델 저장소 또는 모델 하나의 폴더 (처음 값: 환경 변수 NLU_MODELS, 없으면 models)",
    )
    parser.add_argument(
        "--patterns",
        type=Path,
        metavar="폴더",
        default=Path("patterns"),
        help="scenarios.yml과 answers.yml이 있는 폴더",
    )


def talker_of(arguments: argparse.Namespace) -> Talker:
    """Load the bot.

    Raises:
        SourceErrors: mistakes in its scenarios or answers.
        InputError: it has no scenarios.
    """
    folder = arguments.patterns
    if not (folder / SCENARIOS_NAME).is_file():
        raise InputError("scenario.file_missing", path=folder / SCENARIOS_NAME)
    rules = read_scenarios(folder / SCENARIOS_NAME)
    answers = read_answers(folder / ANSWERS_NAME) if (folder / ANSWERS_NAME).is_file() else None
    parser = UtteranceParser.load(locate(arguments.models))
    return Talker(rules, parser, answers, parser.lexicon)


def _handle(arguments: argparse.Namespace) -> int:
    AskedAt.read(arguments.now, arguments.timezone)
    talker, state = talker_of(arguments), State()
    is_terminal = sys.stdin.isatty()
    if is_terminal:
        print("봇과 이야기하세요. 끝내려면 Ctrl+D.", file=sys.stderr)
    while (line := _line(is_terminal)) is not None:
        if not line.strip():
            continue
        answered = talker.take(state, line.strip(), AskedAt.read(arguments.now, arguments.timezone))
        state = answered.state
        if arguments.why:
            print(_why(answered))
        print(f"봇: {answered.reply.text}" if is_terminal else answered.reply.text, flush=True)
        if answered.reply.quick_replies:
            print("    " + "  ".join(f"[{one.label}]" for one in answered.reply.quick_replies))
    return ExitCode.OK


def _line(is_terminal: bool) -> str | None:
    try:
        return input("나: " if is_terminal else "")
    except EOFError:
        return None


def _why(answered: Answered) -> str:
    parses = "; ".join(
        f"{parse.intent.name} {parse.intent.confidence:.0%}"
        + "".join(f" {one.entity}={one.value}{'(빼고)' if one.is_negated else ''}" for one in parse.entities)
        for parse in answered.parses
    )
    acts = ", ".join(f"{act.kind} {act.slot or act.intent or ''}".strip() for act in answered.acts)
    whys = ", ".join(dict.fromkeys(WHYS[act.why] for act in answered.acts if act.why is not None))
    return f"    ({parses} → {acts}; {whys})"


if __name__ == "__main__":
    raise SystemExit(main())
