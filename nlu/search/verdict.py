"""What a search has come to: the tuned settings beside the present ones on dev, and once on test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from nlu.augmentation.augmenter import Augmenter
from nlu.config import Config
from nlu.evaluation.report import Report
from nlu.evaluation.statistics.clusters import clusters_of
from nlu.evaluation.statistics.differences import Counts, Difference, f1_difference
from nlu.events import Listener, Notice, ignore
from nlu.pipeline.calibrate import HeldOut, HeldOutView
from nlu.pipeline.fit import fit
from nlu.pipeline.measure import measure
from nlu.search.bench import Bench, Source
from nlu.search.search import Result
from nlu.search.space import Target
from nlu.search.trial import NETWORKS, OUTCOMES, unpacked
from nlu.training.estimator import Outcome


@dataclass(frozen=True)
class Verdict:
    """How the tuned settings compare with the present ones on the dev part, network by network.

    Attributes:
        differences: intents (accuracy) and entities (span F1), as far as they were tuned; drawn by whole patterns.
        trials: how many complete trials the best was chosen from; the more, the more of its lead is luck.
    """

    differences: Mapping[Target, Difference]
    trials: int

    @property
    def is_better(self) -> bool:
        """Whether any network is better by more than chance."""
        return any(one.low > 0 for one in self.differences.values())


def compare(result: Result, bench: Bench) -> Verdict:
    """Compare on the dev part.

    Args:
        result: of the search.
        bench: has the utterances.
    """
    dev = clusters_of(bench.dataset.utterances("dev"))
    before, after = _outcomes(result, tuned=False), _outcomes(result, tuned=True)
    differences = {
        network: f1_difference(_counts(before[network]), _counts(after[network]), dev)
        for network in NETWORKS
        if network in before and network in after and len(dev)
    }
    complete = sum(trial.value is not None for one in result.found.values() for trial in one.trials)
    return Verdict(differences, complete)


def measure_once(source: Source, config: Config, workspace: Path, listen: Listener = ignore) -> Report | None:
    """Train both networks with the tuned settings, as `nlu-train` trains the measured model, and measure them on test.

    Args:
        source: what is learned from.
        config: the tuned settings.
        workspace: folder for the compiled dictionary.
        listen: is told the progress.

    Returns:
        What was measured; None where there is no test part.
    """
    bench = Bench(source, workspace)
    learned = bench.learned(config)
    listen(Notice("tune.measuring"))
    fitted = fit(
        learned.train, learned.dev, learned.lexicon, config, workspace,
        corpus=source.texts.corpus, outliers=learned.outliers, listen=listen,
    )  # fmt: skip
    dataset = bench.dataset
    if not dataset.part("test"):
        return None
    view = HeldOutView.of(fitted.model, HeldOut.among(dataset.part("dev")), Augmenter(config.augmentation))
    return measure(replace(fitted.model, rule=view.rule(config.understanding)), dataset, listen=listen)


def _outcomes(result: Result, *, tuned: bool) -> dict[Target, list[Outcome]]:
    """What each network had right on dev: of the first trial of all, or of the best of the last study."""
    found: dict[Target, list[Outcome]] = {}
    for one in result.found.values():
        trial = one.best if tuned else one.default
        if trial is None:
            continue
        for network, packed in trial.user_attrs.get(OUTCOMES, {}).items():
            if tuned or network not in found:
                found[network] = unpacked(packed)
    return found


def _counts(outcomes: Sequence[Outcome]) -> Counts:
    rows = np.array(outcomes, dtype=float).reshape(-1, 3)
    return Counts(rows[:, 0], rows[:, 1], rows[:, 2])
