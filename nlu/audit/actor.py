"""Who does a change that no request asked for."""

from __future__ import annotations

import getpass
import os
from collections.abc import Mapping

ACTOR_VARIABLE = "NLU_ACTOR"
"""The environment variable that names who runs a command, such as a job's worker for whoever asked for the job."""
_LONGEST = 200


def actor_of(environment: Mapping[str, str]) -> str:
    """Name who runs a command: what `NLU_ACTOR` says, else the login name.

    Example:
        >>> actor_of({"NLU_ACTOR": "김저자"})
        '김저자'
    """
    return (environment.get(ACTOR_VARIABLE, "").strip() or _login())[:_LONGEST]


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return f"uid {os.getuid()}"
