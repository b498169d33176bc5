"""Cross-validation: train a model for each fold of a data set on the others, and measure it on its own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from nlu.augmentation.augmenter import Augmenter
from nlu.augmentation.smalltalk import to_decline
from nlu.config import Config
from nlu.data import dataset as datasets
from nlu.data.folds import Fold, Folds, deal
from nlu.data.rows import IMPORTED
from nlu.evaluation.folds import FoldScores
from nlu.events import Listener, Notice, ignore
from nlu.lexicon.lexicon import Lexicon
from nlu.pipeline.calibrate import HeldOut, HeldOutView
from nlu.pipeline.fingerprint import Texts
from nlu.pipeline.fit import fit
from nlu.pipeline.learned import outliers_of
from nlu.pipeline.measure import measure
from nlu.pipeline.stopping import apart_for_stopping


def folds_of(data: Path, count: int, seed: int) -> Folds:
    """Deal a data set's patterns, and groups of wordings, out to folds.

    Raises:
        InputError: there are fewer patterns to test than folds.
        FileNotFoundError: the folder holds no data set.
    """
    return deal(datasets.read(data).rows, count, seed)


def cross_validate(
    folds: Folds, dictionaries: Sequence[Path], config: Config, *, texts: Texts | None = None, listen: Listener = ignore
) -> Iterator[FoldScores]:
    """Train and measure fold by fold; no registry is touched, and nothing is left behind.

    Args:
        folds: what is learned and tested.
        dictionaries: the author's CSV files; all their values are known to each model.
        config: all settings.
        texts: unlabelled text to learn from besides.
        listen: is told what is being done, and how far it is.

    Yields:
        The scores of each fold as soon as they are known.

    Raises:
        TrainingError: a loss isn't finite.
    """
    lexicon = Lexicon.read(*dictionaries)
    for fold in folds:
        lexicon = lexicon.with_computed(fold.dataset.computed)
        yield _measured(fold, folds.count, lexicon, config, texts or Texts(), listen)


def _measured(fold: Fold, count: int, lexicon: Lexicon, config: Config, texts: Texts, listen: Listener) -> FoldScores:
    rows, train, tested = fold.dataset, fold.dataset.utterances("train"), len(fold.dataset.part("test"))
    listen(Notice("folds.fold", {"number": fold.number, "count": count, "learned": len(train), "tested": tested}))
    written = [row.utterance for row in rows.part("train") if row.slice == IMPORTED]
    learned, stopping = apart_for_stopping(train, written)
    outliers = [
        *outliers_of(learned, texts.outside, config),
        *to_decline(train, lexicon, config.understanding.smalltalk),
    ]
    with tempfile.TemporaryDirectory(prefix="nlu-folds-") as workspace:
        fitted = fit(
            learned, stopping or rows.utterances("dev"), lexicon, config, Path(workspace),
            corpus=texts.corpus, outliers=outliers, listen=listen,
        )  # fmt: skip
        view = HeldOutView.of(fitted.model, HeldOut.among(rows.part("dev")), Augmenter(config.augmentation))
        model = replace(fitted.model, rule=view.rule(config.understanding))
        return FoldScores(fold.number, len(train), measure(model, rows, listen=listen))
