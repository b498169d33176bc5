"""Utterances that no bot could understand, made from those it should: the same endings around other words.

A classifier that has only seen its own intents is sure of everything. These outliers teach it that a familiar frame
("… 좀 알려줘") is no reason to be sure when the words that carry the meaning are none of its own.

Source: Hendrycks, Mazeika and Dietterich (2019), Deep Anomaly Detection with Outlier Exposure.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence

from nlu.tokenizers.mecab import MecabTokenizer, common_words
from nlu.types import FALLBACK_INTENT, LabelledUtterance, Token

_CONTENT = ("NNG", "NNP", "VV", "VA", "XR", "MAG", "SL", "NR")


def make_outliers(
    utterances: Sequence[LabelledUtterance], count: int, rng: random.Random, familiar: float = 0.2
) -> list[LabelledUtterance]:
    """Make utterances of `nlu_fallback` by exchanging words for usual Korean words of the same part of speech.

    Args:
        utterances: what the bot should understand.
        count: how many to make at most; no text twice, none that is in `utterances`.
        rng: the source of chance.
        familiar: the part of the meaning-carrying words that stay; at least one goes.
    """
    tokenizer = MecabTokenizer()
    sources = [rng.choice(utterances).text for _ in range(count)] if utterances else []
    analysed = [(text, tokenizer.tokenize(text)) for text in sources]
    wanted = {token.pos for _, tokens in analysed for token in tokens if token.pos.startswith(_CONTENT)}
    words = common_words(sorted(wanted))
    known = {utterance.text for utterance in utterances}
    made: list[LabelledUtterance] = []
    for text, tokens in analysed:
        strange = _exchanged(text, tokens, words, rng, familiar)
        if strange not in known:
            known.add(strange)
            made.append(LabelledUtterance(strange, FALLBACK_INTENT, (), "outlier"))
    return made


def as_outliers(
    texts: Iterable[str], utterances: Sequence[LabelledUtterance], share: float, most: int | None = None
) -> list[LabelledUtterance]:
    """Take real text from outside the scope, which nobody has labelled, as utterances of `nlu_fallback`.

    Args:
        texts: one utterance each; empty ones, repeated ones and those that the bot should understand are left out, and
            so are the last where there are more than `most`.
        utterances: what the bot should understand.
        share: how much they count together, relative to `utterances`.
        most: how many are taken at most; None for as many as there are `utterances`.

    Example:
        >>> train = [LabelledUtterance("내일 날씨", "weather")] * 4
        >>> as_outliers(["시험 망했어", "내일 날씨", "심심하다"], train, 0.25)[1]
        LabelledUtterance(text='심심하다', intent='nlu_fallback', spans=(), origin='outlier', weight=0.5)
    """
    known = {utterance.text for utterance in utterances}
    strange = [text for text in dict.fromkeys(text.strip() for text in texts) if text and text not in known]
    strange = strange[: len(utterances) if most is None else most]
    weight = min(1.0, share * len(utterances) / max(len(strange), 1))
    return [LabelledUtterance(text, FALLBACK_INTENT, (), "outlier", weight) for text in strange]


def _exchanged(
    text: str, tokens: Sequence[Token], words: Mapping[str, Sequence[str]], rng: random.Random, familiar: float
) -> str:
    places = [number for number, token in enumerate(tokens) if token.pos in words]
    exchanged = {number for number in places if rng.random() >= familiar} or set(places[:1])
    parts, at = [], 0
    for number, token in enumerate(tokens):
        parts.append(text[at : token.start])
        parts.append(rng.choice(words[token.pos]) if number in exchanged else token.text)
        at = token.end
    return "".join([*parts, text[at:]])
