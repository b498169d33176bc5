from __future__ import annotations

import pickle

import pytest

from nlu.errors import (
    BundleFormatError,
    InputError,
    MissingPackageError,
    NluError,
    PatternSyntaxError,
    RegistryError,
    SourceErrors,
    UnknownChoiceError,
)

MISTAKE = PatternSyntaxError("pattern.weight", "p.txt", 3, 4, "피자 %x", weight="x", path="other")
ERRORS = [
    NluError("nothing"),
    MISTAKE,
    SourceErrors([MISTAKE]),
    UnknownChoiceError("tokenizer", "mecap", ["mecab"]),
    MissingPackageError("konlpy", "pip install konlpy"),
    BundleFormatError("bundle.format", path="m.json", expected=1, got="2"),
    InputError("expected text, got nothing", "text"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_survives_pickling(error: NluError) -> None:
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), str(copy), copy.args) == (type(error), str(error), error.args)
    assert copy.__dict__.keys() == error.__dict__.keys()


def test_one_error_is_said_in_english_to_programs_and_in_korean_on_request() -> None:
    error = RegistryError("registry.busy", models="models")
    assert str(error) == "another process is writing to models"
    assert error.worded("ko") == "models: 다른 프로그램이 모델 저장소에 쓰고 있습니다. 끝난 뒤에 다시 하세요."


def test_a_mistake_in_a_file_is_korean_everywhere() -> None:
    assert MISTAKE.worded("en") == MISTAKE.worded("ko") == str(MISTAKE)
