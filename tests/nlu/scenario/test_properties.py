from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from nlu.dialogue.responses import Reply
from nlu.scenario.saying import say
from nlu.scenario.state import Act, State
from nlu.scenario.step import step
from nlu.types import Parse
from tests.nlu.scenario.talks import NOON, RULES, said

MENUS, COUNTS, PLACES = ("피자", "치킨", "냉면"), ("한 개", "두 판", "세 마리"), ("판교", "서울역", "강남")


class Talk(RuleBasedStateMachine):
    """Users who answer, say more than was asked, correct, lead away, give up, babble, pause and press twice."""

    def __init__(self) -> None:
        super().__init__()
        self.state, self.now, self.last = State(), NOON, said("안녕", "greet")
        self.acts: tuple[Act, ...] = ()

    def say(self, parse: Parse) -> None:
        before = self.state.frame
        turn = step(RULES, self.state, parse, self.now)
        kinds = {act.kind for act in turn.acts}
        frame = turn.state.frame
        if before is not None and frame is not None and frame.intent == before.intent and "cancelled" not in kinds:
            left_out = {one.entity for one in parse.entities if one.is_negated}
            lost = before.slots.keys() - frame.slots.keys()
            assert lost <= left_out or kinds & {"done", "expired"}, (before, parse, frame)
        self.state, self.acts, self.last = State.from_json(turn.state.to_json()), turn.acts, parse
        self.now += timedelta(seconds=3)

    @rule(menu=st.sampled_from(MENUS))
    def order(self, menu: str) -> None:
        self.say(said(f"{menu} 시킬게", "order", f"menu={menu}"))

    @rule(menu=st.sampled_from(MENUS), count=st.sampled_from(COUNTS), place=st.sampled_from(PLACES))
    def order_all(self, menu: str, count: str, place: str) -> None:
        self.say(said(f"{place}로 {menu} {count}", "order", f"loc={place}", f"menu={menu}", f"count={count}"))

    @rule(count=st.sampled_from(COUNTS))
    def answer(self, count: str) -> None:
        self.say(said(f"{count}요", None, f"count={count}"))

    @rule(old=st.sampled_from(COUNTS), new=st.sampled_from(COUNTS))
    def correct(self, old: str, new: str) -> None:
        self.say(said(f"{old} 말고 {new}로", "deny", f"-count={old}", f"count={new}"))

    @rule(start=st.sampled_from(PLACES))
    def lead_away(self, start: str) -> None:
        self.say(said(f"{start}에서 어떻게 가", "route", f"loc:from={start}"))

    @rule(text=st.sampled_from(["날씨 어때", "고마워"]))
    def chat(self, text: str) -> None:
        self.say(said(text, "weather"))

    @rule(text=st.sampled_from(["뷁", "ㅋㅋㅋ", "음…", "?"]))
    def babble(self, text: str) -> None:
        self.say(said(text))

    @rule(yes=st.booleans())
    def yes_or_no(self, yes: bool) -> None:
        self.say(said("네", "affirm") if yes else said("아니요", "deny"))

    @rule()
    def give_up(self) -> None:
        self.say(said("취소할게", "cancel"))

    @rule()
    def pause(self) -> None:
        self.now += timedelta(minutes=31)

    @rule()
    def press_twice(self) -> None:
        self.say(self.last)

    @invariant()
    def nothing_that_is_known_is_asked_for(self) -> None:
        assert all(act.slot not in act.slots for act in self.acts if act.kind == "ask")

    @invariant()
    def every_turn_says_something(self) -> None:
        assert not self.acts or say(RULES, self.acts, lambda: Reply("그래요.")).text

    @invariant()
    def babble_ends(self) -> None:
        assert all(frame.asks <= RULES.by_intent[frame.intent].max_asks for frame in self.state.frames)
        assert len(self.state.frames) <= 4


TestTalk = Talk.TestCase
