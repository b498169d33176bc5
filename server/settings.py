"""The server's settings: what an operator sets by environment variables, each rule said once, beside its setting."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args, get_type_hints

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError, model_validator
from pydantic.dataclasses import dataclass
from pydantic_core import ErrorDetails, PydanticCustomError

from nlu.bounds import Days
from nlu.database.place import database_url
from nlu.errors import ConfigError

SHORTEST_KEY = 16
_SHARES = {"all": 1.0, "on": 1.0, "off": 0.0}
_CODES = {
    "int_parsing": "variable.whole_number",
    "float_parsing": "variable.number",
    "finite_number": "variable.number",
    "bool_parsing": "variable.switch",
    "literal_error": "variable.choice",
    "greater_than": "variable.above",
    "greater_than_equal": "variable.at_least",
    "less_than_equal": "variable.at_most",
}
"""pydantic's kind of error → our row of `nlu.messages`; our own checks name their row themselves."""


def variable_of(setting: str) -> str:
    """Name the environment variable of a setting.

    Example:
        >>> variable_of("api_key")
        'NLU_API_KEY'
    """
    return f"NLU_{setting.upper()}"


def _share(written: Any) -> float:
    try:
        share = _SHARES.get(str(written).lower(), written)
        if 0 <= float(share) <= 1:
            return float(share)
    except ValueError:
        pass
    raise PydanticCustomError("variable.share", "no share")


def _keys_of(written: SecretStr) -> tuple[str, ...]:
    return tuple(key.strip() for key in written.get_secret_value().split(",") if key.strip())


def _check_keys(written: SecretStr) -> SecretStr:
    for key in _keys_of(written):  # no message tells the key
        if not re.fullmatch(r"[!-~]+", key):
            raise PydanticCustomError("variable.key_characters", "no visible ASCII")
        if len(key) < SHORTEST_KEY:
            raise PydanticCustomError("variable.key_length", "short", {"shortest": SHORTEST_KEY, "length": len(key)})
    return written


def _check_user_key(written: SecretStr) -> SecretStr:
    if 0 < (length := len(written.get_secret_value())) < SHORTEST_KEY:
        raise PydanticCustomError("variable.key_length", "short", {"shortest": SHORTEST_KEY, "length": length})
    return written


def _check_url(written: SecretStr) -> SecretStr:
    url = written.get_secret_value()
    if url and not re.match(r"sqlite:///.|postgres(?:ql)?(?:\+psycopg)?://", url):
        raise PydanticCustomError("variable.records_url", "no URL")  # without what was given: it may hold a password
    return written


def _check_talks_url(written: SecretStr) -> SecretStr:
    url = written.get_secret_value()
    if url and not re.match(r"rediss?://.|unix:///.", url):
        raise PydanticCustomError("variable.talks_url", "no URL")  # it may hold a password, too
    return written


Count = Annotated[int, Field(ge=1)]
CountOrNone = Annotated[int, Field(ge=0)]
Number = Annotated[float, Field(ge=0)]


@dataclass(frozen=True, config=ConfigDict(allow_inf_nan=False, hide_input_in_errors=True))
class ServerSettings:
    """What an operator can set; each has an environment variable `NLU_` + its name in capitals.

    Attributes:
        models: a registry's folder (the active version is served), or one bundle's folder.
        answers: the file of the bot's answers, for `/kakao/skill`.
        max_text_length: longest utterance, in code points.
        max_texts: most utterances in one request.
        max_body_bytes: largest request body, in bytes.
        max_cost: what one request may ask the parser for, in code points: those of all its texts, 10 more for each, and
            four times as much where reasons are asked for.
        reload_seconds: how often, at most, to look for a newly activated version, in seconds.
        retry_seconds: how long to wait before trying a version again that could not be loaded, in seconds.
        client_seconds: how long a client may take to send a request's body, in seconds.
        keep_alive_seconds: how long a connection is kept on which no request's head is complete, 1 to 60 seconds.
        rate_per_second: requests a second that one client may send over a long time; 0 for any number.
        rate_burst: requests that it may send at once after a pause.
        trusted_proxies: how many proxies in front of the server tell the client's address in X-Forwarded-For.
        log_level: the least severe lines to log: `debug`, `info`, `warning` or `error`.
        log_format: `json`, one object a line; `text`, for people; `auto`, text on a terminal and JSON elsewhere.
        api_key: the key for what changes the server or shows recorded text; several, separated by commas, while one
            replaces another; "" closes those routes.
        parse_needs_key: whether parsing needs the key too.
        record: the share of parses to record, 0..1; written `all`, `off` or as a number.
        record_mask: whether personal data is masked in what is recorded.
        records_url: the database of records, SQLite's or PostgreSQL's; "" for a SQLite file beside the models.
        user_key: what the ids of users are hidden with before they are recorded; "" for a secret in the database.
        record_days: how long a record is kept, in days; 0 for ever.
        audit: whether what requests change is written into the audit.
        drift_seconds: how often what was asked is compared with what is usual, in seconds; 0 for never.
        record_queue: most records that wait to be written, in each process; more are dropped.
        models_store: the store that several hosts share, whose copy the folder of models is,
            `s3://bucket/folder` or `file:///folder`; "" for none.
        scenarios: the file of the bot's scenarios, for `/chat`.
        webhook_secret: what is told to webhooks is signed with it; "" for no signature.
        talks_url: the Redis where talks stand; "" for the database of records.
    """

    models: Path = Path("models")
    answers: Path = Path("patterns/answers.yml")
    max_text_length: Count = 1000
    max_texts: Count = 64
    max_body_bytes: Count = 1024 * 1024
    max_cost: Annotated[int, Field(ge=100, le=100_000_000)] = 65_536
    reload_seconds: Number = 0.5
    retry_seconds: Number = 30.0
    client_seconds: Annotated[float, Field(gt=0)] = 10.0
    keep_alive_seconds: Annotated[int, Field(ge=1, le=60)] = 30
    rate_per_second: Number = 0.0
    rate_burst: Count = 20
    trusted_proxies: CountOrNone = 0
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["auto", "json", "text"] = "auto"
    api_key: Annotated[SecretStr, AfterValidator(_check_keys)] = SecretStr("")
    parse_needs_key: bool = False
    record: Annotated[float, BeforeValidator(_share)] = 1.0
    record_mask: bool = True
    records_url: Annotated[SecretStr, AfterValidator(_check_url)] = SecretStr("")
    user_key: Annotated[SecretStr, AfterValidator(_check_user_key)] = SecretStr("")
    record_days: Days = 90
    record_queue: Count = 10_000
    audit: bool = True
    models_store: str = ""
    drift_seconds: Number = 300.0
    scenarios: Path = Path("patterns/scenarios.yml")
    webhook_secret: SecretStr = SecretStr("")
    talks_url: Annotated[SecretStr, AfterValidator(_check_talks_url)] = SecretStr("")

    @model_validator(mode="after")
    def _has_a_key_where_it_needs_one(self) -> Self:
        if self.parse_needs_key and not self.api_keys:
            raise PydanticCustomError("variable.key_missing", "no key", {"variable": variable_of("api_key")})
        return self

    @property
    def api_keys(self) -> tuple[str, ...]:
        """The keys, one by one."""
        return _keys_of(self.api_key)

    @property
    def records_place(self) -> str:
        """The database of records: the one set, else `records/records.db` in the folder that holds the models' folder.

        Example:
            >>> ServerSettings(Path("/srv/bot/models")).records_place
            'sqlite:////srv/bot/records/records.db'
        """
        return database_url(self.models, self.records_url.get_secret_value())

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> ServerSettings:
        """Read the settings whose variables are set; the others keep their defaults.

        Raises:
            ConfigError: one can't be used; names it, and never tells a secret.

        Example:
            >>> ServerSettings.from_environment({"NLU_MODELS": "/srv/models", "NLU_MAX_TEXTS": "8"}).max_texts
            8
        """
        given = {row.name: environment.get(variable_of(row.name), "").strip() for row in fields(cls)}
        values: dict[str, Any] = {name: written for name, written in given.items() if written}
        try:
            return cls(**values)
        except ValidationError as error:
            raise _told(error.errors(include_url=False)[0]) from None

    def to_environment(self) -> dict[str, str]:
        """Write the settings as the variables that `from_environment` reads."""
        values = {row.name: getattr(self, row.name) for row in fields(self)}
        return {
            variable_of(name): value.get_secret_value() if isinstance(value, SecretStr) else str(value)
            for name, value in values.items()
        }


def _told(error: ErrorDetails) -> ConfigError:
    code, values = _CODES.get(error["type"], error["type"]), dict(error.get("ctx", {}))
    if error["loc"]:
        name = str(error["loc"][0])
        kind = get_type_hints(ServerSettings)[name]
        values |= {"variable": variable_of(name), "choices": get_args(kind)}
        if kind is not SecretStr:
            values["got"] = error["input"]
    return ConfigError(code, **values)
