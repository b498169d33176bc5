"""The floors: what one gets in an afternoon from TF-IDF with a linear SVM, and from a CRF over morphemes.

Needs the extra `benchmark`.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from tqdm import tqdm

from benchmarks.scoring import Latency, Prediction
from nlu import tokenizers
from nlu.data.alignment import normalize_utterance, split_at
from nlu.data.iob import decode, encode
from nlu.errors import MissingPackageError
from nlu.evaluation.linear import SvmIntents
from nlu.korean.normalization import normalize
from nlu.types import LabelledUtterance, Span, Token

try:
    import sklearn_crfsuite
except ImportError as error:
    raise MissingPackageError("sklearn-crfsuite", 'pip install ".[benchmark]"', "the floors need it") from error

TokenFeatures = dict[str, str | bool]


@dataclass(frozen=True)
class FloorSettings:
    """How the floors learn.

    Attributes:
        svm_c: inverse regularisation of the SVM.
        crf_l1: L1 penalty of the CRF.
        crf_l2: L2 penalty of the CRF.
        crf_iterations: most steps of L-BFGS.
    """

    svm_c: float = 0.5
    crf_l1: float = 0.1
    crf_l2: float = 0.05
    crf_iterations: int = 100


class CrfEntities:
    """A linear-chain CRF over MeCab's morphemes: affixes, context and parts of speech.

    Source: Lafferty, McCallum and Pereira (2001), Conditional Random Fields.
    """

    def __init__(self, settings: FloorSettings | None = None) -> None:
        self.settings = settings or FloorSettings()
        self._tokenizer = tokenizers.create("mecab")
        self._model: sklearn_crfsuite.CRF | None = None

    def fit(self, utterances: Sequence[LabelledUtterance], *, progress: bool = False) -> CrfEntities:
        """Learn the entities from tokens cut at their edges."""
        if not any(utterance.spans for utterance in utterances):
            return self
        features, tags = [], []
        for utterance in map(
            normalize_utterance, tqdm(utterances, desc="crf", unit="utt", disable=None if progress else True)
        ):
            tokens = split_at(self._tokenizer.tokenize(utterance.text), utterance.spans)
            features.append(token_features(utterance.text, tokens))
            tags.append(encode(tokens, utterance.spans))
        settings = self.settings
        self._model = sklearn_crfsuite.CRF(
            algorithm="lbfgs", c1=settings.crf_l1, c2=settings.crf_l2, max_iterations=settings.crf_iterations
        )
        self._model.fit(features, tags)
        return self

    def predict(self, text: str) -> tuple[Span, ...]:
        """The entities of a text, at its own offsets."""
        normalized = normalize(text)
        tokens = self._tokenizer.tokenize(normalized.text)
        if self._model is None or not tokens:
            return ()
        found = decode(self._model.predict_single(token_features(normalized.text, tokens)), tokens)
        return tuple(Span(*normalized.to_original(span.start, span.end), span.entity) for span in found)


@dataclass(frozen=True)
class Floors:
    """Both floors, fitted, and how long that took."""

    intents: SvmIntents
    entities: CrfEntities
    seconds: float

    @classmethod
    def fit(cls, utterances: Sequence[LabelledUtterance], seed: int = 0, *, progress: bool = False) -> Floors:
        """Fit both on the very rows our models get."""
        started = time.perf_counter()
        intents = SvmIntents(utterances, seed, FloorSettings().svm_c)
        entities = CrfEntities().fit(utterances, progress=progress)
        return cls(intents, entities, time.perf_counter() - started)

    def predict(
        self, utterances: Sequence[LabelledUtterance], *, progress: bool = False
    ) -> tuple[list[Prediction], Latency]:
        """Predict one at a time, and take the time."""
        predictions, seconds = [], []
        for utterance in tqdm(utterances, desc="floors", unit="utt", disable=None if progress else True):
            started = time.perf_counter()
            intent = self._intent(utterance.text) if utterance.intent is not None else None
            predictions.append(Prediction(intent, self.entities.predict(utterance.text)))
            seconds.append(time.perf_counter() - started)
        return predictions, Latency.of(seconds)

    def _intent(self, text: str) -> str | None:
        (answer,) = self.intents.answer([text])
        return answer.intent.name


def token_features(text: str, tokens: Sequence[Token]) -> list[TokenFeatures]:
    """What the CRF sees at each token: itself, its affixes, the space before it, and two neighbours to either side."""
    rows: list[TokenFeatures] = []
    for at, token in enumerate(tokens):
        row: TokenFeatures = {
            "word": token.text,
            "pos": token.pos,
            "first": token.text[0],
            "last": token.text[-1],
            "prefix": token.text[:2],
            "suffix": token.text[-2:],
            "digit": token.text.isdigit(),
            "space": token.start == 0 or text[token.start - 1].isspace(),
            "begin": at == 0,
            "end": at == len(tokens) - 1,
        }
        for offset in (-2, -1, 1, 2):
            if 0 <= at + offset < len(tokens):
                near = tokens[at + offset]
                row[f"{offset}word"] = near.text
                row[f"{offset}pos"] = near.pos
        if at:
            row["pair"] = f"{tokens[at - 1].text} {token.text}"
            row["pospair"] = f"{tokens[at - 1].pos} {token.pos}"
        if at + 1 < len(tokens):
            row["+pair"] = f"{token.text} {tokens[at + 1].text}"
            row["+pospair"] = f"{token.pos} {tokens[at + 1].pos}"
        rows.append(row)
    return rows
