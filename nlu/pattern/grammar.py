r"""The grammar of one pattern: text with slots, choices, optionals, macros and particles, into nodes.

What may stand in a pattern, and how exactly it is read:

- `{entity=words}`, `{entity:role=words}`: an entity that says just these words, whether the dictionary has them or not.
- `{@date}`, `{@money:role}`: a slot whose values are computed (dates, times, numbers, money …), without a dictionary.
- `{entity}`, `{entity:role}`: a slot. The 2017 spelling `tagloc` is read as `{loc}` where the word begins with `tag`
  and goes on with the name of an entity of the dictionary (the longest such name). What follows the name is ordinary
  text, so a particle may be glued on: `tagloc에서` is `{loc}에서`. A name in Latin letters must end there (`taglocal`
  is no slot), and a `tag` word that names no entity stays text.
- `(a|b|)`: a choice; an alternative may be empty, not all of them. Where every bar of a group has a space on both
  sides, `( a | b )`, those spaces and the ones at the parentheses are only for looks; else spaces count as they stand.
- `x?`: leaves out the one thing before the `?`: the group, slot, macro or particle that ends there, else the run of
  letters directly before it, back to a space or to the end of the thing before. So `{date}의?` makes 의 optional and
  `좀? 알려줘` makes 좀 optional. A question mark that people say is written `\?` (or full-width, `？`).
- `<name>`: a macro. `~`: a space that may be missing; spaces written around it are only for looks.
- `을(를)`, `(으)로` …: the particle that fits what stands before it when the pattern is expanded. It must be glued on:
  after a space it is a mistake, but `~을(를)` is one that people glue on or not. Where a choice or an optional part
  before it came out empty, so that nothing or a space stands before it, it is left out too.
- `(은|는|)`: a choice that holds both forms of a particle says the one that fits, see `nlu.pattern.agreement`.
- `\` takes the next character as it is: `\? \( \) \{ \} \< \> \| \~ \\ \# \[ \@ \%`.

Lines are read in Unicode's composed form (NFC); any run of white space is one space; full-width signs are text and
become half-width ones; invisible characters are dropped.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

from nlu.errors import PatternSyntaxError, SourceError, UnknownNameError
from nlu.korean.particles import notation_pattern
from nlu.names import is_role
from nlu.pattern.agreement import agreeing, with_agreement
from nlu.pattern.nodes import Choice, MacroUse, Maybe, Node, Particle, Place, Sequence, Slot, Space, Text
from nlu.values.finder import TYPES

MAX_DEPTH = 30
"""How deep parentheses may be nested in one line; people need three."""


def parse(
    source: str,
    entities: tuple[str, ...],
    errors: list[SourceError],
    begin: Place,
    end: int | None = None,
    *,
    is_macro: bool = False,
) -> Node:
    """Read one pattern, or one macro's body.

    Args:
        source: the whole line in NFC, for columns and messages.
        entities: the dictionary's, which slots may name.
        errors: receives every mistake found.
        begin: where in the line the pattern begins.
        end: column offset, from 0, one past its last character; the line's end by default.
        is_macro: whether it is a macro's body, which may begin with a particle.

    Returns:
        The pattern's node; where there were mistakes, what could be read of it.
    """
    return _Parser(source, entities, errors, begin, len(source) if end is None else end, is_macro).parse()


@dataclass
class _Builder:
    """The items of one alternative while it is read; letters are gathered until something else comes."""

    parser: _Parser
    nodes: list[Node] = field(default_factory=list)
    letters: str = ""
    positions: list[int] = field(default_factory=list)
    after_space_mark: bool = False

    def letter(self, char: str, position: int) -> None:
        if char == " " and (self.letters.endswith(" ") or (self.after_space_mark and not self.letters)):
            return
        self.letters += char
        self.positions.append(position)

    def flush(self) -> None:
        if self.letters:
            self.nodes.append(Text(self.letters, self.parser.place(self.positions[0])))
            self.letters = ""
        self.positions = []
        self.after_space_mark = False

    def node(self, node: Node) -> None:
        self.flush()
        self.nodes.append(node)

    def space_mark(self, position: int) -> None:
        self.letters = self.letters.removesuffix(" ")
        self.flush()
        if not (self.nodes and isinstance(self.nodes[-1], Space)):
            self.nodes.append(Space(self.parser.place(position)))
        self.after_space_mark = True

    def make_optional(self, position: int) -> str | None:
        """Make the last unit optional; return the message's code when that can't be."""
        if self.letters and not self.letters.endswith(" "):
            kept, space, word = self.letters.rpartition(" ")
            place = self.parser.place(self.positions[len(kept + space)])
            self.letters = kept + space
            self.flush()
            self.nodes.append(Maybe(Text(word, place), place))
            return None
        if self.letters or not self.nodes or isinstance(self.nodes[-1], Space):
            return "pattern.optional_nothing"
        last = self.nodes[-1]
        if isinstance(last, Maybe):
            return "pattern.optional_twice"
        self.nodes[-1] = Maybe(last, last.place)
        return None


class _Parser:
    def __init__(
        self, source: str, entities: tuple[str, ...], errors: list[SourceError], begin: Place, end: int, is_macro: bool
    ) -> None:
        self.source = source
        self.entities = entities
        self.errors = errors
        self.begin = begin
        self.position = begin.column - 1
        self.end = end
        self.is_macro = is_macro
        self.gave_up = False

    def place(self, position: int) -> Place:
        return Place(self.begin.path, self.begin.line, position + 1)

    def fail(self, position: int, code: str, kind: type[SourceError] = PatternSyntaxError, **values: object) -> None:
        self.errors.append(kind(code, self.begin.path, self.begin.line, position + 1, self.source, **values))

    def parse(self) -> Node:
        nodes = [self._alternatives(0, self.position)]
        while self.position < self.end:
            self.fail(self.position, "pattern.closing_alone", closing=")")
            self.position += 1
            nodes.append(self._alternatives(0, self.position))
        return nodes[0] if len(nodes) == 1 else Sequence(tuple(nodes), self.begin)

    def _alternatives(self, depth: int, opened: int) -> Node:
        branches, bars = [self._items(depth)], []
        while self.position < self.end and self.source[self.position] == "|":
            bars.append(self.position)
            self.position += 1
            branches.append(self._items(depth))
        loose = bool(bars) and all(self._is_space(bar - 1) and self._is_space(bar + 1) for bar in bars)
        needs_word = depth == 0 and not self.is_macro
        nodes = [self._sequence(branch, trim=loose or depth == 0, needs_word=needs_word) for branch in branches]
        if len(nodes) == 1:
            return nodes[0]
        choice = Choice(tuple(nodes), self.place(opened))
        return with_agreement(choice, is_glued=False) if depth == 0 and self.is_macro else choice

    def _is_space(self, position: int) -> bool:
        return 0 <= position < self.end and self.source[position].isspace()

    def _sequence(self, nodes: list[Node], *, trim: bool, needs_word: bool) -> Node:
        if trim and nodes and isinstance(first := nodes[0], Text):
            letters = first.text.lstrip(" ")
            column = first.place.column + len(first.text) - len(letters)
            nodes[0] = Text(letters, first.place._replace(column=column))
        if trim and nodes and isinstance(last := nodes[-1], Text):
            nodes[-1] = Text(last.text.rstrip(" "), last.place)
        nodes = [node for node in nodes if not (isinstance(node, Text) and not node.text)]
        nodes = agreeing(nodes, at_start=needs_word)
        for before, node in zip([None, *nodes], nodes, strict=False):
            self._check_particle(node, needs_word if before is None else _ends_in_space(before))
        if len(nodes) == 1:
            return nodes[0]
        return Sequence(tuple(nodes), nodes[0].place if nodes else self.place(self.position))

    def _items(self, depth: int) -> list[Node]:
        builder = _Builder(self)
        while self.position < self.end:
            char = self.source[self.position]
            if char in "|)":
                break
            self._item(builder, char, depth)
        builder.flush()
        return builder.nodes

    def _item(self, builder: _Builder, char: str, depth: int) -> None:
        notation = self._notation()
        if notation:
            builder.node(Particle(notation, self.place(self.position)))
            self.position += len(notation)
        elif char == "{":
            self._slot(builder)
        elif char == "(":
            self._group(builder, depth)
        elif char == "<":
            self._macro(builder)
        elif char == "\\":
            self._escape(builder)
        elif char in "}>":
            self.fail(self.position, "pattern.closing_alone", closing=char)
            self.position += 1
        elif char == "?":
            wrong = builder.make_optional(self.position)
            if wrong:
                self.fail(self.position, wrong)
            self.position += 1
        elif char == "~":
            builder.space_mark(self.position)
            self.position += 1
        elif not self._tag_word(builder):
            self._letter(builder, char)

    def _letter(self, builder: _Builder, char: str) -> None:
        if char.isspace():
            builder.letter(" ", self.position)
        elif unicodedata.category(char) not in ("Cc", "Cf", "Cs"):
            narrow = unicodedata.normalize("NFKC", char) if "！" <= char <= "～" else char
            builder.letter(narrow, self.position)
        self.position += 1

    def _escape(self, builder: _Builder) -> None:
        if self.position + 1 >= self.end:
            self.fail(self.position, "pattern.escape_nothing")
            self.position += 1
            return
        self.position += 1
        self._letter(builder, self.source[self.position])

    def _notation(self) -> str:
        match = notation_pattern().match(self.source, self.position, self.end)
        return match[0] if match else ""

    def _check_particle(self, node: Node, stands_alone: bool) -> None:
        particle = node.node if isinstance(node, Maybe) else node
        if stands_alone and isinstance(particle, Particle) and not particle.is_apart:
            self.fail(particle.place.column - 1, "pattern.particle_alone", particle=particle.notation)

    def _until(self, closing: str, forbidden: str) -> str | None:
        """Return what stands before `closing`, moving past it; None, having reported it, when it is not closed."""
        opened = self.position
        position = opened + 1
        while position < self.end and self.source[position] not in closing + forbidden:
            position += 1
        if position >= self.end or self.source[position] != closing:
            self.fail(opened, "pattern.opening_alone", opening=self.source[opened], closing=closing)
            self.position = opened + 1
            return None
        self.position = position + 1
        return self.source[opened + 1 : position]

    def _slot(self, builder: _Builder) -> None:
        opened = self.position
        inside = self._until("}", "{()|<>?~")
        if inside is None:
            return
        name, equals, words = inside.partition("=")
        entity, colon, role = (part.strip() for part in name.partition(":"))
        if not entity:
            self.fail(opened, "pattern.slot_empty")
        elif colon and not is_role(role):
            self.fail(opened, "pattern.role_name", slot=f"{{{inside}}}")
        elif equals and not words.strip():
            self.fail(opened, "pattern.words_empty", slot=f"{{{inside}}}", name=name)
        elif entity.startswith("@"):
            fixed = " ".join(words.split()) if equals else None
            builder.node(Slot(entity.removeprefix("@"), role or None, fixed, self.place(opened), is_computed=True))
        elif entity not in self.entities:
            code = "pattern.entity_computed" if entity in TYPES else "pattern.entity_unknown"
            self.fail(opened, code, UnknownNameError, name=entity, choices=self.entities)
        else:
            fixed = " ".join(words.split()) if equals else None
            builder.node(Slot(entity, role or None, fixed, self.place(opened)))

    def _macro(self, builder: _Builder) -> None:
        opened = self.position
        inside = self._until(">", "<{}()|?~")
        if inside is None:
            return
        if not is_role(inside.strip()):
            self.fail(opened, "pattern.macro_name", name=inside.strip())
        else:
            builder.node(MacroUse(inside.strip(), self.place(opened)))

    def _group(self, builder: _Builder, depth: int) -> None:
        opened = self.position
        if depth >= MAX_DEPTH:
            self.fail(opened, "pattern.groups_deep", most=MAX_DEPTH)
            self.position = self.end
            self.gave_up = True
            return
        mistakes = len(self.errors)
        self.position += 1
        node = self._alternatives(depth + 1, opened)
        if self.position >= self.end:
            if not self.gave_up:
                self.fail(opened, "pattern.opening_alone", opening="(", closing=")")
            return
        self.position += 1
        if len(self.errors) > mistakes:
            return
        if _is_empty(node):
            self.fail(opened, "pattern.group_empty")
        else:
            builder.node(Sequence((node,), self.place(opened)) if isinstance(node, Maybe) else node)

    def _tag_word(self, builder: _Builder) -> bool:
        start = self.position
        before = self.source[start - 1] if start > self.begin.column - 1 else " "
        if not self.source.startswith("tag", start, self.end) or before.isalnum() or before == "_":
            return False
        entity = max((e for e in self.entities if self._names_entity(start + 3, e)), key=len, default="")
        if entity:
            builder.node(Slot(entity, place=self.place(start)))
            self.position = start + 3 + len(entity)
        return bool(entity)

    def _names_entity(self, start: int, entity: str) -> bool:
        stop = start + len(entity)
        if not self.source.startswith(entity, start, self.end):
            return False
        return not (_is_latin(entity[-1]) and stop < self.end and _is_latin(self.source[stop]))


def _is_latin(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char == "_")


def _ends_in_space(node: Node) -> bool:
    return isinstance(node, Space) or (isinstance(node, Text) and node.text.endswith(" "))


def _is_empty(node: Node) -> bool:
    if isinstance(node, Text):
        return not node.text.strip(" ")
    if isinstance(node, Sequence):
        return all(_is_empty(item) for item in node.items)
    return isinstance(node, Choice) and all(_is_empty(alternative) for alternative in node.alternatives)
