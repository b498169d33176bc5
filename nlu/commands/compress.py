"""`compress`: make a smaller model of a version, and show what it costs."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from nlu.commands import auditing, progress, project, promotion
from nlu.commands.common import CommandParser, ExitCode, positive_int, run_command, share
from nlu.data import dataset as datasets
from nlu.errors import RegistryError
from nlu.pipeline.compress import Compression, Stage, Steps, compress
from nlu.store.registry import Registry

_EXAMPLES = """\
  nlu-compress --filters 0.5                   의도 그물의 필터를 반만 남기기
  nlu-compress --student 96                    개체 그물 여럿의 답을 폭 96의 그물 하나에 가르치기
  nlu-compress --int8                          int8 = false 로 학습한 모델의 표와 커널을 바이트로
  nlu-compress --filters 0.5 --student 96 --promote   모두 하고, 승격 정책이 허락하면 그 모델로 답하기
"""
_NAMES = {"before": "지금", "filters": "필터 줄이기", "student": "그물 하나로", "int8": "바이트로"}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code."""
    about = "모델을 더 작게 만들어 후보로 두고, 단계마다 무엇을 잃었는지 보입니다."
    parser = CommandParser("nlu-compress", about, examples=_EXAMPLES)
    parser.add_argument("version", metavar="버전", nargs="?", help="줄일 모델; 없으면 쓰는 모델")
    project.add_options(parser, "data", "models")
    parser.add_argument("--filters", type=share, metavar="비율", help="의도 그물에 남길 필터의 비율 (0과 1 사이)")
    parser.add_argument(
        "--student", type=positive_int, metavar="폭", help="개체 그물들을 이 폭(hidden)의 그물 하나로 줄입니다"
    )
    parser.add_argument("--int8", action="store_true", help="소수로 둔 표와 커널을 바이트로 바꿉니다")
    parser.add_argument("--promote", action="store_true", help="승격 정책이 허락하면 줄인 모델로 답합니다")
    parser.add_argument("--force", action="store_true", help="승격 정책이 막아도 줄인 모델로 답합니다")
    promotion.add_options(parser)
    parser.add_argument(
        "--reports", type=Path, metavar="폴더", default=Path("reports"), help="판정을 둘 곳 (기본: reports)"
    )
    return run_command(parser, _handle, argv)


def _handle(arguments: argparse.Namespace) -> int:
    steps = Steps(arguments.filters, arguments.student, arguments.int8)
    if steps == Steps():
        print("무엇을 줄일지 고르세요: --filters, --student, --int8 (nlu-compress --help)")
        return ExitCode.USAGE
    terms = promotion.terms_of(arguments)
    registry = Registry(arguments.models)
    if (version := arguments.version or registry.active()) is None:
        raise RegistryError("registry.none_active", models=arguments.models)
    with progress.shown() as listen:
        done = compress(registry, version, datasets.read(arguments.data), steps, listen=listen)
    detail = {"before": version, "steps": asdict(steps)}
    auditing.note(registry.root, "nlu-compress", [auditing.Change("model.compress", done.version, detail)])
    print(to_text(done))
    if arguments.promote or arguments.force:
        return promotion.run(registry, done.version, terms, arguments.data, arguments.reports, source="nlu-compress")
    print(f"후보로 둡니다. 쓰려면: nlu-models promote {done.version}")
    return ExitCode.OK


def to_text(done: Compression) -> str:
    """Lay the stages out as a table for the terminal, the last line names the new version."""
    head = ("", "MB", "ms (50 %)", "intent_accuracy", "intent_macro_f1", "entity_f1", "exact_match", "false_rejects")
    rows = [head, *(_row(stage) for stage in done.stages)]
    lines = ["".join(f"{cell:>17}" for cell in row[1:]) + f"  {row[0]}" for row in rows]
    on = "떼어 둔 발화로" if done.is_unseen else "이미 배운 발화로"
    return "\n".join([f"평가용 모델로 잰 점수 ({on}):", *lines, f"줄인 모델: {done.version}"])


def _row(stage: Stage) -> tuple[str, ...]:
    scores = stage.report.overall
    figures = scores.intent_accuracy, scores.intent_macro_f1, scores.entity_f1
    shares = *figures, scores.exact_match, scores.false_rejects
    shown = ("-" if one is None else f"{one:.1%}" for one in shares)
    return _NAMES[stage.name], f"{stage.bundle_bytes / 1e6:.2f}", f"{stage.report.milliseconds(50):.2f}", *shown


if __name__ == "__main__":
    raise SystemExit(main())
