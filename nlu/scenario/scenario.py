"""What a bot's scenarios are: the slots of an intent, how it asks for them, and what it does in the end."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from nlu.dialogue.responses import QuickReply
from nlu.dialogue.templates import AnswerTemplate

_SIDE_BY_SIDE = re.compile(r"\{([^{}]+)\} (?=\{([^{}]+)\})")
EXPIRES = timedelta(minutes=30)
"""How long a talk that nobody goes on with is remembered."""
MAX_ASKS = 3
"""How often one thing is asked for before a person is called."""


@dataclass(frozen=True, slots=True)
class SlotRule:
    """One thing that a scenario wants to know.

    Attributes:
        name: by which prompts name it.
        entity: the type of entity that says it.
        role: the role that the entity has; None for any.
        is_required: whether it is asked for.
        asks: how it is asked for, one wording after the other.
        choices: what may be pressed in place of being said.
        of: the slot whose values it counts, one for each: how many of each dish.
        between: the slot of dates of which it counts the nights, where two are said: 금요일부터 일요일까지.
        unless: the slot that makes it needless: where a hotel is named, no place is asked for.
        clarifies: whether it is asked back whether a time is in the morning or in the afternoon.
        called: words by which users name it: 날짜, 인원.
    """

    name: str
    entity: str
    role: str | None = None
    is_required: bool = True
    asks: tuple[AnswerTemplate, ...] = ()
    choices: tuple[QuickReply, ...] = ()
    of: str | None = None
    between: str | None = None
    unless: str | None = None
    clarifies: bool = False
    called: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Webhook:
    """Who is told when a scenario is done, and for how long its answer is waited for.

    Attributes:
        url: where it is told.
        timeout: seconds until the user gets an answer without it.
    """

    url: str
    timeout: float = 3.0


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is wanted of one intent.

    Attributes:
        intent: the intent.
        slots: what it wants to know, in the order of asking.
        done: what is said in the end.
        confirm: what is asked before that; None where nothing is.
        webhook: who is told.
        max_asks: how often one thing is asked for.
        expires: how long the talk is remembered.
    """

    intent: str
    slots: tuple[SlotRule, ...]
    done: tuple[AnswerTemplate, ...]
    confirm: AnswerTemplate | None = None
    webhook: Webhook | None = None
    max_asks: int = MAX_ASKS
    expires: timedelta = EXPIRES

    def slot(self, name: str) -> SlotRule:
        """The slot of a name."""
        return next(slot for slot in self.slots if slot.name == name)

    @property
    def side_by_side(self) -> tuple[tuple[str, str], ...]:
        """Slots that the question for a yes puts side by side, {menu} {count}."""
        if self.confirm is None:
            return ()
        names = {slot.name for slot in self.slots}
        pairs = _SIDE_BY_SIDE.findall(self.confirm.text)
        return tuple((one, other) for one, other in pairs if {one, other} <= names)


@dataclass(frozen=True, slots=True)
class Words:
    """What the bot says around the scenarios."""

    cancelled: str = "네, 취소했어요."
    change: str = "무엇을 바꿀까요?"
    resumed: str = "그럼 이어서 여쭤볼게요."
    expired: str = "한동안 말씀이 없으셔서 처음부터 시작할게요."
    hand_over: str = "제가 잘 알아듣지 못했어요. 상담원을 연결해 드릴게요."
    not_understood: str = "잘 알아듣지 못했어요."
    choices: str = "{choices} 가운데서 고르실 수 있어요."
    wait: str = "네, 천천히 말씀해 주세요."
    clarify: str = "{value} 말씀이세요?"
    failed: str = "지금은 처리하지 못했어요. 잠시 뒤에 다시 말씀해 주세요."


@dataclass(frozen=True, slots=True)
class Scenarios:
    """All scenarios of a bot.

    Attributes:
        by_intent: intent → its scenario.
        yes: intents that say yes.
        no: intents that say no.
        cancel: intents that give up what is talked about.
        words: what is said around them.
    """

    by_intent: Mapping[str, Scenario]
    yes: frozenset[str] = frozenset({"affirm"})
    no: frozenset[str] = frozenset({"deny"})
    cancel: frozenset[str] = frozenset()
    words: Words = field(default_factory=Words)
