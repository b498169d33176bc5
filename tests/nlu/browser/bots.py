"""A tiny bot that a browser can hold: it reads syllables, and its patterns use every part of their language."""

from __future__ import annotations

from pathlib import Path

from nlu.pipeline.dictionary_update import update_dictionary
from nlu.pipeline.generate import Import, generate
from nlu.pipeline.train import train
from nlu.store.registry import Registry
from tests import projects

_PATTERNS = """
[order_food]
{menu=왕 돈까스}(을|를) {count} <줘>~!
{menu}과(와) {menu} (시켜|주문해)<줘> ㅋㅋ
KTX에서 {menu}이(가)? (먹고 싶어|먹을래)요?
{count} 더

[weather]
{loc}( 은| 는) 더워(요)?~!
{count} 더

[greet]
ㅎㅇ
^^
"""
_ROWS = """\
text,intent
[대전](loc)에 눈이 오려나 몰라요!!,weather
[핏짜](menu) 두 판만 얼른 부탁,order_food
(ㅠㅠ),greet
"""


def train_bot(folder: Path) -> None:
    """Write it, train a first version into `models`, and give it words that it was not trained with."""
    projects.write_project(folder)
    with projects.patterns_of(folder)[0].open("a", encoding="utf-8") as patterns:
        patterns.write(_PATTERNS)
    settings = folder / "nlu.toml"
    given = settings.read_text(encoding="utf-8").replace("epochs = 6", "epochs = 3")  # right or wrong, but alike
    settings.write_text(f'{given}\n[tokenizer]\nname = "syllable"\n', encoding="utf-8")
    (folder / "rows.csv").write_text(_ROWS, encoding="utf-8")
    data, dictionaries, config = folder / "data", projects.dictionaries_of(folder), projects.config_of(folder)
    generate(projects.patterns_of(folder), dictionaries, data, config, imports=[Import(folder / "rows.csv")])
    train(data, dictionaries, models := Registry(folder / "models"), config)
    projects.add_to_dictionary(folder, "menu,마라탕,", "loc,Jeju,")
    update_dictionary(models, dictionaries)
