"""`evaluate --compare A B`: two versions, or bundles in folders, on the same utterances."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlu.commands import progress
from nlu.commands.common import ExitCode
from nlu.data import dataset as datasets
from nlu.data.importers import read_all
from nlu.errors import InputError
from nlu.evaluation.comparison import compare
from nlu.evaluation.comparison.files import write_comparison
from nlu.evaluation.comparison.text import to_text
from nlu.events import Listener, Notice, Progress
from nlu.pipeline.fingerprint import learned_from
from nlu.pipeline.knowledge import Knowledge, fair
from nlu.store.bundle import Bundle
from nlu.store.registry import VERSIONS_NAME, Registry, locate
from nlu.types import FALLBACK_INTENT, LabelledUtterance, Parse
from nlu.understanding.parser import UtteranceParser

KNOWN_TO_BOTH = "known_to_both"
"""The slice of utterances whose intent both models know, where they do not know the same ones."""
_AT_ONCE = 200


@dataclass(frozen=True)
class _Asked:
    """What is compared on: utterances, the slices they are in, and what must be known of them."""

    gold: Sequence[LabelledUtterance]
    slices: Sequence[str]
    notes: Sequence[Notice]

    def groups(self) -> dict[str, list[bool]]:
        """Which utterances each slice has."""
        return {name: [one == name for one in self.slices] for name in sorted({*self.slices} - {""})}


def run(arguments: argparse.Namespace) -> int:
    """Compare the two models that `--compare` names, and give the exit code."""
    served = [_bundle(name, arguments.models) for name in arguments.compare]
    old, new = (bundle.version for bundle in served)
    if old == new:
        raise InputError("compare.same", version=old)
    measured = [] if arguments.files else [one for bundle in served if (one := _measured(bundle)) is not None]
    bundles = measured if len(measured) == len(served) else served
    parsers = [UtteranceParser.from_bundle(bundle) for bundle in bundles]
    differing = _label_sets(*parsers)
    if arguments.files:
        asked = _on_files(arguments.files)
    elif bundles is measured:
        asked = _on_what_is_new_to_both(arguments.data, bundles, parsers)
    else:
        asked = _on_data(arguments.data, bundles)
    if not asked.gold:
        print("잴 발화가 없습니다.", file=sys.stderr)
        return ExitCode.MISTAKE
    with progress.shown() as listen:
        before, after = (list(_answers(parser, asked.gold, listen)) for parser in parsers)
    comparison = compare(
        asked.gold, before, after, asked.groups() | (_known_to_both(asked.gold, parsers) if differing else {}),
        names=(old, new), margin=arguments.margin, notes=[*asked.notes, *differing],
    )  # fmt: skip
    written = write_comparison(comparison, arguments.reports)
    if arguments.json:
        print(json.dumps(comparison.to_dict(), ensure_ascii=False, indent=2))
    else:
        print(to_text(comparison))
        print("\n파일: " + ", ".join(map(str, written)))
    return ExitCode.OK


def _bundle(name: str, models: Path) -> Bundle:
    """Open the model that a version, a bundle's folder or a registry's folder names, and check it.

    Raises:
        UnknownChoiceError: it is no folder, and there is no such version.
        BundleError: it is half-written or altered.
        RegistryError: the folder is a registry without an active version.
    """
    if Path(name).is_dir() or len(Path(name).parts) > 1:
        return Bundle.open(locate(Path(name)))
    return Registry(models).open(name)


def _measured(served: Bundle) -> Bundle | None:
    """Open the model that was measured in training, which has not learned the test part; None where none is kept."""
    versions = served.folder.parent
    return Registry(versions.parent).measured(served.folder.name) if versions.name == VERSIONS_NAME else None


def _label_sets(old: UtteranceParser, new: UtteranceParser) -> list[Notice]:
    """Say which intents only one of them knows.

    Raises:
        InputError: they know no intent in common, so they are of two bots.
    """
    known = [{*parser.intents} - {FALLBACK_INTENT} for parser in (old, new)]
    if not known[0] & known[1]:
        raise InputError("compare.strangers", old=sorted(known[0]), new=sorted(known[1]))
    alone = {"A": sorted(known[0] - known[1]), "B": sorted(known[1] - known[0])}
    return [Notice("compare.intents", {"model": name, "intents": some}) for name, some in alone.items() if some]


def _known_to_both(gold: Sequence[LabelledUtterance], parsers: Sequence[UtteranceParser]) -> dict[str, list[bool]]:
    known = {*parsers[0].intents} & {*parsers[1].intents} | {None, FALLBACK_INTENT}
    return {KNOWN_TO_BOTH: [one.intent in known for one in gold]}


def _on_files(files: Sequence[Path]) -> _Asked:
    with progress.shown(notices=sys.stderr) as listen:
        gold = list(read_all([(path, 1.0) for path in files], listen)[0])
    return _Asked(gold, [""] * len(gold), [])


def _on_data(data: Path, bundles: Sequence[Bundle]) -> _Asked:
    rows = datasets.read(data).part("test")
    learned = [name for name, bundle in zip("AB", bundles, strict=True) if learned_from(bundle.manifest, data)]
    code = ("compare.learned_unknown", "compare.learned_one", "compare.learned_both")[len(learned)]
    note = Notice(code, {"model": "".join(learned), "data": data})
    return _Asked([row.utterance for row in rows], [row.slice.name for row in rows], [note])


def _on_what_is_new_to_both(data: Path, bundles: Sequence[Bundle], parsers: Sequence[UtteranceParser]) -> _Asked:
    dataset = datasets.read(data)
    tested = dataset.part("test")
    one, other = (
        Knowledge.read(bundle, parser.model.encoder.lexicon) for bundle, parser in zip(bundles, parsers, strict=True)
    )
    rows = fair(dataset, tested, one, other)
    note = Notice("compare.measured", {"data": data, "tested": len(tested), "count": len(rows)})
    return _Asked([row.utterance for row in rows], [row.slice.name for row in rows], [note])


def _answers(parser: UtteranceParser, gold: Sequence[LabelledUtterance], listen: Listener) -> Iterator[Parse]:
    texts = [one.text for one in gold]
    for start in range(0, len(texts), _AT_ONCE):
        listen(Progress("measure", start, len(texts), "utterance"))
        yield from parser.parse_many(texts[start : start + _AT_ONCE])
    listen(Progress("measure", len(texts), len(texts), "utterance"))
