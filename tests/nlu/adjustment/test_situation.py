from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from nlu.adjustment import situation
from nlu.database.engine import Database
from nlu.database.place import database_url
from nlu.store.registry import Registry
from tests.server.words import publish


class Passed:
    """What a check found."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def to_dict(self, *, with_text: bool) -> dict[str, Any]:
        signals = [{"name": "intents", "alarm": True}, {"name": "length", "alarm": False}]
        return {"alarm": True, "signals": signals, "moved": {}, "reference": {"kind": self._kind, "size": 500}}


@pytest.mark.parametrize(("kind", "moved"), [("served", ("intents",)), ("written", ("intents",)), ("generated", ())])
def test_what_patterns_made_is_no_reference_for_what_people_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, moved: tuple[str, ...]
) -> None:
    models = tmp_path / "models"
    version = publish(models, 0)
    database = Database(database_url(models))
    database.prepare()
    monkeypatch.setattr(situation, "pass_over", lambda *_: Passed(kind))
    assert situation.what_moved(database, Registry(models), version, datetime.now(UTC)) == moved
    database.close()
