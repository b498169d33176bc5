"""Whether the stories that an author wrote down speak of what the bot has."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from nlu.linter.findings import ERROR, Finding
from nlu.linter.yaml_file import Key, YamlFile
from nlu.scenario.scenario import Scenarios
from nlu.scenario.stories import read_stories

_OF_SCENARIOS = ("confirms", "done", "cancelled", "hands_over")
"""What a turn expects that names the intent of a scenario."""


def check_stories(path: Path, scenarios: Scenarios, intents: Collection[str]) -> Iterator[Finding]:
    """Find the intents and slots of a file of stories that the bot lacks.

    Args:
        path: the file.
        scenarios: the bot's scenarios.
        intents: the intents of its patterns.

    Raises:
        SourceErrors: the file has mistakes of its own.
    """
    stories, file = read_stories(path), YamlFile.read(path)
    slots = {slot.name for one in scenarios.by_intent.values() for slot in one.slots}
    known = {name: {*scenarios.by_intent} for name in _OF_SCENARIOS} | {"asks": slots, "answers": {*intents}}
    for number, story in enumerate(stories):
        for at, turn in enumerate(story.turns):
            here: Sequence[Key] = (number, "turns", at)
            for name, wanted in turn.expected.items():
                if name in known and wanted not in known[name]:
                    kind = {"asks": "story-slot", "answers": "story-intent"}.get(name, "story-scenario")
                    place = file.place(*here, name)
                    yield file.found(place, ERROR, kind, name=wanted, choices=sorted(known[name]))
            for slot in turn.slots:
                if slot not in slots:
                    place = file.name(*here, "slots", slot)
                    yield file.found(place, ERROR, "story-slot", name=slot, choices=sorted(slots))
