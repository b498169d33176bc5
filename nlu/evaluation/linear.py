"""The baseline of an afternoon: TF-IDF over character and word n-grams, then a linear SVM. Needs scikit-learn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nlu.errors import MissingPackageError
from nlu.evaluation.baselines import answer_of
from nlu.korean.normalization import normalize
from nlu.types import LabelledUtterance, Parse

try:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import Pipeline, make_pipeline, make_union
    from sklearn.svm import LinearSVC
except ImportError as error:
    raise MissingPackageError("scikit-learn", 'pip install ".[train]"') from error


class SvmIntents:
    """TF-IDF over character 1–4-grams and word 1–2-grams, then a linear SVM, one intent against the rest.

    Args:
        train: what is learned from; where it has fewer than two intents, that one is always the answer.
        seed: of the order in which the SVM goes through them.
        c: inverse regularisation of the SVM.

    Source: Joachims (1998), Text Categorization with Support Vector Machines.
    """

    name = "svm"
    finds_entities = False

    def __init__(self, train: Sequence[LabelledUtterance], seed: int = 0, c: float = 0.5) -> None:
        rows = [one for one in train if one.intent is not None]
        self.intents = tuple(sorted({str(one.intent) for one in rows}))
        self._model: Pipeline | None = None
        if len(self.intents) > 1:
            features = make_union(
                TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), sublinear_tf=True),
                TfidfVectorizer(analyzer="word", token_pattern=r"\S+", ngram_range=(1, 2), sublinear_tf=True),
            )
            self._model = make_pipeline(features, LinearSVC(C=c, random_state=seed))
            self._model.fit([normalize(one.text).text for one in rows], [str(one.intent) for one in rows])

    def answer(self, texts: Sequence[str]) -> list[Parse]:
        """Answer each text; the shares grow with the distance from the plane of each intent."""
        if self._model is None or not texts:
            return [answer_of(text, dict.fromkeys(self.intents, 1.0)) for text in texts]
        distances = self._model.decision_function([normalize(text).text for text in texts])
        if distances.ndim == 1:  # (N,) of two intents: the second's
            distances = np.stack([-distances, distances], axis=1)
        powers = np.exp(distances - distances.max(1, keepdims=True))
        shares = powers / powers.sum(1, keepdims=True)  # (N, K)
        rows = [dict(zip(self.intents, row, strict=True)) for row in shares.tolist()]
        return [answer_of(text, row) for text, row in zip(texts, rows, strict=True)]
