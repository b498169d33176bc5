"""The wire format: requests from JSON, answers to JSON.

A request is `{"text": "…"}`, or `{"text": ["…", "…"]}` for several utterances at once. Optional keys: `"message_id"`
comes back unchanged, `"intents"` are the only ones that may win, `"top_n"` is how many to rank, `"explain"` asks why.
Other keys are ignored.
One utterance is answered by one object with the keys of Rasa's `/model/parse` and some of ours; a list by
`{"results": [object, …], "model_version": "…"}`, in the request's order. Offsets are code points of the text as it was
sent, an end is exclusive. `server.schemas` says the same as types.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import zip_longest
from typing import Any

from nlu.errors import InputError
from nlu.types import Parse
from nlu.understanding.json_form import render_parse
from nlu.understanding.reasons import Explanation
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


class QueryError(InputError):
    """A parameter of the query that can't be read."""


class TextTooLong(InputError):
    """An utterance of more characters than the settings allow."""


@dataclass(frozen=True, slots=True)
class ParseRequest:
    """What a client asks for.

    Attributes:
        texts: the utterances.
        is_list: whether they came as a list.
        message_id: the id to give back.
        intents: the only intents that may win; None for all.
        top_n: how many intents to rank; None for all.
        explain: whether to say why.
    """

    texts: tuple[str, ...]
    is_list: bool = False
    message_id: str | None = None
    intents: tuple[str, ...] | None = None
    top_n: int | None = None
    explain: bool = False


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
        ParseRequest(texts=('피자 주문해줘',), is_list=False, message_id='7', intents=None, top_n=None, explain=False)
    """
    read_object(payload, '{"text": "…"}', "text")
    text = payload["text"]
    if isinstance(text, str):
        check_text(text, "text", limits)
    elif not isinstance(text, list):
        raise InputError(f"expected a string or an array of strings as 'text', got {kind_of(text)}", "text")
    elif not 1 <= len(text) <= limits.max_texts:
        raise InputError(f"expected 1 to {limits.max_texts} texts, got {len(text)}", "text")
    else:
        for position, one in enumerate(text):
            check_text(one, f"text[{position}]", limits)
    is_list = not isinstance(text, str)
    return ParseRequest(
        tuple(text) if is_list else (text,),
        is_list,
        read_message_id(payload),
        _intents(payload),
        _top_n(payload),
        _explain(payload),
    )


def read_object(payload: Any, example: str, key: str) -> dict[str, Any]:
    """Check that a payload is an object with a key.

    Raises:
        InputError: it is not; `example` shows one that is.
    """
    if not isinstance(payload, dict):
        raise InputError(f"expected an object such as {example}, got {kind_of(payload)}")
    if key not in payload:
        raise InputError(f"expected the key '{key}', got {_list_of_keys(payload)}", key)
    return payload


def read_message_id(payload: Mapping[str, Any]) -> str | None:
    """Read the id that a client wants back; None when it gave none.

    Raises:
        InputError: it is no string.
    """
    message_id = payload.get("message_id")
    if message_id is not None and not isinstance(message_id, str):
        raise InputError(f"expected a string as 'message_id', got {kind_of(message_id)}", "message_id")
    return message_id


def render(
    request: ParseRequest,
    parses: Sequence[Parse],
    parse_ids: Sequence[str | None] = (),
    explanations: Sequence[Explanation] = (),
) -> dict[str, Any]:
    """Build the answer to a request from the parses of its texts, their ids and explanations, in their order."""
    results = [render_parse(parse, parse_id) for parse, parse_id in zip_longest(parses, parse_ids)]
    for result, explanation in zip(results, explanations, strict=False):
        result["explanation"] = asdict(explanation)
    answer = {"results": results, "model_version": parses[0].version} if request.is_list else results[0]
    if request.message_id is not None:
        answer["message_id"] = request.message_id
    return answer


def check_text(text: Any, where: str, limits: ServerSettings, *, blank: bool = False) -> None:
    """Check one utterance.

    Args:
        text: what came.
        where: its place in the request, for the message.
        limits: how long it may be.
        blank: whether it may show nothing.

    Raises:
        TextTooLong: it is too long.
        InputError: it is no text, or shows nothing.
    """
    if not isinstance(text, str):
        raise InputError(f"expected a string as '{where}', got {kind_of(text)}", where)
    if len(text) > limits.max_text_length:
        raise TextTooLong(f"expected at most {limits.max_text_length} characters in '{where}', got {len(text)}", where)
    if not blank and is_blank(text):
        raise InputError(f"expected an utterance in '{where}', got {'a blank' if text else 'an empty'} string", where)
    if not text.isascii():
        _check_surrogates(text, where)


def is_blank(text: str) -> bool:
    r"""Whether a text shows nothing: only whitespace, controls and zero-width signs.

    Example:
        >>> is_blank(" \u200b"), is_blank("?")
        (True, False)
    """
    return all(unicodedata.category(char) in _INVISIBLE for char in text)


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


def _intents(payload: Mapping[str, Any]) -> tuple[str, ...] | None:
    intents = payload.get("intents")
    if intents is None:
        return None
    if not isinstance(intents, list):
        raise InputError(f"expected an array of strings as 'intents', got {kind_of(intents)}", "intents")
    if not intents:
        raise InputError("expected at least one name in 'intents', got an empty array", "intents")
    for position, name in enumerate(intents):
        if not isinstance(name, str):
            raise InputError(f"expected a string as 'intents[{position}]', got {kind_of(name)}", "intents")
    return tuple(intents)


def _top_n(payload: Mapping[str, Any]) -> int | None:
    top_n = payload.get("top_n")
    if top_n is None:
        return None
    # JSON knows one kind of number: 3 and 3.0 are the same.
    whole = top_n.is_integer() if isinstance(top_n, float) else isinstance(top_n, int) and not isinstance(top_n, bool)
    if not whole:
        got = repr(top_n) if isinstance(top_n, float) else kind_of(top_n)
        raise InputError(f"expected a whole number as 'top_n', got {got}", "top_n")
    if top_n < 1:
        raise InputError(f"expected a 'top_n' of at least 1, got {top_n}", "top_n")
    return int(top_n)


def read_switch(name: str, written: str | None) -> bool | None:
    """Read a switch of the query; None when it is not there.

    Raises:
        QueryError: it is neither 1 nor 0.

    Example:
        >>> read_switch("explain", "1"), read_switch("explain", "false"), read_switch("explain", None)
        (True, False, None)
    """
    if written is None:
        return None
    if written not in _SWITCHES:
        raise QueryError(f"expected 1, 0, true or false as '{name}', got {written!r}", name)
    return _SWITCHES[written]


_SWITCHES = {"1": True, "true": True, "0": False, "false": False}


def _explain(payload: Mapping[str, Any]) -> bool:
    explain = payload.get("explain")
    if explain is not None and not isinstance(explain, bool):
        raise InputError(f"expected a boolean as 'explain', got {kind_of(explain)}", "explain")
    return bool(explain)


def kind_of(value: Any) -> str:
    """Name the JSON type of a value, for a message."""
    return next(name for kind, name in _JSON_NAMES if isinstance(value, kind))


def _list_of_keys(payload: Mapping[str, Any], most: int = 5) -> str:
    if not payload:
        return "an object without keys"
    shown = ", ".join(repr(key[:40]) for key in list(payload)[:most])
    return f"only {shown}{', …' if len(payload) > most else ''}"
