"""The public face: small, sorted, and free until it is used."""

from __future__ import annotations

import subprocess
import sys

import pytest

import nlu
from tests.processes import ROOT


def modules_after(code: str) -> set[str]:
    program = f"{code}\nimport sys; print(*{{name.split('.')[0] for name in sys.modules}})"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(run.stdout.split())


def test_the_public_names_are_sorted() -> None:
    assert sorted(nlu.__all__, key=lambda name: (not name.isupper(), name)) == nlu.__all__


@pytest.mark.parametrize("name", nlu.__all__)
def test_every_public_name_can_be_imported_and_is_listed(name: str) -> None:
    assert getattr(nlu, name) is not None
    assert name in dir(nlu)


def test_the_names_are_the_ones_of_their_modules() -> None:
    from nlu import Parse, UtteranceParser
    from nlu.parser import UtteranceParser as TheParser
    from nlu.types import Parse as TheParse

    assert (Parse, UtteranceParser) == (TheParse, TheParser)


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'nlu' has no attribute 'UtterenceParser'"):
        nlu.UtterenceParser  # noqa: B018


@pytest.mark.parametrize("code", ["import nlu", "import nlu.iob", "from nlu import Parse, Lexicon"])
def test_light_parts_load_no_network_library(code: str) -> None:
    assert modules_after(code).isdisjoint({"torch", "onnxruntime", "gensim", "flask", "mecab"})


def test_the_parser_loads_no_torch() -> None:
    loaded = modules_after("from nlu import UtteranceParser")
    assert "onnxruntime" in loaded
    assert loaded.isdisjoint({"torch", "gensim", "flask"})


def test_the_package_tells_its_types() -> None:
    assert (ROOT / "nlu" / "py.typed").exists()
    assert (ROOT / "server" / "py.typed").exists()
