"""`evaluate`: measure the active model on labelled utterances, or show what was measured when it was trained."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nlu.commands import comparing, examining, progress, project
from nlu.commands.common import CommandParser, ExitCode, run_command, share
from nlu.data import dataset as datasets
from nlu.data.importers import read_all
from nlu.errors import InputError, MissingPackageError
from nlu.evaluation.about import About
from nlu.evaluation.bounds import Bound, Slices, failures
from nlu.evaluation.comparison import MARGIN
from nlu.evaluation.files import write_figures, write_report
from nlu.evaluation.report import Report, evaluate, slices_to_text
from nlu.evaluation.sections import Sections
from nlu.messages import word
from nlu.pipeline.fingerprint import learned_from
from nlu.pipeline.measure import about
from nlu.store.bundle import Bundle
from nlu.store.registry import locate
from nlu.system.files import sha256
from nlu.understanding.parser import UtteranceParser

_EXAMPLES = """\
  nlu-evaluate                                  학습할 때 처음 보는 발화로 잰 점수와, 배운 발화의 점수
  nlu-evaluate real.jsonl                       사람이 쓴 발화로 (JSON Lines, CSV, Rasa, IOB …)
  nlu-evaluate real.jsonl --least 0.9           의도 정확도가 90 % 밑이면 코드 1로 끝내기 (--quick을 더하면 빨리)
  nlu-evaluate --least entity_f1=0.8 unseen_pattern/seen_value:intent_accuracy=0.85 --most false_rejects=0.08
  nlu-evaluate --folds 5                        패턴을 다섯으로 나누어 다섯 번 배우고 재기 (오래 걸립니다)
  nlu-evaluate real.jsonl --compare 20261121-143015-ab12cd34 20261122-090000-0f1e2d3c   두 모델 가운데 누가 나은지
"""
_MOST_FOLDS = 20
_LEARNED = "learned"
"""Folder for what is measured on utterances that the model has learned."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code."""
    parser = CommandParser("nlu-evaluate", "쓰는 모델이 얼마나 맞히는지 잽니다.", examples=_EXAMPLES)
    parser.add_argument(
        "files", metavar="파일", type=Path, nargs="*", help="답이 달린 발화; 없으면 학습할 때 잰 점수를 보입니다"
    )
    project.add_options(parser, "data", "models")
    parser.add_argument(
        "--reports", type=Path, metavar="폴더", default=Path("reports"), help="결과를 둘 곳 (기본: reports)"
    )
    parser.add_argument("--json", action="store_true", help="결과를 JSON으로 보입니다")
    parser.add_argument(
        "--quick", action="store_true", help="점수만 잽니다: 쉬운 방법과 견주거나 말을 바꾸어 묻지 않습니다"
    )
    bound = "[묶음:][점수=]비율"
    parser.add_argument(
        "--least", nargs="+", default=[], metavar=bound, help="이보다 낮은 점수가 있으면 코드 1로 끝냅니다 (0부터 1)"
    )
    parser.add_argument(
        "--most", nargs="+", default=[], metavar=bound, help="이보다 높으면 코드 1 (false_rejects, calibration_error)"
    )
    parser.add_argument(
        "--compare",
        nargs=2,
        metavar=("A", "B"),
        help="두 모델(버전이나 폴더)을 같은 발화로 견줍니다; B가 새 모델",
    )
    parser.add_argument(
        "--margin", type=share, metavar="비율", default=MARGIN,
        help=f"--compare에서 괜찮다고 볼 손실 (기본: {MARGIN:g}, 곧 {100 * MARGIN:g} %%p)",
    )  # fmt: skip
    parser.add_argument(
        "--folds", type=_folds, metavar="K",
        help="교차 검증: 패턴을 K겹으로 나누어 겹마다 나머지로 새로 배워 잽니다. 모델 저장소는 건드리지 않습니다",
    )  # fmt: skip
    project.add_options(parser, "dictionary", "config")
    return run_command(parser, _handle, argv)


def _handle(arguments: argparse.Namespace) -> int:
    _refuse_what_does_not_go_together(arguments)
    if arguments.compare:
        return comparing.run(arguments)
    bounds = [Bound.parse(text) for text in arguments.least]
    bounds += [Bound.parse(text, is_least=False) for text in arguments.most]
    slices = _in_folds(arguments) if arguments.folds else _of_the_model(arguments)
    if slices is None:
        print("잴 발화가 없습니다.", file=sys.stderr)
        return ExitCode.MISTAKE
    missed = failures(bounds, slices)
    for line in missed:
        print(f"기준에 못 미침: {line}", file=sys.stderr)
    return ExitCode.MISTAKE if missed else ExitCode.OK


def _folds(text: str) -> int:
    number = int(text) if re.fullmatch(r"[0-9]{1,2}", text) else 0
    if not 2 <= number <= _MOST_FOLDS:
        raise argparse.ArgumentTypeError(word("usage.folds", {"given": text, "most": _MOST_FOLDS}, "ko"))
    return number


def _refuse_what_does_not_go_together(arguments: argparse.Namespace) -> None:
    if arguments.compare and (arguments.least or arguments.most):
        raise InputError("input.compare_and_bounds")
    if arguments.folds and (arguments.compare or arguments.files):
        raise InputError("input.folds_alone")


def _in_folds(arguments: argparse.Namespace) -> Slices:
    try:
        from nlu.commands import folding
    except ModuleNotFoundError as error:  # who only serves has no torch
        raise MissingPackageError(str(error.name), 'pip install ".[train]"', "to train each fold") from None
    return folding.run(arguments)


def _of_the_model(arguments: argparse.Namespace) -> Slices | None:
    bundle = Bundle.open(locate(arguments.models))
    return _on_files(arguments, bundle) if arguments.files else _on_data(arguments, bundle)


def _on_files(arguments: argparse.Namespace, bundle: Bundle) -> Slices | None:
    """Measure on labelled files; gives the scores of the slices, None where there is nothing to measure."""
    with progress.shown(notices=sys.stderr) as listen:
        gold = list(read_all([(path, 1.0) for path in arguments.files], listen)[0])
    if not gold:
        return None
    parser = UtteranceParser.from_bundle(bundle)
    with progress.shown() as listen:
        report = evaluate(parser.parse, gold, listen=listen)
    hashes = {path.name: sha256(path) for path in arguments.files if path.is_file()}
    where = about("files", bundle, _facts(bundle, arguments.data), hashes)
    sections = Sections()
    if not arguments.quick:
        sections = examining.examine_served(_place(arguments, bundle), parser, report)
    report = sections.explain(report)
    if arguments.json:
        write_report(report, arguments.reports, where, sections.to_dict())
        _print_json(report.to_dict() | sections.to_dict())
    else:
        title = f"모델 {parser.version}, 발화 {len(gold)}개"
        _show(title, report, arguments.reports, where, sections.to_dict())
    return report.to_dict()["slices"]  # type: ignore[no-any-return]


def _on_data(arguments: argparse.Namespace, bundle: Bundle) -> Slices | None:
    """Show what was measured in training, and measure the test part, which the model that is served has learned."""
    dataset = datasets.read(arguments.data)
    test = dataset.part("test")
    honest: dict[str, Any] = dict(bundle.manifest.scores)
    unseen: dict[str, Any] = dict(honest.get("slices", {}))
    is_same = learned_from(bundle.manifest, arguments.data)
    if not test and not unseen:
        return None
    parser = UtteranceParser.from_bundle(bundle)
    report = None
    if test:
        with progress.shown() as listen:
            utterances, names = dataset.utterances("test"), [row.slice.name for row in test]
            report = evaluate(parser.parse, utterances, names if any(names) else None, listen=listen)
    facts = dataset.manifest if is_same else None
    if unseen:
        learned = {"learned": {"slices": report.to_dict()["slices"], "is_same": is_same}} if report else {}
        place, where = _place(arguments, bundle), about("unseen", bundle, facts)
        again = None if arguments.quick else examining.examine_measured(place, arguments.models, dataset)
        if again:
            found, sections = again
            written = write_report(sections.explain(found), arguments.reports, where, sections.to_dict() | learned)
        else:
            written = write_figures(honest | learned | {"about": where.to_dict()}, arguments.reports)
    if arguments.json:
        _print_json({"unseen": unseen, "learned": report.to_dict()["slices"] if report else {}})
    elif unseen:
        print(f"모델 {parser.version}: 학습할 때 처음 보는 발화로 잰 점수 (평가용 모델, 떼어 둔 패턴과 값)")
        print(slices_to_text(unseen))
        _tell_files(written)
    folder, where = arguments.reports / _LEARNED, about("learned", bundle, facts)
    if report and arguments.json:
        write_report(report, folder, where)
    elif report:
        what = "이 모델이 배운 발화" if is_same else "이 모델이 배운 말이 섞였을 수 있는 발화"
        told = f"{arguments.data}의 test 부분, {what} {len(test)}개"
        _show(f"\n{told}: 처음 보는 말을 얼마나 맞힐지는 말해 주지 않습니다", report, folder, where)
    return unseen or (report.to_dict()["slices"] if report else None)


def _facts(bundle: Bundle, data: Path) -> Mapping[str, Any] | None:
    """What the data folder says of itself, where it is the one that the model was made of."""
    is_there = (data / "manifest.json").is_file()
    return datasets.read_manifest(data) if is_there and learned_from(bundle.manifest, data) else None


def _place(arguments: argparse.Namespace, bundle: Bundle) -> examining.Place:
    return examining.Place(bundle, arguments.data, arguments.reports)


def _show(title: str, report: Report, folder: Path, where: About, more: Mapping[str, Any] | None = None) -> None:
    written = write_report(report, folder, where, more)
    print(title)
    print(report.to_text())
    print(f"발화 하나에 {report.milliseconds(50):.2f} ms (가운데), {report.milliseconds(95):.2f} ms (95 %)")
    _tell_files(written)


def _tell_files(written: Sequence[Path]) -> None:
    pages = [path for path in written if path.suffix == ".html"]
    print("보고서 (브라우저로 여세요): " + ", ".join(map(str, pages)))
    print("파일: " + ", ".join(str(path) for path in written if path not in pages))


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    raise SystemExit(main())
