"""The server's settings, and how they are read from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path


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
        trusted_proxies: how many proxies in front of the server tell the client's address in X-Forwarded-For.
        log_level: the least severe lines to log: `debug`, `info`, `warning` or `error`.
        log_format: `json`, one object a line; `text`, for people; `auto`, text on a terminal and JSON elsewhere.
    """

    models: Path = Path("models")
    answers: Path = Path("patterns/answers.yml")
    max_text_length: int = 1000
    max_texts: int = 64
    max_body_bytes: int = 1024 * 1024
    reload_seconds: float = 0.5
    retry_seconds: float = 30.0
    trusted_proxies: int = 0
    log_level: str = "info"
    log_format: str = "auto"

    def __post_init__(self) -> None:
        for name in ("max_text_length", "max_texts", "max_body_bytes"):
            if getattr(self, name) < 1:
                raise ValueError(f"expected {name} of at least 1, got {getattr(self, name)}")
        for name in ("reload_seconds", "retry_seconds"):
            if not 0 <= getattr(self, name) < float("inf"):
                raise ValueError(f"expected {name} of at least 0 seconds, got {getattr(self, name)}")
        if self.trusted_proxies < 0:
            raise ValueError(f"expected trusted_proxies of at least 0, got {self.trusted_proxies}")
        for name, choices in _CHOICES.items():
            if getattr(self, name) not in choices:
                raise ValueError(f"expected {name} to be one of {', '.join(choices)}, got {getattr(self, name)!r}")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> ServerSettings:
        """Read the settings whose variables are set; the others keep their defaults.

        Example:
            >>> ServerSettings.from_environment({"NLU_MODELS": "/srv/models", "NLU_MAX_TEXTS": "8"}).max_texts
            8
        """
        readers = {"Path": Path, "int": int, "float": float, "str": str}
        values = {}
        for field in fields(cls):
            variable = f"NLU_{field.name.upper()}"
            if written := environment.get(variable, "").strip():
                try:
                    values[field.name] = readers[str(field.type)](written)
                except ValueError:
                    raise ValueError(f"{variable}: expected {_NUMBERS[str(field.type)]}, got {written!r}") from None
        return cls(**values)

    def to_environment(self) -> dict[str, str]:
        """Write the settings as the variables that `from_environment` reads."""
        return {f"NLU_{field.name.upper()}": str(getattr(self, field.name)) for field in fields(self)}


_CHOICES = {"log_level": ("debug", "info", "warning", "error"), "log_format": ("auto", "json", "text")}
_NUMBERS = {"int": "a whole number", "float": "a number"}
