"""A type that is bound to computed values: a browser answers with what the dictionary lists."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from nlu.browser.export import export
from nlu.errors import BundleError
from nlu.store.bundle import Bundle, write_bundle
from nlu.store.registry import Registry


def with_kinds(models: Path, folder: Path, kinds: dict[str, str]) -> Bundle:
    registry = Registry(models)
    version = registry.active()
    assert version is not None
    bundle = registry.open(version)
    files = {name: bundle.read(name) for name in bundle.manifest.files}
    lexicon = json.dumps({**json.loads(files["lexicon.json"]), "computed": kinds}, ensure_ascii=False)
    return write_bundle(folder, {**files, "lexicon.json": lexicon.encode()}, replace(bundle.manifest, files={}))


def test_a_listed_type_is_exported_without_its_computed_values(syllable_bot: Path, tmp_path: Path) -> None:
    bundle = with_kinds(syllable_bot / "models", tmp_path / "bound", {"count": "quantity:개|판"})
    assert export(bundle, tmp_path / "web").bound == ("count",)
    assert "computed" not in json.loads((tmp_path / "web/model/lexicon.json").read_text(encoding="utf-8"))


def test_a_type_without_a_listed_value_is_refused(syllable_bot: Path, tmp_path: Path) -> None:
    bundle = with_kinds(syllable_bot / "models", tmp_path / "computed", {"date": "date"})
    with pytest.raises(BundleError) as caught:
        export(bundle, tmp_path / "web")
    assert "{@date}" in caught.value.worded("ko")
    assert not (tmp_path / "web").exists()
