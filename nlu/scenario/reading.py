"""What a user's turn says to a frame: a yes or no, giving up, a correction, values for its slots."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nlu.scenario.scenario import Scenario, Scenarios, SlotRule
from nlu.scenario.state import Filled, Frame
from nlu.types import FALLBACK_INTENT, Entity, Parse

_CANCEL = re.compile(
    r"^(?:(?:아니|그냥|에이|죄송한데|미안한데)[,\s]*)*"
    r"(?:(?:주문|예약|그거|이거|다|전부|모두)[ ]?)?"
    r"(?:취소|그만|관둘|관둬|됐어|됐습니다|안[ ]?할래|안[ ]?할게|없던[ ]?일|때려)"
)
_YES = re.compile(
    r"^(?:응+|어+|네+|넵|넹|예+|그래|그래요|좋아|좋아요|좋습니다|맞아|맞아요|맞습니다|ㅇㅇ+|ㅇㅋ|오케이|오키|웅|콜|"
    r"그렇게|그럼요|부탁)"
    r"(?:[\s,.!~ㅎㅋ^]|요|해|해요|해줘|해주세요|드려요|드립니다|할게|할게요|네|맞아|$)*"
)
_NO = re.compile(
    r"^(?:아니|아뇨|아니요|아니오|노+|ㄴㄴ+|싫어|싫어요|안[ ]?돼|틀려|틀렸어|다시)(?:[\s,.!~]|요|에요|예요|야|$)*"
)
_CORRECTS = re.compile(
    r"^(?:아니|아뇨|잠깐|잠시|참|앗|아 참|그게 아니|다시)|"
    r"말고|아니고|아니라|바꿔|바꿀|변경|수정|정정|고쳐|대신|로 해|으로 해"
)
_FILLER = re.compile(
    r"[\s,.!?~^ㅋㅎㅠㅜ'\"]|요$|이요|으로|로|에서|에|은|는|이|가|을|를|만|부터|까지|정도|쯤|주세요|줘|할게요?|할래요?|해줘|"
    r"부탁|드려요|음+|어+|그럼|네|응|아|저기|입니다|이에요|예요|이야|야$"
)
_SURE = 0.6
"""How likely another intent must be for a turn to lead away."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a turn says to a frame.

    Attributes:
        filled: slot → what fills it now.
        emptied: slots whose value was said to be wrong.
        is_correction: whether it was said in the words of a correction.
    """

    filled: dict[str, tuple[Filled, ...]]
    emptied: frozenset[str]
    is_correction: bool


def is_cancel(rules: Scenarios, parse: Parse) -> bool:
    """Whether a turn gives up what is talked about."""
    return parse.intent.name in rules.cancel or _CANCEL.match(parse.text.strip()) is not None


def is_yes(rules: Scenarios, parse: Parse) -> bool:
    """Whether a turn says yes."""
    return (parse.intent.name in rules.yes and not _NO.match(parse.text.strip())) or _whole(_YES, parse)


def is_no(rules: Scenarios, parse: Parse) -> bool:
    """Whether a turn says no, whatever it says besides."""
    return parse.intent.name in rules.no or _NO.match(parse.text.strip()) is not None


def _whole(words: re.Pattern[str], parse: Parse) -> bool:
    found = words.match(parse.text.strip())
    return found is not None and found.end() == len(parse.text.strip())


def values_of(scenario: Scenario, frame: Frame, parse: Parse) -> Said:
    """Read which slots of a frame a turn fills, and which it empties.

    An entity fills the slot of its role, else the one that was asked for, else the first of its type that is empty; a
    correction fills one that is filled.
    """
    corrects = _CORRECTS.search(parse.text) is not None or any(one.is_negated for one in parse.entities)
    filled: dict[str, tuple[Filled, ...]] = {}
    emptied: set[str] = set()
    for entity in parse.entities:
        rules = [slot for slot in scenario.slots if slot.entity == entity.entity]
        if entity.is_negated:
            emptied |= {slot.name for slot in rules if _says_same(frame.slots.get(slot.name, ()), entity)}
            continue
        if (slot := _slot_for(rules, frame, entity, {*filled}, emptied, corrects)) is not None:
            filled[slot.name] = (filled_by(entity),)
        elif len(rules) == 1:  # 피자 하나랑 콜라 두 개
            filled[rules[0].name] += (filled_by(entity),)
    return Said(filled, frozenset(emptied - filled.keys()), corrects)


def filled_by(entity: Entity) -> Filled:
    """What an entity fills a slot with."""
    return Filled(entity.value, entity.raw, entity.resolved.unit if entity.resolved else None)


def _slot_for(
    rules: Sequence[SlotRule], frame: Frame, entity: Entity, taken: set[str], emptied: set[str], corrects: bool
) -> SlotRule | None:
    fitting = [slot for slot in rules if slot.name not in taken]
    if entity.role is not None and any(slot.role == entity.role for slot in fitting):
        return next(slot for slot in fitting if slot.role == entity.role)
    ranked = sorted(
        fitting,
        key=lambda slot: (
            slot.name not in emptied,
            slot.name != frame.asked,
            (slot.name in frame.slots) != corrects,
        ),
    )
    return ranked[0] if ranked else None


def _says_same(filled: tuple[Filled, ...], entity: Entity) -> bool:
    return any(one.value == entity.value or one.said == entity.raw for one in filled)


def is_bare(parse: Parse) -> bool:
    """Whether a turn says hardly more than values: 판교요, 세 판으로 주세요.

    Example:
        >>> from nlu.types import Fallback, IntentScore
        >>> score = IntentScore(None, 0.0)
        >>> entity = Entity("loc", 0, 2, "판교", "판교")
        >>> understood = Fallback(None, 0.0, 0.0)
        >>> [is_bare(Parse(text, score, (), (entity,), (), understood)) for text in ("판교요", "판교 날씨 어때")]
        [True, False]
    """
    rest, end = "", 0
    for one in parse.entities:
        rest += parse.text[end : one.start] + " "
        end = one.end
    rest += parse.text[end:]
    return len(_FILLER.sub("", rest)) <= 1


def leads_to(rules: Scenarios, frame: Frame | None, parse: Parse) -> str | None:
    """The intent that a turn surely has and that is not the frame's; None where it has none."""
    name, confidence = parse.intent
    if name is None or name == FALLBACK_INTENT or (frame is not None and name == frame.intent):
        return None
    if name in rules.yes | rules.no | rules.cancel:
        return None
    return name if confidence >= _SURE or parse.source == "pattern" else None
