"""Examine a model beyond its scores: baselines, behaviour, marks, sturdiness, and why it errs."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nlu.augmentation.value_exchange import ValueExchange
from nlu.data.dataset import Dataset
from nlu.errors import MissingPackageError
from nlu.evaluation.baseline_scores import BaselineScores, compare_with_baselines
from nlu.evaluation.baselines import Baseline, KeywordRules, MajorityIntent
from nlu.evaluation.behaviour import behave
from nlu.evaluation.behaviour_tests import values_alone
from nlu.evaluation.marks import measure
from nlu.evaluation.reasons import reasons
from nlu.evaluation.report import Report
from nlu.evaluation.sections import Sections
from nlu.evaluation.sturdiness import sturdiness
from nlu.events import Listener, Progress, ignore
from nlu.lexicon.lexicon import Lexicon
from nlu.messages import word
from nlu.store.bundle import Bundle, Manifest
from nlu.types import LabelledUtterance, Span
from nlu.understanding.model import TrainedModel
from nlu.understanding.nearest_pattern import PatternIndex
from nlu.understanding.parser import UtteranceParser

_OF_EACH_LINE = 4
"""Utterances that are made of each line that a bundle keeps."""


@dataclass(frozen=True)
class Effort:
    """How much is tried: utterances in the behavioural table and for sturdiness, values for marks, errors."""

    behaviour: int
    sturdiness: int
    marks: int
    errors: int

    @classmethod
    def while_training(cls, utterances: int) -> Effort:
        """What takes a few seconds beside a training that takes minutes, and less beside one that takes less.

        Args:
            utterances: of the test part.
        """
        return cls(min(150, utterances // 2), min(200, utterances), min(20, 1 + utterances // 50), 400)

    @classmethod
    def when_asked(cls, utterances: int) -> Effort:
        """What somebody who asks how good a model is waits for: three times as much, or more."""
        return cls(min(600, utterances), min(1_000, utterances), min(80, 2 + utterances // 10), 3_000)


@dataclass(frozen=True)
class Known:
    """What baselines learn from, so that they know no more and no less than the model.

    Attributes:
        utterances: labelled.
        material: `train`, `all` (every part of the data set), or `bundle` (what a bundle keeps of its lines).
        lexicon: the dictionary.
        lines: where the nearest line of an error is looked for.
        seed: of what is drawn.
    """

    utterances: Sequence[LabelledUtterance]
    material: str
    lexicon: Lexicon
    lines: PatternIndex
    seed: int = 0

    @classmethod
    def of_part(cls, dataset: Dataset, lexicon: Lexicon, *, everything: bool = False) -> Known:
        """The training part of a data set, or all parts of it.

        Its lines hold what was imported, too: they are for the author's own report, never for a bundle.
        """
        rows = [row.utterance for row in dataset.rows if everything or row.part == "train"]
        seed = dataset.manifest.get("seed") or 0
        return cls(rows, "all" if everything else "train", lexicon, PatternIndex.build(rows), seed)

    @classmethod
    def of_bundle(cls, model: TrainedModel) -> Known:
        """What a bundle keeps of the lines that it was made of, their slots filled from its dictionary."""
        lexicon = model.encoder.lexicon
        return cls(list(_filled(model.patterns, lexicon)), "bundle", lexicon, model.patterns)


def examine(
    parser: UtteranceParser, report: Report, known: Known, effort: Effort, *, listen: Listener = ignore
) -> Sections:
    """Examine a parser beyond a report of it.

    Args:
        parser: what is examined.
        report: of utterances that it should not have known.
        known: what the baselines learn from.
        effort: how much is tried.
        listen: is told the progress of `examine`.
    """

    def tell(done: int) -> None:
        listen(Progress("examine", done, 5, "section"))

    answered, lexicon = report.answered, parser.model.encoder.lexicon
    tell(0)
    baselines = against_baselines(report, known)
    tell(1)
    behaviour = behave(parser.parse_many, answered, lexicon, most=effort.behaviour, seed=known.seed)
    tell(2)
    gold = [utterance for utterance, _ in answered]
    sturdy = sturdiness(parser.parse_many, gold, most=effort.sturdiness, seed=known.seed)
    tell(3)
    marks = tuple(measure(parser, answered, most=effort.marks))
    tell(4)
    why = reasons(parser, answered, known.lines, most=effort.errors)
    tell(5)
    return Sections(
        baselines=baselines,
        behaviour=behaviour if behaviour.utterances else None,
        marks=marks if marks[-1].places else (),
        sturdiness=sturdy,
        reasons=why,
    )


def against_baselines(report: Report, known: Known) -> BaselineScores:
    """Fit the baselines and compare; what can't be fitted is left out with a word."""
    baselines: list[Baseline] = []
    left_out: list[tuple[str, str]] = []
    has_intents = any(one.intent is not None for one, _ in report.answered)
    if not known.utterances:
        missing = word("baselines.no_material", {}, "ko")
        left_out += [(name, missing) for name in ("majority", "rules", "svm") if has_intents or name == "rules"]
    else:
        baselines += [MajorityIntent(known.utterances)] if has_intents else []
        baselines.append(KeywordRules(known.utterances, known.lexicon))
        if has_intents:
            try:
                from nlu.evaluation.linear import SvmIntents

                baselines.append(SvmIntents(known.utterances, known.seed))
            except MissingPackageError as error:
                left_out.append(("svm", error.worded("ko")))
    return compare_with_baselines(
        report, baselines, utterances=len(known.utterances), material=known.material, left_out=left_out
    )


def file_sizes(bundle: Bundle) -> dict[str, int]:
    """The bytes of each file of a bundle."""
    return {name: info.size for name, info in bundle.manifest.files.items()}


def is_refit(manifest: Manifest) -> bool:
    """Whether a model learned every part of its data set."""
    return bool(manifest.settings.get("refit")) and not manifest.is_draft


def _filled(lines: PatternIndex, lexicon: Lexicon) -> Iterable[LabelledUtterance]:
    exchange, rng = ValueExchange(values_alone(lexicon), 1.0), random.Random(0)
    for origin, intent, skeleton in lines.rows:
        text, spans, rest = "", list[Span](), skeleton
        while "{" in rest:
            before, _, rest = rest.partition("{")
            entity, _, rest = rest.partition("}")
            if entity not in lexicon.entities:
                break
            value = lexicon.values(entity)[0]
            text += before
            spans.append(Span(len(text), len(text) + len(value), entity))
            text += value
        else:
            made = LabelledUtterance(text + rest, intent, tuple(spans), origin)
            yield from (exchange.exchange(made, rng) for _ in range(_OF_EACH_LINE))
