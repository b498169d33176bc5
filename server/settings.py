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
    """

    models: Path = Path("models")
    answers: Path = Path("patterns/answers.yml")
    max_text_length: int = 1000
    max_texts: int = 64
    max_body_bytes: int = 1024 * 1024
    reload_seconds: float = 0.5
    retry_seconds: float = 30.0

    def __post_init__(self) -> None:
        for name in ("max_text_length", "max_texts", "max_body_bytes"):
            if getattr(self, name) < 1:
                raise ValueError(f"expected {name} of at least 1, got {getattr(self, name)}")
        for name in ("reload_seconds", "retry_seconds"):
            if not 0 <= getattr(self, name) < float("inf"):
                raise ValueError(f"expected {name} of at least 0 seconds, got {getattr(self, name)}")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> ServerSettings:
        """Read the settings whose variables are set; the others keep their defaults.

        Example:
            >>> ServerSettings.from_environment({"NLU_MODELS": "/srv/models", "NLU_MAX_TEXTS": "8"}).max_texts
            8
        """
        readers = {"Path": Path, "int": int, "float": float}
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


_NUMBERS = {"int": "a whole number", "float": "a number"}
