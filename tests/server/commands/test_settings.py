from __future__ import annotations

import pytest

from nlu.errors import ConfigError
from server import ServerSettings
from server.commands import journal as records
from server.commands import serve
from server.commands.settings import read_settings

PASSWORD, KEY = "geheim", "too-short-a-key"


@pytest.fixture(autouse=True)
def _settings_as_shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests run without the audit, which is on where nobody says otherwise."""
    monkeypatch.delenv("NLU_AUDIT", raising=False)


WRONG = [
    ("NLU_RECORD_DAYS", "abc", "환경 변수 NLU_RECORD_DAYS: 정수가 필요한데 'abc'입니다"),
    ("NLU_RECORD_DAYS", "-1", "환경 변수 NLU_RECORD_DAYS: 0 이상이어야 하는데 -1입니다"),
    ("NLU_MAX_TEXTS", "0", "환경 변수 NLU_MAX_TEXTS: 1 이상이어야 하는데 0입니다"),
    ("NLU_RETRY_SECONDS", "nan", "환경 변수 NLU_RETRY_SECONDS: 수가 필요한데 'nan'입니다"),
    ("NLU_CLIENT_SECONDS", "0", "환경 변수 NLU_CLIENT_SECONDS: 0보다 커야 하는데 0입니다"),
    ("NLU_RATE_PER_SECOND", "many", "환경 변수 NLU_RATE_PER_SECOND: 수가 필요한데 'many'입니다"),
    ("NLU_RECORD_MASK", "maybe", "환경 변수 NLU_RECORD_MASK: on 이나 off 가 필요한데 'maybe'입니다"),
    ("NLU_RECORD", "some", "환경 변수 NLU_RECORD: all, off, 또는 0에서 1까지의 수가 필요한데 'some'입니다"),
    ("NLU_RECORD", "2", "환경 변수 NLU_RECORD: all, off, 또는 0에서 1까지의 수가 필요한데 '2'입니다"),
    (
        "NLU_LOG_LEVEL",
        "loud",
        "환경 변수 NLU_LOG_LEVEL: 다음 가운데 하나가 필요한데 'loud'입니다: debug, info, warning, error",
    ),
    (
        "NLU_RECORDS_URL",
        f"mysql://nlu:{PASSWORD}@db/nlu",
        "환경 변수 NLU_RECORDS_URL: sqlite:///… 나 postgresql://… 이어야 합니다",
    ),
    ("NLU_API_KEY", KEY, "환경 변수 NLU_API_KEY: 16자 이상이어야 하는데 15자입니다"),
    ("NLU_API_KEY", "열쇠" * 9, "환경 변수 NLU_API_KEY: 영문, 숫자, 기호로만 써야 하는데 다른 글자가 있습니다"),
    (
        "NLU_PARSE_NEEDS_KEY",
        "on",
        "환경 변수 NLU_API_KEY: NLU_PARSE_NEEDS_KEY를 켜면 열쇠가 있어야 하는데 없습니다",
    ),
]


def test_a_wrong_variable_is_named_in_one_korean_line_with_code_two(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def said(variable: str, written: str) -> str:
        with monkeypatch.context() as environment:
            environment.setenv(variable, written)
            codes = serve.main([]), records.main(["stats"])
        first, second = capsys.readouterr().err.splitlines()
        assert codes == (2, 2)
        assert first == second
        return first

    assert [(variable, written, said(variable, written)) for variable, written, _ in WRONG] == WRONG


def test_what_is_given_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NLU_MAX_TEXTS", "many")
    assert read_settings({"NLU_MAX_TEXTS": "3"}) == ServerSettings(max_texts=3)
    with pytest.raises(ConfigError, match="NLU_MAX_TEXTS"):
        read_settings()


def test_a_misspelt_variable_is_warned_of_with_the_closest_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NLU_MODEL", "/srv/models")
    monkeypatch.setenv("NLU_RECORD", "off")
    assert read_settings() == ServerSettings(record=0.0)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(
        "NLU_MODEL: 모르는 환경 변수라 쓰지 않습니다. 혹시 'NLU_MODELS'입니까? 있는 것: NLU_MODELS, "
    )


def test_the_variables_that_kubernetes_sets_for_a_service_are_no_mistake(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("NLU_SERVICE_HOST", "NLU_SERVICE_PORT_HTTP", "NLU_PORT", "NLU_PORT_8000_TCP_ADDR"):
        monkeypatch.setenv(name, "tcp://10.0.0.7:8000")
    read_settings()
    assert capsys.readouterr().err == ""
