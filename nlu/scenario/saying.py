"""What the bot says for what it does in a turn, with particles that agree."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from nlu.dialogue.responses import QuickReply, Reply
from nlu.dialogue.templates import AnswerTemplate
from nlu.scenario.prompts import fill
from nlu.scenario.scenario import Scenarios
from nlu.scenario.state import Act, Slots

_YES_NO = (QuickReply("네", "네"), QuickReply("아니요", "아니요"))
Answer = Callable[[], Reply]
"""Gives the bot's answer to an utterance that belongs to no scenario."""


def say(rules: Scenarios, acts: Sequence[Act], answer: Answer) -> Reply:
    """Put into words what the bot does in a turn.

    Args:
        rules: the bot's scenarios.
        acts: what it does, in order.
        answer: the answer of the bot's file of answers.
    """
    said: list[str] = []
    buttons: tuple[QuickReply, ...] = ()
    for act in acts:
        text, replies = _say(rules, act, answer)
        if text:
            said.append(text)
        buttons = replies or buttons
    return Reply(" ".join(dict.fromkeys(said)), buttons)


def _say(rules: Scenarios, act: Act, answer: Answer) -> tuple[str, tuple[QuickReply, ...]]:
    words = rules.words
    plain = {
        "cancelled": words.cancelled,
        "resumed": words.resumed,
        "expired": words.expired,
        "hand_over": words.hand_over,
        "not_understood": words.not_understood,
        "change": words.change,
        "wait": words.wait,
    }
    if act.kind in plain:
        return plain[act.kind], ()
    if act.kind == "answer" or act.intent is None:
        reply = answer()
        return reply.text, reply.quick_replies
    scenario = rules.by_intent[act.intent]
    if act.kind == "ask" and act.slot is not None:
        slot = scenario.slot(act.slot)
        template = slot.asks[min(act.attempt, len(slot.asks)) - 1]
        return _filled(template, act.slots) or slot.asks[-1].text, slot.choices
    if act.kind == "choices" and act.slot is not None:
        choices = scenario.slot(act.slot).choices
        return _worded(words.choices, "choices", ", ".join(one.label for one in choices)), choices
    if act.kind == "clarify" and act.slot is not None:
        time = act.slots[act.slot][-1]
        halves = tuple(QuickReply(one, one) for one in (time.said, *_other_half(time.said)))
        return _worded(words.clarify, "value", time.said), halves
    if act.kind == "confirm" and scenario.confirm is not None:
        return _filled(scenario.confirm, act.slots) or "", _YES_NO
    if act.kind == "done":
        return next((text for one in scenario.done if (text := _filled(one, act.slots)) is not None), ""), ()
    return "", ()


def _other_half(said: str) -> tuple[str, ...]:
    half, _, rest = said.partition(" ")
    return ({"오전": "오후", "오후": "오전"}[half] + " " + rest,) if half in ("오전", "오후") else ()


def _worded(text: str, name: str, value: str) -> str:
    return AnswerTemplate(text).fill({name: value}) or value


def _filled(template: AnswerTemplate, slots: Slots) -> str | None:
    return fill(template, {name: [one.said for one in several] for name, several in slots.items()})
