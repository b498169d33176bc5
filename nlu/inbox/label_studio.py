"""Label Studio's JSON: utterances with what the bot made of them out, what people labelled in.

Offsets are code points. Older versions of Label Studio count UTF-16 code units, as JavaScript does; where a region's
own text says so, they are read that way.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any
from xml.sax.saxutils import quoteattr

from nlu.errors import InputError
from nlu.inbox.labels import GivenLabel, Label
from nlu.inbox.utterances import InboxUtterance
from nlu.types import Span

_INTENT, _ENTITIES, _TEXT = "intent", "entities", "text"
_NOBODY = "label-studio"


def config(intents: Iterable[str], labels: Iterable[str]) -> str:
    """Write the labelling interface that the tasks are for.

    Args:
        intents: what an utterance may mean.
        labels: what an entity may be: a type, or a type and a role with a colon between.
    """
    lines = [f"    <Label value={quoteattr(one)}/>" for one in labels]
    choices = [f"    <Choice value={quoteattr(one)}/>" for one in intents]
    return "\n".join([
        "<View>",
        f'  <Labels name="{_ENTITIES}" toName="{_TEXT}">', *lines, "  </Labels>",
        f'  <Text name="{_TEXT}" value="$text" granularity="symbol"/>',
        f'  <Choices name="{_INTENT}" toName="{_TEXT}" choice="single" required="true" showInLine="true">',
        *choices, "  </Choices>",
        "</View>", "",
    ])  # fmt: skip


def tasks(utterances: Iterable[tuple[int, InboxUtterance]], given: Iterable[GivenLabel] = ()) -> list[dict[str, Any]]:
    """Write tasks: each utterance, what the bot made of it as a prediction, and what was labelled already.

    Args:
        utterances: with the numbers of their groups.
        given: labels; those of others are left out.
    """
    labelled: dict[str, list[GivenLabel]] = {}
    for one in given:
        labelled.setdefault(one.label.record_id, []).append(one)
    return [
        {
            "data": {"text": utterance.text, "parse_id": utterance.id, "group": group, "reason": utterance.reason},
            "predictions": [_prediction(utterance)],
            "annotations": [_annotation(one, utterance.text) for one in labelled.get(utterance.id, ())],
        }
        for group, utterance in utterances
    ]


def read(content: Any) -> Iterator[tuple[str, Label]]:
    """Read what people labelled: who, and what; drafts, skipped tasks and predictions are left out.

    Args:
        content: the JSON that Label Studio exports.

    Raises:
        InputError: it is something else, or a task does not say which record it is about.
    """
    for number, task in enumerate(_list(content, "JSON"), 1):
        place = f"#{number}"
        data = _mapping(_mapping(task, place).get("data"), f"{place} data")
        record_id, text = data.get("parse_id"), data.get("text")
        if not isinstance(record_id, str) or not isinstance(text, str):
            raise InputError("inbox.no_task", place, place=place)
        for annotation in _list(task.get("annotations", ()), f"{place} annotations"):
            annotation = _mapping(annotation, f"{place} annotations")
            if not annotation.get("was_cancelled") and (label := _label(annotation, record_id, text, place)):
                yield _person(annotation.get("completed_by")), label


def _prediction(utterance: InboxUtterance) -> dict[str, Any]:
    result = _result(utterance.intent or "", utterance.spans, utterance.text)
    return {"model_version": utterance.version, "score": round(1 - utterance.doubt, 4), "result": result}


def _annotation(one: GivenLabel, text: str) -> dict[str, Any]:
    result = _result(one.label.intent, one.label.spans, text)
    return {"completed_by": {"email": one.by}, "created_at": one.time.isoformat(), "result": result}


def _result(intent: str, spans: Sequence[Span], text: str) -> list[dict[str, Any]]:
    chosen = {"from_name": _INTENT, "to_name": _TEXT, "type": "choices", "value": {"choices": [intent]}}
    marked = [
        {
            "from_name": _ENTITIES,
            "to_name": _TEXT,
            "type": "labels",
            "value": {"start": one.start, "end": one.end, "text": text[one.start : one.end], "labels": [one.label]},
        }
        for one in spans
    ]
    return [chosen, *marked] if intent else marked


def _label(annotation: Mapping[str, Any], record_id: str, text: str, place: str) -> Label | None:
    """What an annotation says; None where it names no intent."""
    intent, spans = None, []
    for region in _list(annotation.get("result", ()), f"{place} result"):
        value = _mapping(_mapping(region, place).get("value", {}), f"{place} value")
        if value.get("choices"):
            intent = str(value["choices"][0])
        elif value.get("labels"):
            spans.append(_span(value, text, place))
    return None if intent is None else Label(record_id, intent, _apart(spans, place))


def _span(value: Mapping[str, Any], text: str, place: str) -> Span:
    try:
        start, end = int(value["start"]), int(value["end"])
    except (KeyError, TypeError, ValueError):
        raise InputError("inbox.no_region", place, place=place) from None
    said = value.get("text")
    if isinstance(said, str) and text[start:end] != said:
        start, end = _code_points(text, start, end)
        if text[start:end] != said:
            raise InputError("inbox.no_region", place, place=place)
    if not 0 <= start < end <= len(text):
        raise InputError("inbox.no_region", place, place=place)
    entity, _, role = str(value["labels"][0]).partition(":")
    return Span(start, end, entity, role or None)


def _code_points(text: str, start: int, end: int) -> tuple[int, int]:
    """Offsets in UTF-16 code units as code points."""
    units = text.encode("utf-16-le", "surrogatepass")
    return tuple(len(units[: 2 * at].decode("utf-16-le", "replace")) for at in (start, end))  # type: ignore[return-value]


def _apart(spans: Collection[Span], place: str) -> tuple[Span, ...]:
    ordered = tuple(sorted(set(spans)))
    for before, after in pairwise(ordered):
        if after.start < before.end:
            raise InputError("inbox.overlap", place, place=place)
    return ordered


def _person(completed_by: Any) -> str:
    """Who annotated: an e-mail address, or the number of an account."""
    if isinstance(completed_by, Mapping):
        return str(completed_by.get("email") or completed_by.get("id") or _NOBODY)
    return _NOBODY if completed_by is None else str(completed_by)


def _list(value: Any, place: str) -> Sequence[Any]:
    if not isinstance(value, list | tuple):
        raise InputError("inbox.no_export", place, place=place)
    return value


def _mapping(value: Any, place: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise InputError("inbox.no_export", place, place=place)
    return value
