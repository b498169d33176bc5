from __future__ import annotations

from pathlib import Path

import pytest

from nlu.lexicon.lexicon import Lexicon
from nlu.pattern import read_patterns
from nlu.snapshots import author_files
from nlu.snapshots.author_files import Places, read_files
from nlu.snapshots.objects import hash_of


def places(folder: Path, **others: object) -> Places:
    patterns, dictionaries = [folder / "patterns/pattern.txt"], [folder / "dictionaries/dict.csv"]
    return Places(folder, patterns, dictionaries, folder / "nlu.toml", **others)  # type: ignore[arg-type]


def names(folder: Path, **others: object) -> list[str]:
    return [file.entry.name for file in read_files(places(folder, **others))]


def test_all_that_an_author_wrote_is_found(project: Path) -> None:
    (project / "patterns/must.jsonl").write_text("{}\n", encoding="utf-8")
    (project / "patterns/answers.yml").write_text("greet: 안녕\n", encoding="utf-8")
    (project / "promotion.toml").write_text("", encoding="utf-8")
    (project / "real.jsonl").write_text("{}\n", encoding="utf-8")
    assert names(project, imported=[project / "real.jsonl"]) == [
        "patterns/endings.txt",
        "patterns/pattern.txt",
        "dictionaries/dict.csv",
        "nlu.toml",
        "promotion.toml",
        "patterns/must.jsonl",
        "patterns/answers.yml",
        "real.jsonl",
    ]


@pytest.mark.parametrize(
    "added",
    [
        "",
        "@import more/a.txt # 더\n",
        '@import "more/a.txt"\n@import more/../more/a.txt\n',
        "@import endings.txt\n   @import  more/a.txt\n",
        "# @import more/a.txt\n",
    ],
)
def test_the_pattern_files_are_those_that_are_read_as_patterns(project: Path, added: str) -> None:
    (project / "patterns/more").mkdir()
    (project / "patterns/more/a.txt").write_text("@import b.txt\n[greet]\n하이\n", encoding="utf-8")
    (project / "patterns/more/b.txt").write_text("@import a.txt\n[greet]\n헬로\n", encoding="cp949")
    (project / "patterns/more/b.txt").write_text("[greet]\n헬로\n", encoding="cp949")
    path = project / "patterns/pattern.txt"
    path.write_text(added + path.read_text(encoding="utf-8"), encoding="utf-8")
    read = read_patterns(path, lexicon=Lexicon.read(project / "dictionaries/dict.csv"))
    expected = {Path(one.path).resolve().relative_to(project).as_posix() for one in read.files}
    found = {file.entry.name for file in read_files(places(project)) if file.entry.kind == "patterns"}
    assert found == expected


def test_patterns_with_mistakes_and_circles_are_found_too(project: Path) -> None:
    (project / "patterns/endings.txt").write_text("@import pattern.txt\n@import gone.txt\n[((\n", encoding="utf-8")
    assert names(project) == ["patterns/endings.txt", "patterns/pattern.txt", "dictionaries/dict.csv", "nlu.toml"]


def test_what_patterns_may_not_import_is_not_read(project: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("비밀", encoding="utf-8")
    (project / "patterns/endings.txt").write_text("@import ../../secret.txt\n", encoding="utf-8")
    assert not [name for name in names(project) if "secret" in name]
    shared = names(project, import_from=[tmp_path])
    assert (tmp_path / "secret.txt").as_posix() in shared
    (entry,) = (one.entry for one in read_files(places(project, import_from=[tmp_path])) if "secret" in one.entry.name)
    assert entry.is_outside


def test_a_large_file_is_known_by_its_hash_alone(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(author_files, "MOST_BYTES", 100)
    (file,) = (one for one in read_files(places(project)) if one.entry.kind == "dictionary")
    content = (project / "dictionaries/dict.csv").read_bytes()
    assert (file.content, file.entry.is_kept) == (None, False)
    assert (file.entry.sha256, file.entry.size) == (hash_of(content), len(content))
