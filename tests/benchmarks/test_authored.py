"""How fast what an author wrote is recognised."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.authored import a_trillion, main
from nlu.pattern import Expansion, Inventory


def test_the_made_up_line_says_more_than_a_trillion() -> None:
    (pattern,), lexicon = a_trillion()
    assert Expansion(pattern, Inventory(lexicon)).count > 10**12


def test_all_that_lines_say_is_found_and_the_networks_are_timed_beside_it(trained_once: Path, tmp_path: Path) -> None:
    bot = [str(trained_once / name) for name in ("patterns/pattern.txt", "dictionaries/dict.csv", "models")]
    assert main(["--bot", *bot, "--json", str(tmp_path / "out.json")]) == 0
    own, made_up = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["rows"]
    for row in (own, made_up):
        found, _, asked = str(row["found"]).partition("/")
        assert found == asked != "0"
    assert own["ratio"] > 0
    assert "ratio" not in made_up
