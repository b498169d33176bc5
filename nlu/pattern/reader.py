"""Pattern files into patterns: lines, intents, imports, macros; every mistake of every file is reported at once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from nlu.errors import CircularNameError, NluError, PatternSyntaxError, SourceError, SourceErrors, UnknownNameError
from nlu.korean.particles import notations
from nlu.lexicon.lexicon import Lexicon
from nlu.names import one_of
from nlu.pattern.grammar import NAME, Names, parse
from nlu.pattern.linking import Link, check_size, link
from nlu.pattern.nodes import MacroUse, Node, Pattern, Place, walk
from nlu.system.files import read_text

_HEADER = re.compile(r"\[([^\]]*)(\]?)")
_COMMAND = re.compile(r"@(\S*)\s*")
_WEIGHT = re.compile(r"(?:(?<=\s)|^)%([-+.\da-zA-Z][^\s]*)\s*$")
_NUMBER = re.compile(r"\d{1,9}(\.\d{1,9})?|\.\d{1,9}")
_COMMENT = re.compile(r"(?:^|(?<=\s))#(?=\s|$)")


@dataclass(frozen=True)
class SourceFile:
    """A pattern file that was read, and the encoding it was read in."""

    path: str
    encoding: str


@dataclass(frozen=True)
class Macro:
    """A `@define` line: its name, where it stands, what it is made of, the macros it uses itself."""

    name: str
    place: Place
    node: Node
    uses: tuple[str, ...]
    source: str = ""


@dataclass(frozen=True)
class Header:
    """An `[intent]` line."""

    intent: str
    place: Place


@dataclass(frozen=True)
class PatternFile:
    """All patterns of one or more files and of what they import.

    Attributes:
        patterns: in the order of the files' lines, an import's where the import stands.
        macros: every macro, in the order they were defined.
        used_macros: names of the macros that some pattern needs, directly or through another macro.
        headers: every intent header, also one without patterns.
        files: the files that were read.
    """

    patterns: tuple[Pattern, ...]
    macros: tuple[Macro, ...] = ()
    used_macros: frozenset[str] = frozenset()
    headers: tuple[Header, ...] = ()
    files: tuple[SourceFile, ...] = ()

    @property
    def intents(self) -> tuple[str, ...]:
        """The intents that have patterns, in the order they first appear."""
        return tuple(dict.fromkeys(pattern.intent for pattern in self.patterns))


def read_patterns(*paths: Path, lexicon: Lexicon) -> PatternFile:
    """Read pattern files and what they import; a file that comes twice is read once.

    Args:
        paths: the files, UTF-8 (with or without BOM) or CP949.
        lexicon: the dictionary whose entities the slots may name.

    Raises:
        SourceErrors: with every mistake of every file.
    """
    reader = _Reader(lexicon)
    for path in paths:
        reader.read(path, None)
    return reader.finish()


def parse_patterns(text: str, lexicon: Lexicon, path: str = "patterns.txt") -> PatternFile:
    r"""Read patterns from a string, as if it were the file `path`.

    Example:
        >>> from nlu.lexicon.lexicon import Entry
        >>> lexicon = Lexicon([Entry("loc", "판교", ()), Entry("loc", "서울", ())])
        >>> file = parse_patterns("[weather]\n{loc} 날씨 <요청>\n@define 요청 = 알려줘", lexicon)
        >>> [pattern.origin for pattern in file.patterns]
        ['patterns.txt:2']

    Raises:
        SourceErrors: with every mistake.
    """
    reader = _Reader(lexicon)
    reader.scan(text, Path(path))
    return reader.finish()


@dataclass
class _Line:
    """A pattern before its macros are put in place."""

    intent: str
    node: Node
    place: Place
    source: str
    weight: float
    is_broken: bool


@dataclass
class _Reader:
    lexicon: Lexicon
    errors: list[SourceError] = field(default_factory=list)
    lines: list[_Line] = field(default_factory=list)
    bodies: dict[str, Link] = field(default_factory=dict)
    headers: list[Header] = field(default_factory=list)
    files: list[SourceFile] = field(default_factory=list)
    done: set[Path] = field(default_factory=set)
    open: list[Path] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.names = Names(self.lexicon.entities, notations())

    def finish(self) -> PatternFile:
        """Put the macros in place.

        Raises:
            SourceErrors: with every mistake of every file.
        """
        linked = link(self.bodies, [line.node for line in self.lines], self.errors, self._source_of)
        is_broken = bool(self.errors)
        patterns = []
        for line, node in zip(self.lines, linked.nodes, strict=True):
            uses_broken_macro = is_broken and any(isinstance(part, MacroUse) for part in walk(line.node))
            wrong = None if line.is_broken or uses_broken_macro else check_size(node)
            if wrong:
                self._fail(wrong, line.place, line.source)
            patterns.append(Pattern(line.intent, node, line.place, line.source, line.weight))
        if self.errors:
            order = {file.path: number for number, file in enumerate(self.files)}
            raise SourceErrors(sorted(self.errors, key=lambda e: (order.get(e.path, -1), e.line, e.column)))
        macros = tuple(
            Macro(name, body.place, linked.macros[name], linked.uses[name], body.source)
            for name, body in self.bodies.items()
        )
        return PatternFile(tuple(patterns), macros, linked.used, tuple(self.headers), tuple(self.files))

    def read(self, path: Path, asked: tuple[Place, str] | None) -> None:
        """Read a file, unless that was done; `asked` is the import line that names it."""
        place, source = asked or (Place(path.as_posix(), 1, 1), "")
        try:
            known = path.resolve()
            if known in self.open:
                chain = " → ".join(p.name for p in [*self.open[self.open.index(known) :], known])
                self._fail(
                    f"파일이 돌고 돌아 자기 자신을 불러옵니다: {chain}. 이 줄을 지우세요.",
                    place,
                    source,
                    CircularNameError,
                )
            elif known not in self.done:
                self.done.add(known)
                text, encoding = read_text(path)
                self.files.append(SourceFile(path.as_posix(), encoding))
                self.open.append(known)
                self.scan(text, path)
                self.open.pop()
        except (OSError, ValueError, RuntimeError) as error:
            is_missing = isinstance(error, FileNotFoundError)
            reason = "찾을 수 없습니다" if is_missing else f"읽을 수 없습니다 ({type(error).__name__})"
            message = f"파일 '{path.as_posix()}'을(를) {reason}. 이름과 위치를 확인하세요."
            self._fail(message, place, source, UnknownNameError)
        except SourceError as error:
            self.errors.append(error)
        except NluError as error:
            self._fail(f"파일 '{path.as_posix()}'을(를) 읽을 수 없습니다: {error}", place, source)

    def scan(self, text: str, path: Path) -> None:
        """Read the lines of a file."""
        intent: str | None = None
        for number, raw in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
            source = unicodedata.normalize("NFC", raw.rstrip("\r"))
            comment = _COMMENT.search(source)
            end = len(source[: comment.start()].rstrip() if comment else source.rstrip())
            start = len(source) - len(source.lstrip())
            place = Place(path.as_posix(), number, start + 1)
            if start >= end or source[start] == "#":
                continue
            if source[start] == "[":
                intent = self._header(source, place, end) or intent or ""
            elif source[start] == "@":
                self._command(source, place, end, path)
            else:
                self._pattern(intent, source, place, end)

    def _header(self, source: str, place: Place, end: int) -> str:
        match = _HEADER.match(source, place.column - 1, end)
        assert match is not None
        name = match[1].strip()
        if not match[2]:
            self._fail(
                "의도 이름을 닫는 ']'가 없습니다. [weather]처럼 적고, 글자로 쓰려면 \\[ 로 적으세요.", place, source
            )
        elif not NAME.fullmatch(name):
            self._fail(
                f"의도 이름 '{name}'이 바르지 않습니다. [travel_info]처럼 글자, 숫자, _ - / . 로 적으세요.",
                place,
                source,
            )
        elif source[match.end() : end].strip():
            after = place._replace(column=match.end() + 1)
            self._fail("']' 뒤에는 아무것도 적지 않습니다. 패턴은 다음 줄에 적으세요.", after, source)
        else:
            self.headers.append(Header(name, place))
            return name
        return ""

    def _command(self, source: str, place: Place, end: int, path: Path) -> None:
        match = _COMMAND.match(source, place.column - 1, end)
        assert match is not None
        rest = source[match.end() : end]
        after = place._replace(column=match.end() + 1)
        if match[1] == "import":
            name = rest.strip().strip("\"'")
            if not name:
                self._fail("불러올 파일이 없습니다. '@import endings.txt'처럼 적으세요.", place, source)
            elif "\0" in name or len(name) > 1000:
                self._fail("파일 이름이 바르지 않습니다.", after, source)
            else:
                self.read(path.parent / name, (after, source))
        elif match[1] == "define":
            self._define(source, after, end)
        else:
            known = one_of(match[1], ["import", "define"])
            self._fail(f"모르는 명령 '@{match[1]}'입니다. {known}. 글자로 쓰려면 \\@ 로 적으세요.", place, source)

    def _define(self, source: str, place: Place, end: int) -> None:
        name, equals, _ = source[place.column - 1 : end].partition("=")
        body = place._replace(column=place.column + len(name) + 1)
        name = name.strip()
        if not equals:
            self._fail("'='가 없습니다. '@define 요청 = 알려줘 | 알려주세요'처럼 적으세요.", place, source)
        elif not NAME.fullmatch(name):
            self._fail(f"매크로 이름 '{name}'이 바르지 않습니다. 글자, 숫자, _ - / . 로 적으세요.", place, source)
        elif name in self.bodies:
            first = self.bodies[name].place
            self._fail(
                f"매크로 '{name}'은(는) {first.path}:{first.line}에 이미 있습니다. 이름을 바꾸거나 하나로 합치세요.",
                place,
                source,
            )
        elif not source[body.column - 1 : end].strip():
            self._fail(f"매크로 '{name}'의 내용이 없습니다. '=' 뒤에 적으세요.", place, source)
        else:
            node = parse(source, self.names, self.errors, body, end, is_macro=True)
            self.bodies[name] = Link(place, node, source)

    def _pattern(self, intent: str | None, source: str, place: Place, end: int) -> None:
        if intent is None:
            self._fail("이 줄 위에 [의도]가 없습니다. 먼저 [weather]처럼 의도 이름을 한 줄에 적으세요.", place, source)
        weight, match = 1.0, _WEIGHT.search(source, place.column - 1, end)
        if match:
            if _NUMBER.fullmatch(match[1]) and float(match[1]) > 0:
                weight = float(match[1])
            else:
                self._fail(
                    f"무게 '%{match[1]}'가 바르지 않습니다. 줄 끝에 %3이나 %0.5처럼 0보다 큰 수를 적으세요. "
                    "글자로 쓰려면 \\% 로 적으세요.",
                    place._replace(column=match.start() + 1),
                    source,
                )
            end = match.start()
        mistakes = len(self.errors)
        node = parse(source, self.names, self.errors, place, end)
        self.lines.append(_Line(intent or "", node, place, source, weight, len(self.errors) > mistakes))

    def _fail(self, message: str, place: Place, source: str, kind: type[SourceError] = PatternSyntaxError) -> None:
        self.errors.append(kind(message, place.path, place.line, place.column, source))

    def _source_of(self, place: Place) -> str:
        texts: Iterable[tuple[Place, str]] = [(b.place, b.source) for b in self.bodies.values()]
        lines = [(line.place, line.source) for line in self.lines]
        return next((s for p, s in [*texts, *lines] if (p.path, p.line) == (place.path, place.line)), "")
