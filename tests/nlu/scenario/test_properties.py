from __future__ import annotations

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from nlu.dialogue.responses import Reply
from nlu.scenario.items import lacking
from nlu.scenario.saying import say
from nlu.scenario.scenario import Scenarios
from nlu.scenario.state import Act, Frame, State
from nlu.scenario.step import step
from nlu.types import Parse
from tests.nlu.scenario.talks import ITEMS, NOON, RULES, said

MENUS, COUNTS, PLACES = ("피자", "치킨", "냉면"), ("한 개", "두 판", "세 마리"), ("판교", "서울역", "강남")


class Talk(RuleBasedStateMachine):
    """Users who answer, say more than was asked, correct, lead away, give up, babble, pause and press twice."""

    scenarios: Scenarios = RULES

    def __init__(self) -> None:
        super().__init__()
        self.state, self.now, self.last = State(), NOON, said("안녕", "greet")
        self.acts: tuple[Act, ...] = ()

    def say(self, parse: Parse) -> None:
        before = self.state.frame
        turn = step(self.scenarios, self.state, parse, self.now)
        kinds = {act.kind for act in turn.acts}
        frame = turn.state.frame
        if before is not None and frame is not None and frame.intent == before.intent and "cancelled" not in kinds:
            left_out = {one.entity for one in parse.entities if one.is_negated}
            if "menu" in {one.entity for one in parse.entities}:  # other things are wanted, of which so many are not
                left_out |= {"count"}
            lost = before.slots.keys() - frame.slots.keys()
            assert lost <= left_out or kinds & {"done", "expired"}, (before, parse, frame)
            self.holds(parse, before, frame, kinds)
        self.state, self.acts, self.last = State.from_json(turn.state.to_json()), turn.acts, parse
        self.now += timedelta(seconds=3)

    def holds(self, parse: Parse, before: Frame, frame: Frame, kinds: set[str]) -> None:
        """What was said last fills its slot, whatever was said before, and the other slots hold what they held."""
        told = {one.entity for one in parse.entities}
        told |= {"count"} if "menu" in told else set()
        if kinds & {"done", "expired", "resumed"} or parse.intent.name not in (None, "nlu_fallback", "deny"):
            return
        for name, several in frame.slots.items():
            meant = [one.value for one in parse.entities if one.entity == name and not one.is_negated]
            if meant:
                assert meant[-1] in {one.value for one in several} or name == "count", (before, parse, frame)
            elif name not in told:
                assert {*several} == {*before.slots.get(name, several)}, (before, parse, frame)

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
        assert not self.acts or say(self.scenarios, self.acts, lambda: Reply("그래요.")).text

    @invariant()
    def babble_ends(self) -> None:
        assert all(frame.asks <= self.scenarios.by_intent[frame.intent].max_asks for frame in self.state.frames)
        assert len(self.state.frames) <= 4

    def teardown(self) -> None:
        """A user of whom nothing is understood any more is handed over soon."""
        for _ in range(4):
            self.say(said("뷁"))
        assert not self.state.frames


class TalkOfItems(Talk):
    """Users who order several things, some more of one, take one back, and say times of two halves."""

    scenarios = ITEMS

    @rule(menu=st.sampled_from(MENUS), count=st.sampled_from(COUNTS))
    def add(self, menu: str, count: str) -> None:
        held = self.held()
        self.say(said(f"{menu}도 {count} 추가", "order", f"menu={menu}", f"count={count}"))
        if held and (now := self.held()):
            assert {*held} <= {*now}, (held, now)
            assert menu in now

    @rule(menus=st.lists(st.sampled_from(MENUS), min_size=2, max_size=3, unique=True))
    def order_several(self, menus: list[str]) -> None:
        self.say(said("랑 ".join(menus), "order", *(f"menu={one}" for one in menus)))

    @rule(menu=st.sampled_from(MENUS))
    def take_back(self, menu: str) -> None:
        held = self.held()
        self.say(said(f"{menu}은 빼주세요", "deny", f"-menu={menu}"))
        is_over = any(act.kind == "hand_over" for act in self.acts)  # it held no such thing, again and again
        assert [one for one in held if one != menu] == self.held() or not held or is_over

    @rule()
    def one_more(self) -> None:
        self.say(said("하나 더", None, "count=하나"))

    def held(self) -> list[str]:
        frame = self.state.frame
        is_open = (
            frame is not None
            and frame.intent == "order"
            and (self.state.updated is None or self.now - self.state.updated < timedelta(minutes=30))
        )
        return [one.value for one in frame.slots.get("menu", ())] if frame is not None and is_open else []

    @invariant()
    def counts_belong_to_things(self) -> None:
        for frame in self.state.frames:
            things, counts = frame.slots.get("menu", ()), frame.slots.get("count", ())
            assert not things or len(counts) <= len(things)
            if frame.asked == "?confirm" and frame.intent == "order":
                assert things
                assert not lacking(frame.slots, "menu", "count")


_FEW = settings(max_examples=25, stateful_step_count=20, deadline=None)
TestTalk = Talk.TestCase
TestTalk.settings = _FEW
TestTalkOfItems = TalkOfItems.TestCase
TestTalkOfItems.settings = _FEW
