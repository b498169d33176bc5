"""The wire format: requests from JSON, answers to JSON.

A request is `{"text": "…"}`, or `{"text": ["…", "…"]}` for several utterances at once, with an optional `"message_id"`
that comes back unchanged. Other keys are ignored. One utterance is answered by one object with the keys of Rasa's
`/model/parse` and some of ours; a list by `{"results": [object, …], "model_version": "…"}`, in the request's order.
Offsets are code points of the text as it was sent, an end is exclusive.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nlu.errors import InputError
from nlu.types import Entity, IntentScore, Parse
from server.settings import ServerSettings

JSON_TYPE = "application/json; charset=utf-8"

_JSON_NAMES: tuple[tuple[type, str], ...] = (
    (bool, "a boolean"),
    (str, "a string"),
    (int, "a number"),
    (float, "a number"),
    (list, "an array"),
    (dict, "an object"),
    (type(None), "null"),
)


@dataclass(frozen=True, slots=True)
class ParseRequest:
    """What a client asks for: the utterances, whether they came as a list, and the id to give back."""

    texts: tuple[str, ...]
    is_list: bool = False
    message_id: str | None = None


def read_json(body: bytes) -> Any:
    """Read a request's body, whatever content type it claims.

    Raises:
        InputError: the body is not JSON in UTF-8.
    """
    if not body.strip():
        raise InputError("expected a JSON body, got an empty one")
    try:
        return json.loads(body.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InputError(
            f"expected JSON in UTF-8, got byte 0x{body[error.start]:02x} at position {error.start}, which is not UTF-8"
        ) from None
    except json.JSONDecodeError as error:
        raise InputError(
            f"expected JSON, got a body that is none: {error.msg} at line {error.lineno}, column {error.colno}"
        ) from None
    except (RecursionError, ValueError) as error:
        raise InputError(
            f"expected JSON of ordinary depth and numbers, got a body that can't be read: {error}"
        ) from None


def read_parse_request(payload: Any, limits: ServerSettings) -> ParseRequest:
    """Check a payload at the door.

    Raises:
        InputError: something is missing, of the wrong type, empty, too long or too many.

    Example:
        >>> read_parse_request({"text": "피자 주문해줘", "message_id": "7"}, ServerSettings())
        ParseRequest(texts=('피자 주문해줘',), is_list=False, message_id='7')
    """
    if not isinstance(payload, dict):
        raise InputError(f'expected an object such as {{"text": "…"}}, got {_kind(payload)}')
    if "text" not in payload:
        raise InputError(f"expected the key 'text', got {_list_of_keys(payload)}", "text")
    text = payload["text"]
    if isinstance(text, str):
        _check_text(text, "text", limits)
        return ParseRequest((text,), False, _message_id(payload))
    if not isinstance(text, list):
        raise InputError(f"expected a string or an array of strings as 'text', got {_kind(text)}", "text")
    if not 1 <= len(text) <= limits.max_texts:
        raise InputError(f"expected 1 to {limits.max_texts} texts, got {len(text)}", "text")
    for position, one in enumerate(text):
        _check_text(one, f"text[{position}]", limits)
    return ParseRequest(tuple(text), True, _message_id(payload))


def render(request: ParseRequest, parses: Sequence[Parse]) -> dict[str, Any]:
    """Build the answer to a request from the parses of its texts, in their order."""
    if request.is_list:
        answer: dict[str, Any] = {
            "results": [render_parse(parse) for parse in parses],
            "model_version": parses[0].version,
        }
    else:
        answer = render_parse(parses[0])
    if request.message_id is not None:
        answer["message_id"] = request.message_id
    return answer


def render_parse(parse: Parse) -> dict[str, Any]:
    """Build the answer for one utterance: Rasa's keys first, then ours."""
    return {
        "text": parse.text,
        "intent": _render_intent(parse.intent),
        "entities": [_render_entity(entity) for entity in parse.entities],
        "intent_ranking": [_render_intent(intent) for intent in parse.ranking],
        "text_tokens": [[token.start, token.end] for token in parse.tokens],
        "fallback": {
            "is_fallback": parse.fallback.is_fallback,
            "reason": parse.fallback.reason,
            "score": parse.fallback.score,
            "threshold": parse.fallback.threshold,
        },
        "model_version": parse.version,
    }


def to_json(payload: Mapping[str, Any]) -> bytes:
    r"""Write an answer as UTF-8; a lone surrogate becomes its JSON escape.

    Example:
        >>> to_json({"text": "피자 \ud83c"}).decode()
        '{"text":"피자 \\ud83c"}'
    """
    written = json.dumps(payload, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return written.encode("utf-8", "backslashreplace")


def _render_intent(intent: IntentScore) -> dict[str, Any]:
    return {"name": intent.name, "confidence": intent.confidence}


def _render_entity(entity: Entity) -> dict[str, Any]:
    rendered: dict[str, Any] = {
        "entity": entity.entity,
        "start": entity.start,
        "end": entity.end,
        "confidence_entity": entity.confidence,
        "value": entity.value,
        "extractor": entity.sources[0] if entity.sources else "",
        "raw": entity.raw,
        "particle": entity.particle,
        "sources": list(entity.sources),
    }
    if entity.role is not None:
        rendered["role"] = entity.role
    if entity.value != entity.raw:
        rendered["processors"] = ["dictionary"]
    return rendered


def _check_text(text: Any, where: str, limits: ServerSettings) -> None:
    if not isinstance(text, str):
        raise InputError(f"expected a string as '{where}', got {_kind(text)}", where)
    if len(text) > limits.max_text_length:
        raise InputError(f"expected at most {limits.max_text_length} characters in '{where}', got {len(text)}", where)
    # Whitespace, controls and zero-width signs show nothing; one visible character is enough.
    if not any(unicodedata.category(char) not in _INVISIBLE for char in text):
        raise InputError(f"expected an utterance in '{where}', got {'a blank' if text else 'an empty'} string", where)
    if not text.isascii():
        _check_surrogates(text, where)


_INVISIBLE = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})


def _check_surrogates(text: str, where: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InputError(
            f"expected Unicode text in '{where}', got the lone surrogate U+{ord(text[error.start]):04X} "
            f"at character {error.start}",
            where,
        ) from None


def _message_id(payload: Mapping[str, Any]) -> str | None:
    message_id = payload.get("message_id")
    if message_id is not None and not isinstance(message_id, str):
        raise InputError(f"expected a string as 'message_id', got {_kind(message_id)}", "message_id")
    return message_id


def _kind(value: Any) -> str:
    return next(name for kind, name in _JSON_NAMES if isinstance(value, kind))


def _list_of_keys(payload: Mapping[str, Any], most: int = 5) -> str:
    if not payload:
        return "an object without keys"
    shown = ", ".join(repr(key[:40]) for key in list(payload)[:most])
    return f"only {shown}{', …' if len(payload) > most else ''}"
