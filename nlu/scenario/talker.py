"""A bot that talks: utterances in, what it says and where the talk stands out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from nlu.dialogue.responses import Answers, Reply
from nlu.lexicon.lexicon import Lexicon
from nlu.scenario.lookup import Look, look_in
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
        self._look: Look | None = None if lexicon is None else look_in(lexicon)

    def take(self, state: State, text: str, asked_at: AskedAt | None = None) -> Answered:
        """Take a turn.

        Args:
            state: where the talk stands.
            text: what the user said.
            asked_at: when and where; None for now, in Korea.
        """
        asked_at = asked_at or AskedAt.read()
        parses = self.understand(text, asked_at)
        turns: list[tuple[Parse, tuple[Act, ...]]] = []
        for one in parses:
            turn = step(self.rules, state, one, asked_at.moment, look=self._look)
            state = turn.state
            turns.append((one, turn.acts))
        told = [
            (one, _without_question(acts) if number < len(turns) else acts)
            for number, (one, acts) in enumerate(turns, 1)
        ]
        said = [say(self.rules, acts, partial(self._reply, one)) for one, acts in told]
        return Answered(state, tuple(act for _, acts in told for act in acts), _together(said), parses)

    def understand(self, text: str, asked_at: AskedAt) -> tuple[Parse, ...]:
        """Say what an utterance means, as two where two things are said."""

        def parse(said: str) -> Parse:
            return self._parser.parse_many((said,), asked_at=asked_at)[0]

        return tuple(reconcile(self.rules, one) for one in split(parse(text), parse))

    def _reply(self, parse: Parse) -> Reply:
        return self._answers.reply(parse) if self._answers is not None else Reply("")


def _without_question(acts: tuple[Act, ...]) -> tuple[Act, ...]:
    """Leave out what is asked before the other thing that was said is answered: it is asked again after that."""
    return acts[:-1] if acts and acts[-1].kind in ("ask", "confirm") else acts


def _together(said: Sequence[Reply]) -> Reply:
    text = " ".join(dict.fromkeys(one.text for one in said if one.text))
    return Reply(text, next((one.quick_replies for one in reversed(said) if one.quick_replies), ()))
