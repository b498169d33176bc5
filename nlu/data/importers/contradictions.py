"""One text with two intents: what no model can learn, and who wrote it where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nlu.events import Notice
from nlu.korean.normalization import normalize
from nlu.lexicon.dictionary import squeeze
from nlu.types import LabelledUtterance

_TOLD = 10
"""Contradictions that are told one by one."""


def contradictions(utterances: Iterable[LabelledUtterance]) -> Iterator[Notice]:
    """Find texts that are the same but for spaces and case and have several intents; the first ones with their places.

    Example:
        >>> rows = [LabelledUtterance("응응", "yes", (), "a.csv:2"), LabelledUtterance("응 응", "no", (), "a.csv:9")]
        >>> [notice.code for notice in contradictions(rows)]
        ['import.contradiction']
    """
    first: dict[str, dict[str, str]] = {}
    shown: dict[str, str] = {}
    for utterance in utterances:
        if utterance.intent is not None:
            text = normalize(utterance.text).text
            shown.setdefault(squeeze(text), text)
            first.setdefault(squeeze(text), {}).setdefault(utterance.intent, utterance.origin)
    found = [(text, places) for text, places in first.items() if len(places) > 1]
    for text, places in found[:_TOLD]:
        said = [f"[{intent}] {place}" for intent, place in places.items()]
        yield Notice("import.contradiction", {"text": shown[text][:60], "intents": said})
    if len(found) > _TOLD:
        yield Notice("import.contradictions_more", {"count": len(found) - _TOLD})
