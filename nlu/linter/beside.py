"""What lies beside the patterns, answers, scenarios and stories, checked against patterns and dictionary."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from nlu.dialogue.responses import ANSWERS_NAME, KnownNames, read_answers
from nlu.errors import SourceErrors
from nlu.linter.findings import Finding, unreadable
from nlu.linter.scenarios import Bot, check_answer_prompts, check_scenarios, check_unanswered
from nlu.linter.stories import check_stories
from nlu.pattern.nodes import Slot, walk
from nlu.scenario.known_names import BotNames
from nlu.scenario.reader import SCENARIOS_NAME, read_scenarios
from nlu.scenario.scenario import Scenarios

T = TypeVar("T")


def check_beside(folder: Path, bot: Bot, stories: Sequence[Path] = ()) -> list[Finding]:
    """Check the answers and scenarios of a folder, where there are any, and the stories that its scenarios tell.

    Args:
        folder: where the patterns lie.
        bot: patterns and dictionary.
        stories: files of stories.
    """
    words, names = _names(bot)
    answers, wrong = _read(folder / ANSWERS_NAME, partial(read_answers, known=words))
    scenarios, also_wrong = _read(folder / SCENARIOS_NAME, partial(read_scenarios, known=names))
    findings = [*wrong, *also_wrong]
    if not findings:
        findings.extend(check_unanswered(bot, scenarios, answers))
    if answers is not None:
        findings.extend(check_answer_prompts(folder / ANSWERS_NAME, bot))
    if scenarios is not None:
        findings.extend(check_scenarios(folder / SCENARIOS_NAME, scenarios, bot))
        findings.extend(finding for path in stories for finding in _stories(path, scenarios, bot))
    return findings


def _names(bot: Bot) -> tuple[KnownNames, BotNames]:
    """The names that answers may use, and those that scenarios may."""
    slots = [node for pattern in bot.file.patterns for node in walk(pattern.node) if isinstance(node, Slot)]
    entities = {slot.entity for slot in slots}
    spoken = {pattern.intent for pattern in bot.file.patterns}
    return (
        KnownNames(bot.file.intents, {slot.label for slot in slots} | entities),
        BotNames([one for one in bot.file.intents if one in spoken], entities | {*bot.lexicon.entities}),
    )


def _read(path: Path, read: Callable[[Path], T]) -> tuple[T | None, list[Finding]]:
    """A file, if there is one that can be read, and its mistakes."""
    try:
        return (read(path) if path.exists() else None), []
    except SourceErrors as errors:
        return None, unreadable(errors)


def _stories(path: Path, scenarios: Scenarios, bot: Bot) -> list[Finding]:
    try:
        return list(check_stories(path, scenarios, bot.file.intents))
    except SourceErrors as errors:
        return unreadable(errors)
