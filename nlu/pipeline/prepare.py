"""Prepare utterances for the networks: spaces put back, word vectors, vocabularies; many trainings may share them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from nlu import tokenizers
from nlu.config import Config
from nlu.data.alignment import normalize_utterance
from nlu.data.shards import Shards
from nlu.features.encoder import FeatureEncoder
from nlu.features.pretrained import PretrainedVectors
from nlu.features.reading import plain_utterance
from nlu.features.settings import VectorSettings
from nlu.features.spacing import Spacer
from nlu.features.word_vectors import WordVectors, beside, train_vectors
from nlu.lexicon.lexicon import Lexicon
from nlu.tokenizers.mecab import compile_user_dictionary
from nlu.tokenizers.syllable import SyllableTokenizer
from nlu.types import LabelledUtterance


@dataclass(frozen=True)
class Whole:
    """A training set that memory does not hold.

    Attributes:
        utterances: reads it.
        count: how many there are, about.
    """

    utterances: Callable[[], Iterable[LabelledUtterance]]
    count: int


@dataclass(frozen=True)
class Prepared:
    """What networks are trained from.

    Attributes:
        train: the training set, normalised and spaced anew where spaces were missing.
        dev: the development set, likewise.
        outliers: utterances of `nlu_fallback` that only the intent network learns from.
        shards: the training set of which `train` is a sample, where memory does not hold it.
        spacer: puts spaces back.
        encoder: text → features, with the vocabularies of the training set.
        vectors: the word vectors.
    """

    train: Sequence[LabelledUtterance]
    dev: Sequence[LabelledUtterance]
    outliers: Sequence[LabelledUtterance]
    spacer: Spacer
    encoder: FeatureEncoder
    vectors: WordVectors
    shards: Shards | None = None

    @property
    def of_entities(self) -> Sequence[LabelledUtterance] | Shards:
        """What the entity networks learn from."""
        return self.shards or self.train

    @property
    def of_intents(self) -> Sequence[LabelledUtterance] | Shards:
        """What the intent network learns from: the outliers, too, who count as much beside all as beside a sample."""
        if self.shards is None:
            return [*self.train, *self.outliers]
        share = len(self.shards) / max(1, len(self.train))
        return self.shards.along_with(replace(one, weight=share * one.weight) for one in self.outliers)


def prepare(
    train: Sequence[LabelledUtterance],
    dev: Sequence[LabelledUtterance],
    lexicon: Lexicon,
    config: Config,
    workspace: Path,
    *,
    corpus: Iterable[str] = (),
    outliers: Sequence[LabelledUtterance] = (),
    whole: Whole | None = None,
) -> Prepared:
    """Learn spacing, word vectors and vocabularies; `nlu.pipeline.fit.fit` says what the arguments are."""
    workspace.mkdir(parents=True, exist_ok=True)
    tokenizer = _tokenizer(lexicon, config, workspace / "user.dic")
    train, dev, outliers = (
        [plain_utterance(normalize_utterance(one), lexicon) for one in part] for part in (train, dev, outliers)
    )
    spacer = Spacer.fit((utterance.text for utterance in train), config.spacing, config.vectors.seed)
    train, dev, outliers = ([spacer.respace(one, lexicon) for one in part] for part in (train, dev, outliers))
    texts = [utterance.text for utterance in train]
    sentences = [[token.text for token in tokenizer.tokenize(text)] for text in [*texts, *corpus]]
    vectors = _vectors(sentences, config.vectors, tokenizer)
    encoder = FeatureEncoder.fit(texts, tokenizer, lexicon, vectors.words, config.features, vectors.taught or 0)
    shards = None
    if whole is not None:
        plain = (plain_utterance(normalize_utterance(one), lexicon) for one in whole.utterances())
        spaced = (spacer.respace(one, lexicon) for one in plain)
        shards = Shards.write(workspace / "shards", spaced, whole.count, config.generator.seed)
    return Prepared(train, dev, outliers, spacer, encoder, vectors, shards)


def _vectors(
    sentences: Collection[Sequence[str]], settings: VectorSettings, tokenizer: tokenizers.Tokenizer
) -> WordVectors:
    """The word vectors of a bot's texts, beside them those of the words that they hold, and of common ones."""
    own = train_vectors(sentences, settings)
    if not settings.pretrained:
        return own
    plain = tokenizers.create(tokenizer.name)

    def parts(word: str) -> list[str]:
        return [token.text for token in plain.tokenize(word)]

    seen = {word for sentence in sentences for word in sentence}
    read = PretrainedVectors.shipped()
    if tokenizer.name == SyllableTokenizer.name:
        read = read.only(lambda word: len(word) == 1)
    return beside(own, read, settings.pretrained, seen, parts)


def _tokenizer(lexicon: Lexicon, config: Config, user_dictionary: Path) -> tokenizers.Tokenizer:
    if config.tokenizer.name == "mecab" and config.tokenizer.user_dictionary and len(lexicon):
        compile_user_dictionary((surface for _, surface in lexicon.surfaces()), user_dictionary)
        return tokenizers.create("mecab", user_dictionary=user_dictionary)
    return tokenizers.create(config.tokenizer.name)
