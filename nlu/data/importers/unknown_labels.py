"""Labels of imported utterances that the author's patterns and dictionary lack: a typo makes a new intent silently."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from nlu.errors import DataError
from nlu.events import Notice
from nlu.types import FALLBACK_INTENT, LabelledUtterance

_SHOWN = 10
"""Labels that are told one by one."""


@dataclass(frozen=True)
class UnknownLabel:
    """A label that is none of the bot's.

    Attributes:
        kind: `intent` or `entity`.
        name: as it was written.
        origins: where utterances with it stand, the first first.
        known: the names that the bot has.
    """

    kind: str
    name: str
    origins: Sequence[str]
    known: Sequence[str]

    @property
    def values(self) -> dict[str, object]:
        """What messages about it name."""
        return {"name": self.name, "count": len(self.origins), "choices": list(self.known)}

    @property
    def notice(self) -> Notice:
        """It is told, and learned as a new one."""
        code = "import.intent_unknown" if self.kind == "intent" else "import.entity_unknown"
        return Notice(code, {**self.values, "place": self.origins[0]})

    @property
    def mistake(self) -> DataError:
        """It is refused."""
        path, _, line = self.origins[0].rpartition(":")
        place = (path, int(line)) if line.isdecimal() else (self.origins[0], 1)
        code = "import.strict_intent" if self.kind == "intent" else "import.strict_entity"
        return DataError(code, *place, **self.values)


def unknown_labels(
    utterances: Iterable[LabelledUtterance], intents: Collection[str], entities: Collection[str]
) -> Iterator[UnknownLabel]:
    """Find the intents, then the types of entities, that are none of the bot's.

    A bot whose patterns have no intent takes all from what is imported: of it nothing is unknown.

    Args:
        utterances: what was imported.
        intents: those of the patterns.
        entities: the types of the patterns and the dictionary.
    """
    own = sorted({*intents} - {FALLBACK_INTENT})
    found: dict[tuple[str, str], list[str]] = {}
    for one in utterances if own else ():
        if one.intent not in (None, FALLBACK_INTENT, *own):
            found.setdefault(("intent", str(one.intent)), []).append(one.origin)
        for entity in sorted({span.entity for span in one.spans} - {*entities}):
            found.setdefault(("entity", entity), []).append(one.origin)
    for (kind, name), origins in sorted(found.items(), key=lambda item: item[0][0], reverse=True):
        yield UnknownLabel(kind, name, origins, own if kind == "intent" else sorted(entities))


def told(unknown: Sequence[UnknownLabel]) -> Iterator[Notice]:
    """The notices: the first one by one, and how many more there are."""
    yield from (one.notice for one in unknown[:_SHOWN])
    if len(unknown) > _SHOWN:
        yield Notice("import.labels_more", {"count": len(unknown) - _SHOWN})
