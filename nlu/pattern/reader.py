"""Pattern files into patterns: lines, intents, imports, macros; every mistake of every file is reported at once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from nlu.errors import CircularNameError, NluError, PatternSyntaxError, SourceError, SourceErrors, UnknownNameError
from nlu.lexicon.lexicon import Lexicon
from nlu.names import is_intent, is_role
from nlu.pattern.computed_slots import SHAPES, Shapes
from nlu.pattern.grammar import parse
from nlu.pattern.linking import MOST_MISTAKES, Link, check_size, link
from nlu.pattern.nodes import MacroUse, Node, Pattern, Place, walk
from nlu.system.files import read_text

_HEADER = re.compile(r"\[([^\]]*)(\]?)")
_COMMAND = re.compile(r"@(\S*)\s*")
_WEIGHT = re.compile(r"(?:(?<=\s)|^)%([-+.\da-zA-Z][^\s]*)\s*$")
_NUMBER = re.compile(r"\d{1,9}(\.\d{1,9})?|\.\d{1,9}")
_PROJECT = "nlu.toml"
_LONGEST_LINE = 100_000
_SHOWN = 100
"""Characters that a line may have, and those of a longer one that are shown."""
_DEEPEST_IMPORT = 50
"""Files that import one another in a row."""
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
        computed: the entity types that slots with `@` name, and how their values are computed.
    """

    patterns: tuple[Pattern, ...]
    macros: tuple[Macro, ...] = ()
    used_macros: frozenset[str] = frozenset()
    headers: tuple[Header, ...] = ()
    files: tuple[SourceFile, ...] = ()
    computed: Mapping[str, str] = field(default_factory=dict)

    @property
    def intents(self) -> tuple[str, ...]:
        """The intents that have patterns, in the order they first appear."""
        return tuple(dict.fromkeys(pattern.intent for pattern in self.patterns))


def read_patterns(
    *paths: Path, lexicon: Lexicon, import_from: Sequence[Path] = (), unsaved: Mapping[Path, str] | None = None
) -> PatternFile:
    """Read pattern files and what they import; a file that comes twice is read once.

    Only files of the project are imported: those in the working folder, and those in the outermost folder around a
    pattern file that has an `nlu.toml`, else its own folder. A mistake shows its line, so a bot of strangers could
    else show any file.

    Args:
        paths: the files, UTF-8 (with or without BOM) or CP949.
        lexicon: the dictionary whose entities the slots may name.
        import_from: further folders whose files may be imported.
        unsaved: what is read in the place of files, by their paths, links followed.

    Raises:
        SourceErrors: with every mistake of every file.
    """
    reader = _Reader(lexicon, import_folders(paths, import_from), dict(unsaved or {}))
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
    reader = _Reader(lexicon, import_folders([Path(path)], ()))
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
    folders: tuple[Path, ...]
    unsaved: Mapping[Path, str] = field(default_factory=dict)
    errors: list[SourceError] = field(default_factory=list)
    lines: list[_Line] = field(default_factory=list)
    bodies: dict[str, Link] = field(default_factory=dict)
    headers: list[Header] = field(default_factory=list)
    files: list[SourceFile] = field(default_factory=list)
    done: set[Path] = field(default_factory=set)
    open: list[Path] = field(default_factory=list)
    shapes: Shapes = field(default_factory=Shapes)

    def __post_init__(self) -> None:
        self.entities = self.lexicon.entities

    def finish(self) -> PatternFile:
        """Put the macros in place.

        Raises:
            SourceErrors: with every mistake of every file.
        """
        linked = link(self.bodies, [line.node for line in self.lines], self.errors, self._source_of)
        is_broken = bool(self.errors)
        patterns = []
        for line, node in zip(self.lines, linked.nodes, strict=True):
            uses_broken_macro = is_broken and any(isinstance(node, MacroUse) for node in walk(line.node))
            wrong = None if line.is_broken or uses_broken_macro else check_size(node)
            if wrong:
                self._fail(wrong[0], line.place, line.source, PatternSyntaxError, **wrong[1])
            patterns.append(Pattern(line.intent, node, line.place, line.source, line.weight))
        computed = self.shapes.computed(linked.nodes, self.lexicon, self.errors, self._source_of)
        if self.errors:
            order = {file.path: number for number, file in enumerate(self.files)}
            raise SourceErrors(sorted(self.errors, key=lambda e: (order.get(e.path, -1), e.line, e.column)))
        macros = tuple(
            Macro(name, body.place, linked.macros[name], linked.uses[name], body.source)
            for name, body in self.bodies.items()
        )
        files = tuple(self.files)
        return PatternFile(tuple(patterns), macros, linked.used, tuple(self.headers), files, computed)

    def read(self, path: Path, asked: tuple[Place, str] | None) -> None:
        """Read a file, unless that was done; `asked` is the import line that names it."""
        place, source = asked or (Place(path.as_posix(), 1, 1), "")
        try:
            known = path.resolve()
            if asked and not any(known.is_relative_to(folder) for folder in self.folders):
                self._fail("pattern.import_outside", place, source, UnknownNameError, file=path.as_posix())
            elif known in self.open:
                chain = " → ".join(p.name for p in [*self.open[self.open.index(known) :], known])
                self._fail("pattern.import_circle", place, source, CircularNameError, chain=chain)
            elif len(self.open) > _DEEPEST_IMPORT:
                self._fail("pattern.import_deep", place, source, most=_DEEPEST_IMPORT)
            elif known not in self.done:
                self.done.add(known)
                text, encoding = (self.unsaved[known], "utf-8") if known in self.unsaved else read_text(path)
                self.files.append(SourceFile(path.as_posix(), encoding))
                self.open.append(known)
                self.scan(text, path)
                self.open.pop()
        except (OSError, ValueError, RuntimeError) as error:
            code = "pattern.file_missing" if isinstance(error, FileNotFoundError) else "pattern.file_unreadable"
            problem = type(error).__name__
            self._fail(code, place, source, UnknownNameError, file=path.as_posix(), problem=problem)
        except SourceError as error:
            self.errors.append(error)
        except NluError as error:
            self._fail("pattern.file_refused", place, source, file=path.as_posix(), problem=str(error))

    def scan(self, text: str, path: Path) -> None:
        """Read the lines of a file."""
        intent: str | None = None
        for number, raw in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
            if len(self.errors) >= MOST_MISTAKES:
                return
            if len(raw) > _LONGEST_LINE:
                place = Place(path.as_posix(), number, 1)
                self._fail("pattern.line_long", place, raw[:_SHOWN], length=len(raw), most=_LONGEST_LINE)
                continue
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
            elif intent == SHAPES:
                self.shapes.read(source, place, end, self.errors)
            else:
                self._pattern(intent, source, place, end)

    def _header(self, source: str, place: Place, end: int) -> str:
        match = _HEADER.match(source, place.column - 1, end)
        assert match is not None
        name = match[1].strip()
        if not match[2]:
            self._fail("pattern.header_open", place, source)
        elif name == SHAPES and not source[match.end() : end].strip():
            return SHAPES
        elif not is_intent(name):
            self._fail("pattern.intent_name", place, source, name=name)
        elif source[match.end() : end].strip():
            after = place._replace(column=match.end() + 1)
            self._fail("pattern.header_rest", after, source)
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
                self._fail("pattern.import_nothing", place, source)
            elif "\0" in name or len(name) > 1000:
                self._fail("pattern.import_name", after, source)
            else:
                self.read(path.parent / name, (after, source))
        elif match[1] == "define":
            self._define(source, after, end)
        else:
            self._fail("pattern.command", place, source, name=match[1], choices=("import", "define"))

    def _define(self, source: str, place: Place, end: int) -> None:
        name, equals, _ = source[place.column - 1 : end].partition("=")
        body = place._replace(column=place.column + len(name) + 1)
        name = name.strip()
        if not equals:
            self._fail("pattern.macro_equals", place, source)
        elif not is_role(name):
            self._fail("pattern.macro_name", place, source, name=name)
        elif name in self.bodies:
            first = self.bodies[name].place
            self._fail("pattern.macro_twice", place, source, name=name, first=f"{first.path}:{first.line}")
        elif not source[body.column - 1 : end].strip():
            self._fail("pattern.macro_empty", place, source, name=name)
        else:
            node = parse(source, self.entities, self.errors, body, end, is_macro=True)
            self.bodies[name] = Link(place, node, source)

    def _pattern(self, intent: str | None, source: str, place: Place, end: int) -> None:
        if intent is None:
            self._fail("pattern.no_header", place, source)
        weight, match = 1.0, _WEIGHT.search(source, place.column - 1, end)
        if match:
            if _NUMBER.fullmatch(match[1]) and float(match[1]) > 0:
                weight = float(match[1])
            else:
                self._fail("pattern.weight", place._replace(column=match.start() + 1), source, weight=match[1])
            end = match.start()
        mistakes = len(self.errors)
        node = parse(source, self.entities, self.errors, place, end)
        self.lines.append(_Line(intent or "", node, place, source, weight, len(self.errors) > mistakes))

    def _fail(
        self, code: str, place: Place, source: str, kind: type[SourceError] = PatternSyntaxError, **values: object
    ) -> None:
        self.errors.append(kind(code, place.path, place.line, place.column, source, **values))

    @cached_property
    def _sources(self) -> Mapping[tuple[str, int], str]:
        """The text of every line that was read, by file and number; asked for when all were."""
        written: list[Link | _Line] = [*self.bodies.values(), *self.lines]
        return {(each.place.path, each.place.line): each.source for each in written}

    def _source_of(self, place: Place) -> str:
        return self._sources.get((place.path, place.line), "")


def import_folders(paths: Sequence[Path], others: Sequence[Path]) -> tuple[Path, ...]:
    """Give the folders, links followed, whose files these pattern files may import, `others` among them."""
    here = Path.cwd()
    around = [[*path.resolve().parents] for path in paths]
    outermost = [
        next((one for one in reversed(folders) if (one / _PROJECT).is_file()), folders[0]) for folders in around
    ]
    folders = [*outermost, here, *(path.resolve() for path in others)]
    return tuple(folder for folder in folders if folder != Path(folder.anchor))
