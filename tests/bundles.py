"""Small bundles for tests: real ones on disk, whose model is a list of words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from nlu.store.bundle import Bundle, Manifest, TokenizerInfo, complete_manifest

START = datetime(2026, 11, 21, 14, 30, 15, tzinfo=UTC)


def a_manifest(minutes: int = 0, **parts: Any) -> Manifest:
    return Manifest(
        product_version="0.1.0",
        created_at=START + timedelta(minutes=minutes),
        tokenizer=TokenizerInfo("mecab", {"user_dictionary": True}),
        **parts,
    )


def some_files(words: Mapping[str, str] | None = None) -> dict[str, bytes | Path]:
    words = {"피자": "menu", "판교": "loc"} if words is None else words
    return {
        "words.json": json.dumps(words, ensure_ascii=False).encode(),
        "weights/intent.safetensors": bytes(range(256)) * 64,
    }


class MemoryBundle(Bundle):
    """A bundle that lies nowhere, for what reads files by their names."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__(Path("memory"), complete_manifest(files, a_manifest()))
        self._contents = files

    def read(self, name: str) -> bytes:
        return self._contents[name]
