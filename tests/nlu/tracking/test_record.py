from __future__ import annotations

from pathlib import Path

import pytest

from nlu.errors import MissingPackageError
from nlu.store.bundle import Bundle, Manifest, TokenizerInfo, write_bundle
from nlu.tracking import sending
from nlu.tracking.record import record_of
from nlu.tracking.sending import send, without_secret
from tests.nlu import tiny

SCORES = {
    "slices": {"all": {"intent_accuracy": 0.5, "entity_f1": None, "utterances": 4}},
    "intents": {"주문+배달": {"f1-score": 0.25}},
    "confusion": {"greet": {"weather": 3}},
    "curves": [{"stage": "train", "network": "intents", "losses": [1.5, 0.5], "scores": [[0.25, 0.1], [1.0, 0.75]]}],
}


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    manifest = Manifest(
        "0.1", tiny.MANIFEST.created_at, TokenizerInfo("mecab"), data={"pattern.txt": "ab"}, scores=SCORES,
        settings={"generator": {"count": 3, "intent_weights": {"a": 2}}, "refit": True}, libraries={"torch": "2"},
    )  # fmt: skip
    return write_bundle(tmp_path / "bundle", {"model.json": b"{}"}, manifest)


def test_a_version_is_told_by_its_settings_figures_and_curves(bundle: Bundle, tmp_path: Path) -> None:
    record = record_of(bundle, "bot", is_live=True, artifacts={"reports": tmp_path / "none"})
    assert (record.alias, record.version) == ("champion", bundle.version)
    assert record.params == {"generator.count": "3", "generator.intent_weights.a": "2", "refit": "true"}
    assert record.metrics == {
        "slices.all.intent_accuracy": 0.5,
        "slices.all.utterances": 4.0,
        "intents.주문_배달.f1-score": 0.25,
    }
    assert record.curves == {
        "train.intents.loss": [(100, 1.5), (200, 0.5)],
        "train.intents.dev": [(25, 0.1), (100, 0.75)],
    }
    assert record.tags["data.pattern.txt"] == "ab"
    assert record.artifacts == {"bundle": bundle.folder}


def test_a_version_that_does_not_answer_is_a_challenger(bundle: Bundle) -> None:
    assert record_of(bundle, "bot", is_live=False, artifacts={}).alias == "challenger"


def test_what_to_install_is_told(bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "find_spec", lambda name: None)
    with pytest.raises(MissingPackageError, match="mlflow-skinny"):
        send(record_of(bundle, "bot", is_live=True, artifacts={}), "sqlite:///x.db")


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("http://127.0.0.1:5000", "http://127.0.0.1:5000"),
        ("https://me:secret@host/a@b", "https://…@host/a@b"),
        ("postgresql://u:p@h/db and http://x:y@z", "postgresql://…@h/db and http://…@z"),
    ],
)
def test_a_password_is_shown_to_nobody(uri: str, shown: str) -> None:
    assert without_secret(uri) == shown
