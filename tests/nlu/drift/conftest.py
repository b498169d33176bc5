from __future__ import annotations

import pytest

from nlu.drift.reading import Reader
from nlu.drift.sketch import Sketch
from tests.nlu.drift.examples import a_reader, heard


@pytest.fixture(scope="session")
def reader() -> Reader:
    return a_reader()


@pytest.fixture(scope="session")
def sketch(reader: Reader) -> Sketch:
    return Sketch.of(reader.read(heard(1_000, seed=1)), "written")
