"""A tiny bot as an author would have it on disk: patterns, dictionary, settings; trained in seconds."""

from __future__ import annotations

from pathlib import Path

from nlu.config import Config
from nlu.pipeline.generate import generate
from nlu.pipeline.train import Outcome, train
from nlu.store.registry import Registry

ENDINGS = "@define 줘 = 줘 | 줄래 | 주세요\n"
PATTERNS = """\
# 작은 봇
@import endings.txt

[order_food]
{loc}에서? {menu} {count}? 주문해~<줘>
{menu}을(를) 시켜<줘>
{menu} {count} 배달해~<줘>

[weather]
{loc} 날씨 알려~<줘>
{loc}은(는) 비가 와

[transport]
{loc:from}에서 {loc:to}까지 얼마나 걸려
{loc:from}에서 {loc:to} 가는 버스 알려~<줘>

[greet]
안녕(하세요)?
반가워(요)?

[nlu_fallback]
주식이 올랐을까
우리 고양이 이름 지어<줘>
철학이란 무엇인가
"""
DICTIONARY = """\
entity,value,synonyms
loc,판교,판교역|판교동
loc,서울,서울시
loc,부산,부산시
loc,강남,강남역
loc,제주도,제주
loc,인천,
loc,대전,
menu,피자,
menu,라면,
menu,김밥,
menu,냉면,
menu,떡볶이,떡뽀끼
menu,딸기라떼,딸기 라떼
menu,치킨,
count,하나,한 개
count,두 개,2개
count,세 개,3개
"""
_TRAINING = (
    "training = { epochs = 6, epochs_for = 0, least_steps = 0, batch_size = 16, learning_rate = 1e-2, averaging = 0.9, "
    'stop_at = 0.0, device = "cpu" }'
)
SETTINGS = f"""\
processes = 1

[generator]
count = 300
copies = 0

[vectors]
width = 8
epochs = 1
min_count = 1
pretrained = 300

[features]
min_count = 1

[classifier]
embedding_dropout = 0.1
cnn = {{ filters = 16, ngram_width = 16 }}
{_TRAINING}

[understanding]
smalltalk = 0.0

[tagger]
embedding_dropout = 0.1
lstm = {{ hidden = 32, dropout = 0.2 }}
members = 1
{_TRAINING}
"""


def write_project(folder: Path) -> Path:
    """Write the author's files, in the folders where the commands look for them."""
    (folder / "patterns").mkdir(parents=True)
    (folder / "dictionaries").mkdir()
    (folder / "patterns" / "endings.txt").write_text(ENDINGS, encoding="utf-8")
    (folder / "patterns" / "pattern.txt").write_text(PATTERNS, encoding="utf-8")
    (folder / "dictionaries" / "dict.csv").write_text(DICTIONARY, encoding="utf-8")
    (folder / "nlu.toml").write_text(SETTINGS, encoding="utf-8")
    return folder


def config_of(folder: Path) -> Config:
    return Config.read(folder / "nlu.toml")


def patterns_of(folder: Path) -> list[Path]:
    return [folder / "patterns" / "pattern.txt"]


def dictionaries_of(folder: Path) -> list[Path]:
    return [folder / "dictionaries" / "dict.csv"]


def train_project(folder: Path) -> Outcome:
    """Generate `data` and train a first version into `models`."""
    generate(patterns_of(folder), dictionaries_of(folder), folder / "data", config_of(folder))
    return train(folder / "data", dictionaries_of(folder), Registry(folder / "models"), config_of(folder))


def add_to_dictionary(folder: Path, *rows: str) -> None:
    """Write rows at the end of the dictionary."""
    with dictionaries_of(folder)[0].open("a", encoding="utf-8") as file:
        file.write("".join(f"{row}\n" for row in rows))


def contents(folder: Path) -> dict[str, bytes]:
    """Everything under a folder, to see whether anything changed."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
