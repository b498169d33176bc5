"""The server's settings, as commands read them from the environment: what is wrong there is said in Korean."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Mapping

from nlu.messages import near
from server.settings import ServerSettings

# Kubernetes sets these in every container beside a service that is called nlu.
_NOT_OURS = re.compile(r"NLU_(SERVICE|PORT)(_.*)?")


def read_settings(given: Mapping[str, str] | None = None) -> ServerSettings:
    """Read the settings, and warn of variables that look like one and are none.

    Args:
        given: variables that go before those of the environment.

    Raises:
        ConfigError: a variable can't be used; names it, and never tells a secret.
    """
    for name in unknown_variables(os.environ):
        print(f"{name}: 모르는 환경 변수라 쓰지 않습니다. {near(name, _variables(), 'ko')}", file=sys.stderr)
    return ServerSettings.from_environment({**os.environ, **(given or {})})


def unknown_variables(names: Iterable[str]) -> list[str]:
    """Give the names that begin like a setting's variable and are none.

    Example:
        >>> unknown_variables(["PATH", "NLU_MODEL", "NLU_MODELS", "NLU_SERVICE_HOST"])
        ['NLU_MODEL']
    """
    known = _variables()
    return sorted(
        name for name in names if name.startswith("NLU_") and name not in known and not _NOT_OURS.fullmatch(name)
    )


def _variables() -> list[str]:
    return list(ServerSettings().to_environment())
