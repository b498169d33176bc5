"""`generate`: expand the patterns and the dictionary into a data set."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from nlu.commands import auditing, progress, project
from nlu.commands.common import CommandParser, ExitCode, positive_int, run_command
from nlu.commands.keeping import keep_or_warn
from nlu.config import Config
from nlu.data.importers import kept_files_of
from nlu.errors import InputError
from nlu.generation.plan import MODES
from nlu.pipeline import generate as generation
from nlu.pipeline.data_versions import keep

_EXAMPLES = """\
  nlu-generate                                   patterns/pattern.txt와 dictionaries/dict.csv로 data 폴더 만들기
  nlu-generate --count 50000 --seed 7            더 많이, 다른 표본으로
  nlu-generate --import real.jsonl=3             사람이 쓴 발화를 세 배 무게로 섞기 (엑셀·CSV, Rasa, IOB …)
  nlu-generate --import imports/상담=3           nlu-import로 모은 묶음 섞기; nlu.toml의 [intake]에 적어도 됩니다
  nlu-generate --mode random                     패턴·값을 떼어 두지 않고 마구 나누기
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code."""
    parser = CommandParser("nlu-generate", "패턴과 사전으로 학습 데이터를 만듭니다.", examples=_EXAMPLES)
    project.add_options(parser, "patterns", "dictionary", "data", "config")
    parser.add_argument("--count", type=positive_int, metavar="개수", help="발화 수 (베낀 발화는 빼고)")
    parser.add_argument("--seed", type=int, metavar="수", help="표본을 정하는 씨앗")
    parser.add_argument("--mode", choices=MODES, help="나누는 방법: 떼어 두기, 마구, 나누지 않기")
    parser.add_argument(
        "--import", dest="imported", metavar="파일[=무게]", nargs="+", default=[], help="함께 섞을 발화 파일"
    )
    parser.add_argument("--force", action="store_true", help="바뀐 것이 없어도 다시 만듭니다")
    parser.add_argument(
        "--strict", action="store_true", help="들여온 발화에 패턴과 사전에 없는 의도·개체가 있으면 만들지 않습니다"
    )
    return run_command(parser, _handle, argv)


def _handle(arguments: argparse.Namespace) -> int:
    place = project.read(arguments)
    chosen = {
        name: getattr(arguments, name) for name in ("count", "seed", "mode") if getattr(arguments, name) is not None
    }
    config = replace(place.config, generator=replace(place.config.generator, **chosen))
    return run(replace(place, config=config), arguments.imported, force=arguments.force, strict=arguments.strict)


def run(place: project.Project, imported: Sequence[str] = (), *, force: bool = False, strict: bool = False) -> int:
    """Generate unless the data set is up to date; each of `imported` is a path, or `path=weight`.

    What the settings name (`[intake] imports`) is mixed in besides.
    """
    imports = imports_of(place.config, imported)
    before = auditing.hash_of(place.data / "manifest.json")
    if not force and not strict and _is_generated(place, imports):
        print(f"바뀐 것이 없어 그대로 씁니다: {place.data}/")
        _keep(place, imports, before)
        return ExitCode.OK
    with progress.shown() as listen:
        report = generation.generate(
            place.patterns,
            place.dictionaries,
            place.data,
            place.config,
            imports=imports,
            import_from=place.import_from,
            strict=strict,
            listen=listen,
        )
    print(report.to_text())
    print(f"데이터: {place.data}/ (utterances.jsonl, plain.txt, iob.csv, iob.txt, manifest.json)")
    _keep(place, imports, before)
    return ExitCode.OK


def _keep(place: project.Project, imports: Sequence[generation.Import], before: str | None) -> None:
    """Take a snapshot of what the data was made of, and write down that it was; the data is good without either."""
    files = tuple(path for one in imports for path in kept_files_of(one.path))
    sources, snapshots = replace(place.sources, imported=files), list[str]()
    keep_or_warn(lambda: snapshots.append(keep(sources, place.data)))
    after = auditing.hash_of(place.data / "manifest.json")
    made_of = {"seed": place.config.generator.seed, "imports": [str(one.path) for one in imports]}
    detail = {"before": before, "after": after, "snapshot": snapshots[-1] if snapshots else None, **made_of}
    changes = [auditing.Change("data.generate", str(place.data), detail)] if after != before else []
    auditing.note(auditing.around(place.data), "nlu-generate", changes, sources)


def _is_generated(place: project.Project, imports: Sequence[generation.Import]) -> bool:
    made_of = (place.patterns, place.dictionaries, place.data, place.config)
    return generation.is_generated(*made_of, imports, place.import_from)


def imports_of(config: Config, given: Sequence[str] = ()) -> list[generation.Import]:
    """Read what is to be mixed in: what is given, and what the settings name, each path once.

    Raises:
        InputError: a weight that is none.
    """
    found = [_import(text) for text in given]
    paths = {one.path for one in found}
    return [*(one for text in config.intake.imports if (one := _import(text)).path not in paths), *found]


def _import(text: str) -> generation.Import:
    path, equals, weight = text.rpartition("=")
    if not equals:
        return generation.Import(Path(text))
    if not re.fullmatch(r"\d{1,6}(\.\d{1,6})?", weight) or not float(weight):
        raise InputError("input.import_weight", given=text, path=path)
    return generation.Import(Path(path), float(weight))


if __name__ == "__main__":
    raise SystemExit(main())
