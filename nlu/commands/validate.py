"""`validate`: check the patterns, the dictionary, answers, scenarios and stories, and show what patterns say."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from nlu.commands import project
from nlu.commands.common import CommandParser, ExitCode, positive_int, run_command
from nlu.linter.linter import validate_files
from nlu.linter.smalltalk import as_findings

STORIES = Path("tests/stories")
_EXAMPLES = """\
  nlu-validate                        잘못된 곳과, 의심스러운 곳을 종류대로 모아 보기
  nlu-validate --all                  의심스러운 곳을 하나하나 보기
  nlu-validate --preview 3            패턴마다 보기 발화 셋씩
  nlu-validate --real real.csv        사람이 답을 단 발화에서 답이 틀린 듯한 것 찾기
  nlu-validate --strict               주의할 곳만 있어도 코드 1로 끝내기
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code."""
    parser = CommandParser("nlu-validate", "패턴과 사전, 대답, 시나리오, 이야기를 검사합니다.", examples=_EXAMPLES)
    project.add_options(parser, "patterns", "dictionary")
    parser.add_argument("--preview", type=positive_int, default=0, metavar="개수", help="패턴마다 보일 발화의 수")
    parser.add_argument("--seed", type=int, default=0, metavar="수", help="보기 발화를 고르는 씨앗")
    parser.add_argument("--strict", action="store_true", help="주의(warning)도 잘못으로 칩니다")
    parser.add_argument("--all", action="store_true", help="같은 종류를 모으지 않고 하나하나 보입니다")
    parser.add_argument("--json", action="store_true", help="JSON으로 보입니다")
    parser.add_argument(
        "--stories", metavar="폴더", type=Path, default=STORIES, help=f"이야기 파일이 있는 폴더 (기본: {STORIES})"
    )
    parser.add_argument("--real", metavar="파일", type=Path, help="답이 달린 실제 발화(파일, 묶음)의 답을 살핍니다")
    parser.add_argument("--reviews", metavar="폴더", type=Path, default=Path("reviews"), help="찾은 것을 둘 곳")
    return run_command(parser, _handle, argv)


def _handle(arguments: argparse.Namespace) -> int:
    if arguments.real:
        # It brings scikit-learn and cleanlab, which nothing else of this needs.
        from nlu.commands import reviewing

        return reviewing.run(arguments.real, arguments.reviews, as_json=arguments.json)
    place = project.read(arguments)
    checked = validate_files(
        place.patterns, place.dictionaries, arguments.preview, arguments.seed, place.import_from,
        smalltalk=place.config.understanding.smalltalk > 0,
        stories=sorted(arguments.stories.glob("*.yml")),
    )  # fmt: skip
    if arguments.json:
        print(
            json.dumps(
                [asdict(finding) for finding in (*checked.findings, *as_findings(checked.smalltalk))],
                ensure_ascii=False,
                indent=2,
            )
        )
    else:
        print(checked.to_text(previews=bool(arguments.preview), is_whole=arguments.all))
    grave = {"error", "warning"} if arguments.strict else {"error"}
    return ExitCode.MISTAKE if any(finding.severity in grave for finding in checked.findings) else ExitCode.OK


if __name__ == "__main__":
    raise SystemExit(main())
