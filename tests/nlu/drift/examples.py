"""Utterances of a small bot, drawn by chance, and what a reader without networks makes of them."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np

from nlu import tokenizers
from nlu.drift.reading import Reader
from nlu.drift.sample import Heard
from nlu.features.encoder import FeatureEncoder, FeatureSettings
from nlu.features.vocabulary import Vocabulary
from nlu.lexicon.lexicon import Lexicon

INTENTS = {
    "weather": ("{place} 날씨 알려줘", "오늘 {place} 비 오니", "{place} 기온이 몇 도야"),
    "order": ("{dish} 주문할게요", "{dish} 하나 시켜줘", "{dish} 배달해 주세요"),
    "greet": ("안녕하세요", "반가워요 챗봇님", "좋은 아침이에요"),
}
PLACES = ("판교", "서울", "부산", "강남", "인천", "대전")
DISHES = ("피자", "라면", "김밥", "냉면", "치킨", "만두")


def heard(count: int, seed: int = 0, *, intents: Sequence[str] = tuple(INTENTS)) -> list[Heard]:
    """Utterances of some intents, understood well."""
    rng = random.Random(seed)
    found = []
    for _ in range(count):
        intent = rng.choice(intents)
        frame = rng.choice(INTENTS[intent])
        text = frame.format(place=rng.choice(PLACES), dish=rng.choice(DISHES))
        entities = tuple(name for name, slot in (("loc", "{place}"), ("menu", "{dish}")) if slot in frame)
        found.append(Heard(text, intent, round(rng.betavariate(8, 2), 4), entities, is_right=rng.random() < 0.8))
    return found


def refunds(count: int, seed: int = 0) -> list[Heard]:
    """Utterances of an intent that the bot has not: taken for orders, half surely."""
    rng = random.Random(seed)
    frames = ("{dish} 환불해 주세요", "어제 산 {dish} 환불되나요", "환불은 언제 들어와요", "카드 환불 신청할게요")
    return [
        Heard(rng.choice(frames).format(dish=rng.choice(DISHES)), "order", round(rng.betavariate(3, 3), 4), ("menu",))
        for _ in range(count)
    ]


def mixed(quiet: Sequence[Heard], others: Sequence[Heard], seed: int = 0) -> list[Heard]:
    """Both, in an order by chance."""
    every = [*quiet, *others]
    random.Random(seed).shuffle(every)
    return every


def a_reader() -> Reader:
    """A reader whose words are those of the intents, each with a vector by chance."""
    tokenizer = tokenizers.create("mecab")
    texts = [one.text for one in heard(300, seed=99)]
    words = Vocabulary.build([token.text for token in tokenizer.tokenize(text)] for text in texts)
    encoder = FeatureEncoder.fit(texts, tokenizer, Lexicon(()), words, FeatureSettings(min_count=1))
    return Reader(encoder, np.random.default_rng(0).normal(size=(len(words), 8)).astype(np.float32))
