from __future__ import annotations

import multiprocessing
import os
import signal
from pathlib import Path

import pytest

from nlu.system.work_folders import work_folder


def work_in(root: Path) -> Path:
    """Begin to work, and be killed."""
    with work_folder(root, "job") as folder:
        folder.mkdir(exist_ok=True)
        (folder / "half").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return folder


def test_two_who_do_the_same_work_at_once_have_folders_of_their_own(tmp_path: Path) -> None:
    with work_folder(tmp_path, "job") as first:
        first.mkdir()
        with work_folder(tmp_path, "job") as second, work_folder(tmp_path, "job") as third:
            assert (first.name, second.name, third.name) == ("job", "job-2", "job-3")
            second.mkdir()
        assert first.exists()
        assert not second.exists()
    assert list(tmp_path.iterdir()) == []


def test_what_failed_is_found_again(tmp_path: Path) -> None:
    def fail() -> None:
        with work_folder(tmp_path, "job") as folder:
            folder.mkdir()
            (folder / "half").touch()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    with work_folder(tmp_path, "job") as folder:
        assert (folder / "half").exists()
    assert list(tmp_path.iterdir()) == []


def test_what_was_killed_is_found_again(tmp_path: Path) -> None:
    process = multiprocessing.get_context("fork").Process(target=work_in, args=(tmp_path,))
    process.start()
    process.join()
    with work_folder(tmp_path, "job") as folder:
        assert [path.name for path in folder.iterdir()] == ["half"]
