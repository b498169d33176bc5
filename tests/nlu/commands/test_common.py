from __future__ import annotations

import argparse
import importlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from nlu.commands.common import CommandParser, ExitCode, describe, positive_int, run_command
from nlu.errors import (
    BundleError,
    ConfigError,
    InputError,
    MissingPackageError,
    NluError,
    PatternSyntaxError,
    RegistryError,
    SourceErrors,
    TrainingError,
    UnknownChoiceError,
)


def failing_with(error: BaseException) -> Callable[[argparse.Namespace], int]:
    def handle(arguments: argparse.Namespace) -> int:
        raise error

    return handle


def mistake(line: int) -> PatternSyntaxError:
    return PatternSyntaxError("괄호를 닫지 않았습니다.", "pattern.txt", line, 4, "피자 (주문")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (mistake(3), 1),
        (SourceErrors([mistake(3), mistake(9)]), 1),
        (TrainingError("loss is nan"), 1),
        (UnknownChoiceError("tokenizer", "mecap", ["mecab"]), 2),
        (InputError("expected text, got nothing"), 2),
        (ConfigError("환경 변수 NLU_RECORD: 0에서 1까지여야 하는데 2.0입니다"), 2),
        (FileNotFoundError(2, "No such file or directory", "pattern.txt"), 2),
        (IsADirectoryError(21, "Is a directory", "patterns"), 2),
        (PermissionError(13, "Permission denied", "pattern.txt"), 2),
        (BundleError("weights.onnx is missing"), 3),
        (RegistryError("no room"), 3),
        (RegistryError("registry.busy", models="models"), 3),
        (MissingPackageError("konlpy", "pip install konlpy"), 4),
        (OSError(28, "No space left on device"), 4),
        (KeyboardInterrupt(), 130),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else str(value),
)
def test_each_error_has_its_exit_code_and_no_traceback(
    error: BaseException, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(CommandParser("nlu-x"), failing_with(error), []) == code
    assert "Traceback" not in capsys.readouterr().err


def test_a_mistake_in_a_file_is_shown_with_its_place_and_caret(capsys: pytest.CaptureFixture[str]) -> None:
    run_command(CommandParser("nlu-x"), failing_with(mistake(3)), [])
    assert capsys.readouterr().err == ("pattern.txt:3:4: 괄호를 닫지 않았습니다.\n    피자 (주문\n         ^\n")


def test_an_unexpected_error_is_raised_on() -> None:
    with pytest.raises(ZeroDivisionError):
        run_command(CommandParser("nlu-x"), failing_with(ZeroDivisionError()), [])


def test_the_handlers_code_is_the_exit_code() -> None:
    assert run_command(CommandParser("nlu-x"), lambda arguments: ExitCode.MISTAKE, []) == 1


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        ([], "빠진 값이 있습니다: 이름, -n/--count"),
        (["a", "-n", "1", "b"], "모르는 값입니다: b"),
        (["a", "-n"], "-n/--count: 값이 하나 필요합니다"),
        (["a", "-n", "0"], "-n/--count: 1 이상의 정수가 필요한데 '0'입니다"),
        (["a", "-n", "1", "--seed", "x"], "--seed: 정수가 필요한데 'x'입니다"),
    ],
)
def test_wrong_usage_is_said_in_korean_with_code_two(
    argv: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    parser = CommandParser("nlu-x", "예시")
    parser.add_argument("name", metavar="이름")
    parser.add_argument("-n", "--count", type=positive_int, required=True)
    parser.add_argument("--seed", type=int)
    assert run_command(parser, lambda arguments: 0, argv) == 2
    assert capsys.readouterr().err.splitlines()[-1] == f"nlu-x: {message}"


def test_help_is_korean_and_explains_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    parser = CommandParser("nlu-x", "예시 명령입니다.", examples="  nlu-x a")
    assert run_command(parser, lambda arguments: 0, ["--help"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("사용법: nlu-x [-h] [--version] [--print-completion 셸]\n\n예시 명령입니다.")
    assert all(part in shown for part in ("선택 사항", "예:\n  nlu-x a", "끝날 때의 코드:"))


def test_a_sub_command_speaks_korean_too(capsys: pytest.CaptureFixture[str]) -> None:
    parser = CommandParser("nlu-x")
    parser.add_subparsers(dest="verb", required=True).add_parser("go").add_argument("where")
    assert run_command(parser, lambda arguments: 0, ["go"]) == 2
    assert capsys.readouterr().err == "사용법: nlu-x go [-h] where\nnlu-x go: 빠진 값이 있습니다: where\n"


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "", "하나", "1" * 5000, "٣"])
def test_positive_int_takes_nothing_below_one_and_no_other_writing(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        positive_int(text)


def test_an_error_that_is_not_ours_has_no_description() -> None:
    with pytest.raises(KeyError):
        describe(KeyError("x"))
    assert describe(NluError("x")) == (ExitCode.MISTAKE, "x")


def test_a_reader_that_stops_early_brings_no_traceback() -> None:
    program = (
        "import sys; from nlu.commands.common import CommandParser, run_command\n"
        "def handle(arguments):\n    for _ in range(100_000): print('피자')\n    return 0\n"
        "sys.exit(run_command(CommandParser('nlu-x'), handle, []))"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().decode() == "피자\n"
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == ExitCode.BROKEN_PIPE


def test_output_into_a_pipe_is_utf8_whatever_the_locale() -> None:
    program = (
        "import sys; from nlu.commands.common import CommandParser, run_command\n"
        "sys.exit(run_command(CommandParser('nlu-x'), lambda a: print('피자 🍕') or 0, []))"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, env={**os.environ, "PYTHONIOENCODING": "cp949"}
    )
    assert result.stdout.decode() == "피자 🍕\n"


@pytest.mark.parametrize("name", ["nlu.commands", "server.commands"])
def test_every_command_is_a_program_of_its_own(name: str) -> None:
    """`python -m nlu.commands.generate --nonsense` must not end in silence."""
    package = importlib.import_module(name)
    for path in sorted(Path(package.__path__[0]).glob("*.py")):
        text = path.read_text(encoding="utf-8")
        assert ("\ndef main(" in text) == text.endswith('if __name__ == "__main__":\n    raise SystemExit(main())\n'), (
            path
        )
