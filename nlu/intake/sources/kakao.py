"""Kakao's files: utterances by block of the chatbot builder, and exported conversations of KakaoTalk."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlu.data.importers.base import Tally
from nlu.data.streams import Table, open_table
from nlu.data.streams.table import Header, written
from nlu.events import Listener, Notice
from nlu.intake.rows import IncomingRow, RefusedRow
from nlu.intake.sources.base import Mark, Options
from nlu.system.encodings import encoding_of

_BLOCKS = frozenset(("블록", "블록명", "블록 이름", "블록이름", "block", "block name", "blockname", "block_name"))
_SAID = frozenset(
    (
        "발화",
        "사용자 발화",
        "사용자발화",
        "패턴 발화",
        "패턴발화",
        "학습 발화",
        "utterance",
        "user utterance",
        "utterances",
    )
)
_TALK_COLUMNS = ("date", "user", "message")
_DAY = r"\d{4}(?:년|\.)\s*\d{1,2}(?:월|\.)\s*\d{1,2}(?:일|\.)?"
_TIME = r"(?:(?:오전|오후|AM|PM)\s*)?\d{1,2}:\d{2}(?:\s*(?:AM|PM))?"
_MESSAGES = (
    re.compile(rf"\[(?P<who>[^\]]+)\] \[{_TIME}\] (?P<said>.*)", re.I),  # Windows and macOS
    re.compile(rf"{_DAY}\s*{_TIME}, (?P<who>.+?) : (?P<said>.*)", re.I),  # Android, iOS
    re.compile(rf"{_TIME}, (?P<who>.+?) : (?P<said>.*)", re.I),  # below a line with the day
    re.compile(rf"\w+ \d{{1,2}}, \d{{4}} at {_TIME}, (?P<who>.+?) : (?P<said>.*)", re.I),  # in English
)
_OTHERS = re.compile(
    rf"-{{5,}}.*|{_DAY}\s*\S*요일|{_DAY}\s*{_TIME}(?::.*|,[^:]*)?|저장한 날짜\s*:.*|Date Saved\s*:.*|Talk_.*\.txt"
    r"|.+님과? ?카카오톡 대화|.+님(?:이|을|께서) .*(?:들어왔|나갔|내보냈|초대했|가렸).*"
    r"|채팅방 관리자가 메시지를 가렸습니다\.",
    re.I,
)
"""Lines that nobody said."""
_NO_WORDS = re.compile(
    r"(?:사진(?: \d+장)?|동영상|\(?이모티콘\)?|음성메시지|삭제된 메시지입니다\.?|(?:보이스|페이스|라이브)톡(?: .*)?"
    r"|(?:파일|지도|연락처|샵검색|투표)\s*:.*|photos?|videos?|emoticons?)",
    re.I,
)
_LOOKED_AT = 60
_MOST_LINES = 50
"""Lines that one message goes on for at most."""


def is_builder(tables: Sequence[Table]) -> bool:
    """Tell whether sheets hold utterances by block: a column names the block, or each sheet is one."""
    return any(_block_column(table) for table in tables) or _are_blocks(tables)


def is_conversation(path: Path) -> bool:
    """Tell whether a file is an exported conversation of KakaoTalk."""
    if path.suffix.lower() == ".csv":
        return {name.casefold() for name in open_table(path).header(lambda names: False).names} == {*_TALK_COLUMNS}
    with path.open(encoding=encoding_of(path)) as lines:
        first = [line.strip("\ufeff\r\n") for line, _ in zip(lines, range(_LOOKED_AT), strict=False)]
    return any(form.fullmatch(line) for line in first for form in _MESSAGES)


@dataclass(frozen=True)
class BuilderSource:
    """Sheets of the chatbot builder: the block is the intent."""

    path: Path
    tables: Sequence[Table]

    @property
    def name(self) -> str:
        """The file's name without its suffix."""
        return self.path.stem

    @property
    def key(self) -> str:
        """The file's name."""
        return self.path.name

    def mark(self) -> Mark | None:
        """None: a file is read whole."""
        return None

    def rows(self, since: Mark | None, listen: Listener) -> Iterator[IncomingRow | RefusedRow]:
        """Read all sheets; a block that is written once stands for the rows below it."""
        tally = Tally(self.path.name)
        for table in self.tables:
            found = _block_column(table)
            if found is None and not _are_blocks([table]):
                listen(Notice("import.sheet_unused", {"path": self.path.name, "name": table.name}))
                continue
            yield from self._of_table(table, found, tally)
        for note in tally.notes():
            listen(note)

    def _of_table(
        self, table: Table, found: tuple[Header, str, str] | None, tally: Tally
    ) -> Iterator[IncomingRow | RefusedRow]:
        header, block, said = found or (_first(table), "", _first(table).names[0])
        sheet, current = f"[{table.name}]" if table.name else "", table.name
        for row in table.rows(header, fill=True):
            place = f"{self.path.name}{sheet}:{row.line}"
            current = written(row.cells[block]) or current if block else table.name
            text = str(row.cells[said])
            if not text.strip():
                continue  # a row that only begins a block
            name = tally.intent(current, place) if current else ""
            if current and not name:
                yield RefusedRow(text, place, "intent_odd", {"name": current})
            else:
                yield IncomingRow(text, name or None, (), place)


@dataclass(frozen=True)
class ConversationSource:
    """A conversation: what was said, without a label and without who said it."""

    path: Path
    options: Options

    @property
    def name(self) -> str:
        """The file's name without its suffix; that of the other person is no name for a set."""
        return "kakaotalk" if self.path.stem.casefold().startswith("kakaotalk") else self.path.stem

    @property
    def key(self) -> str:
        """The file's name."""
        return self.path.name

    def mark(self) -> Mark | None:
        """None: a file is read whole."""
        return None

    def rows(self, since: Mark | None, listen: Listener) -> Iterator[IncomingRow | RefusedRow]:
        """Read the messages of those who are wanted."""
        others = 0
        for number, who, said in self._messages():
            place = f"{self.path.name}:{number}"
            if not self._is_wanted(who):
                others += 1
            elif _NO_WORDS.fullmatch(said.strip()):
                yield RefusedRow(said, place, "no_words")
            else:
                yield IncomingRow(said, None, (), place)
        if others:
            listen(Notice("intake.other_speakers", {"path": self.path.name, "count": others}))

    def _is_wanted(self, who: str) -> bool:
        name = who.strip()
        return name not in self.options.not_speakers and (not self.options.speakers or name in self.options.speakers)

    def _messages(self) -> Iterator[tuple[int, str, str]]:
        if self.path.suffix.lower() == ".csv":
            table = open_table(self.path)
            header = table.header(lambda names: False)
            by_name = {name.casefold(): name for name in header.names}
            for row in table.rows(header):
                yield row.line, str(row.cells[by_name["user"]]), str(row.cells[by_name["message"]])
            return
        with self.path.open(encoding=encoding_of(self.path)) as lines:
            begun: tuple[int, str, list[str]] | None = None
            for number, line in enumerate(lines, 1):
                text = line.strip("\ufeff\r\n")
                match = next((match for form in _MESSAGES if (match := form.fullmatch(text))), None)
                if begun and (match or _OTHERS.fullmatch(text)):
                    yield begun[0], begun[1], "\n".join(begun[2])
                    begun = None
                if match:
                    begun = number, match["who"], [match["said"]]
                elif begun and len(begun[2]) < _MOST_LINES:
                    begun[2].append(text)
            if begun:
                yield begun[0], begun[1], "\n".join(begun[2])


def _block_column(table: Table) -> tuple[Header, str, str] | None:
    """The header of a sheet, and its columns of blocks and utterances, where it has both."""

    def knows(names: Sequence[str]) -> bool:
        folded = {name.casefold() for name in names}
        return not folded.isdisjoint(_BLOCKS) and not folded.isdisjoint(_SAID)

    header = table.header(knows)
    if not header.is_known:
        return None
    block = next(name for name in header.names if name.casefold() in _BLOCKS)
    return header, block, next(name for name in header.names if name.casefold() in _SAID)


def _are_blocks(tables: Sequence[Table]) -> bool:
    """Whether each sheet is a block: it has a name of its own, and its first column is headed by what was said."""
    return bool(tables) and all(
        table.name
        and not re.fullmatch(r"(?i)sheet\d*|시트\d*", table.name)
        and (header := _first(table)).is_known
        and len([name for name in header.written if name]) == 1
        for table in tables
    )


def _first(table: Table) -> Header:
    return table.header(lambda names: bool(names) and names[0].casefold() in _SAID)
