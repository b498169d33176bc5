from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from matplotlib.font_manager import fontManager
from matplotlib.image import imread

from nlu.evaluation import plots, tables
from nlu.evaluation.report import Report

pytestmark = pytest.mark.slow

CONFIDENCES = [(0.05, False), (0.4, True), (0.95, True), (1.0, True), (0.0, False)]


def confusion_matrix(counts: dict[str, dict[str, int]]) -> bytes:
    return plots.confusion_matrix(tables.confusion(Report({}, {}, {}, counts, ())))


def pixels(picture: bytes) -> np.ndarray:
    return imread(io.BytesIO(picture), format="png")


@pytest.mark.parametrize("intents", [1, 3, 60])
def test_confusion_matrix_is_a_png_that_grows_with_the_intents(intents: int) -> None:
    names = [f"intent_{number}" for number in range(intents)]
    image = pixels(confusion_matrix({name: {name: 8, "nlu_fallback": 2} for name in names}))
    assert image.shape[0] == image.shape[1] >= 600
    assert image.std() > 0
    assert intents < 60 or image.shape[0] > 2000


def test_confusion_matrix_shows_what_was_confused() -> None:
    right = confusion_matrix({"a": {"a": 9, "b": 1}, "b": {"b": 10}})
    wrong = confusion_matrix({"a": {"a": 1, "b": 9}, "b": {"b": 10}})
    assert not np.array_equal(pixels(right), pixels(wrong))


def test_names_in_hangul_are_no_trouble() -> None:
    assert pixels(confusion_matrix({"주문": {"주문": 1, "취소": 2}})).std() > 0


def font(path: Path, family: str, letters: str) -> Path:
    """Write a font in which each of some letters is a full square."""
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for corner in ((0, 900), (900, 900), (900, 0)):
        pen.lineTo(corner)
    pen.closePath()
    names = [f"letter{number}" for number in range(len(letters))]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", *names])
    builder.setupCharacterMap(dict(zip(map(ord, letters), names, strict=True)))
    builder.setupGlyf({name: pen.glyph() for name in (".notdef", *names)})
    builder.setupHorizontalMetrics(dict.fromkeys((".notdef", *names), (1000, 0)))
    builder.setupHorizontalHeader(ascent=900, descent=-100)
    builder.setupNameTable({"familyName": family, "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.save(path)
    return path


def test_a_font_that_the_cache_does_not_know_writes_hangul(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new = font(tmp_path / "new.ttf", "Just Installed", "주문힣")
    plain = font(tmp_path / "plain.ttf", "Latin Only", "abc")
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    boxes = pixels(confusion_matrix({"주문": {"주문": 1}}))
    paths = [str(tmp_path / "broken.ttf"), str(plain), str(new)]
    monkeypatch.setattr(plots, "findSystemFonts", lambda: paths)
    known = list(fontManager.ttflist)
    try:
        assert plots.hangul_fonts(tuple(paths)) == ("Just Installed",)
        assert not np.array_equal(pixels(confusion_matrix({"주문": {"주문": 1}})), boxes)
    finally:
        fontManager.ttflist[:] = known


@pytest.mark.parametrize("draw", [plots.confidence_histogram, plots.reliability_diagram])
def test_pictures_of_confidences_are_pngs(draw) -> None:
    full, empty = pixels(draw(CONFIDENCES)), pixels(draw([]))
    assert full.shape == empty.shape
    assert not np.array_equal(full, empty)
