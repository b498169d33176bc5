from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.errors import BundleError, UnknownChoiceError
from nlu.store.bundle import FORMAT_VERSION, Bundle, FileInfo, Manifest, TokenizerInfo, write_bundle
from tests.bundles import START, a_manifest, some_files

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.integers(), inner, max_size=3),
    max_leaves=8,
)
json_objects = st.dictionaries(st.text(max_size=5), json_values, max_size=3)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_bundle(tmp_path / "bundle", some_files(), a_manifest())
    return tmp_path / "bundle"


def test_what_was_written_is_read_back(folder: Path) -> None:
    bundle = Bundle.open(folder)
    assert bundle.read_json("words.json") == {"피자": "menu", "판교": "loc"}
    assert bundle.read("weights/intent.safetensors") == bytes(range(256)) * 64
    assert bundle.path("words.json") == folder / "words.json"
    assert bundle.manifest.tokenizer == TokenizerInfo("mecab", {"user_dictionary": True})


def test_files_are_copied_from_paths(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"x" * 3_000_000)
    write_bundle(tmp_path / "bundle", {"model.onnx": tmp_path / "model.onnx"}, a_manifest())
    assert Bundle.open(tmp_path / "bundle").read("model.onnx") == b"x" * 3_000_000


def test_the_size_counts_every_byte_in_the_folder(folder: Path) -> None:
    assert Bundle.open(folder).size() == sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_the_version_holds_the_time_and_changes_with_any_content(tmp_path: Path) -> None:
    one = write_bundle(tmp_path / "1", some_files(), a_manifest())
    same = write_bundle(tmp_path / "2", some_files(), a_manifest())
    other = write_bundle(tmp_path / "3", some_files({"냉면": "menu"}), a_manifest())
    assert one.version.startswith("20261121-143015-")
    assert one.version == same.version == Bundle.open(tmp_path / "1").version
    assert other.version != one.version


@given(normalization=json_objects, settings=json_objects, scores=json_objects)
def test_a_manifest_survives_writing_and_reading(
    normalization: dict[str, object], settings: dict[str, object], scores: dict[str, object]
) -> None:
    manifest = a_manifest(
        normalization=normalization,
        settings=settings,
        scores=scores,
        data={"patterns/pattern.txt": "ab" * 32},
        libraries={"numpy": "2.1"},
        files={"a/b.onnx": FileInfo("cd" * 32, 7)},
    )
    read = Manifest.from_json(manifest.to_json())
    assert read == manifest
    assert read.version == manifest.version


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="expected created_at with a time zone"):
        Manifest("0.1.0", datetime(2026, 11, 21), TokenizerInfo("mecab"))


def test_an_unlisted_name_lists_what_there_is(folder: Path) -> None:
    with pytest.raises(UnknownChoiceError) as caught:
        Bundle.open(folder).path("tagger.onnx")
    assert str(caught.value) == (
        "no file in the bundle 'tagger.onnx'; there are: weights/intent.safetensors, words.json"
    )


def test_json_that_is_none_names_the_file(tmp_path: Path) -> None:
    bundle = write_bundle(tmp_path / "bundle", {"a.json": b"{"}, a_manifest())
    with pytest.raises(BundleError, match=r"a\.json: expected JSON"):
        bundle.read_json("a.json")


def alter(path: Path, change: Callable[[bytes], bytes]) -> None:
    path.write_bytes(change(path.read_bytes()))


def test_a_flipped_bit_is_found(folder: Path) -> None:
    alter(folder / "weights/intent.safetensors", lambda data: bytes([data[0] ^ 1]) + data[1:])
    with pytest.raises(
        BundleError, match=r"weights/intent\.safetensors: expected SHA-256 [0-9a-f]{64}, got [0-9a-f]{64}"
    ):
        Bundle.open(folder)


def test_without_verification_contents_are_not_read(folder: Path) -> None:
    alter(folder / "weights/intent.safetensors", lambda data: bytes([data[0] ^ 1]) + data[1:])
    assert Bundle.open(folder, verify=False).manifest.created_at == START


@pytest.mark.parametrize("verify", [True, False])
def test_a_cut_file_is_found_even_without_verification(folder: Path, verify: bool) -> None:
    alter(folder / "weights/intent.safetensors", lambda data: data[:100])
    with pytest.raises(BundleError, match=r"intent\.safetensors: expected 16384 bytes, got 100$"):
        Bundle.open(folder, verify)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "words.json").unlink()
    with pytest.raises(BundleError, match=r"words\.json: is listed in the manifest but missing$"):
        Bundle.open(folder)


def test_a_file_that_is_not_listed_is_refused(folder: Path) -> None:
    (folder / "weights" / "model.pkl").write_bytes(b"")
    with pytest.raises(BundleError, match=r"model\.pkl: is not listed in the manifest$"):
        Bundle.open(folder)


def test_a_link_is_refused_even_to_the_same_content(folder: Path, tmp_path: Path) -> None:
    (folder / "words.json").rename(tmp_path / "words.json")
    (folder / "words.json").symlink_to(tmp_path / "words.json")
    with pytest.raises(BundleError, match=r"words\.json: expected a plain file, got a link$"):
        Bundle.open(folder)


def test_a_folder_without_manifest_is_no_bundle(folder: Path) -> None:
    (folder / "manifest.json").unlink()
    with pytest.raises(BundleError, match=r"has no manifest; it is no bundle, or half of one$"):
        Bundle.open(folder)


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"nowhere: is no folder$"):
        Bundle.open(tmp_path / "nowhere")


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b"[" * 100_000,
        f'{{"format_version": {FORMAT_VERSION}}}'.encode(),
        b'{"format_version": null}',
    ],
    ids=["empty", "cut", "array", "no keys", "not UTF-8", "deep", "no parts", "no number"],
)
def test_a_damaged_manifest_is_refused(folder: Path, damage: bytes) -> None:
    (folder / "manifest.json").write_bytes(damage)
    with pytest.raises(BundleError, match=r"manifest\.json"):
        Bundle.open(folder)


@pytest.mark.parametrize("version", [FORMAT_VERSION - 1, FORMAT_VERSION + 1])
def test_another_format_is_refused_with_the_reason(folder: Path, version: int) -> None:
    raw = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**raw, "format_version": version}))
    with pytest.raises(BundleError) as caught:
        Bundle.open(folder)
    assert str(caught.value) == (
        f"{folder}/manifest.json: expected format version {FORMAT_VERSION}, got {version}; "
        "another version of this product wrote it, so train again"
    )


BAD_NAMES = [
    "../x",
    "a/../../x",
    "/etc/passwd",
    "C:\\x",
    "a\\b",
    "",
    ".",
    ".hidden",
    "a//b",
    "manifest.json",
    "a\n",
    "é",
]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_name_that_leads_out_of_the_bundle_is_refused_in_a_manifest(folder: Path, name: str) -> None:
    raw = json.loads((folder / "manifest.json").read_text())
    raw["files"][name] = {"sha256": "0" * 64, "size": 0}
    (folder / "manifest.json").write_text(json.dumps(raw))
    with pytest.raises(BundleError, match="expected a file name of letters, digits"):
        Bundle.open(folder)


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_name_that_leads_out_of_the_bundle_is_not_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(BundleError, match="expected a file name of letters, digits"):
        write_bundle(tmp_path / "in" / "bundle", {name: b""}, a_manifest())
    assert not (tmp_path / "in").exists()


def test_a_bundle_is_never_overwritten(folder: Path) -> None:
    with pytest.raises(BundleError, match="expected a new folder"):
        write_bundle(folder, some_files({}), a_manifest())
    assert Bundle.open(folder).read_json("words.json") == {"피자": "menu", "판교": "loc"}


def test_a_file_that_can_not_be_read_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_bundle(tmp_path / "bundle", {"a": b"1", "b": tmp_path / "nowhere"}, a_manifest())
    assert list(tmp_path.iterdir()) == []


WRITE_A_BIG_BUNDLE = """
import sys
from pathlib import Path
from nlu.store.bundle import write_bundle
from tests.bundles import a_manifest
files = {f"part-{number}": bytes([number]) * 4_000_000 for number in range(60)}
print("ready", flush=True)
write_bundle(Path(sys.argv[1]), files, a_manifest())
print("done", flush=True)
"""


def test_a_full_disk_leaves_no_bundle(tmp_path: Path) -> None:
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))\n"
    ignore = "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
    result = subprocess.run(
        [sys.executable, "-c", limited + ignore + WRITE_A_BIG_BUNDLE, str(tmp_path / "bundle")],
        capture_output=True,
        check=False,
    )
    assert b"File too large" in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("after_parts", [0, 3, 30])
def test_a_kill_at_any_moment_leaves_no_bundle_of_that_name(tmp_path: Path, after_parts: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WRITE_A_BIG_BUNDLE, str(tmp_path / "bundle")], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        deadline = time.monotonic() + 60
        while len(list(tmp_path.glob(".bundle.*/part-*"))) < after_parts and time.monotonic() < deadline:
            time.sleep(0.001)
        os.kill(process.pid, signal.SIGKILL)
        rest = process.stdout.read()
    if rest == b"":
        assert not (tmp_path / "bundle").exists()
    write_bundle(tmp_path / "again", some_files(), a_manifest())
    Bundle.open(tmp_path / "again")
