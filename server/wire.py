"""How requests are read: JSON and queries, checked by the types that describe them in `/openapi.json`.

What is wrong with a request is said by a row of `nlu.messages`, with the place, what was expected there and what came.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, TypeVar
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidationError,
    WithJsonSchema,
    create_model,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from nlu.errors import InputError
from nlu.understanding.asked_at import AskedAt

JSON_TYPE = "application/json; charset=utf-8"

_CODES = {
    "missing": "request.key",
    "model_type": "request.object",
    "string_type": "request.string",
    "bool_type": "request.boolean",
    "list_type": "request.array",
    "int_type": "request.whole_number",
    "float_type": "request.number",
    "finite_number": "request.number",
    "int_parsing": "request.whole_number",
    "greater_than_equal": "request.at_least",
    "less_than_equal": "request.at_most",
    "too_short": "request.more",
    "too_long": "request.fewer",
}
"""pydantic's kind of error → our row; our own checks name their row themselves."""
_OF_NUMBERS = frozenset({"request.number", "request.whole_number", "request.at_least", "request.at_most"})

_JSON_NAMES: tuple[tuple[type, str], ...] = (
    (bool, "a boolean"),
    (str, "a string"),
    (int, "a number"),
    (float, "a number"),
    (list, "an array"),
    (dict, "an object"),
    (type(None), "null"),
)
_INVISIBLE = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})
_SWITCHES = {"1": True, "true": True, "0": False, "false": False}
_MOST_KEYS = 5


class QueryError(InputError):
    """A parameter of the query that can't be read."""


class Request(BaseModel):
    """A part of a request, by the type that describes it."""

    model_config = ConfigDict(frozen=True)


class Body(Request):
    """A JSON object that a route takes; keys that it does not name are ignored.

    Attributes:
        EXAMPLE: the least that is taken, for the message to those who send no object.
    """

    model_config = ConfigDict(strict=True)
    EXAMPLE: ClassVar[str]


class Query(Request):
    """The parameters after a route's question mark; others are ignored."""


BodyT = TypeVar("BodyT", bound=Body)
RequestT = TypeVar("RequestT", bound=Request)


def read_json(body: bytes) -> Any:
    """Read a request's body, whatever content type it claims.

    Raises:
        InputError: the body is not JSON in UTF-8.
    """
    if not body.strip():
        raise InputError("request.empty")
    try:
        return json.loads(body.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InputError("request.not_utf8", byte=body[error.start], position=error.start) from None
    except json.JSONDecodeError as error:
        raise InputError("request.not_json", problem=error.msg, line=error.lineno, column=error.colno) from None
    except (RecursionError, ValueError) as error:
        raise InputError("request.strains", problem=error) from None


def read(kind: type[RequestT], payload: Any) -> RequestT:
    """Check what was sent at the door.

    Args:
        kind: what is expected.
        payload: what came: JSON's values, or the strings of a query.

    Raises:
        InputError: it is something else; tells the first place that is wrong.
    """
    try:
        return kind.model_validate(payload)
    except ValidationError as error:
        raise _told(kind, error.errors(include_url=False)[0]) from None


def text_of(longest: int, *, may_be_blank: bool = False, is_refused: bool = True, blank: str = "request.blank") -> Any:
    """Make the type of a text: Unicode without lone surrogates, of a limited length.

    Args:
        longest: code points.
        may_be_blank: whether it may show nothing.
        is_refused: whether a longer one is an error; if not, it passes unseen.
        blank: the error of one that shows nothing.
    """

    def check(text: str) -> str:
        if len(text) > longest:
            if is_refused:
                raise PydanticCustomError("request.long", "", {"longest": longest, "length": len(text)})
            return text
        if not may_be_blank and is_blank(text):
            raise PydanticCustomError(blank, "", {"got": "a blank string" if text else "an empty string"})
        if not text.isascii():
            _check_surrogates(text)
        return text

    schema: dict[str, Any] = {"type": "string"}
    if not may_be_blank:
        schema["minLength"] = 1
    if is_refused:
        schema["maxLength"] = longest
    return Annotated[str, AfterValidator(check), WithJsonSchema(schema)]


def _now(written: str) -> str:
    try:
        AskedAt.read(written)
    except InputError as error:
        raise PydanticCustomError("request.now", "no time", error.values) from None
    return written


def _zone(written: str) -> str:
    try:
        AskedAt.read(None, written)
    except InputError as error:
        raise PydanticCustomError("request.timezone", "no zone", error.values) from None
    return written


Now = Annotated[str, AfterValidator(_now), WithJsonSchema({"type": "string", "format": "date-time"})]
"""When it is where the asker is."""
Zone = Annotated[str, AfterValidator(_zone), WithJsonSchema({"enum": sorted(available_timezones())})]
"""The asker's time zone."""
LONGEST_USER = 200
"""Characters of a user's id."""
USER = text_of(LONGEST_USER, may_be_blank=True) | None
"""The type of a user's id, where a client says who speaks."""
MESSAGE_ID = text_of(LONGEST_USER, may_be_blank=True) | None
"""The type of a message's name, where a client gives it one."""


def narrowed(kind: type[BodyT], **types: Any) -> type[BodyT]:
    """Make a type of the same name whose fields have narrower types, such as those of one server's limits.

    Args:
        kind: the type.
        types: field → its new type; what is said of the field stays.
    """
    fields: dict[str, Any] = {name: (one, kind.model_fields[name]) for name, one in types.items()}
    return create_model(kind.__name__, __base__=kind, __doc__=kind.__doc__, **fields)


def is_blank(text: str) -> bool:
    r"""Whether a text shows nothing: only whitespace, controls and zero-width signs.

    Example:
        >>> is_blank(" \u200b"), is_blank("?")
        (True, False)
    """
    return all(unicodedata.category(char) in _INVISIBLE for char in text)


def _check_surrogates(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        found = {"surrogate": f"U+{ord(text[error.start]):04X}", "position": error.start}
        raise PydanticCustomError("request.surrogate", "", found) from None


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _switch(value: Any) -> Any:
    if value not in _SWITCHES:
        raise PydanticCustomError("request.switch", "")
    return _SWITCHES[value]


WHOLE = BeforeValidator(_whole)
"""Of a whole number in JSON, which knows one kind of number: 3 and 3.0 are the same."""
Switch = Annotated[bool, BeforeValidator(_switch), WithJsonSchema({"enum": list(_SWITCHES)})]


def kind_of(value: Any) -> str:
    """Name the JSON type of a value, for a message."""
    return next(name for kind, name in _JSON_NAMES if isinstance(value, kind))


def place_of(path: tuple[int | str, ...]) -> str:
    """Write where in a request something is; what stands in angle brackets only names a branch of a type.

    Example:
        >>> place_of(("entities", 0, "start")), place_of(("text", "<array>", 1))
        ('entities[0].start', 'text[1]')
    """
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path if str(step)[:1] != "<")
    return "".join(steps).removeprefix(".")


def _told(kind: type[Request], error: ErrorDetails) -> InputError:
    code, place, value = _CODES.get(error["type"], error["type"]), place_of(error["loc"]), error["input"]
    if issubclass(kind, Body) and not place:
        return InputError("request.root", example=kind.EXAMPLE, got=kind_of(value))
    values = {"place": place, "got": _got(kind, code, value), **error.get("ctx", {})}
    return (QueryError if issubclass(kind, Query) else InputError)(code, place, **values)


def _got(kind: type[Request], code: str, value: Any) -> str:
    if issubclass(kind, Query):
        return repr(value)
    if code == "request.key":
        return _list_of_keys(value)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number and code in _OF_NUMBERS else kind_of(value)


def _list_of_keys(payload: Mapping[str, Any]) -> str:
    if not payload:
        return "an object without keys"
    shown = ", ".join(repr(key[:40]) for key in list(payload)[:_MOST_KEYS])
    return f"only {shown}{', …' if len(payload) > _MOST_KEYS else ''}"
