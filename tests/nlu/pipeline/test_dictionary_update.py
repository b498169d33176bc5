"""A dictionary edit reaches a running parser and server without training and without a restart."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlu.commands.models import main
from nlu.errors import RegistryError, SourceErrors
from nlu.pipeline.dictionary_update import update_dictionary
from nlu.pipeline.fingerprint import trained_version
from nlu.store.registry import Registry
from nlu.understanding.parser import UtteranceParser
from server.live_model import ModelHolder
from server.metrics import Metrics
from tests.processes import run_python
from tests.projects import add_to_dictionary, config_of, dictionaries_of

pytestmark = pytest.mark.slow


def entities(parser, text: str) -> list[tuple[str, str, str]]:
    return [(one.entity, one.raw, one.value) for one in parser.parse_many([text])[0].entities]


def test_a_new_value_is_found_with_its_canonical_value_by_the_running_holder(trained: Path) -> None:
    holder = ModelHolder(trained / "models", UtteranceParser.load, Metrics(), reload_seconds=0)
    before = holder.version
    add_to_dictionary(trained, "menu,스트로베리쉐이크,딸기 쉐이크|딸쉐")
    update = update_dictionary(Registry(trained / "models"), dictionaries_of(trained))
    assert (update.added, update.removed, update.untrained) == (3, 0, ())
    while holder.version == before:
        pass
    assert holder.version == update.version
    assert entities(holder.parser(), "딸쉐를 시켜줘") == [("menu", "딸쉐", "스트로베리쉐이크")]
    assert entities(holder.parser(), "판교에서 딸기쉐이크 하나 주문해줘") == [
        ("loc", "판교", "판교"),
        ("menu", "딸기쉐이크", "스트로베리쉐이크"),
        ("count", "하나", "하나"),
    ]


def test_the_networks_stay_as_they_are(trained: Path) -> None:
    registry = Registry(trained / "models")
    old = registry.open(str(registry.active())).manifest.files
    add_to_dictionary(trained, "menu,마라탕,")
    new = registry.open(update_dictionary(registry, dictionaries_of(trained)).version).manifest.files
    assert {name for name in new if new[name] != old[name]} == {"README.md", "lexicon.json", "user.dic"}


def test_a_value_that_was_taken_out_keeps_no_canonical_value(trained: Path) -> None:
    path = dictionaries_of(trained)[0]
    path.write_text(path.read_text(encoding="utf-8").replace("menu,떡볶이,떡뽀끼\n", ""), encoding="utf-8")
    assert update_dictionary(Registry(trained / "models"), [path]).removed == 2
    found = UtteranceParser.load(trained / "models").parse("떡뽀끼를 시켜줘").entities
    assert all(one.value == one.raw for one in found)


def test_the_old_version_is_one_rollback_away(trained: Path) -> None:
    registry = Registry(trained / "models")
    old = registry.active()
    update_dictionary(registry, dictionaries_of(trained))
    assert registry.roll_back() == old


def test_the_next_training_run_has_something_to_do(trained: Path) -> None:
    registry = Registry(trained / "models")
    assert trained_version(trained / "data", dictionaries_of(trained), registry, config_of(trained)) is not None
    update_dictionary(registry, dictionaries_of(trained))
    assert trained_version(trained / "data", dictionaries_of(trained), registry, config_of(trained)) is None


def test_mistakes_leave_the_active_version(trained: Path) -> None:
    registry = Registry(trained / "models")
    before = registry.list()
    add_to_dictionary(trained, "menu,,", ",마라탕,")
    with pytest.raises(SourceErrors) as caught:
        update_dictionary(registry, dictionaries_of(trained))
    assert len(caught.value.errors) == 2
    assert registry.list() == before


def test_without_an_active_version_there_is_nothing_to_update(project: Path) -> None:
    with pytest.raises(RegistryError, match="no version is active in models"):
        update_dictionary(Registry(Path("models")), dictionaries_of(project))


def test_the_command_says_what_changed_and_what_needs_training(
    trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add_to_dictionary(trained, "menu,마라탕,마라 탕", "sauce,고추장,")
    assert main(["update-dictionary", "dictionaries/dict.csv"]) == 0
    version = Registry(trained / "models").active()
    assert capsys.readouterr().out == (
        f"표현 3개를 더하고 0개를 뺐습니다. 이제 {version} 모델로 답합니다.\n"
        "새 개체 sauce: 패턴에 쓰고 nlu-generate, nlu-train 을 해야 알아듣습니다.\n"
    )


def test_the_command_shows_a_mistake_with_its_caret(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add_to_dictionary(trained, "menu,,")
    assert main(["update-dictionary", "dictionaries/dict.csv"]) == 1
    error = capsys.readouterr().err
    assert error.startswith("dictionaries/dict.csv:19:")
    assert "^" in error


def test_neither_listing_nor_updating_loads_torch(trained: Path) -> None:
    program = (
        "import sys; from nlu.commands.models import main\n"
        "code = main(['update-dictionary', 'dictionaries/dict.csv']) or main(['list'])\n"
        "sys.exit(code or ' '.join({'torch', 'gensim', 'flask', 'pandas'} & set(sys.modules)) or 0)"
    )
    run = run_python(program, trained)
    assert (run.returncode, run.stderr) == (0, "")


@pytest.mark.parametrize("value", ["Whopper", "Mac N Cheese", "BLT", "스트로베리쉐이크", "마라탕"])
@pytest.mark.parametrize("frame", ["{} 주문해 줘", "판교에서 {} 먹고 싶어", "'{}', 시켜줘"])
def test_a_new_value_is_found_where_it_is_a_word_by_itself(trained: Path, value: str, frame: str) -> None:
    add_to_dictionary(trained, f"menu,{value},")
    update_dictionary(Registry(trained / "models"), dictionaries_of(trained))
    found = entities(UtteranceParser.load(trained / "models"), frame.format(value))
    assert ("menu", value, value) in found


def test_new_values_of_two_types_are_named(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add_to_dictionary(trained, "menu,하와이안,", "loc,하와이안,", "menu,Latte,")
    assert main(["update-dictionary", "--models", str(trained / "models"), *map(str, dictionaries_of(trained))]) == 0
    assert "하와이안" in capsys.readouterr().out.splitlines()[-1]


def test_what_was_new_is_still_new_after_the_next_update(trained: Path) -> None:
    registry = Registry(trained / "models")
    add_to_dictionary(trained, "menu,Latte,")
    update_dictionary(registry, dictionaries_of(trained))
    add_to_dictionary(trained, "menu,Taco,")
    update_dictionary(registry, dictionaries_of(trained))
    lexicon = UtteranceParser.load(trained / "models").model.encoder.lexicon
    assert lexicon.added == {("menu", "latte"), ("menu", "taco")}
