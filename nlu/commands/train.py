"""`train`: learn intents and entities from the data set, measure, publish and promote."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from nlu.commands import auditing, progress, project, promotion, tracking
from nlu.commands.common import CommandParser, ExitCode, run_command
from nlu.commands.keeping import keep_or_warn
from nlu.config import Config, on_gpu
from nlu.data import dataset as datasets
from nlu.errors import BundleError, NluError, SourceErrors
from nlu.evaluation.files import write_report
from nlu.jobs.channel import Channel
from nlu.pipeline import own_lines
from nlu.pipeline.data_versions import keep_training
from nlu.pipeline.draft import UTTERANCES, quick
from nlu.pipeline.fingerprint import Texts, trained_version
from nlu.pipeline.generate import changed_inputs
from nlu.pipeline.measure import about
from nlu.pipeline.promote import Terms
from nlu.pipeline.train import Outcome, take_part, train
from nlu.store.bundle import MANIFEST_NAME
from nlu.store.registry import Registry
from nlu.system.files import read_text
from nlu.training import distributed

_EXAMPLES = """\
  nlu-train                                   data 폴더로 학습하고, 평가하고, 새 모델로 답하기
  nlu-train --draft                           30초 안에 초안: 봇을 쓰는 동안 시험해 볼 모델
  nlu-train --no-activate                     새 모델을 후보로만 두기; nlu-models promote로 견주어 쓰기
  nlu-train --force                           promotion.toml이 막아도 새 모델로 답하기
  nlu-train --no-refit                        떼어 둔 패턴·값은 끝까지 배우지 않기
  nlu-train --corpus talk.txt                 단어 벡터에 글을 더 보태기 (한 줄에 한 문장)
  torchrun --nproc-per-node 2 -m nlu.commands.train    두 프로세스가 나누어 학습하기 (여러 기계에서도)
  nlu-train --outside smalltalk.txt           봇이 할 일이 아닌 말을 보여 주어, 모르는 말을 더 잘 가려내기
"""

_OF_A_DRAFT = f"""\
초안입니다. 발화 {UTTERANCES:,}개까지만 배웠고 얼마나 맞히는지 재지 않았습니다. 쓴 말과 비슷한 말을 시험하는 데 쓰세요.
돌려 말하기, 오타, 사전에 없는 값, 봇이 할 일이 아닌 말에는 약합니다. 서비스하기 전에 nlu-train으로 다시 학습하세요."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code."""
    parser = CommandParser("nlu-train", "만들어 둔 데이터로 의도·개체 모델을 학습합니다.", examples=_EXAMPLES)
    project.add_options(parser, "patterns", "dictionary", "data", "models", "config")
    parser.add_argument("--corpus", type=Path, metavar="파일", help="단어 벡터를 익힐 글 (UTF-8, 한 줄에 한 문장)")
    parser.add_argument("--outside", type=Path, metavar="파일", help="봇이 몰라야 할 말 (UTF-8, 한 줄에 하나)")
    parser.add_argument(
        "--reports", type=Path, metavar="폴더", default=Path("reports"), help="평가 결과를 둘 곳 (기본: reports)"
    )
    parser.add_argument(
        "--mlflow",
        metavar="주소",
        help=f"학습을 기록할 MLflow 서버 (기본: 환경 변수 {tracking.VARIABLE})",
    )
    parser.add_argument("--draft", action="store_true", help="데이터의 일부로 30초 안에, 재지 않고 시험해 볼 모델만")
    parser.add_argument("--no-refit", action="store_true", help="평가한 모델을 그대로 씁니다")
    parser.add_argument("--no-activate", action="store_true", help="새 모델로 답하지 않고 후보로 둡니다")
    parser.add_argument(
        "--force", action="store_true", help="승격 정책이 막아도 새 모델로 답합니다. 바뀐 것이 없어도 다시 학습합니다"
    )
    promotion.add_options(parser)
    parser.add_argument("--gpu", action="store_true", help="CUDA 장치에서, 반 길이의 수(bfloat16)로 학습합니다")
    return run_command(parser, _handle, argv)


def _handle(arguments: argparse.Namespace) -> int:
    terms, place = promotion.terms_of(arguments), project.read(arguments)
    if arguments.gpu:
        place = replace(place, config=on_gpu(place.config))
    with distributed.joined(os.environ, place.config.classifier.training.device) as ranks:
        if ranks.rank == 0:
            return _lead(place, terms, arguments)
        whole = place.config.with_refit(False if arguments.no_refit else None)
        if distributed.from_first(False):
            take_part(
                place.data, place.dictionaries, whole, texts=_texts(arguments.corpus, arguments.outside),
                draft=arguments.draft,
            )  # fmt: skip
        return ExitCode.OK


def _lead(place: project.Project, terms: Terms, arguments: argparse.Namespace) -> int:
    return run(
        place,
        arguments.reports,
        terms,
        corpus=arguments.corpus,
        outside=arguments.outside,
        activate=not arguments.no_activate,
        refit=False if arguments.no_refit else None,
        draft=arguments.draft,
        mlflow=arguments.mlflow,
    )


def run(
    place: project.Project,
    reports: Path,
    terms: Terms,
    *,
    corpus: Path | None = None,
    outside: Path | None = None,
    refit: bool | None = None,
    activate: bool = True,
    draft: bool = False,
    mlflow: str | None = None,
) -> int:
    """Train unless a model is up to date.

    Args:
        place: where the files lie.
        reports: folder for what is measured.
        terms: on what terms the model answers; where they force it, it is trained even if nothing has changed.
        corpus: text for the word vectors.
        outside: text that the bot is not for.
        refit: overrules the config when not None.
        activate: answer with the model, if the terms allow it; else it is left a candidate.
        draft: train for half a minute, only to try the model.
        mlflow: the server to tell of it; None for the one that the environment names, if any.

    Returns:
        The exit code: 1 where the model is held back.
    """
    whole = place.config.with_refit(refit)
    config, registry = quick(whole) if draft else whole, Registry(place.models)
    if not (place.data / "manifest.json").exists():
        print(f"{place.data}: 데이터가 없습니다. 먼저 nlu-generate 를 실행하세요.", file=sys.stderr)
        distributed.from_first(False)
        return ExitCode.USAGE
    _warn_of_changes(place)
    texts = _texts(corpus, outside)
    known = _trained(place, registry, config, texts, terms)
    if known is not None:
        distributed.from_first(False)
        return _skip(place, reports, known, terms if activate else None)
    before = registry.active()
    full = _trained(place, registry, whole, texts, terms) if draft and not terms.force else None
    if full is not None and full == before:
        print(f"바로 이 데이터로 제대로 학습한 모델이 있어 초안은 만들지 않습니다. 쓰는 모델: {before}")
        distributed.from_first(False)
        return ExitCode.OK
    distributed.from_first(True)
    with progress.shown() as listen:
        outcome = train(
            place.data, place.dictionaries, registry, config, texts=texts, activate=False, draft=draft, listen=listen
        )
    Channel.from_environment().result(version=outcome.version)
    snapshots: list[str] = []
    keep_or_warn(lambda: snapshots.append(keep_training(place.sources, place.data, outcome.version)))
    _audit(place, outcome.version, snapshots)
    _tell(outcome, place, reports, draft)
    code: int = ExitCode.OK
    if activate:
        code = _promoted(place, reports, outcome.version, terms)
    else:
        print(f"후보로 둡니다. 쓰려면: nlu-models promote {outcome.version}")
    if not draft:
        tracking.track(tracking.server(mlflow), registry, outcome.version, {"reports": reports})
    return code


def _audit(place: project.Project, version: str, snapshots: Sequence[str]) -> None:
    """Write down which data a version was trained on."""
    bundle = Registry(place.models).path(version)
    detail = {
        "data": auditing.hash_of(place.data / "manifest.json"),
        "snapshot": snapshots[-1] if snapshots else None,
        "after": auditing.hash_of(bundle / MANIFEST_NAME),
    }
    auditing.note(place.models, "nlu-train", [auditing.Change("model.train", version, detail)], place.sources)


def _promoted(place: project.Project, reports: Path, version: str, terms: Terms) -> int:
    """Promote a version, and say what can be done about a draft."""
    registry = Registry(place.models)
    before, is_draft = registry.active(), registry.open(version, verify=False).manifest.is_draft
    code = promotion.run(registry, version, terms, place.data, reports, source="nlu-train")
    if is_draft and code == ExitCode.MISTAKE:
        print(f'초안을 시험해 보려면: nlu-parse --models {registry.path(version)} "…"')
    elif is_draft and before is not None and not _is_no_loss(registry, before):
        print("앞에 쓰던 모델로 되돌리려면: nlu-models rollback")
    return code


def _is_no_loss(registry: Registry, version: str) -> bool:
    """Whether nobody wants a version back: a draft, or one that can't be read."""
    try:
        return registry.open(version, verify=False).manifest.is_draft
    except NluError:
        return True


def _trained(place: project.Project, registry: Registry, config: Config, texts: Texts, terms: Terms) -> str | None:
    """The version of just this; where it is forced, none that answers already or that can't be read."""
    try:
        known = trained_version(place.data, place.dictionaries, registry, config, texts)
    except BundleError:
        if not terms.force:
            raise
        return None
    return None if terms.force and known == registry.active() else known


def _tell(outcome: Outcome, place: project.Project, reports: Path, draft: bool) -> None:
    times = ", ".join(f"{name} {seconds:.0f}초" for name, seconds in outcome.seconds.items())
    print(f"{'초안' if draft else '새'} 모델: {outcome.version} ({outcome.bundle_bytes / 1e6:.1f} MB; {times})")
    if outcome.report is not None:
        bundle = Registry(place.models).open(outcome.version, verify=False)
        where, more = about("unseen", bundle, datasets.read_manifest(place.data)), outcome.sections
        write_report(more.explain(outcome.report), reports, where, more.to_dict())
        print(outcome.report.to_text())
    own_lines.write_own_lines(outcome.own_lines, reports)
    print(own_lines.to_text(outcome.own_lines))
    page = " (report.html을 브라우저로 여세요)" if outcome.report is not None else ""
    print(f"자세한 결과: {reports}/{page}")
    if draft:
        print(_OF_A_DRAFT)


def _warn_of_changes(place: project.Project) -> None:
    """Say where the author's files are newer than the data set: what is in them is not learned yet."""
    try:
        changed = changed_inputs(place.patterns, place.dictionaries, place.data, place.import_from)
    except SourceErrors as errors:
        print(f"주의: 데이터를 만든 뒤 바뀐 파일에 틀린 곳이 있습니다.\n{errors}", file=sys.stderr)
        return
    if changed:
        shown = ", ".join(changed[:5]) + (f" 외 {len(changed) - 5}개" if len(changed) > 5 else "")
        print(f"주의: 데이터를 만든 뒤 바뀐 파일이 있습니다: {shown}", file=sys.stderr)
        print("  바뀐 것을 배우게 하려면 nlu-generate 를 먼저 실행하세요.", file=sys.stderr)


def _skip(place: project.Project, reports: Path, version: str, terms: Terms | None) -> int:
    """Train nothing, since there is a version of just this; a candidate is promoted where that is wished."""
    registry = Registry(place.models)
    Channel.from_environment().result(version=version)
    if version == registry.active():
        print(f"바뀐 것이 없어 학습을 건너뜁니다. 쓰는 모델: {version}")
    elif terms is not None:
        print(f"바뀐 것이 없어 학습을 건너뜁니다. 후보 모델을 쓰는 모델과 견줍니다: {version}")
        code = _promoted(place, reports, version, terms)
        if version == registry.active():
            tracking.track_activation(registry, version)
        return code
    else:
        print(f"바뀐 것이 없어 학습을 건너뜁니다. 후보 모델: {version}")
    return ExitCode.OK


def _texts(corpus: Path | None, outside: Path | None) -> Texts:
    return Texts(_lines(corpus), _lines(outside))


def _lines(path: Path | None) -> tuple[str, ...]:
    return tuple(read_text(path)[0].splitlines()) if path else ()


if __name__ == "__main__":
    raise SystemExit(main())
