"""What all commands share: Korean help, exit codes, and errors as one plain message instead of a traceback."""

from __future__ import annotations

import argparse
import contextlib
import errno
import io
import os
import re
import sys
from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import Any, NoReturn

from nlu.bounds import MOST_DAYS
from nlu.commands import completion
from nlu.commands.help import KoreanFormatter
from nlu.database.errors import DatabaseUnavailable
from nlu.errors import (
    BundleError,
    ConfigError,
    InputError,
    MissingPackageError,
    NluError,
    PromotionError,
    RegistryError,
    UnknownChoiceError,
)
from nlu.inbox.errors import InboxError
from nlu.intake.errors import SourceUnavailable
from nlu.jobs.channel import Channel
from nlu.jobs.errors import UnknownJob, UnknownSchedule
from nlu.keys.errors import KeyTaken, UnknownKey
from nlu.messages import word
from nlu.search.errors import StudiesUnavailable
from nlu.version import VERSION


class ExitCode(IntEnum):
    """What a command's exit code means; an unexpected error leaves with a traceback."""

    OK = 0
    MISTAKE = 1
    USAGE = 2
    MODEL = 3
    SYSTEM = 4
    INTERRUPTED = 130
    BROKEN_PIPE = 141


EXIT_CODES_HELP = """\
끝날 때의 코드:
  0  잘 끝남
  1  파일에 잘못된 곳이 있거나 검사를 통과하지 못함
  2  명령이나 환경 변수를 잘못 씀 (없는 파일, 없는 이름 포함)
  3  모델이 없거나 깨짐
  4  컴퓨터 사정 (필요한 패키지가 없음, 디스크가 참, 포트가 쓰임 등)
"""

# The first row whose class fits decides.
_EXIT_CODES: tuple[tuple[type[Exception], ExitCode], ...] = (
    (PromotionError, ExitCode.USAGE),
    (BundleError, ExitCode.MODEL),
    (RegistryError, ExitCode.MODEL),
    (UnknownChoiceError, ExitCode.USAGE),
    (KeyTaken, ExitCode.USAGE),
    (UnknownKey, ExitCode.USAGE),
    (UnknownJob, ExitCode.USAGE),
    (UnknownSchedule, ExitCode.USAGE),
    (InputError, ExitCode.USAGE),
    (InboxError, ExitCode.USAGE),
    (MissingPackageError, ExitCode.SYSTEM),
    (DatabaseUnavailable, ExitCode.SYSTEM),
    (StudiesUnavailable, ExitCode.SYSTEM),
    (SourceUnavailable, ExitCode.SYSTEM),
    (ConfigError, ExitCode.USAGE),
    (NluError, ExitCode.MISTAKE),
    (FileNotFoundError, ExitCode.USAGE),
    (NotADirectoryError, ExitCode.USAGE),
    (IsADirectoryError, ExitCode.USAGE),
    (PermissionError, ExitCode.USAGE),
    (OSError, ExitCode.SYSTEM),
)

# The messages of what the system refuses to do with a file, in place of its own words.
_REFUSALS = {
    errno.ENOENT: "system.file_missing",
    errno.ENOTDIR: "system.no_folder",
    errno.EISDIR: "system.is_folder",
    errno.EEXIST: "system.exists",
    errno.ENAMETOOLONG: "system.name_long",
    errno.EACCES: "system.no_permission",
    errno.EPERM: "system.no_permission",
}

# What to do about another refusal of the system, after its own words.
_WAYS_OUT = {errno.EADDRINUSE: "system.port_taken", errno.ENOSPC: "system.disk_full"}

# argparse has no codes and speaks English only: what authors meet most is said in Korean, the rest is left as it is.
_USAGE_MESSAGES: tuple[tuple[str, str], ...] = (
    ("the following arguments are required: (?P<names>.+)", "usage.missing"),
    ("unrecognized arguments: (?P<given>.+)", "usage.unknown"),
    (r"argument (?P<name>.+?): invalid choice: (?P<given>.+?) \(choose from (?P<choices>.+)\)", "usage.choice"),
    ("argument (?P<name>.+?): expected one argument", "usage.one"),
    ("argument (?P<name>.+?): expected at least one argument", "usage.some"),
    (r"argument (?P<name>.+?): expected (?P<count>\d+) arguments", "usage.several"),
    ("argument (?P<name>.+?): invalid int value: (?P<given>.+)", "usage.integer"),
    ("argument (?P<name>.+?): invalid float value: (?P<given>.+)", "usage.number"),
    ("argument (?P<name>.+?): not allowed with argument (?P<other>.+)", "usage.not_with"),
    ("argument (?P<name>.+?): (?P<problem>.*[가-힣].*)", "usage.other"),
    ("one of the arguments (?P<names>.+) is required", "usage.one_of"),
)


class CommandParser(argparse.ArgumentParser):
    """An argument parser that speaks Korean; sub-commands made from it do so too.

    Args:
        prog: the command's name, such as `nlu-parse`.
        description: what it does, in Korean.
        examples: lines for the end of the help.

    Example:
        >>> parser = CommandParser("nlu-hello", "인사합니다.")
        >>> _ = parser.add_argument("name", metavar="이름", help="누구에게")
        >>> print(parser.format_usage().strip())
        사용법: nlu-hello [-h] [--version] [--print-completion 셸] 이름
    """

    def __init__(self, prog: str, description: str = "", *, examples: str = "", **options: Any) -> None:
        epilog = f"예:\n{examples.rstrip()}\n\n{EXIT_CODES_HELP}" if examples else EXIT_CODES_HELP
        super().__init__(
            prog=prog,
            description=description,
            epilog=epilog,
            formatter_class=KoreanFormatter,
            add_help=False,
            allow_abbrev=False,
            **options,
        )
        self._positionals.title = "값"
        self._optionals.title = "선택 사항"
        self.add_argument("-h", "--help", action="help", help="이 도움말을 보이고 끝냅니다")
        if " " not in prog:  # no sub-command
            self.add_argument("--version", action="version", version=f"{prog} {VERSION}", help="버전을 보이고 끝냅니다")
            completion.add_to(self)

    def error(self, message: str) -> NoReturn:
        """Print the usage and what is wrong, and leave with the code for wrong usage."""
        self.exit(ExitCode.USAGE, f"{self.format_usage()}{self.prog}: {_korean(message)}\n")


def positive_int(text: str) -> int:
    """Read a whole number of at least one, for `type=` of an argument.

    Example:
        >>> positive_int("12")
        12
    """
    number = int(text) if re.fullmatch(r"[0-9]{1,18}", text) else 0
    if number < 1:
        raise argparse.ArgumentTypeError(word("usage.positive", {"given": text}, "ko"))
    return number


def day_count(text: str) -> int:
    """Read a number of days, a hundred years at most, for `type=` of an argument.

    Example:
        >>> day_count("30")
        30
    """
    days = positive_int(text)
    if days > MOST_DAYS:
        raise argparse.ArgumentTypeError(word("usage.days", {"given": text, "most": MOST_DAYS}, "ko"))
    return days


def share(text: str) -> float:
    """Read a part above 0 and below 1, for `type=` of an argument.

    Example:
        >>> share("0.005")
        0.005
    """
    number = float(text) if re.fullmatch(r"0?\.[0-9]{1,9}", text) else 0.0
    if not 0 < number < 1:
        raise argparse.ArgumentTypeError(word("usage.share", {"given": text}, "ko"))
    return number


def port_number(text: str) -> int:
    """Read a TCP port, 0 for any that is free, for `type=` of an argument.

    Example:
        >>> port_number("8000")
        8000
    """
    if not text.isdecimal() or not text.isascii() or int(text[:6]) > 65535:
        raise argparse.ArgumentTypeError(word("usage.port", {"given": text}, "ko"))
    return int(text)


def run_command(
    parser: argparse.ArgumentParser,
    handle: Callable[[argparse.Namespace], int],
    argv: Sequence[str] | None = None,
) -> int:
    """Read the arguments, run the command, and turn what goes wrong into a message and an exit code.

    Args:
        parser: reads the arguments.
        handle: does the work and gives the exit code.
        argv: the arguments; those of the process when None.

    Returns:
        The exit code. An error that is no `NluError` or `OSError` is a fault of ours and is raised on.
    """
    _never_fail_to_print()
    try:
        code = handle(parser.parse_args(argv))
        sys.stdout.flush()
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else ExitCode.OK
    except KeyboardInterrupt:
        print("\n멈췄습니다.", file=sys.stderr)
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        _forget_output()
        return ExitCode.BROKEN_PIPE
    except (NluError, OSError) as error:
        code, message = describe(error)
        Channel.from_environment().error(message)
        print(message, file=sys.stderr)
    return code


def describe(error: Exception) -> tuple[ExitCode, str]:
    """Give the exit code and the message of an error.

    Example:
        >>> describe(UnknownChoiceError("tokenizer", "mecap", ["mecab", "syllable"]))[1]
        "'mecap': 그런 형태소 분석기가 없습니다. 있는 것: mecab, syllable"
    """
    code = next((code for kind, code in _EXIT_CODES if isinstance(error, kind)), None)
    if code is None:
        raise error
    return code, error.worded("ko") if isinstance(error, NluError) else _refusal(error)


def _refusal(error: Exception) -> str:
    """What the system refuses, in Korean where its words say too little."""
    number, path = getattr(error, "errno", None) or 0, getattr(error, "filename", None)
    if path and number in _REFUSALS:
        return word(_REFUSALS[number], {"path": path}, "ko")
    said = str(error).removeprefix(f"[Errno {number}] ")
    return "\n".join([said, *(word(code, {}, "ko") for code in [_WAYS_OUT.get(number)] if code)])


def _korean(message: str) -> str:
    for pattern, code in _USAGE_MESSAGES:
        if match := re.fullmatch(pattern, message):
            return word(code, match.groupdict(), "ko")
    return message


def _never_fail_to_print() -> None:
    """Write UTF-8 into files and pipes, and escape what a terminal of another encoding can't show."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")


def _forget_output() -> None:
    """Point standard output nowhere, so that Python's last flush does not complain about the closed pipe."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
