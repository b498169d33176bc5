"""Labels that are probably wrong, by confident learning: what a model that never saw a row says of its label.

A linear model learns each fifth of the rows from the others; cleanlab then compares its probabilities with the labels,
intent by intent, so that an intent that is always doubtful raises no doubts. Needs the extra `review`.

Source: Northcutt, Jiang and Chuang (2021), Confident Learning: Estimating Uncertainty in Dataset Labels.
"""

from __future__ import annotations

import random
import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlu.errors import InputError, MissingPackageError
from nlu.events import Listener, Progress, ignore
from nlu.korean.normalization import normalize
from nlu.types import LabelledUtterance

try:
    from cleanlab.filter import find_label_issues
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_union
except ImportError as error:
    raise MissingPackageError("cleanlab", 'pip install ".[review]"') from error

FOLDS = 5
STAGE = "review"
SURE = 0.01
"""A label of a lower probability than this is wrong more often than not (`benchmarks/label_errors.py`)."""
_STRENGTH = 5.0
"""Inverse regularisation of the linear model."""
Probabilities = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Suspect:
    """A label that is doubted.

    Attributes:
        row: the number of the row.
        given: its label.
        likely: the label that others of its kind have.
        quality: the probability of its label, 0..1; the lower, the more it is doubted.
        probability: that of the likely one.
    """

    row: int
    given: str
    likely: str
    quality: float
    probability: float

    @property
    def is_sure(self) -> bool:
        """Whether it is wrong more often than not."""
        return self.quality < SURE


@dataclass(frozen=True)
class Reviewed:
    """What a review found.

    Attributes:
        suspects: the doubted labels, the most doubted first.
        judged: how many rows were judged.
        too_few: intents with too few rows to judge, and how many they have.
    """

    suspects: tuple[Suspect, ...]
    judged: int
    too_few: tuple[tuple[str, int], ...]


def review(utterances: Sequence[LabelledUtterance], *, seed: int = 0, listen: Listener = ignore) -> Reviewed:
    """Find labels that are probably wrong.

    Args:
        utterances: of which those with an intent are judged; an intent needs two rows at least.
        seed: of the folds.
        listen: told the progress.

    Raises:
        InputError: there are fewer than two intents to tell apart.
    """
    labels = [one.intent or "" for one in utterances]
    counts = Counter(label for label in labels if label)
    rows = [number for number, label in enumerate(labels) if counts[label] > 1]
    names = sorted({labels[row] for row in rows})
    if len(names) < 2:
        raise InputError("review.few", count=len(names))
    texts = [normalize(utterances[row].text).text for row in rows]
    numbers = {name: number for number, name in enumerate(names)}
    given = np.array([numbers[labels[row]] for row in rows])
    found = out_of_fold(texts, given, len(names), seed, listen)
    likely, quality = found.argmax(1), found[np.arange(len(rows)), given]
    suspects = [
        Suspect(rows[at], names[given[at]], names[likely[at]], float(quality[at]), float(found[at, likely[at]]))
        for at in _issues(given, found)
        if likely[at] != given[at]
    ]
    few = sorted((name, count) for name, count in counts.items() if count < 2)
    return Reviewed(tuple(sorted(suspects, key=lambda one: (one.quality, one.row))), len(rows), tuple(few))


def out_of_fold(
    texts: Sequence[str], given: NDArray[np.int64], count: int, seed: int, listen: Listener = ignore
) -> Probabilities:
    """The probability of each of `count` labels for each text, `(N, count)`, by models that did not learn it."""
    folds = _dealt(given, seed)
    found = np.full((len(texts), count), 1e-9)
    listen(Progress(STAGE, 0, FOLDS, "fold"))
    for fold in range(FOLDS):
        learned, judged = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        if len(judged):
            found[np.ix_(judged, np.unique(given[learned]))] = _fitted(texts, given, learned, judged)
        listen(Progress(STAGE, fold + 1, FOLDS, "fold"))
    shares: Probabilities = found / found.sum(1, keepdims=True)
    return shares


def _fitted(
    texts: Sequence[str], given: NDArray[np.int64], learned: NDArray[np.int64], judged: NDArray[np.int64]
) -> Probabilities:
    features = make_union(
        TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), sublinear_tf=True),
        TfidfVectorizer(analyzer="word", token_pattern=r"\S+", ngram_range=(1, 2), sublinear_tf=True),
    )
    model = LogisticRegression(C=_STRENGTH, max_iter=200, tol=1e-3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it could be a little better after more steps
        model.fit(features.fit_transform([texts[row] for row in learned]), given[learned])
    found: Probabilities = model.predict_proba(features.transform([texts[row] for row in judged]))
    return found


def _dealt(given: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """Deal the rows of each label out evenly, so that each is learned from in every fold."""
    rng, folds = random.Random(seed), np.zeros(len(given), dtype=np.int64)
    for label in np.unique(given):
        rows = np.flatnonzero(given == label).tolist()
        rng.shuffle(rows)
        first = rng.randrange(FOLDS)
        for number, row in enumerate(rows):
            folds[row] = (first + number) % FOLDS
    return folds


def _issues(given: NDArray[np.int64], found: Probabilities) -> Iterable[int]:
    """The rows whose labels cleanlab doubts."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        doubted = find_label_issues(
            given, found, filter_by="low_self_confidence", return_indices_ranked_by="self_confidence", n_jobs=1
        )
    return [int(row) for row in doubted]
