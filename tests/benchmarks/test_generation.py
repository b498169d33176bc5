from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import generation


def test_the_bytes_do_not_depend_on_the_number_of_processes(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    options = ["--count", "20000", "--processes", "1", "2", "--json", str(tmp_path / "out.json")]
    assert generation.main(options) == 0
    one, two = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["rows"]
    assert one["count"] == two["count"] == 20_000
    assert one["sha256"] == two["sha256"]
    assert (one["helper_mb"], two["helper_mb"] > 20) == (0, True)
    assert "per_second" in capfd.readouterr().out
