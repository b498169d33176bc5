"""Where the database is: what the environment says, else beside the models."""

from __future__ import annotations

from pathlib import Path

from nlu.store.registry import VERSIONS_NAME

URL_VARIABLE = "NLU_RECORDS_URL"
"""The environment variable that says where, for the server and for all commands."""


def database_url(models: Path, written: str = "") -> str:
    """Say where the database is.

    Args:
        models: the registry's folder, or the folder of one of its bundles.
        written: what the operator wrote into `NLU_RECORDS_URL`; "" for the SQLite file beside the models.

    Example:
        >>> database_url(Path("/srv/bot/models"))
        'sqlite:////srv/bot/records/records.db'
    """
    if written:
        return written
    models = models.absolute()
    if models.parent.name == VERSIONS_NAME:  # one bundle of a registry
        models = models.parent.parent
    return f"sqlite:///{models.parent / 'records' / 'records.db'}"
