from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.marks import main
from nlu.evaluation.marks import FRAMES
from nlu.store.bundle import Bundle


@pytest.mark.slow  # loads a bundle in a folder of its own
def test_the_command_writes_its_rows(tiny_bundle: Bundle, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"text": "피자 주문해 줘", "intent": "x", "entities": [{"start": 0, "end": 2, "entity": "menu"}]}]
    data = tmp_path / "rows.jsonl"
    data.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    out = tmp_path / "out.json"
    assert main(["--models", str(tiny_bundle.folder), "--utterances", str(data), "--json", str(out)]) == 0
    assert "lost_part" in capsys.readouterr().out
    assert len(json.loads(out.read_text(encoding="utf-8"))["rows"]) == len(FRAMES) + 1
