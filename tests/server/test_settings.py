from __future__ import annotations

from pathlib import Path

import pytest

from nlu.errors import ConfigError
from server.settings import ServerSettings


def test_nothing_set_means_the_defaults() -> None:
    assert ServerSettings.from_environment({"PATH": "/bin", "NLU_MODELS": " "}) == ServerSettings()


def test_settings_survive_the_way_through_the_environment() -> None:
    settings = ServerSettings(
        Path("/srv/models"),
        Path("/srv/answers.yml"),
        *(10, 20, 30, 400),
        reload_seconds=0.25,
        retry_seconds=4.0,
        log_format="json",
        rate_per_second=0.5,
    )
    assert ServerSettings.from_environment(settings.to_environment()) == settings


WRONG = [
    ("NLU_MAX_TEXTS", "many", "NLU_MAX_TEXTS: expected a whole number, got 'many'"),
    ("NLU_MAX_TEXT_LENGTH", "1.5", "NLU_MAX_TEXT_LENGTH: expected a whole number, got '1.5'"),
    ("NLU_RELOAD_SECONDS", "soon", "NLU_RELOAD_SECONDS: expected a number, got 'soon'"),
    ("NLU_MAX_TEXTS", "0", "NLU_MAX_TEXTS: expected at least 1, got 0"),
    ("NLU_RELOAD_SECONDS", "nan", "NLU_RELOAD_SECONDS: expected a number, got 'nan'"),
    ("NLU_RECORD", "some", "NLU_RECORD: expected all, off, or a number of 0 to 1, got 'some'"),
    ("NLU_RECORD", "2", "NLU_RECORD: expected all, off, or a number of 0 to 1, got '2'"),
    ("NLU_RECORD_MASK", "maybe", "NLU_RECORD_MASK: expected on or off, got 'maybe'"),
    ("NLU_RECORD_DAYS", "-1", "NLU_RECORD_DAYS: expected at least 0, got -1"),
    ("NLU_RECORD_QUEUE", "0", "NLU_RECORD_QUEUE: expected at least 1, got 0"),
    (
        "NLU_RECORDS_URL",
        "mysql://nlu:geheim@db/nlu",
        "NLU_RECORDS_URL: expected a SQLite file (sqlite:///…) or PostgreSQL (postgresql://…)",
    ),
    ("NLU_TALKS_URL", "http://redis", "NLU_TALKS_URL: expected Redis (redis://…, rediss://… or unix:///…)"),
    ("NLU_RETRY_SECONDS", "-1", "NLU_RETRY_SECONDS: expected at least 0, got -1"),
    ("NLU_CLIENT_SECONDS", "0", "NLU_CLIENT_SECONDS: expected a number above 0, got 0"),
    ("NLU_KEEP_ALIVE_SECONDS", "0", "NLU_KEEP_ALIVE_SECONDS: expected at least 1, got 0"),
    ("NLU_KEEP_ALIVE_SECONDS", "61", "NLU_KEEP_ALIVE_SECONDS: expected at most 60, got 61"),
    ("NLU_RATE_PER_SECOND", "-1", "NLU_RATE_PER_SECOND: expected at least 0, got -1"),
    ("NLU_RATE_BURST", "0", "NLU_RATE_BURST: expected at least 1, got 0"),
    ("NLU_TRUSTED_PROXIES", "-1", "NLU_TRUSTED_PROXIES: expected at least 0, got -1"),
    ("NLU_LOG_LEVEL", "loud", "NLU_LOG_LEVEL: expected one of debug, info, warning, error, got 'loud'"),
    ("NLU_LOG_FORMAT", "xml", "NLU_LOG_FORMAT: expected one of auto, json, text, got 'xml'"),
]


def test_a_wrong_setting_says_what_was_expected() -> None:
    def said(variable: str, written: str) -> str:
        with pytest.raises(ConfigError) as caught:
            ServerSettings.from_environment({variable: written})
        return str(caught.value)

    assert [(variable, written, said(variable, written)) for variable, written, _ in WRONG] == WRONG


def test_the_share_to_record_is_a_word_or_a_number() -> None:
    for written, share in {"all": 1.0, "OFF": 0.0, "0": 0.0, "0.25": 0.25, "1": 1.0}.items():
        settings = ServerSettings.from_environment({"NLU_RECORD": written, "NLU_RECORD_MASK": "off"})
        assert (settings.record, settings.record_mask) == (share, False)
        assert ServerSettings.from_environment(settings.to_environment()) == settings
