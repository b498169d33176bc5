"""Checks of settings at the door: each says what was expected and what came."""

from __future__ import annotations


def expect_rates(settings: object, *names: str) -> None:
    """Check that these attributes are parts of a whole.

    Raises:
        ValueError: one is not within 0..1.

    Example:
        >>> from types import SimpleNamespace
        >>> expect_rates(SimpleNamespace(dropout=1.5), "dropout")
        Traceback (most recent call last):
        ...
        ValueError: expected 0 <= dropout <= 1, got 1.5
    """
    for name in names:
        if not 0 <= getattr(settings, name) <= 1:
            raise ValueError(f"expected 0 <= {name} <= 1, got {getattr(settings, name)}")


def expect_at_least(settings: object, least: int, *names: str) -> None:
    """Check that these attributes, or all numbers in them, are not too small.

    Raises:
        ValueError: one is.

    Example:
        >>> from types import SimpleNamespace
        >>> expect_at_least(SimpleNamespace(kernels=(2, 0)), 1, "kernels")
        Traceback (most recent call last):
        ...
        ValueError: expected kernels >= 1, got (2, 0)
    """
    for name in names:
        value = getattr(settings, name)
        numbers = value if isinstance(value, tuple) else (value,)
        if not all(number >= least for number in numbers):
            raise ValueError(f"expected {name} >= {least}, got {value}")
