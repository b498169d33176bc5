from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from nlu.snapshots.comparison import Change, Comparison, Content, FileChange, compare
from nlu.snapshots.objects import hash_of
from nlu.snapshots.snapshot import FileEntry, Kind

KINDS: dict[str, Kind] = {".txt": "patterns", ".csv": "dictionary", ".toml": "settings", ".jsonl": "regression"}


def state(**files: str | bytes) -> list[Content]:
    """Files by name, `_` for the dot, each of the kind that its suffix says."""
    found = []
    for key, text in files.items():
        name, content = key.replace("_", "."), text if isinstance(text, bytes) else text.encode()
        kind = KINDS[name[name.rindex(".") :]]
        found.append(Content(FileEntry(name, kind, hash_of(content), len(content)), content))
    return found


def changes(before: list[Content], after: list[Content]) -> list[Change]:
    return list(compare(before, after).changes)


def test_what_is_the_same_has_not_changed() -> None:
    files = state(a_txt="[weather]\n날씨\n", d_csv="entity,value\nloc,서울\n", n_toml="[generator]\ncount = 3\n")
    assert compare(files, files) == Comparison((), ())


def test_patterns_are_told_by_intent() -> None:
    before = state(a_txt="@define 줘 = 줘\n[weather]\n날씨 <줘>\n비 와\n[greet]\n안녕\n")
    after = state(a_txt="@define 줘 = 줘|주세요\n[weather]\n날씨 <줘>\n눈 와\n[thanks]\n고마워\n")
    assert changes(before, after) == [
        Change("intent", "greet", removed=("안녕",)),
        Change("intent", "thanks", added=("고마워",)),
        Change("intent", "weather", ("눈 와",), ("비 와",)),
        Change("macro", "", ("줘 = 줘|주세요",), ("줘 = 줘",)),
    ]


def test_a_pattern_in_another_file_and_a_comment_are_no_changes() -> None:
    before = state(a_txt="[weather]\n날씨\n", b_txt="[greet]\n안녕\n")
    after = state(a_txt="# 인사도\n[greet]\n안녕\n", b_txt="[weather]\n날씨   # 여기로\n")
    found = compare(before, after)
    assert found.changes == ()
    assert [file.what for file in found.files] == ["changed", "changed"]


def test_values_are_told_by_entity_whatever_the_form_of_the_table() -> None:
    before = state(d_csv="entity,value,synonyms\nloc,서울,서울시\nloc,판교,\nmenu,피자,\n")
    after = state(d_csv="menu,loc\n피자|핏자,서울|서울시\n마라탕|마라,\n")
    assert changes(before, after) == [
        Change("entity", "loc", removed=("판교",)),
        Change("entity", "menu", added=("마라탕 (마라)",), changed=(("피자", "", "핏자"),)),
    ]


def test_settings_are_told_by_their_names() -> None:
    before = state(n_toml="refit = true\n[generator]\ncount = 3\nseed = 1\n")
    after = state(n_toml="[generator]\nseed = 1 # so\ncount = 4\nmode = 'all'\n")
    assert changes(before, after) == [
        Change("setting", "", ('generator.mode = "all"',), ("refit = true",), (("generator.count", "3", "4"),))
    ]


def test_files_with_mistakes_are_compared_by_their_lines() -> None:
    before = state(d_csv="entity,value\nloc,서울\n", n_toml="a = 1\n")
    after = state(d_csv="entity,value\nloc,\nx\n", n_toml="a = = 1\n")
    found = compare(before, after)
    assert found.mistakes == ("d.csv", "n.toml")
    assert found.changes == (
        Change("dictionary", "d.csv", ("loc,", "x"), ("loc,서울",)),
        Change("settings", "n.toml", ("a = = 1",), ("a = 1",)),
    )


def test_files_that_come_and_go_are_told() -> None:
    found = compare(state(a_txt="[greet]\n안녕\n"), state(m_jsonl='{"text": "안녕"}\n'))
    assert found.files == (FileChange("a.txt", "patterns", "removed"), FileChange("m.jsonl", "regression", "added"))
    assert found.changes[1] == Change("regression", "m.jsonl", added=('{"text": "안녕"}',))


def test_a_file_that_is_no_text_is_said_to_differ_and_no_more() -> None:
    found = compare(state(a_txt="[greet]\n안녕\n"), state(a_txt=b"PK\x03\x04\xff\xfe\xfd"))
    assert found.mistakes == ("a.txt",)


LINES = st.lists(st.sampled_from(["가", "나 {x}", "다|라", "(마)?"]), max_size=8)


@given(LINES, LINES)
def test_what_is_added_and_removed_leads_from_one_to_the_other(old: list[str], new: list[str]) -> None:
    before, after = (state(a_txt="\n".join(["[x]", *lines])) for lines in (old, new))
    counted = Counter(old)
    for change in changes(before, after):
        counted.update(change.added)
        counted.subtract(change.removed)
    assert +counted == Counter(new)
