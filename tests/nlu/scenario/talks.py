"""A small bot of scenarios, and what users say to it, as it was understood."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from nlu.scenario.reader import read_scenarios
from nlu.scenario.scenario import Scenarios
from nlu.scenario.state import State, Turn
from nlu.scenario.step import step
from nlu.types import FALLBACK_INTENT, Entity, Fallback, IntentScore, Parse

TEXT = """\
dialogue: {yes: affirm, no: deny, cancel: cancel}
scenarios:
  order:
    slots:
      menu: {ask: ["무엇을 드릴까요?", "음식 이름을 말씀해 주세요."], choices: [피자, 치킨]}
      count: {ask: "{menu}을(를) 몇 개 드릴까요?"}
      loc: {required: false}
    confirm: "{menu} {count}, 주문할까요?"
    done: ["{loc}(으)로 {menu} {count}을(를) 보낼게요.", "{menu} {count}을(를) 주문했어요."]
    expires: 30분
  route:
    slots:
      from: {entity: "loc:from", ask: "어디에서요?"}
      to: {entity: "loc:to", ask: "{from}에서 어디로요?"}
    done: "{from}에서 {to}까지 찾아볼게요."
"""
RULES: Scenarios = read_scenarios(Path("scenarios.yml"), TEXT)
ITEMS: Scenarios = read_scenarios(
    Path("scenarios.yml"),
    TEXT.replace("count: {ask:", "count: {of: menu, ask:").replace(
        "loc: {required: false}",
        """loc: {required: false}
      time: {required: false, clarify: true, called: [시간]}""",
    ),
)
"""The same, of things that are counted each, and times that are asked back."""
NOON = datetime(2026, 11, 30, 3, tzinfo=UTC)


def said(text: str, intent: str | None = None, *values: str, confidence: float = 0.95) -> Parse:
    """An utterance as it was understood: values as `type=words`, `type:role=words`, `-type=words` where left out."""
    entities, at = [], 0
    for value in values:
        label, _, words = value.lstrip("-").partition("=")
        kind, _, role = label.partition(":")
        start = text.index(words, at)
        at = start + len(words)
        entities.append(Entity(kind, start, at, words, words, role or None, is_negated=value.startswith("-")))
    name = intent or FALLBACK_INTENT
    score = IntentScore(name, confidence)
    return Parse(text, score, (score,), tuple(entities), (), Fallback(None if intent else "unsure", 1.0, 0.5))


def talk(*parses: Parse, seconds: float = 5, rules: Scenarios = RULES) -> list[Turn]:
    """Say one after the other, so many seconds apart."""
    state, turns = State(), []
    for number, parse in enumerate(parses):
        turn = step(rules, state, parse, NOON + timedelta(seconds=number * seconds))
        state = State.from_json(turn.state.to_json())
        assert state == turn.state
        turns.append(turn)
    return turns


def kinds(turn: Turn) -> list[str]:
    """What the bot did in a turn: its kind, with the slot it was about."""
    return [f"{act.kind} {act.slot}" if act.slot else act.kind for act in turn.acts]


def filled(turn: Turn) -> dict[str, str]:
    """What fills the slots at the end of a turn, as it was said."""
    slots = turn.acts[-1].slots
    return {name: ", ".join(one.said for one in several) for name, several in slots.items()}
