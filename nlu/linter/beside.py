"""What lies beside the patterns, answers, scenarios and stories, checked against patterns and dictionary."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nlu.dialogue.responses import ANSWERS_NAME, Answers, KnownNames, read_answers
from nlu.errors import SourceErrors
from nlu.linter.findings import Finding, unreadable
from nlu.linter.scenarios import Bot, check_answer_prompts, check_scenarios, check_unanswered
from nlu.linter.stories import check_stories
from nlu.pattern.nodes import Slot, walk
from nlu.scenario.known_names import BotNames
from nlu.scenario.reader import SCENARIOS_NAME, examine_scenarios
from nlu.scenario.scenario import Scenarios


def check_beside(folder: Path, bot: Bot, stories: Sequence[Path] = ()) -> list[Finding]:
    """Check the answers and scenarios of a folder, where there are any, and the stories that its scenarios tell.

    Args:
        folder: where the patterns lie.
        bot: patterns and dictionary.
        stories: files of stories.
    """
    words, names = _names(bot)
    answers, wrong = _answers(folder / ANSWERS_NAME, words)
    scenarios, also_wrong = _scenarios(folder / SCENARIOS_NAME, names)
    findings = [*wrong, *also_wrong]
    if not findings:
        findings.extend(check_unanswered(bot, scenarios, answers))
    if answers is not None:
        findings.extend(check_answer_prompts(folder / ANSWERS_NAME, bot))
    if scenarios is not None and scenarios.by_intent:
        findings.extend(check_scenarios(folder / SCENARIOS_NAME, scenarios, bot))
        findings.extend(finding for path in stories for finding in _stories(path, scenarios, bot))
    return findings


def _names(bot: Bot) -> tuple[KnownNames, BotNames]:
    """The names that answers may use, and those that scenarios may."""
    slots = [node for pattern in bot.file.patterns for node in walk(pattern.node) if isinstance(node, Slot)]
    spoken = {pattern.intent for pattern in bot.file.patterns}
    return (
        KnownNames(bot.file.intents, {name for slot in slots for name in (slot.label, slot.entity)}),
        BotNames([one for one in bot.file.intents if one in spoken], bot.entities),
    )


def _answers(path: Path, known: KnownNames) -> tuple[Answers | None, list[Finding]]:
    """The answers, if there are any that can be read, and their mistakes."""
    try:
        return (read_answers(path, known) if path.exists() else None), []
    except SourceErrors as errors:
        return None, unreadable(errors.errors)


def _scenarios(path: Path, known: BotNames) -> tuple[Scenarios | None, list[Finding]]:
    """The scenarios, if there are any, as far as they can be read, and their mistakes."""
    if not path.exists():
        return None, []
    try:
        scenarios, source = examine_scenarios(path, known=known)
    except SourceErrors as errors:
        return None, unreadable(errors.errors)
    return scenarios, unreadable(source.errors)


def _stories(path: Path, scenarios: Scenarios, bot: Bot) -> list[Finding]:
    try:
        return list(check_stories(path, scenarios, bot.file.intents))
    except SourceErrors as errors:
        return unreadable(errors.errors)
