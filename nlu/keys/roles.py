"""What the bearer of a key may do: four roles, each with all that those before it may."""

from __future__ import annotations

from typing import Literal, get_args

Role = Literal["read", "label", "edit", "operate"]
"""read: see what people said; label: judge it; edit: change the bot's files; operate: jobs, models, traffic."""
ROLES: tuple[Role, ...] = get_args(Role)


def allows(role: Role, needed: Role) -> bool:
    """Whether a role is enough where another is needed.

    Example:
        >>> allows("edit", "label"), allows("read", "label")
        (True, False)
    """
    return ROLES.index(role) >= ROLES.index(needed)
