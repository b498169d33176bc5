"""Utterances that no bot could understand, made from those it should: the same endings around words nobody knows.

A classifier that has only seen its own intents is sure of everything. These outliers teach it that a familiar ending
("… 알려줘") is no reason to be sure when the words that carry the meaning are strange (outlier exposure).

Source: Hendrycks, Mazeika and Dietterich (2019), Deep Anomaly Detection with Outlier Exposure.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from nlu.tokenizers import Tokenizer
from nlu.types import FALLBACK_INTENT, LabelledUtterance

_CONTENT = ("NN", "NR", "SL", "SH", "VV", "VA", "XR", "MAG", "IC", "UNKNOWN", "SN")
_SYLLABLES = (
    "가각간갈감갑강개거건걸검게겨결경계고곡곤골공과관광괴교구국군굴궁권귀규균그극근글금급기긴길김까깨꼬꽃꾸끼나난날남낭내너널네"
    "노논놀농누눈뉴느는늘능니다단달담답당대더덕던덤데도독돈돌동두둑둔둘드득들등디따딸때또뚜라락란람랑래량러럭런레려력련령로록론"
    "료루류률르름리린림마막만말망매맥머먼멀메면명모목몰몸못묘무문물미민밀바박반발밤방배백버번벌범법베벽변별병보복본볼봄봉부북분"
    "불붕비빈빌빙빛빠뼈뽀뿌사산살삼상새색생서석선설섬성세소속손솔송수숙순술숨숲스슬습승시식신실심싸쓰씨아악안알암앙애액야약양"
    "어억언얼엄업에여역연열염엽영예오옥온올옷와완왕외요욕용우운울움웅원월위유육윤율은을음응의이인일임입자작잔잘잠장재쟁저적전절"
    "점접정제조족존종좌주죽준줄중쥐즈즉증지직진질짐집짜쪽찌차착찬찰참창채책처척천철첨첩청체초촉촌총최추축춘출춤충취측층치친칠침"
    "카칼캐커컬컴케코콜콩쿠크클키타탁탄탈탐탑탕태택터턱테토통투트특티틀파판팔패퍼페편평포폭표푸품풍프피필하학한할함합항해핵행향"
    "허험헌헤혁현혈협형혜호혹혼홀홍화확환활황회획횡효후훈휘휴흉흐흑흔흙흡흥희흰"
)


def make_outliers(
    utterances: Sequence[LabelledUtterance], tokenizer: Tokenizer, count: int, rng: random.Random, familiar: float = 0.15
) -> list[LabelledUtterance]:
    """Make utterances of `nlu_fallback`.

    Args:
        utterances: what the bot should understand.
        tokenizer: tells words that carry meaning from particles and endings.
        count: how many to make at most; no text twice, none that is in `utterances`.
        rng: the source of chance.
        familiar: the part of the meaning-carrying words that stay.
    """
    known = {utterance.text for utterance in utterances}
    made: list[LabelledUtterance] = []
    for _ in range(count):
        source = rng.choice(utterances)
        text = _estrange(source.text, tokenizer, rng, familiar)
        if text not in known:
            known.add(text)
            made.append(LabelledUtterance(text, FALLBACK_INTENT, (), "outlier"))
    return made


def _estrange(text: str, tokenizer: Tokenizer, rng: random.Random, familiar: float) -> str:
    parts, at = [], 0
    for token in tokenizer.tokenize(text):
        parts.append(text[at : token.start])
        strange = token.pos.startswith(_CONTENT) and rng.random() >= familiar
        parts.append(_word(len(token.text), rng) if strange else token.text)
        at = token.end
    return "".join([*parts, text[at:]])


def _word(length: int, rng: random.Random) -> str:
    return "".join(rng.choice(_SYLLABLES) for _ in range(max(1, length + rng.choice((-1, 0, 0, 1)))))
