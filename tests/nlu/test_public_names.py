from __future__ import annotations

import subprocess
import sys

import pytest

import nlu

HEAVY = ("torch", "gensim", "onnxruntime", "konlpy", "flask", "mecab")


def loaded_by(statement: str) -> set[str]:
    code = f"import sys\n{statement}\nprint(*(name for name in {HEAVY!r} if name in sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def test_public_names_are_sorted_constants_first() -> None:
    assert nlu.__all__ == sorted(nlu.__all__, key=lambda name: (not name.isupper(), not name[0].isupper(), name))
    assert dir(nlu) == sorted(nlu.__all__)


@pytest.mark.parametrize("name", nlu.__all__)
def test_every_public_name_can_be_imported(name: str) -> None:
    assert getattr(nlu, name) is not None


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match=r"^module 'nlu' has no attribute 'Parser'$"):
        nlu.Parser  # noqa: B018


@pytest.mark.parametrize("statement", ["import nlu", "import nlu.data.iob", "from nlu import Parse, Span"])
def test_light_imports_load_nothing_heavy(statement: str) -> None:
    assert loaded_by(statement) == set()


def test_the_serving_path_loads_no_torch() -> None:
    assert loaded_by("from nlu import UtteranceParser") == {"mecab", "onnxruntime"}
