"""A settings file of strangers: what can't be read is said with its place, never a traceback."""

import time

import pytest

from nlu.config import Config
from nlu.errors import NluError

HOSTILE = {
    "a list in a list": "a = " + "[" * 5_000 + "]" * 5_000,
    "a list that never ends": "a = " + "[" * 100_000,
    "tables": "[" + ".".join(["a"] * 5_000) + "]\nx = 1",
    "a dotted key": ".".join(["a"] * 3_000) + " = 1",
    "inline tables": "a = " + "{a = " * 900 + "1" + "}" * 900,
    "a list where a number belongs": "[generator]\ncount = " + "[" * 300 + "]" * 300,
    "digits": "[generator]\ncount = " + "9" * 5_000,
    "hexadecimal digits": "[generator]\ncount = 0x" + "f" * 5_000,
    "too many copies": "[generator]\ncopies = 99999999999999999999",
    "half a character": '[tokenizer]\nname = "\\ud800"',
    "many unknown keys": "\n".join(f"k{number} = 1" for number in range(20_000)),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_cannot_be_read_is_said_in_time(tmp_path, text):
    (tmp_path / "nlu.toml").write_text(text, encoding="utf-8")
    begun = time.process_time()
    with pytest.raises(NluError) as caught:
        Config.read(tmp_path / "nlu.toml")
    assert str(caught.value).startswith(f"{tmp_path}/nlu.toml:")
    assert len(str(caught.value)) < 100_000
    assert time.process_time() - begun < 5
