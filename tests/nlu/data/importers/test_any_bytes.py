"""Whatever a file holds, it gives rows or mistakes with their places, in time linear in its size."""

import os
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from nlu.data.importers import SUFFIXES, read_all, read_any
from nlu.errors import NluError, SourceErrors
from nlu.messages import word

fragments = st.sampled_from(
    [
        *(
            "text,intent\n",
            "question,label\n",
            "utterance,token,tag\n",
            "0,가,B-x\n",
            '"',
            ",",
            "\t",
            "\n",
            "\r\n",
            " ",
        ),
        *('{"text": "가나다", "label": [[0, 1, "x"]]}\n', '{"text": "가", ', '"entities": [', "]}", "{", "}", "[", "]"),
        *(
            "nlu:\n",
            "- intent: a\n  examples: |\n    - 가\n",
            "    - [가](x)\n",
            "&a ",
            "*a",
            "!!python/none ",
            "---\n",
        ),
        *(
            "## intent:a\n",
            "- [가](x:나) 다\n",
            '- [가]{"entity": "x"}\n',
            "## klue\t가\n",
            "; 가\n$<가:X>\n",
            "가\tB-x\n",
        ),
        *(
            '{"rasa_nlu_data": {"common_examples": [',
            '{"intents": {"a": {"utterances": [',
            '{"a": [{"data": [{"text": ',
        ),
        *(
            "\u2028",
            "\x85",
            "\ufeff",
            "\x00",
            "\\ud800",
            "9" * 5000,
            "1e999",
            "가나다",
            "35,000원",
            "\u00a0",
            "-1",
            "null",
        ),
    ]
)
contents = (
    st.lists(fragments | st.text(max_size=6), max_size=14).map("".join).map(lambda text: text.encode("utf-8", "ignore"))
)


def rows_or_mistakes(path):
    try:
        rows, _ = read_all([(path, 1.0)], lambda notice: word(notice.code, notice.values, "ko").encode("utf-8"))
    except SourceErrors as wrong:
        told = str(wrong).encode("utf-8", "backslashreplace")
        return (), wrong.errors if len(told) < 500_000 else None
    except NluError as error:
        return (), () if str(error) else None
    return rows, ()


@pytest.mark.parametrize("suffix", [suffix for suffix in SUFFIXES if suffix != ".yaml"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(content=contents | st.binary(max_size=60))
@example(content=b"\xff\xfe\x00")
@example(content=b"PK\x03\x04")
def test_any_bytes_give_rows_or_mistakes(tmp_path_factory, suffix, content):
    path = tmp_path_factory.mktemp("any") / f"a{suffix}"
    path.write_bytes(content)
    rows, wrong = rows_or_mistakes(path)
    assert all(error.line >= 1 and error.column >= 1 for error in wrong)
    for row in rows:
        assert row.text.strip()
        row.text.encode("utf-8")
        assert all(row.text[span.start : span.end].strip() for span in row.spans)


HALF = {
    "a.jsonl": r'{"text": "%s", "label": []}',
    "b.jsonl": r'{"text": "가", "intent": "%s"}',
    "rasa.json": r'{"rasa_nlu_data": {"common_examples": [{"text": "%s", "intent": "a"}]}}',
    "synonym.json": r'{"rasa_nlu_data": {"entity_synonyms": [{"value": "%s", "synonyms": ["가"]}]}}',
    "snips.json": r'{"intents": {"a": {"utterances": [{"data": [{"text": "%s"}]}]}}, "entities": {}}',
    "said.json": r'[{"text": "%s", "label": []}]',
    "examples.yml": 'nlu:\n- intent: a\n  examples: ["%s"]\n',
    "synonym.yml": 'nlu:\n- synonym: "%s"\n  examples: |\n    - 가\n',
    "fields.md": r'## intent:a\n- [가]{"entity": "x", "value": "%s"}',
}


@pytest.mark.parametrize("half", [r"\ud83c", r"\udf55", r"\udf55\ud83c", r"가\uDFFF"])
@pytest.mark.parametrize("name", HALF)
def test_either_half_of_a_character_is_left_out_with_a_word(tmp_path, name, half):
    (tmp_path / name).write_text((HALF[name] % half).replace(r"\n", "\n"), "utf-8")
    told = []
    rows = ()
    try:
        rows, _ = read_all([(tmp_path / name, 1.0)], lambda notice: told.append(notice.code))
    except SourceErrors as wrong:
        told += [error.code for error in wrong.errors]
    assert rows == ()
    assert {"data.surrogate", "data.text_surrogate", "data.intent_name", "import.surrogate"} & {*told}


N = 60_000
LARGE = {
    "quotes.csv": "text,intent\n" + '5" 피자,menu\n' * N,
    "open.csv": "text,intent\n" + '"피자,menu\n' * N,
    "one quote.csv": 'text,intent\n"' + "피자,menu\n" * N,
    "brackets.csv": "text,intent\n" + "[" * N + ",a\n",
    "halves.csv": "text,intent\n" + "[가](" * N + ",a\n",
    "fields.csv": "text,intent\n" + "[가]{" * N + ",a\n",
    "brackets.md": "## intent:a\n- " + "[" * N + "\n- " + "](" * N + "\n- " + "[a](" * N + "\n",
    "comments.md": "## intent:a\n- 가\n" + "<!--" * N,
    "long.iob": "가 O\n" * N,
    "spaces.iob": "가 나 다 O\n나 O\n" * (N // 2),
    "columns.tsv": "가" + "\t나" * N + "\tO\n",
    "deep.json": "[" * N,
    "deep.jsonl": '{"a":' * N,
    "deep.yml": "{" * N,
    "keys.yml": "nlu:\n- intent: a\n  examples: |\n    - 가\n" + "".join(f"k{n}: 1\n" for n in range(N // 20)),
    "rows.json": "[" + ",\n".join('{"text": "가\\u0301", "label": [[0, 1, "x"]]}' for _ in range(N // 3)) + "]",
    "overlaps.jsonl": '{"text": "가나", "label": [' + ",".join(['[0, 2, "x"]'] * N) + "]}",
    "names.jsonl": "".join(f'{{"text": "가", "label": ["a {n}"]}}\n' for n in range(N // 3)),
    "marks.txt": "; 가\n$" + "<가:" * N + "\n",
    "huge.csv": "utterance,token,start,end,tag\n0,가,999999999999,1000000000000,O\n",
}


@pytest.mark.slow  # twenty files of a hundred kilobytes to a megabyte
@pytest.mark.parametrize("name", LARGE)
def test_time_is_linear_in_the_size(tmp_path, name):
    (tmp_path / name).write_text(LARGE[name], encoding="utf-8")
    begun = time.process_time()
    assert rows_or_mistakes(tmp_path / name)[1] is not None
    assert time.process_time() - begun < 6


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_pipe_and_a_device_are_not_waited_for(tmp_path, suffix):
    pytest.importorskip("openpyxl")
    os.mkfifo(tmp_path / f"pipe{suffix}")
    (tmp_path / f"zero{suffix}").symlink_to("/dev/zero")
    for name in ("pipe", "zero"):
        with pytest.raises(NluError, match="보통 파일이 아니라 파이프나 장치입니다"):
            read_any(tmp_path / f"{name}{suffix}")


def test_a_file_whose_name_is_no_utf8_is_read(tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.jsonl"))
    path.write_text('{"text": "가"}', encoding="utf-8")
    (row,) = read_any(path).utterances
    assert row.origin.encode("utf-8") == b"\\udcff.jsonl:1"
