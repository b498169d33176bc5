"""The desk at which an author works through the inbox: what commands and routes do, in one place."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from nlu.database.engine import Database
from nlu.errors import InputError
from nlu.inbox.bot import Bot
from nlu.inbox.collecting import LEAST_MARGIN
from nlu.inbox.decisions import Action, Author, Decision, Decisions
from nlu.inbox.errors import InboxError
from nlu.inbox.gathering import MOST_AT_ONCE, Gathered, gather, rearrange
from nlu.inbox.labels import Label, all_labels, labels_of
from nlu.inbox.representation import Representation
from nlu.inbox.store import InboxStore, State
from nlu.inbox.utterances import InboxUtterance, Reason
from nlu.inbox.views import GroupView, group_views
from nlu.induction import Proposal, propose
from nlu.induction.acceptance import accept, plan, plan_undo, undo
from nlu.names import is_intent
from nlu.types import FALLBACK_INTENT, LabelledUtterance, Parse, Span
from nlu.understanding.parser import UtteranceParser

MOST_READ = 200
"""Members of a group that proposals are made from."""
MOST_SHOWN = 500
"""Members of a group that are shown one by one."""
MOST_TRIED = 500
"""Members of a group that the model in use is asked about at one gathering."""


@dataclass(frozen=True, slots=True)
class TakenLabels:
    """What became of labels from elsewhere.

    Attributes:
        taken: labels that are new.
        unchanged: labels that were here.
        unknown: labels of records that are not in the inbox, or not any more.
    """

    taken: int
    unchanged: int
    unknown: int


class Desk:
    """Gathers, shows, proposes and decides.

    Args:
        database: the one that holds the records.
        parser: the model in use.
        bot: the author's files; None where they are elsewhere, so that nothing can be proposed or accepted.
    """

    def __init__(self, database: Database, parser: UtteranceParser, bot: Bot | None = None) -> None:
        self.store = InboxStore(database)
        self.decisions = Decisions(self.store)
        self._parser = parser
        self._bot = bot
        self._representation = Representation.of(parser.model)
        self._tried: set[str] = set()

    def gather(self, *, limit: int = MOST_AT_ONCE, least_margin: float = LEAST_MARGIN, anew: bool = False) -> Gathered:
        """Take up what waits; see `nlu.inbox.gathering.gather`.

        What an older model did not understand, and this one does, is done: nobody need look at it.
        """
        found = gather(self.store, self._representation, limit=limit, least_margin=least_margin, anew=anew)
        self._settle(least_margin)
        return found

    def _settle(self, least_margin: float) -> None:
        for group in self.store.groups("open"):
            asked = [one for one in group.members if self._may_be_understood(one)][:MOST_TRIED]
            self._tried.update(one.id for one in asked)
            parses = self._parser.parse_many([one.text for one in asked], top_n=2)
            known = [one.id for one, parse in zip(asked, parses, strict=True) if _is_understood(parse, least_margin)]
            if known:
                by = Author(f"model {self._parser.version}", "inbox")
                self._decide(group.id, "understood", by, records=known)

    def _may_be_understood(self, one: InboxUtterance) -> bool:
        """Whether another model answered, and this one was not asked yet; a complaint is for people to settle."""
        return one.reason != "complained" and one.version != self._parser.version and one.id not in self._tried

    def groups(
        self,
        state: State = "open",
        *,
        reason: Reason | None = None,
        limit: int | None = None,
        after: int | None = None,
    ) -> list[GroupView]:
        """Show groups, the most urgent first, with some of their members."""
        found = self.store.groups(state, reason=reason, limit=limit, after=after)
        return group_views(found, self._representation)

    def group(self, group_id: int) -> GroupView:
        """Show one group with its members, of very many the most typical.

        Raises:
            UnknownGroup: there is none.
        """
        return group_views([self.store.group(group_id)], self._representation, MOST_SHOWN, each=True)[0]

    def proposals(self, group_id: int, intent: str | None = None) -> list[Proposal]:
        """Propose what an author could write for the members of a group that wait.

        Args:
            group_id: the group.
            intent: what it means; None to have that suggested, or as the author said before.

        Raises:
            UnknownGroup: there is none.
            InboxError: the author's files are not here.
            SourceErrors: they have mistakes.
        """
        group = self.store.group(group_id)
        undecided = self.store.following(group_id)
        waiting = [one for one in group.members if one.id in undecided][:MOST_READ]
        utterances = [replace(one.labelled, intent=None) for one in waiting]
        return propose(utterances, self._files().language(self._parser), intent=_checked(intent) or group.intent)

    def preview(self, proposal: Proposal) -> str:
        """Show what accepting a proposal would write, as a diff.

        Raises:
            AcceptanceError: it can't be accepted; says why.
            InboxError: the author's files are not here.
        """
        places = self._files().places
        return _seen_from(places.project, plan(places, proposal, self._next_number()).diff)

    def accept(self, group_id: int, proposal: Proposal, by: Author) -> Decision:
        """Write a proposal into the author's files; the utterances it covers are done.

        Raises:
            UnknownGroup: there is no such group.
            AcceptanceError: it can't be accepted; says why, and nothing was written.
            InboxError: the author's files are not here.
        """
        places = self._files().places
        covered = self._covered(group_id, proposal)
        return self._decide(
            group_id,
            "accept",
            by,
            records=covered,
            intent=proposal.intent,
            then=lambda number: accept(places, proposal, number),
        )

    def decide(self, group_id: int, action: Action, by: Author, records: Collection[str] = ()) -> Decision:
        """Hold, exclude or reopen a group, or say that the bot was right: `answer`.

        Args:
            group_id: the group.
            action: what.
            by: who.
            records: only these of its records; all when empty.

        Raises:
            UnknownGroup: there is no such group, or no such record in it.
        """
        given = self._labels(group_id, records, None) if action == "answer" else ()
        return self._decide(group_id, action, by, records=records, given=given)

    def edit(
        self,
        group_id: int,
        intent: str,
        by: Author,
        records: Collection[str] = (),
        spans: Sequence[Span] | None = None,
    ) -> Decision:
        """Say what a group, or some of its records, mean.

        Args:
            group_id: the group.
            intent: the right one; `nlu_fallback` for what the bot should not understand.
            by: who says so.
            records: only these of its records; all when empty.
            spans: the right entities of a single record; those that were found where None.

        Raises:
            UnknownGroup: there is no such group, or no such record in it.
            InputError: no name for an intent, or entities of several records.
        """
        _checked(intent)
        given = self._labels(group_id, records, intent)
        if spans is not None:
            if len(given) != 1:
                raise InputError("inbox.spans_of_several", "entities")
            given = [Label(given[0].record_id, intent, self._fitting(group_id, given[0].record_id, spans))]
        whole = None if records else intent
        return self._decide(group_id, "edit", by, records=records, given=given, intent=whole)

    def take_labels(self, given: Iterable[tuple[str, Label]], source: str = "") -> TakenLabels:
        """Take what several people labelled elsewhere; the same labels taken twice change nothing.

        Args:
            given: who, and what.
            source: how they came here, for the audit.
        """
        newest = {(one.by, one.label.record_id): one.label for one in all_labels(self.store)}
        wanted: dict[tuple[str, int], dict[str, Label]] = {}
        unchanged = unknown = 0
        groups = self.store.groups_of_records()
        for person, label in given:
            group = groups.get(label.record_id)
            if group is None:
                unknown += 1
            elif _same(newest.get((person, label.record_id)), label):
                unchanged += 1
            else:
                wanted.setdefault((person, group), {})[label.record_id] = label
        for (person, group), labels in wanted.items():
            self._decide(group, "edit", Author(person, source), records=list(labels), given=list(labels.values()))
        return TakenLabels(sum(map(len, wanted.values())), unchanged, unknown)

    def undo(self, number: int, by: Author) -> Decision:
        """Take a decision back, also out of the author's files.

        Raises:
            UnknownGroup: there is no such decision.
            InboxError: it was undone before, or the group was decided again since, or the author's files are not here.
            AcceptanceError: the author has changed what was accepted; nothing was taken back.
        """
        if self.decisions.get(number).action != "accept":
            return self.decisions.undo(number, by=by)
        places = self._files().places
        return self.decisions.undo(number, by=by, then=lambda made: undo(places, made.id))

    def preview_undo(self, number: int) -> str:
        """Show what taking a decision back would change in the author's files; "" where nothing."""
        if self.decisions.get(number).action != "accept":
            return ""
        places = self._files().places
        return _seen_from(places.project, plan_undo(places, number).diff)

    def _decide(self, group_id: int, action: Action, by: Author, **more: object) -> Decision:
        known = self._parser.intents
        made = self.decisions.decide(
            group_id,
            action,
            by=by,
            version=self._parser.version,
            known_intents=known,
            **more,  # type: ignore[arg-type]
        )
        if made.intent is not None:
            rearrange(self.store, self._representation, known)
        return made

    def _labels(self, group_id: int, records: Collection[str], intent: str | None) -> list[Label]:
        """Labels for what is not excluded of a group, or for these of its records."""
        group = self.store.group(group_id)
        wanted = set(records) or self.store.following(group_id)
        return labels_of([one for one in group.members if one.id in wanted], intent)

    def _fitting(self, group_id: int, record_id: str, spans: Sequence[Span]) -> tuple[Span, ...]:
        """Entities, sorted, that fit a record's text."""
        text = next(one.text for one in self.store.group(group_id).members if one.id == record_id)
        try:
            return LabelledUtterance(text, None, tuple(sorted(spans))).spans
        except ValueError:
            raise InputError("inbox.no_fit", "entities", length=len(text)) from None

    def _covered(self, group_id: int, proposal: Proposal) -> list[str]:
        """The records that a proposal makes understood; all of the group where none are left beside them."""
        texts, undecided = set(proposal.texts), self.store.following(group_id)
        covered = [one.id for one in self.store.group(group_id).members if one.id in undecided and one.text in texts]
        return [] if len(covered) == len(undecided) else covered

    def _next_number(self) -> int:
        newest = self.decisions.log(1)
        return newest[0].id + 1 if newest else 1

    def _files(self) -> Bot:
        if self._bot is None:
            raise InboxError("inbox.no_files")
        return self._bot


def _is_understood(parse: Parse, least_margin: float) -> bool:
    ranked = [one.confidence for one in parse.ranking[:2]]
    margin = ranked[0] - ranked[1] if len(ranked) > 1 else 1.0
    return not parse.fallback.is_fallback and margin >= least_margin


def _checked(intent: str | None) -> str | None:
    if intent is not None and intent != FALLBACK_INTENT and not is_intent(intent):
        raise InputError("inbox.no_intent", "intent", given=intent)
    return intent


def _same(before: Label | None, label: Label) -> bool:
    if before is None or before.intent != label.intent:
        return False
    return [(s.start, s.end, s.label) for s in before.spans] == [(s.start, s.end, s.label) for s in label.spans]


def _seen_from(folder: Path, diff: str) -> str:
    """A diff whose files are named as they are seen from the bot's folder: nobody need know where that lies."""
    return re.sub(rf"^(---|\+\+\+) {re.escape(folder.as_posix())}/", r"\1 ", diff, flags=re.MULTILINE)
