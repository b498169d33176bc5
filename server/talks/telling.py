"""What a turn has done is told to the scenarios' webhooks; what one does not take stays to be confirmed."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from uuid import uuid4

from nlu.dialogue.responses import QuickReply, Reply
from nlu.scenario.saying import say
from nlu.scenario.scenario import Scenarios, Webhook
from nlu.scenario.state import CONFIRM, Act, Frame, State
from nlu.scenario.talker import Answered
from nlu.scenario.webhook import tell

_AGAIN = (QuickReply("다시 시도", "네"), QuickReply("그만두기", "취소"))
"""Buttons below the words that it did not work."""


class Telling:
    """Tells the webhooks of one turn.

    Args:
        rules: the bot's scenarios.
        answered: the turn.
        occasions: intent → the name of a telling that was not taken before.
        began: when the turn began (`time.monotonic`).
        within: seconds from then on until the user must have an answer; None for as long as the webhooks may take.
    """

    def __init__(
        self, rules: Scenarios, answered: Answered, occasions: Mapping[str, str], began: float, within: float | None
    ) -> None:
        self._rules, self._answered = rules, answered
        self._due = [(act, hook) for act in answered.acts if act.kind == "done" and (hook := _hook(rules, act))]
        self._give_up = {
            hook.url: began + (hook.timeout if within is None else min(hook.timeout, within)) for _, hook in self._due
        }
        self.occasions = {**{str(act.intent): uuid4().hex for act, _ in self._due}, **occasions}

    @property
    def seconds(self) -> float:
        """How long it takes at the most; 0 where nothing is to be told."""
        return max([0.0, *(at - time.monotonic() for at in self._give_up.values())])

    @property
    def is_due(self) -> bool:
        """Whether anything is to be told."""
        return bool(self._due)

    def tell(self, user_hash: str, secret: str) -> Answered:
        """Tell it, and give the turn as it went on."""
        answered = self._answered
        for act, hook in self._due:
            left = self._give_up[hook.url] - time.monotonic()
            told = tell(hook, act, user_hash, self.occasions[str(act.intent)], secret, left)
            if not told.is_taken:
                answered = _not_taken(answered, act, self._rules.words.failed)
            elif told.text is not None:
                answered = self._saying(answered, act, told.text)
        return answered

    def _saying(self, answered: Answered, act: Act, text: str) -> Answered:
        """Say what the webhook says in the place of the author's words."""
        instead_of = say(self._rules, [act], lambda: Reply("")).text
        whole = answered.reply.text
        said = whole.replace(instead_of, text, 1) if instead_of in whole and instead_of else f"{text} {whole}".strip()
        return replace(answered, reply=replace(answered.reply, text=said))


def _hook(rules: Scenarios, act: Act) -> Webhook | None:
    scenario = rules.by_intent.get(act.intent or "")
    return None if scenario is None else scenario.webhook


def _not_taken(answered: Answered, act: Act, words: str) -> Answered:
    """The scenario waits for a yes, as it did before."""
    frame = Frame(str(act.intent), act.slots, CONFIRM, 1)
    acts = tuple(replace(act, kind="failed") if one is act else one for one in answered.acts)
    state = State((*answered.state.frames, frame), answered.state.updated)
    return replace(answered, state=state, acts=acts, reply=Reply(words, _AGAIN))
