"""The trial of a model before it serves: it is loaded here, and asked something."""

from __future__ import annotations

from pathlib import Path

from nlu.errors import BundleError, NluError
from nlu.understanding.parser import UtteranceParser

_QUESTION = "안녕하세요 123"


def try_model(folder: Path) -> None:
    """Load a model as a server does and let it answer.

    Raises:
        BundleError: it can't be used here; says why.
        NluError: it needs what is not installed here.
    """
    try:
        UtteranceParser.load(folder).parse(_QUESTION)
    except NluError:
        raise
    except Exception as error:
        raise BundleError("bundle.unusable", folder=folder, problem=repr(error)) from error
