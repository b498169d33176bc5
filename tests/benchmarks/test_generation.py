from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import generation

pytestmark = pytest.mark.slow


def test_each_count_is_a_row_with_its_speed_and_the_hash_of_its_bytes(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert generation.main(["--count", "100", "200", "--json", str(tmp_path / "out.json")]) == 0
    few, more = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["rows"]
    assert (few["count"], more["count"]) == (100, 200)
    assert few["sha256"] != more["sha256"]
    assert "per_second" in capfd.readouterr().out
