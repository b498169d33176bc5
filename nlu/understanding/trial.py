"""The trial of a model before it serves: it is loaded here, and asked something."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from nlu.errors import BundleError, NluError

_QUESTION = "안녕하세요 123"
"""Hangul, a space and digits go through all parts of a model."""


class Answering(Protocol):
    """A loaded model, as far as its trial goes."""

    def parse_many(self, texts: Sequence[str], /) -> object:
        """Parse several utterances."""


def try_model(load: Callable[[Path], Answering], folder: Path) -> None:
    """Load a model as a server does and let it answer.

    Args:
        load: loads a bundle.
        folder: the bundle.

    Raises:
        BundleError: it can't be used here; says why.
        NluError: it needs what is not installed here.
    """
    try:
        let_answer(load(folder), folder)
    except NluError:
        raise
    except Exception as error:  # an odd bundle fails as it likes; whoever asked for it wants a sentence
        raise _unusable(folder, error) from error


def let_answer(parser: Answering, folder: Path) -> None:
    """Let a loaded model answer before anybody asks.

    Args:
        parser: the model.
        folder: where it was loaded from.

    Raises:
        BundleError: it can't answer; says why.
    """
    try:
        parser.parse_many((_QUESTION,))
    except Exception as error:  # onnxruntime and the analysers raise classes of their own
        raise _unusable(folder, error) from error


def _unusable(folder: Path, error: Exception) -> BundleError:
    return BundleError("bundle.unusable", folder=folder, problem=repr(error))
