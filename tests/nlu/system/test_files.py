import hashlib
import os
from pathlib import Path

import pytest

from nlu.errors import SourceError
from nlu.system import files

TEXT = "# 주문\n{menu} 주문해줘\n"


def leftovers(folder: Path) -> list[str]:
    return sorted(name for name in os.listdir(folder) if name.endswith(files.TEMPORARY_SUFFIX))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_reads_each_encoding_and_says_which(tmp_path, encoding):
    path = tmp_path / "pattern.txt"
    path.write_bytes(TEXT.encode(encoding))
    assert files.read_text(path) == (TEXT, encoding)


def test_cp949_syllables_outside_euc_kr_are_read(tmp_path):
    path = tmp_path / "dict.csv"
    path.write_bytes("똠양꿍,펲시".encode("cp949"))
    assert files.read_text(path) == ("똠양꿍,펲시", "cp949")


def test_an_empty_file_is_utf8(tmp_path):
    path = tmp_path / "empty"
    path.write_bytes(b"")
    assert files.read_text(path) == ("", "utf-8")


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends_become_newlines(tmp_path, line_end):
    path = tmp_path / "pattern.txt"
    path.write_bytes(f"가{line_end}나{line_end}{line_end}다".encode())
    assert files.read_text(path)[0] == "가\n나\n\n다"


def test_decomposed_jamo_are_left_to_the_normaliser(tmp_path):
    path = tmp_path / "pattern.txt"
    path.write_bytes("\u1111\u1175".encode())
    assert files.read_text(path)[0] == "\u1111\u1175"


def test_a_damaged_utf8_file_points_at_the_first_bad_byte(tmp_path):
    path = tmp_path / "pattern.txt"
    path.write_bytes("첫째 줄\n둘째 ".encode() + b"\xff\xff" + " 줄\n셋째".encode())
    with pytest.raises(SourceError) as caught:
        files.read_text(path)
    error = caught.value
    assert (error.path, error.line, error.column) == (str(path), 2, 4)
    assert str(error) == (
        f"{path}:2:4: UTF-8로도 CP949로도 읽을 수 없는 바이트 0xFF가 있습니다. 파일을 UTF-8로 다시 저장해 주세요.\n"
        f"    둘째 \ufffd\ufffd 줄\n"
        f"         ^"
    )


def test_a_damaged_cp949_file_points_at_the_first_bad_byte(tmp_path):
    path = tmp_path / "dict.csv"
    path.write_bytes("메뉴\n피자".encode("cp949") + b"\xff\n")
    with pytest.raises(SourceError) as caught:
        files.read_text(path)
    assert (caught.value.line, caught.value.column) == (2, 3)


def test_a_damaged_file_with_a_byte_order_mark_does_not_count_the_mark(tmp_path):
    path = tmp_path / "dict.csv"
    path.write_bytes("\ufeff가".encode() + b"\xff")
    with pytest.raises(SourceError) as caught:
        files.read_text(path)
    assert (caught.value.line, caught.value.column) == (1, 2)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_the_unicode_text_of_a_spreadsheet_is_read(tmp_path, encoding):
    path = tmp_path / "dict.csv"
    mark = "" if encoding == "utf-16" else "\ufeff"
    path.write_bytes((mark + "피자\r\n콜라").encode(encoding))
    assert files.read_text(path) == ("피자\n콜라", "utf-16")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("entity,value\n".encode("utf-16-le"), "바이트 순서 표시가 없는 UTF-16 파일 같습니다"),
        (b"PK\x03\x04" + bytes(40), "엑셀 파일이면 이름을 .xlsx로 하고"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "옛 엑셀 파일(.xls)입니다"),
        (b"%PDF-1.7\n", "PDF 파일입니다"),
        ("피자".encode("utf-16-le").join([b"\xff\xfe", b"\x00"]), "읽을 수 없는 바이트"),
    ],
)
def test_a_file_that_is_no_text_is_told_what_it_is(tmp_path, data, message):
    (tmp_path / "dict.csv").write_bytes(data)
    with pytest.raises(SourceError) as caught:
        files.read_text(tmp_path / "dict.csv")
    assert message in str(caught.value)


@pytest.mark.parametrize("read", [files.read_text, files.sha256])
def test_a_pipe_and_a_device_are_refused_at_once(tmp_path, read):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(SourceError) as caught:
            read(path)
        assert "보통 파일이 아니라 파이프나 장치입니다" in str(caught.value)


def test_a_folder_is_a_folder(tmp_path):
    with pytest.raises(IsADirectoryError) as caught:
        files.read_text(tmp_path)
    assert caught.value.filename == str(tmp_path)


def test_a_file_beyond_the_limit_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MOST_BYTES", 1 << 20)
    (tmp_path / "large").write_bytes(bytes(1 << 20) + b"a")
    with pytest.raises(SourceError, match="파일이 1 MiB보다 큽니다"):
        files.read_text(tmp_path / "large")


@pytest.mark.parametrize("data", ["한글\r\n그대로\n", b"\x00\xff\r\n"])
def test_written_data_comes_back_byte_for_byte(tmp_path, data):
    path = tmp_path / "out"
    path.write_bytes(b"old")
    files.write_atomic(path, data)
    assert path.read_bytes() == (data.encode() if isinstance(data, str) else data)
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failed_write_leaves_the_old_file_whole_and_nothing_beside_it(tmp_path, monkeypatch, step):
    path = tmp_path / "out"
    path.write_bytes(b"old")

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr(files.os, step, fail)
    with pytest.raises(OSError, match="disk full"):
        files.write_atomic(path, "new")
    monkeypatch.undo()
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["out"]


def test_text_that_utf8_cannot_hold_leaves_the_old_file_whole(tmp_path):
    path = tmp_path / "out"
    path.write_bytes(b"old")
    with pytest.raises(UnicodeEncodeError):
        files.write_atomic(path, "\ud800")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["out"]


def test_an_existing_file_keeps_its_permissions(tmp_path):
    path = tmp_path / "out"
    path.write_bytes(b"old")
    path.chmod(0o640)
    files.write_atomic(path, "new")
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_symbolic_link_is_written_through(tmp_path):
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"old")
    link.symlink_to(target)
    files.write_atomic(link, "new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_a_directory_appears_only_when_complete(tmp_path):
    path = tmp_path / "bundle"
    with files.atomic_directory(path) as folder:
        (folder / "weights").mkdir()
        (folder / "weights" / "a.bin").write_bytes(b"1")
        assert not path.exists()
        assert folder.parent == tmp_path
    assert (path / "weights" / "a.bin").read_bytes() == b"1"
    assert os.listdir(tmp_path) == ["bundle"]


def test_a_failed_directory_leaves_nothing(tmp_path):
    def interrupted() -> None:
        with files.atomic_directory(tmp_path / "bundle") as folder:
            (folder / "half").write_bytes(b"1")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert os.listdir(tmp_path) == []


def test_a_directory_that_exists_is_refused_before_the_work(tmp_path):
    path = tmp_path / "bundle"
    path.mkdir()
    with pytest.raises(FileExistsError, match="expected a path that is free"), files.atomic_directory(path):
        pytest.fail("the block must not run")


def test_a_directory_made_meanwhile_by_another_is_left_alone(tmp_path):
    path = tmp_path / "bundle"

    def overtaken() -> None:
        with files.atomic_directory(path):
            path.mkdir()
            (path / "theirs").write_bytes(b"1")

    with pytest.raises(FileExistsError):
        overtaken()
    assert os.listdir(tmp_path) == ["bundle"]
    assert os.listdir(path) == ["theirs"]


@pytest.mark.parametrize("size", [0, 1, (1 << 20) + 1])
def test_sha256_is_that_of_the_bytes(tmp_path, size):
    path = tmp_path / "data"
    path.write_bytes(b"\xea" * size)
    assert files.sha256(path) == hashlib.sha256(b"\xea" * size).hexdigest()


def test_a_mark_of_utf_8_is_not_read_as_cp949(tmp_path):
    path = tmp_path / "f.txt"
    path.write_bytes(b"\xef\xbb\xbf\xed\xa0\xbc")  # CP949 would take all of it
    with pytest.raises(SourceError) as error:
        files.read_text(path)
    assert (error.value.line, error.value.column) == (1, 1)
