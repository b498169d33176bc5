from __future__ import annotations

import json
from pathlib import Path

import pytest

from nlu.commands.generate import main
from nlu.commands.intake import main as intake
from nlu.data import dataset as datasets
from nlu.data.rows import IMPORTED
from tests.processes import running, until
from tests.projects import contents

MODULE = "from nlu.commands.generate import main; raise SystemExit(main())"
MANY_PATTERNS = "\n@define 수 = 0|1|2|3|4|5|6|7|8|9\n[order_food]\n{menu} <수><수><수><수><수><수><수>번\n"
JSON_LINE = (
    '{"text": "마라탕 하나 갖다줘요", "intent": "order_food", "entities": [{"start": 0, "end": 3, "entity": "menu"}]}'
)
RASA = """\
version: "3.1"
nlu:
- intent: weather
  examples: |
    - [세종](loc) 하늘 어때
    - [목포](loc) 눈 와
"""
IOB = "안녕 O\n친구 O\n\n광주 B-loc\n에 O\n눈 O\n"


def manifest(project: Path) -> dict:
    return json.loads((project / "data" / "manifest.json").read_text(encoding="utf-8"))


def test_it_writes_its_files_and_says_what_they_hold(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    shown = capsys.readouterr()
    assert "발화 300개를 만들었습니다 (요청 300개)." in shown.out
    assert "데이터: data/" in shown.out
    assert shown.err == "데이터 만들기: 300 발화\n"
    assert sorted(contents(project / "data")) == [
        "iob.csv",
        "iob.txt",
        "lines.jsonl",
        "manifest.json",
        "patterns.json",
        "plain.txt",
        "utterances.jsonl",
    ]
    assert len(datasets.read(project / "data").rows) == 300


def test_without_a_served_model_besides_nothing_is_set_aside_for_it(project: Path) -> None:
    assert main([]) == 0
    assert len(datasets.read(project / "data").part("refit")) >= 100
    settings = project / "nlu.toml"
    settings.write_text("refit = false\n" + settings.read_text(encoding="utf-8"), encoding="utf-8")
    assert main([]) == 0  # the change is noticed
    dataset = datasets.read(project / "data")
    assert (len(dataset.part("refit")), len(dataset.part("dev")), len(dataset.part("test"))) == (0, 60, 60)


def test_a_second_run_has_nothing_to_do_and_says_so(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([])
    before = contents(project / "data")
    capsys.readouterr()
    assert main([]) == 0
    assert capsys.readouterr().out == "바뀐 것이 없어 그대로 씁니다: data/\n"
    assert contents(project / "data") == before


@pytest.mark.parametrize("file", ["patterns/pattern.txt", "patterns/endings.txt", "dictionaries/dict.csv", "nlu.toml"])
def test_a_change_of_any_input_is_noticed(project: Path, file: str, capsys: pytest.CaptureFixture[str]) -> None:
    main([])
    changes = {"nlu.toml": ("count = 300", "count = 200"), "dictionaries/dict.csv": ("치킨", "통닭")}
    path = project / file
    path.write_text(path.read_text(encoding="utf-8").replace(*changes.get(file, ("줄래", "줄까"))), encoding="utf-8")
    if file == "patterns/pattern.txt":
        path.write_text(path.read_text(encoding="utf-8") + "모르는 말\n", encoding="utf-8")
    capsys.readouterr()
    assert main([]) == 0
    assert "만들었습니다" in capsys.readouterr().out


def test_force_makes_the_same_bytes_again(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([])
    before = contents(project / "data")
    capsys.readouterr()
    assert main(["--force"]) == 0
    assert "만들었습니다" in capsys.readouterr().out
    assert contents(project / "data") == before


def test_count_seed_and_mode_overrule_the_settings(project: Path) -> None:
    assert main(["--count", "50", "--seed", "7", "--mode", "all"]) == 0
    written = manifest(project)
    assert (written["requested"], written["seed"], written["recipe"]["generator"]["mode"]) == (50, 7, "all")
    assert len(datasets.read(project / "data").part("train")) == 50


def test_every_mistake_is_shown_with_a_caret_and_the_old_data_stays(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main([])
    before = contents(project / "data")
    with (project / "patterns" / "pattern.txt").open("a", encoding="utf-8") as file:
        file.write("[broken]\n{lok} 날씨\n(가|나 날씨\n<없는것>\n")
    capsys.readouterr()
    assert main(["--force"]) == 1
    error = capsys.readouterr().err
    assert "데이터 만들기" not in error  # no progress of what did not begin
    places = [line.split(": ")[0] for line in error.splitlines() if line.startswith("patterns/")]
    assert places == ["patterns/pattern.txt:26:1", "patterns/pattern.txt:27:1", "patterns/pattern.txt:28:1"]
    assert error.count("    ^") == 3
    assert error.endswith("잘못된 곳이 3군데 있습니다.\n")
    assert contents(project / "data") == before


@pytest.mark.parametrize("patterns", ["", "# 아무것도\n", "[nlu_fallback]\n심심해\n", "@define 줘 = 줘\n"])
def test_patterns_that_say_nothing_replace_no_data(
    project: Path, patterns: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main([])
    before = contents(project / "data")
    (project / "patterns" / "pattern.txt").write_text(patterns, encoding="utf-8")
    assert main([]) == 1
    assert "patterns/pattern.txt:1:1: 봇이 할 일이 하나도 없습니다." in capsys.readouterr().err
    assert contents(project / "data") == before


def test_a_bad_dictionary_leaves_no_data_folder(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "dictionaries" / "dict.csv").write_text("entity,value,synonyms\n,피자,\nmenu,,\n", encoding="utf-8")
    assert main([]) == 1
    assert "잘못된 곳이 2군데 있습니다." in capsys.readouterr().err
    assert sorted(path.name for path in project.iterdir()) == ["dictionaries", "nlu.toml", "patterns"]


@pytest.mark.parametrize(
    ("settings", "code", "message"),
    [
        ("[generator]\nkount = 3\n", 1, "nlu.toml:2:1: generator.kount: 그런 설정이 없습니다. 혹시 'count'입니까?"),
        ("[generatr]\n", 1, "nlu.toml:1:1: generatr: 그런 설정이 없습니다. 혹시 'generator'입니까?"),
        ('[generator]\ncount = "많이"\n', 1, "nlu.toml:2:1: generator.count: 정수여야 합니다. 지금은 '많이'입니다."),
        ("[generator]\ncount = -1\n", 1, "nlu.toml:2:1: generator.count: 0 이상이어야 합니다. 지금은 -1입니다."),
        ("generator = 3\n", 1, "nlu.toml:1:1: generator: 표("),
        ("[generator\n", 1, "nlu.toml:1:11: "),
        ('[generator]\nmode = "half"\n', 1, "nlu.toml:2:1: generator.mode: 그런 값이 없습니다."),
    ],
)
def test_a_wrong_setting_is_named(
    project: Path, settings: str, code: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "nlu.toml").write_text(settings, encoding="utf-8")
    assert main([]) == code
    assert message in capsys.readouterr().err
    assert not (project / "data").exists()


def test_a_settings_file_that_was_named_must_exist(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--config", "other.toml"]) == 2
    assert capsys.readouterr().err == "파일이 없습니다: other.toml\n"


def test_a_missing_pattern_file_is_named(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--patterns", "none.txt"]) == 1
    assert "파일 'none.txt'를 찾을 수 없습니다." in capsys.readouterr().err


def test_a_folder_of_something_else_is_never_replaced(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "data").mkdir()
    (project / "data" / "diary.txt").write_text("소중한 것", encoding="utf-8")
    assert main([]) == 4
    assert capsys.readouterr().err.endswith("이미 있습니다: data. 다른 이름을 적어 주세요.\n")
    assert contents(project / "data") == {"diary.txt": "소중한 것".encode()}


def test_files_of_three_formats_are_mixed_in_with_their_weights(project: Path) -> None:
    files = {"real.jsonl": JSON_LINE, "old.yml": RASA, "tagged.iob": IOB}
    for name, text in files.items():
        (project / name).write_text(text, encoding="utf-8")
    assert main(["--import", "real.jsonl=3", "old.yml=0.5", "tagged.iob"]) == 0
    imported = [row.utterance for row in datasets.read(project / "data").rows if row.slice == IMPORTED]
    assert {(one.text, one.intent, one.weight) for one in imported} == {
        ("마라탕 하나 갖다줘요", "order_food", 3.0),
        ("세종 하늘 어때", "weather", 0.5),
        ("목포 눈 와", "weather", 0.5),
        ("안녕 친구", None, 1.0),
        ("광주 에 눈", None, 1.0),
    }
    found = {one.text[span.start : span.end] for one in imported for span in one.spans}
    assert found == {"마라탕", "세종", "목포", "광주"}
    assert {"real.jsonl", "old.yml", "tagged.iob"} <= set(manifest(project)["inputs"])


def test_a_wrong_label_of_a_sheet_is_told_and_refused_where_the_author_is_strict(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "real.csv").write_text("text,intent\n뭐라도 갖다줘,order_food\n눈 오려나,weater\n", encoding="utf-8")
    assert main(["--import", "real.csv", "--strict"]) == 1
    assert "real.csv:3:1: 의도 'weater'는 패턴에 없습니다 (발화 1개). 혹시 'weather'입니까?" in capsys.readouterr().err
    assert not (project / "data").exists()
    assert main(["--import", "real.csv"]) == 0
    assert "· real.csv:3: 의도 'weater'는 패턴에 없습니다 (발화 1개). 새 의도로" in capsys.readouterr().out
    assert intake(["real.csv"]) == 0
    assert "· 의도 'weater'는 패턴에 없습니다 (발화 1개). 섞으면 새 의도로 배웁니다. 혹시" in capsys.readouterr().out


def test_another_weight_is_a_change_and_the_same_one_is_not(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "real.jsonl").write_text(JSON_LINE, encoding="utf-8")
    main(["--import", "real.jsonl=3"])
    capsys.readouterr()
    main(["--import", "real.jsonl=3"])
    assert "바뀐 것이 없어" in capsys.readouterr().out
    main(["--import", "real.jsonl=2"])
    assert "만들었습니다" in capsys.readouterr().out


@pytest.mark.parametrize("weight", ["0", "-1", "많이", "nan", ""])
def test_a_weight_must_be_a_number_above_nothing(
    project: Path, weight: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--import", f"real.jsonl={weight}"]) == 2
    assert "0보다 큰 무게" in capsys.readouterr().err


def test_mistakes_in_an_imported_file_are_shown_with_their_places(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "real.jsonl").write_text('{"text": ""}\n{"text": "가"\n', encoding="utf-8")
    assert main(["--import", "real.jsonl"]) == 1
    error = capsys.readouterr().err
    assert "real.jsonl:1:" in error
    assert "real.jsonl:2:" in error
    assert not (project / "data").exists()


def test_an_unknown_format_lists_those_there_are(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "real.docx").write_text("?", encoding="utf-8")
    assert main(["--import", "real.docx"]) == 2
    assert ".jsonl, .yml, .yaml, .csv, .txt, .iob, .conll" in capsys.readouterr().err


def test_what_an_import_leaves_out_is_said(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    more = "- synonym: 세종\n  examples: |\n    - 세종시\n- regex: number\n  examples: |\n    - \\d+\n"
    (project / "old.yml").write_text(RASA + more, encoding="utf-8")
    assert main(["--import", "old.yml"]) == 0
    shown = capsys.readouterr().out
    assert "old.yml: 정규식 'number' (old.yml:10): 쓰지 않습니다.\n" in shown
    assert (
        "old.yml: 사전 값 1개는 쓰지 않았습니다. 필요하면 nlu-convert --dictionary 로 사전 CSV를 만드세요.\n" in shown
    )


def test_imported_utterances_are_counted_and_one_with_two_intents_is_told(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = "text,intent\n쿠폰 있어요,coupon\n쿠폰이 뭐예요,coupon\n환불해 줘,\n쿠폰있어요,order_food\n"
    (project / "real.csv").write_text(rows, encoding="utf-8")
    assert main(["--import", "real.csv"]) == 0
    shown = capsys.readouterr().out
    assert "가져온 발화 4개를 더했습니다: coupon 2, 의도 없음 1, order_food 1\n" in shown
    places = "[coupon] real.csv:2, [order_food] real.csv:5"
    assert f"'쿠폰 있어요': 한 발화에 의도가 여럿입니다. {places}. 하나만 남기세요.\n" in shown


def test_imported_sets_that_the_settings_name_are_mixed_in_by_weight_and_kept(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "real.csv").write_text("text,intent\n쿠폰 있어요,coupon\n환불해 줘,refund\n", encoding="utf-8")
    assert intake(["real.csv", "--name", "talks"]) == 0
    settings = project / "nlu.toml"
    before = settings.read_text(encoding="utf-8")
    settings.write_text(f'{before}\n[intake]\nimports = ["imports/talks=2.5"]\n', encoding="utf-8")
    assert main([]) == 0
    rows = [row.utterance for row in datasets.read(project / "data").rows if row.slice == IMPORTED]
    assert sorted((one.text, one.weight, one.origin) for one in rows) == [
        ("쿠폰 있어요", 2.5, "real.csv:2"),
        ("환불해 줘", 2.5, "real.csv:3"),
    ]
    assert main([]) == 0
    assert "바뀐 것이 없어" in capsys.readouterr().out
    assert intake(["real.csv", "--name", "talks"]) == 0
    assert main([]) == 0
    assert "바뀐 것이 없어" in capsys.readouterr().out
    (project / "real.csv").write_text("text,intent\n포인트 얼마야,point\n", encoding="utf-8")
    assert intake(["real.csv", "--name", "talks"]) == 0
    assert main([]) == 0
    assert "가져온 발화 3개를 더했습니다" in capsys.readouterr().out


def test_a_generation_that_is_killed_leaves_the_data_set_as_it_was(project: Path) -> None:
    assert main([]) == 0
    before = contents(project / "data")
    patterns = project / "patterns" / "pattern.txt"
    patterns.write_text(patterns.read_text(encoding="utf-8") + MANY_PATTERNS, encoding="utf-8")
    with running(["-c", MODULE, "--count", "5000000"], project) as generate:
        until(lambda: len(list(project.glob("*data*"))) > 1)  # it writes
        generate.process.kill()
        generate.process.wait()
    assert contents(project / "data") == before
