"""The server's settings, and how they are read from the environment."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

from nlu.store.registry import VERSIONS_NAME

Share = float
"""A part of a whole, 0..1."""


class WrongSetting(ValueError):
    """A setting that can't be used.

    Args:
        setting: its name.
        message: what was expected and what came, without a secret.
        korean: the same in Korean, without the name.

    Attributes:
        variable: the environment variable that holds it.
        korean: what is wrong with which variable, in Korean.
    """

    def __init__(self, setting: str, message: str, korean: str) -> None:
        super().__init__(setting, message, korean)
        self.variable = variable_of(setting)
        self.message = message
        self.korean = f"환경 변수 {self.variable}: {korean}"

    def __str__(self) -> str:
        return self.message


def variable_of(setting: str) -> str:
    """Name the environment variable of a setting.

    Example:
        >>> variable_of("api_key")
        'NLU_API_KEY'
    """
    return f"NLU_{setting.upper()}"


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """What an operator can set; each has an environment variable `NLU_` + its name in capitals.

    Attributes:
        models: a registry's folder (the active version is served), or one bundle's folder.
        answers: the file of the bot's answers, for `/kakao/skill`.
        max_text_length: longest utterance, in code points.
        max_texts: most utterances in one request.
        max_body_bytes: largest request body, in bytes.
        reload_seconds: how often, at most, to look for a newly activated version, in seconds.
        retry_seconds: how long to wait before trying a version again that could not be loaded, in seconds.
        client_seconds: how long a client may take to send a request, and to take a part of its answer, in seconds.
        keep_alive_seconds: how long a connection without a request is kept, in whole seconds.
        worker_seconds: how long a process may show no sign of life before it is replaced, in whole seconds.
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
        record_days: how long a record is kept, in days; 0 for ever.
        record_queue: most records that wait to be written, in each process; more are dropped.
    """

    models: Path = Path("models")
    answers: Path = Path("patterns/answers.yml")
    max_text_length: int = 1000
    max_texts: int = 64
    max_body_bytes: int = 1024 * 1024
    reload_seconds: float = 0.5
    retry_seconds: float = 30.0
    client_seconds: float = 10.0
    keep_alive_seconds: int = 30
    worker_seconds: int = 30
    rate_per_second: float = 0.0
    rate_burst: int = 20
    trusted_proxies: int = 0
    log_level: str = "info"
    log_format: str = "auto"
    api_key: str = field(default="", repr=False)
    parse_needs_key: bool = False
    record: Share = 1.0
    record_mask: bool = True
    records_url: str = field(default="", repr=False)
    record_days: int = 90
    record_queue: int = 10_000

    def __post_init__(self) -> None:
        for rule in _RULES:
            for name in rule.names:
                if not rule.fits(value := getattr(self, name)):
                    message = f"expected {name} {rule.expected}, got {value}"
                    raise WrongSetting(name, message, f"{rule.korean} {value} 입니다")
        if self.records_url and not re.match(r"sqlite:///.|postgres(?:ql)?(?:\+psycopg)?://", self.records_url):
            raise WrongSetting(  # without what was given, which may hold a password
                "records_url",
                "expected records_url of a SQLite file (sqlite:///…) or PostgreSQL (postgresql://…)",
                "sqlite:///… 나 postgresql://… 이어야 합니다",
            )
        for name, choices in _CHOICES.items():
            if (value := getattr(self, name)) not in choices:
                listed = ", ".join(choices)
                raise WrongSetting(
                    name,
                    f"expected {name} to be one of {listed}, got {value!r}",
                    f"다음 가운데 하나가 필요한데 {value!r} 입니다: {listed}",
                )
        self._check_keys()

    @property
    def api_keys(self) -> tuple[str, ...]:
        """The keys, one by one."""
        return tuple(key.strip() for key in self.api_key.split(",") if key.strip())

    @property
    def records_place(self) -> str:
        """The database of records: the one set, else `records/records.db` in the folder that holds the models' folder.

        Example:
            >>> ServerSettings(Path("/srv/bot/models")).records_place
            'sqlite:////srv/bot/records/records.db'
        """
        if self.records_url:
            return self.records_url
        models = self.models.absolute()
        if models.parent.name == VERSIONS_NAME:  # one bundle of a registry
            models = models.parent.parent
        return f"sqlite:///{models.parent / 'records' / 'records.db'}"

    def _check_keys(self) -> None:
        for key in self.api_keys:  # the message must not tell the key
            if not re.fullmatch(r"[!-~]+", key):
                raise WrongSetting(
                    "api_key",
                    "expected api_key of visible ASCII characters, got others",
                    "영문, 숫자, 기호로만 써야 하는데 다른 글자가 있습니다",
                )
            if len(key) < SHORTEST_KEY:
                raise WrongSetting(
                    "api_key",
                    f"expected api_key of at least {SHORTEST_KEY} characters, got {len(key)}",
                    f"{SHORTEST_KEY}자 이상이어야 하는데 {len(key)}자 입니다",
                )
        if self.parse_needs_key and not self.api_keys:
            raise WrongSetting(
                "api_key",
                "expected an api_key where parse_needs_key is set, got none",
                "NLU_PARSE_NEEDS_KEY를 켜면 열쇠가 있어야 하는데 없습니다",
            )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> ServerSettings:
        """Read the settings whose variables are set; the others keep their defaults.

        Raises:
            WrongSetting: one can't be used.

        Example:
            >>> ServerSettings.from_environment({"NLU_MODELS": "/srv/models", "NLU_MAX_TEXTS": "8"}).max_texts
            8
        """
        values = {}
        for row in fields(cls):
            variable = variable_of(row.name)
            if written := environment.get(variable, "").strip():
                read, expected, korean = _READERS[str(row.type)]
                try:
                    values[row.name] = read(written)
                except ValueError:
                    raise WrongSetting(
                        row.name,
                        f"{variable}: expected {expected}, got {written!r}",
                        f"{korean} 필요한데 {written!r} 입니다",
                    ) from None
        return cls(**values)

    def to_environment(self) -> dict[str, str]:
        """Write the settings as the variables that `from_environment` reads."""
        return {variable_of(row.name): str(getattr(self, row.name)) for row in fields(self)}


@dataclass(frozen=True, slots=True)
class _Rule:
    """What the values of some settings must be: a test, and what it expects, in English and in Korean."""

    names: tuple[str, ...]
    fits: Callable[[float], bool]
    expected: str
    korean: str


_RULES = (
    _Rule(
        ("max_text_length", "max_texts", "max_body_bytes", "worker_seconds", "rate_burst", "record_queue"),
        lambda value: value >= 1,
        "of at least 1",
        "1 이상이어야 하는데",
    ),
    _Rule(
        ("reload_seconds", "retry_seconds"),
        lambda value: 0 <= value < float("inf"),
        "of at least 0 seconds",
        "0초 이상이어야 하는데",
    ),
    _Rule(
        ("keep_alive_seconds", "trusted_proxies", "rate_per_second", "record_days"),
        lambda value: 0 <= value < float("inf"),
        "of at least 0",
        "0 이상이어야 하는데",
    ),
    _Rule(("client_seconds",), lambda value: 0 < value < float("inf"), "above 0", "0보다 커야 하는데"),
    _Rule(("record",), lambda value: 0 <= value <= 1, "of 0 to 1", "0에서 1까지여야 하는데"),
)
_CHOICES = {"log_level": ("debug", "info", "warning", "error"), "log_format": ("auto", "json", "text")}
SHORTEST_KEY = 16


def _read_share(written: str) -> float:
    named = _SHARES.get(written.lower())
    return float(written) if named is None else named


_SHARES = {"all": 1.0, "on": 1.0, "off": 0.0}


def _read_switch(written: str) -> bool:
    try:
        return _SWITCHES[written.lower()]
    except KeyError:
        raise ValueError from None


_SWITCHES = {"1": True, "true": True, "on": True, "yes": True, "0": False, "false": False, "off": False, "no": False}
_READERS: Mapping[str, tuple[Callable[[str], Any], str, str]] = MappingProxyType(
    {
        "Path": (Path, "a path", "경로가"),
        "str": (str, "a text", "글이"),
        "int": (int, "a whole number", "정수가"),
        "float": (float, "a number", "수가"),
        "bool": (_read_switch, "on or off", "on 이나 off 가"),
        "Share": (_read_share, "all, off, or a number of 0 to 1", "all, off, 또는 0에서 1까지의 수가"),
    }
)
"""The type of a setting → what reads it, and what that expects, in English and in Korean."""
