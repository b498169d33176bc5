from __future__ import annotations

from pathlib import Path

import pytest

from nlu.browser import runtime
from nlu.browser.runtime import RuntimeUnavailable, registry, runtime_files
from nlu.commands.common import ExitCode, describe


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which nobody has set a registry."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("npm_config_registry", "NPM_CONFIG_REGISTRY"):
        monkeypatch.delenv(name, raising=False)


def test_the_registry_is_npms_own_unless_somebody_says_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RuntimeUnavailable) as caught:
        registry()
    assert describe(caught.value)[1].startswith("onnxruntime-web 1.30.0을 받을 npm 저장소를 모릅니다.")
    npm = tmp_path / "npm"
    npm.write_text('#!/bin/sh\n[ "$*" = "config get registry" ] && echo https://npm.example.org/own\n')
    npm.chmod(0o755)
    assert registry() == "https://npm.example.org/own/"
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / ".npmrc").write_text("audit=false\nregistry = https://npm.example.org/mirror\n")
    assert registry() == "https://npm.example.org/mirror/"
    (tmp_path / ".npmrc").write_text('registry="https://npm.example.org/here/"\n')
    assert registry() == "https://npm.example.org/here/"


def test_the_environment_names_the_registry_before_any_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".npmrc").write_text("registry=https://npm.example.org/\n")
    monkeypatch.setenv("NPM_CONFIG_REGISTRY", "https://npm.example.org/environment")
    assert registry() == "https://npm.example.org/environment/"


def test_a_registry_out_of_reach_is_told_with_the_way_round(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9")  # where nothing listens
    with pytest.raises(RuntimeUnavailable) as caught:
        runtime_files(cache=tmp_path / "cache")
    code, message = describe(caught.value)
    assert code == ExitCode.SYSTEM
    assert message.startswith(
        "http://127.0.0.1:9/onnxruntime-web/-/onnxruntime-web-1.30.0.tgz: onnxruntime-web 1.30.0을"
    )
    assert message.endswith("npm pack onnxruntime-web@1.30.0 으로 받은 파일을 --onnxruntime 으로 주세요.")


def test_another_archive_than_the_pinned_one_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "package.tgz").write_bytes(b"no such package")
    with pytest.raises(RuntimeUnavailable, match=r"expected sha512-q0y\+Jrr.*, got sha512-.*; download it again"):
        runtime_files(tmp_path / "package.tgz", tmp_path / "cache")
    assert [path.name for path in (tmp_path / "cache").rglob("*") if path.is_file()] == []


def test_what_was_kept_is_asked_of_nobody_and_what_was_altered_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9")
    kept = {"a.js": ("one.js", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")}  # of "abc"
    monkeypatch.setattr(runtime, "FILES", kept)
    folder = tmp_path / "onnxruntime-web-1.30.0"
    folder.mkdir()
    (folder / "one.js").write_bytes(b"abc")
    assert runtime_files(cache=tmp_path) == {"one.js": b"abc"}
    (folder / "one.js").write_bytes(b"abd")
    with pytest.raises(RuntimeUnavailable):
        runtime_files(cache=tmp_path)
