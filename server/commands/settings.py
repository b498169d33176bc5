"""The server's settings, as commands read them from the environment: what is wrong there is said in Korean."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping

from nlu.audit.actor import ACTOR_VARIABLE
from nlu.jobs.settings import BROKER_VARIABLE, LEASE_VARIABLE, PROJECT_VARIABLE
from nlu.messages import near
from server.settings import ServerSettings

# Kubernetes sets these in every container beside a service that is called nlu.
_NOT_OURS = re.compile(r"NLU_(SERVICE|PORT)(_.*)?")

_OF_OTHERS = (ACTOR_VARIABLE, LEASE_VARIABLE, BROKER_VARIABLE, PROJECT_VARIABLE)
"""What the commands and the workers beside a server read."""


def read_settings(given: Mapping[str, str] | None = None) -> ServerSettings:
    """Read the settings, and warn of variables that look like one and are none.

    Args:
        given: variables that go before those of the environment.

    Raises:
        ConfigError: a variable can't be used; names it, and never tells a secret.
    """
    known = [*ServerSettings().to_environment(), *_OF_OTHERS]
    for name in sorted(os.environ):
        if name.startswith("NLU_") and name not in known and not _NOT_OURS.fullmatch(name):
            print(f"{name}: 모르는 환경 변수라 쓰지 않습니다. {near(name, known, 'ko')}", file=sys.stderr)
    return ServerSettings.from_environment({**os.environ, **(given or {})})
