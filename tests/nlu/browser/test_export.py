from __future__ import annotations

from pathlib import Path

import pytest

from nlu.browser.export import export
from nlu.commands import models
from nlu.commands.common import ExitCode
from nlu.errors import BundleError
from nlu.store.bundle import Bundle


def test_a_model_that_reads_morphemes_is_refused_with_what_to_do(tiny_bundle: Bundle, tmp_path: Path) -> None:
    with pytest.raises(BundleError) as caught:
        export(tiny_bundle, tmp_path / "web")
    assert caught.value.worded("ko") == (
        f"{tiny_bundle.version}: 브라우저에서는 mecab 형태소 분석기를 쓸 수 없습니다. nlu.toml의 [tokenizer]에 "
        'name = "syllable"을 적고 nlu-train으로 다시 학습하세요. 브라우저에서 쓸 수 있는 것: syllable, whitespace'
    )
    assert not (tmp_path / "web").exists()


def test_without_an_active_model_the_command_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert models.main(["export-browser", "--models", str(tmp_path), str(tmp_path / "web")]) == ExitCode.MODEL
    assert str(tmp_path) in capsys.readouterr().err
