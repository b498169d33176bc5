"""A user's turn: where the talk stands is read, the turn taken and kept; two of one user are never taken as one."""

from __future__ import annotations

import hashlib
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from nlu.scenario.kept import KeptTalk, LastTurn
from nlu.scenario.talker import Answered, Talker, Understands
from nlu.understanding.asked_at import AskedAt
from server.live_database import LiveDatabase
from server.live_model import ModelHolder
from server.live_responses import ResponseHolder, ResponsesUnavailable
from server.live_scenarios import ScenarioHolder, TalkBusy
from server.parser import Parser
from server.recorder import Recorder
from server.settings import ServerSettings
from server.talks.telling import Telling

if TYPE_CHECKING:
    from nlu.database.engine import Database
    from nlu.journal.people import People
    from nlu.scenario.store import TalkStore

_TRIES = 30
"""How often a turn is taken again that came beside another of the same user; far more than requests run at once."""
_PAUSE_SECONDS = 0.005
_LOOK_SECONDS = 0.03
"""How often to look whether another turn of the same user has ended that tells a webhook."""
_GRACE_SECONDS = 0.5
"""After the time of a webhook, until a turn that tells it is taken for dead."""
_PRUNE_EVERY_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Asked:
    """What a user says.

    Attributes:
        text: the words.
        user: whose, by the client's id.
        at: when and where.
        route: which route was asked.
        message_id: how the client names the message; None where it does not.
        within: seconds until the user must have an answer; None for as long as webhooks may take.
    """

    text: str
    user: str
    at: AskedAt
    route: str
    message_id: str | None = None
    within: float | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A turn that was taken.

    Attributes:
        answered: what came of it.
        parse_ids: the ids of its records.
        is_repeated: whether it was taken before, and only came again.
    """

    answered: Answered
    parse_ids: list[str | None]
    is_repeated: bool = False


class Talks:
    """Takes turns of talks that are kept.

    Args:
        models: the model in use.
        responses: what the bot says outside of scenarios.
        scenarios: the author's scenarios.
        database: where talks stand.
        settings: the server's.
        recorder: keeps what was understood.
    """

    def __init__(
        self, models: ModelHolder, responses: ResponseHolder, scenarios: ScenarioHolder, database: LiveDatabase,
        settings: ServerSettings, recorder: Recorder,
    ) -> None:  # fmt: skip
        self._models, self._responses, self._scenarios = models, responses, scenarios
        self._recorder = recorder
        self._secret = settings.webhook_secret.get_secret_value()
        self._kept = _Kept(database, settings)

    @property
    def has_scenarios(self) -> bool:
        """Whether the bot has scenarios."""
        return self._scenarios.are_there

    def take(self, asked: Asked, reader: Callable[[Parser], Understands] | None = None) -> Taken:
        """Take a turn; where another of the same user came meanwhile, it is taken anew from what that one left.

        Args:
            asked: what the user says.
            reader: makes what understands it of the parser in use; None for the parser.

        Raises:
            ScenariosUnavailable: there are none.
            TalkBusy: others came again and again, or a webhook is being told of another all the time there is.
            DatabaseUnavailable: where the talk stands can't be read or kept.
        """
        arrived, began = time.time(), time.monotonic()
        talker = self._talker(asked.user, reader)
        store, hidden = self._kept.of(asked.user)
        digest = hashlib.sha256(f"{hidden} {asked.text}".encode("utf-8", "replace")).hexdigest()[:16]
        give_up, tries = began + (asked.within or _longest(talker)), 0
        while tries < _TRIES:
            kept = store.read(hidden)
            if kept.last is not None and kept.last.is_of(digest, asked.message_id, arrived):
                return _again(kept, kept.last, talker, asked)
            if kept.told_until > time.time():
                if time.monotonic() > give_up:
                    break
                time.sleep(_LOOK_SECONDS)
                continue
            taken = self._take(store, hidden, kept, talker, asked, digest, began)
            if taken is not None:
                return taken
            time.sleep(random.uniform(0, _PAUSE_SECONDS * min(tries, 4)))
            tries += 1
        raise TalkBusy("chat.busy")

    def _take(
        self, store: TalkStore, hidden: str, kept: KeptTalk, talker: Talker, asked: Asked, digest: str, began: float
    ) -> Taken | None:
        """Take it from where the talk stands; None where another turn was kept meanwhile.

        Webhooks are told after the talk was kept as one that waits for them: whoever comes then waits too, so nothing
        is told twice, and where this process dies the talk stands where it did, before the yes.
        """
        answered = talker.take(kept.state, asked.text, asked.at)
        telling = Telling(talker.rules, answered, kept.occasions, began, asked.within)
        if telling.is_due:
            until = time.time() + telling.seconds + _GRACE_SECONDS
            if not store.keep(hidden, replace(kept, told_until=until, occasions=telling.occasions)):
                return None
            answered, kept = telling.tell(hidden, self._secret), replace(kept, turn=kept.turn + 1)
        open_ones = {frame.intent for frame in answered.state.frames}
        occasions = {intent: name for intent, name in telling.occasions.items() if intent in open_ones}
        last = LastTurn(digest, time.time(), answered.acts, answered.reply, asked.message_id)
        is_kept = store.keep(hidden, KeptTalk(answered.state, kept.turn, last, occasions=occasions))
        if not is_kept and not telling.is_due:  # what a webhook was told can't be taken back, nor told anew
            return None
        return Taken(answered, [self._recorder.record(one, asked.route, asked.user) for one in answered.parses])

    def restart(self, user: str) -> None:
        """Forget where a user's talk stands."""
        store, hidden = self._kept.of(user)
        store.forget(hidden)

    def _talker(self, user: str, reader: Callable[[Parser], Understands] | None) -> Talker:
        try:
            answers = self._responses.responses()
        except ResponsesUnavailable:
            answers = None
        parser = self._models.parser(user)
        understands = parser if reader is None else reader(parser)
        return Talker(self._scenarios.scenarios(), understands, answers, getattr(parser, "lexicon", None))


class _Kept:
    """Gives the store of talks, and hides whose they are; in each process what it keeps for the database in use."""

    def __init__(self, database: LiveDatabase, settings: ServerSettings) -> None:
        self._database, self._settings = database, settings
        self._days, self._prune_at = settings.record_days, 0.0
        self._opening = threading.Lock()
        self._open: tuple[Database, TalkStore, People] | None = None

    def of(self, user: str) -> tuple[TalkStore, str]:
        """Give the store, and what stands for a user in it.

        Raises:
            DatabaseUnavailable: it can't be used at the moment.
        """
        database = self._database.open()
        with self._opening:
            if self._open is None or self._open[0] is not database:
                # They bring SQLAlchemy, which is loaded beside the requests, not before the first answer.
                from nlu.journal.people import People

                user_key = self._settings.user_key.get_secret_value()
                self._open = database, open_store(self._settings, database), People(database, user_key)
            _, store, people = self._open
        self._prune(store)
        return store, people.hidden(user)

    def _prune(self, store: TalkStore) -> None:
        """Delete the talks that nobody went on with for as long as records are kept."""
        now = time.monotonic()
        if self._days and now >= self._prune_at:
            self._prune_at = now + _PRUNE_EVERY_SECONDS
            store.prune(datetime.now(UTC) - timedelta(days=self._days))


def open_store(settings: ServerSettings, database: Database) -> TalkStore:
    """Give where talks stand: in Redis where the settings name one, else in the database."""
    if url := settings.talks_url.get_secret_value():
        from nlu.scenario.redis_store import RedisTalkStore

        return RedisTalkStore(url, timedelta(days=settings.record_days) if settings.record_days else None)
    from nlu.scenario.store import SqlTalkStore

    return SqlTalkStore(database)


def _longest(talker: Talker) -> float:
    """How long another turn may tell a webhook."""
    hooks = [one.webhook.timeout for one in talker.rules.by_intent.values() if one.webhook is not None]
    return max(hooks, default=0.0) + _GRACE_SECONDS


def _again(kept: KeptTalk, last: LastTurn, talker: Talker, asked: Asked) -> Taken:
    """The answer to a message that comes again; of one without a name nothing is told as done once more."""
    acts = () if last.message_id is None else last.acts
    parses = talker.understand(asked.text, asked.at)
    return Taken(Answered(kept.state, acts, last.reply, parses), [None] * len(parses), is_repeated=True)
