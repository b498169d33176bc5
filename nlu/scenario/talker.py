"""A bot that talks: utterances in, what it says and where the talk stands out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from nlu.dialogue.responses import Answers, Reply
from nlu.lexicon.lexicon import Lexicon
from nlu.scenario.hearing import hear
from nlu.scenario.lookup import Lookup
from nlu.scenario.reconciling import reconcile
from nlu.scenario.saying import say
from nlu.scenario.scenario import Scenarios
from nlu.scenario.splitting import split
from nlu.scenario.state import Act, State
from nlu.scenario.step import step
from nlu.types import Parse
from nlu.understanding.asked_at import AskedAt


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of one utterance.

    Attributes:
        state: where the talk stands.
        acts: what the bot did, in order.
        reply: what it said.
        parses: what was understood, two where two things were said.
    """

    state: State
    acts: tuple[Act, ...]
    reply: Reply
    parses: tuple[Parse, ...]


class Understands(Protocol):
    """What understands utterances."""

    def parse_many(self, texts: Sequence[str], *, asked_at: AskedAt | None = None) -> list[Parse]:
        """Parse several utterances, in their order."""


class Talker:
    """Takes the turns of talks; it remembers nothing, the state does.

    Args:
        rules: the bot's scenarios.
        parser: understands utterances.
        answers: what the bot says outside of scenarios; None for nothing.
        lexicon: where a bare word is looked for that answers a question; None for nowhere.
    """

    def __init__(
        self, rules: Scenarios, parser: Understands, answers: Answers | None = None, lexicon: Lexicon | None = None
    ) -> None:
        self.rules = rules
        self._parser, self._answers = parser, answers
        self._lexicon = lexicon

    def take(self, state: State, text: str, asked_at: AskedAt | None = None) -> Answered:
        """Take a turn.

        Args:
            state: where the talk stands.
            text: what the user said.
            asked_at: when and where; None for now, in Korea.
        """
        asked_at = asked_at or AskedAt.read()
        parses = self.understand(text, asked_at, state)
        found = None if self._lexicon is None else Lookup(self._lexicon, asked_at.local)
        look, near = (None, None) if found is None else (found.exact, found.near)
        turns: list[tuple[Parse, tuple[Act, ...]]] = []
        for number, one in enumerate(parses):
            if state.frames or self._answers is None:  # the talk asks a question of its own, or has no words for this
                one = replace(one, ask=())
            turn = step(self.rules, state, one, asked_at.moment, look, near, waits=number > 0)
            state = turn.state
            turns.append((one, turn.acts))
        told = [
            (one, _without_question(acts) if number < len(turns) else acts)
            for number, (one, acts) in enumerate(turns, 1)
        ]
        said = [say(self.rules, acts, partial(self._reply, one)) for one, acts in told]
        return Answered(state, tuple(act for _, acts in told for act in acts), _together(said), parses)

    def understand(self, text: str, asked_at: AskedAt, state: State | None = None) -> tuple[Parse, ...]:
        """Say what an utterance means, as two where two things are said; in a talk, also what 아니 opens."""

        def parse(*said: str) -> list[Parse]:
            return self._parser.parse_many(said, asked_at=asked_at)

        goes_on = state is not None and (state.frames or state.last)
        heard = hear(text, parse, self.rules) if goes_on else parse(text)[0]
        return tuple(reconcile(self.rules, one) for one in split(heard, parse))

    def _reply(self, parse: Parse) -> Reply:
        return self._answers.reply(parse) if self._answers is not None else Reply("")


def _without_question(acts: tuple[Act, ...]) -> tuple[Act, ...]:
    """Leave out what is asked before the other thing that was said is answered: it is asked again after that."""
    return acts[:-1] if acts and acts[-1].kind in ("ask", "confirm") else acts


def _together(said: Sequence[Reply]) -> Reply:
    text = " ".join(dict.fromkeys(one.text for one in said if one.text))
    return Reply(text, next((one.quick_replies for one in reversed(said) if one.quick_replies), ()))
