from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.config import Config
from nlu.errors import SettingError, SourceErrors
from nlu.search.ranges import Range, RangeMistake, read_range
from nlu.search.space import Space, applied, present


def read(folder: Path, text: str, config: Config | None = None) -> Space:
    path = folder / "search.toml"
    path.write_text(text, encoding="utf-8")
    return Space.read(path, config or Config())


def test_choices_ranges_and_limits_are_read_and_go_to_their_studies(tmp_path: Path) -> None:
    space = read(
        tmp_path,
        "[classifier.cnn]\nkernels = [[1, 2], [1, 2, 3]]\ndropout = {low = 0, high = 0.7}\n"
        "[tagger]\nlstm.hidden = {low = 32, high = 100, step = 32}\n"
        "[vectors.epochs]\nlow = 1\nhigh = 9\nlog = true\n[limits]\nmilliseconds = 2\n",
    )
    assert [(one.name, one.values) for one in space.of("intents")] == [
        ("classifier.cnn.kernels", ((1, 2), (1, 2, 3))),
        ("classifier.cnn.dropout", Range(0, 0.7)),
    ]
    assert [one.values for one in space.of("entities")] == [Range(32, 96, step=32, is_whole=True)]
    assert [one.values for one in space.of("shared")] == [Range(1, 9, log=True, is_whole=True)]
    assert space.limits == {"milliseconds": 2}


MISTAKES = {
    "classifier.cnn.filtres = [1, 2]": "classifier.cnn.filtres: 그런 설정이 없습니다. 혹시 'filters'입니까? "
    "있는 것: kernels, filters, ngram_width, dropout, ngram_dropout",
    "clasifier.cnn.filters = [1, 2]": None,
    "classifier.cnn = [1, 2]": "classifier.cnn: 표([이름] 아래에 설정을 적은 것)여야 합니다. 지금은 [1, 2]입니다.",
    "classifier.cnn.filters = 3": "classifier.cnn.filters: 값의 목록([64, 96])이나 범위({low = …, high = …})여야 "
    "합니다. 지금은 3입니다.",
    "classifier.cnn.filters = [3]": "classifier.cnn.filters: 서로 다른 값이 둘은 있어야 고를 수 있습니다. "
    "하나로 정하려면 nlu.toml에 적으세요.",
    "classifier.cnn.filters = [3, 3]": None,
    "classifier.cnn.filters = [0, 3]": "classifier.cnn.filters: 1 이상이어야 합니다. 지금은 0입니다.",
    "classifier.cnn.kernels = [[1], [0]]": None,
    "classifier.cnn.filters = [3, 'x']": "classifier.cnn.filters: 정수여야 합니다. 지금은 'x'입니다.",
    "classifier.cnn.filters = {low = 1.5, high = 3}": "classifier.cnn.filters: 정수여야 합니다. 지금은 1.5입니다.",
    "classifier.cnn.dropout = {low = 0.5, high = 0.5}": "classifier.cnn.dropout: 빈 범위입니다. "
    "low(0.5)가 high(0.5)보다 작아야 합니다.",
    "classifier.cnn.dropout = {low = 0.5, high = 1.5}": "classifier.cnn.dropout: 0 이상 1 이하여야 합니다. "
    "지금은 1.5입니다.",
    "classifier.cnn.dropout = {low = nan, high = 1}": None,
    "classifier.training.learning_rate = {low = 0.1, high = inf}": None,
    "classifier.cnn.dropout = {low = 0, high = 1, log = true}": "classifier.cnn.dropout: log = true이면 low가 0보다 "
    "커야 합니다. 지금은 0입니다.",
    "classifier.cnn.dropout = {low = 0.1, high = 1, log = 1}": None,
    "classifier.cnn.dropout = {low = 0.1, high = 1, step = 2}": None,
    "classifier.cnn.dropout = {low = 0.1, high = 1, step = 0}": None,
    "classifier.cnn.dropout = {low = 0.1, high = 1, step = 0.1, log = true}": None,
    "classifier.cnn.dropout = {low = 0.1, hihg = 1}": "classifier.cnn.dropout: 범위에 그런 이름이 없습니다: hihg. "
    "혹시 'high'입니까? 있는 것: low, high, log, step",
    "classifier.cnn.dropout = {low = 0.1}": "classifier.cnn.dropout: 범위에 high가 없습니다.",
    "classifier.cnn.kernels = {low = 1, high = 2}": None,
    "classifier.training.seed = [1, 2]": None,
    "tagger.members = [1, 2]": None,
    "generator.count = [100, 200]": None,
    "generator.intent_weights = {a = 1}": None,
    "refit = [true, false]": None,
    "limits.megabits = 3": "limits.megabits: 그런 설정이 없습니다. 혹시 'megabytes'입니까? "
    "있는 것: milliseconds, megabytes",
    "limits.megabytes = 0": None,
    "limits.megabytes = true": None,
    "limits = 3": None,
}


def test_every_mistake_is_refused_at_its_line(tmp_path: Path) -> None:
    wrong = {}
    for line, expected in MISTAKES.items():
        try:
            wrong[line] = read(tmp_path, f"vectors.window = [3, 5]\n  {line}\n")
        except SourceErrors as mistakes:
            first = mistakes.errors[0]
            if (first.line, first.column) != (2, 3) or expected not in (None, first.message):
                wrong[line] = str(mistakes)
    assert wrong == {}


def test_all_mistakes_are_told_in_the_order_of_the_lines(tmp_path: Path) -> None:
    with pytest.raises(SourceErrors) as mistakes:
        read(tmp_path, "[limits]\nx = 1\n[tagger]\nmembers = [1, 2]\n[classifier]\nword_dropout = [2.0, 0.1]\n")
    assert [(error.line, error.column) for error in mistakes.value.errors] == [(2, 1), (4, 1), (6, 1)]


def test_values_that_cannot_stand_together_are_refused(tmp_path: Path) -> None:
    names = ("syllable", "jamo", "bigram", "word", "pos", "position", "spacing", "dictionary")
    with pytest.raises(SourceErrors, match="하나는 0보다 커야"):
        read(tmp_path, "[tagger.widths]\n" + "".join(f"{name} = [8, 0]\n" for name in names))


def test_no_toml_and_an_empty_space_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"search\.toml:1:\d+: TOML 문법"):
        read(tmp_path, "classifier = = 3")
    with pytest.raises(SourceErrors, match="탐색할 설정이 없습니다"):
        read(tmp_path, "# nothing\n[classifier]\n")


def test_settings_are_found_and_changed_by_their_whole_names() -> None:
    changed = applied(Config(), {"classifier.cnn.kernels": (1, 2), "classifier.cnn.filters": 5, "vectors.width": 7})
    assert (changed.classifier.cnn.kernels, changed.classifier.cnn.filters, changed.vectors.width) == ((1, 2), 5, 7)
    assert present(changed, "classifier.cnn.kernels") == (1, 2)


@given(
    low=st.integers(-50, 50),
    steps=st.integers(1, 40),
    step=st.integers(1, 9),
    over=st.integers(0, 8),
    value=st.integers(),
)
def test_a_range_ends_on_its_grid_and_holds_just_that(low: int, steps: int, step: int, over: int, value: int) -> None:
    high = low + steps * step + over % step
    found = read_range({"low": low, "high": high, "step": step}, is_whole=True)
    grid = range(low, high + 1, step)
    assert (found.low, found.high) == (grid[0], grid[-1])
    assert (value in found) == (value in grid)
    tenths = read_range({"low": low / 10, "high": high / 10, "step": step / 10}, is_whole=False)
    assert (tenths.low, tenths.high) == (grid[0] / 10, grid[-1] / 10)
    assert (value / 10 in tenths) == (value in grid) or abs(value) > 1 << 40


def test_a_range_of_other_things_is_a_mistake() -> None:
    with pytest.raises(RangeMistake):
        read_range({"low": 1, "high": 1 << 60}, is_whole=True)
