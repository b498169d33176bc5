"""`test-stories`: whether the talks that an author wrote down still come out as they should."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from nlu.commands.chat import add_bot, talker_of
from nlu.commands.common import CommandParser, ExitCode, run_command
from nlu.scenario.stories import Failure, read_stories, tell
from nlu.understanding.asked_at import AskedAt

_EXAMPLES = """\
  nlu-test-stories tests/stories         폴더의 이야기를 모두 다시 해 보기 (다르면 코드 1)
  nlu-test-stories 주문.yml --now 2026-11-30T14:30

이야기 파일에는 말마다 봇이 할 일을 적습니다 (안 적은 것은 따지지 않습니다):
  - story: 수를 고친다
    turns:
      - {user: 피자 시킬게, asks: count}
      - {user: 두 판이요, confirms: order_food}
      - {user: 아니 세 판, slots: {count: 세 판}}
      - {user: 네, done: order_food, says: 세 판을}
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code."""
    return run_command(_parser(), _handle, argv)


def _parser() -> CommandParser:
    parser = CommandParser(
        "nlu-test-stories", "적어 둔 이야기를 봇과 다시 해 보고 다른 곳을 보입니다.", examples=_EXAMPLES
    )
    parser.add_argument(
        "stories", type=Path, nargs="+", metavar="파일", help="이야기 파일(.yml)이나 그런 파일이 있는 폴더"
    )
    add_bot(parser)
    parser.add_argument("--now", metavar="때", help="이야기하는 때 (처음 값: 지금)")
    return parser


def _handle(arguments: argparse.Namespace) -> int:
    paths = [one for path in arguments.stories for one in (sorted(path.glob("*.yml")) if path.is_dir() else [path])]
    stories = [story for path in paths for story in read_stories(path)]
    talker, asked_at = talker_of(arguments), AskedAt.read(arguments.now)
    failures = [failure for story in stories if (failure := tell(story, talker, asked_at)) is not None]
    for failure in failures:
        print(_told(failure))
    turns = sum(len(story.turns) for story in stories)
    print(f"이야기 {len(stories):,}개(말 {turns:,}마디) 가운데 {len(stories) - len(failures):,}개가 적은 대로입니다.")
    return ExitCode.MISTAKE if failures else ExitCode.OK


def _told(failure: Failure) -> str:
    where = f"{failure.story.path}:{failure.turn.line}"
    return (
        f"{where}: {failure.story.name}\n  나: {failure.turn.user}\n  봇: {failure.reply}\n"
        f"  바란 것: {failure.expected}\n  나온 것: {failure.got}"
    )


if __name__ == "__main__":
    raise SystemExit(main())
