r"""What a bot says: templates of answers for each intent, from a file that authors edit.

    order_food:
      name: 음식 주문
      answers:
        - "{menu} {count}을(를) 주문했어요."
        - "어떤 음식을 주문할까요?"
      quick_replies: [메뉴 보여줘, 취소할래]
    thanks: 별말씀을요!

`{entity}` or `{entity:role}` is a slot; the first answer whose slots are all filled is given, so the last one should
have none. A particle such as `을(를)` agrees with what stands before it. `{{` and `}}` are braces. The answers of
`nlu_fallback` are given when nothing else fits. `name` is how people know the intent: on the page, and where the bot
asks which of two intents is meant. The words of that question are `ask` of `nlu_fallback`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlu.dialogue.templates import PIECE, AnswerTemplate, slot_values, spelled_out
from nlu.errors import AnswerError
from nlu.messages import Term
from nlu.names import is_intent, is_label
from nlu.system.source import Source
from nlu.system.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode, YamlMistake, compose, place_of
from nlu.types import FALLBACK_INTENT, Parse

ANSWERS_NAME = "answers.yml"
"""The file's name; it lies beside the patterns."""
LONGEST_ANSWER = 1000
"""Characters of a simple text that Kakao shows."""
LONGEST_NAME = 30
"""Characters of an intent's name for people."""
LONGEST_LABEL = 14
"""Characters of a quick reply's label that Kakao shows."""
MOST_QUICK_REPLIES = 10
WHICH = "혹시 이런 말씀이세요?"
"""How the bot asks which of two intents is meant, where its author has no other words."""

_NULL = "tag:yaml.org,2002:null"
_KEYS = ("name", "answers", "quick_replies")
_FALLBACK_KEYS = (*_KEYS, "ask")


@dataclass(frozen=True, slots=True)
class QuickReply:
    """A button below an answer: what it shows, and what the user says by pressing it."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot says, and the buttons below it."""

    text: str
    quick_replies: tuple[QuickReply, ...] = ()


@dataclass(frozen=True, slots=True)
class IntentAnswers:
    """The answers of one intent, the first that can be filled is given; its buttons, and its name for people.

    `ask`, which only `nlu_fallback` has, is how the bot asks which of two intents is meant.
    """

    templates: tuple[AnswerTemplate, ...]
    quick_replies: tuple[QuickReply, ...] = ()
    name: str | None = None
    ask: str | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """All answers of a bot.

    Attributes:
        intents: intent → its answers; `nlu_fallback` is among them.
    """

    intents: Mapping[str, IntentAnswers]

    @property
    def names(self) -> dict[str, str]:
        """Intent → its name for people, of those that have one."""
        return {intent: one.name for intent, one in self.intents.items() if one.name}

    def reply(self, parse: Parse) -> Reply:
        """Choose and fill the answer to an utterance, or ask which of two intents is meant."""
        if buttons := self._buttons(parse):
            fallback = self.intents.get(FALLBACK_INTENT)
            return Reply((fallback.ask if fallback else None) or WHICH, buttons)
        values = slot_values(parse.entities)
        for name in (parse.intent.name, FALLBACK_INTENT):
            answers = self.intents.get(name or FALLBACK_INTENT)
            for template in answers.templates if answers else ():
                if answers and (text := template.fill(values)) is not None:
                    is_long = len(text) > LONGEST_ANSWER
                    return Reply(text[: LONGEST_ANSWER - 1] + "…" if is_long else text, answers.quick_replies)
        raise AssertionError("read_answers lets no file pass whose last fallback answer has slots")

    def _buttons(self, parse: Parse) -> tuple[QuickReply, ...]:
        """The intents that are asked about: each by its name, else as it is said; none where one can't be said."""
        if not parse.is_asked:
            return ()
        names = self.names
        labels = [_label(names.get(one.name) or str(one.text)) for one in parse.ask]
        if len(set(labels)) < len(labels):
            labels = [_label(str(one.text)) for one in parse.ask]
        return tuple(QuickReply(label, str(one.text)) for label, one in zip(labels, parse.ask, strict=True))


def _label(text: str) -> str:
    return text if len(text) <= LONGEST_LABEL else f"{text[: LONGEST_LABEL - 1]}…"


@dataclass(frozen=True, slots=True)
class KnownNames:
    """The names that answers may use: intents, and labels of entities such as `loc` and `loc:from`."""

    intents: Collection[str]
    labels: Collection[str]


def read_answers(path: Path, known: KnownNames | None = None) -> Answers:
    """Read a file of answers.

    Args:
        path: the file.
        known: the names it may use; None for any.

    Raises:
        SourceErrors: all mistakes of the file.
        FileNotFoundError: there is no such file.
    """
    reader = _Reader(Source(path, AnswerError), known)
    answers = reader.read()
    reader.source.raise_errors()
    return Answers(answers)


class _Reader:
    """Reads the YAML tree, whose nodes know their places; mistakes are noted in the source."""

    def __init__(self, source: Source, known: KnownNames | None) -> None:
        self.source = source
        self.known = known

    def read(self) -> dict[str, IntentAnswers]:
        root = self._tree()
        if root is None:
            return {}
        if not isinstance(root, MappingNode):
            self._wrong(root, "answers.no_mapping")
            return {}
        answers = {}
        for name, key, value in self._pairs(root, "answers.intent"):
            answers[name] = self._intent(value, _FALLBACK_KEYS if name == FALLBACK_INTENT else _KEYS)
            if not is_intent(name):
                self._wrong(key, "answers.intent_name", name=name)
            elif self.known and name not in {*self.known.intents, FALLBACK_INTENT}:
                self._wrong(key, "answers.intent_unknown", name=name, choices=sorted(self.known.intents))
            templates = answers[name].templates
            if name == FALLBACK_INTENT and templates and all(template.slots for template in templates):
                line, _ = place_of(value)
                self.source.complain("answers.fallback_slots", line, fallback=FALLBACK_INTENT)
        if FALLBACK_INTENT not in answers:
            self.source.complain("answers.no_fallback", 1, fallback=FALLBACK_INTENT)
        return answers

    def _tree(self) -> Node | None:
        try:
            root = compose(self.source.text, aliases=True)
        except YamlMistake as mistake:
            code = "answers.no_yaml" if mistake.line else "answers.no_yaml_text"
            self.source.complain(mistake.code or code, max(mistake.line, 1), mistake.column)
            return None
        if root is None:
            self.source.complain("answers.none", 1, fallback=FALLBACK_INTENT)
        return root

    def _intent(self, node: Node, keys: Sequence[str]) -> IntentAnswers:
        replies: tuple[QuickReply, ...] = ()
        answers: Node | None = node
        called: str | None = None
        ask: str | None = None
        if isinstance(node, MappingNode) and not _is_unquoted(node):
            parts = {}
            for name, key, value in self._pairs(node, "answers.field"):
                parts[name] = value
                if name not in keys:
                    self._wrong(key, "answers.field_unknown", name=name, choices=keys)
            answers = parts.get("answers")
            if "quick_replies" in parts:
                replies = self._quick_replies(parts["quick_replies"])
            if "name" in parts:
                called = self._name(parts["name"])
            if "ask" in parts:
                ask = self._question(parts["ask"])
            if answers is None:
                self._wrong(node, "answers.missing")
        several = self._several(answers) if answers else ()
        templates = tuple(template for one in several if (template := self._template(one)))
        return IntentAnswers(templates, replies, called, ask)

    def _question(self, node: Node) -> str | None:
        question = self._string(node, "answers.answer")
        if question is not None and len(question) > LONGEST_ANSWER:
            self._wrong(node, "answers.too_long", most=LONGEST_ANSWER, length=len(question))
        return question

    def _name(self, node: Node) -> str | None:
        name = self._string(node, "answers.name")
        if name is not None and (len(name) > LONGEST_NAME or "\n" in name):
            self._wrong(node, "answers.name_long", most=LONGEST_NAME, length=len(name))
        return name

    def _several(self, node: Node) -> Sequence[Node]:
        if not isinstance(node, SequenceNode):
            return [node]
        if not node.value:
            self._wrong(node, "answers.empty_list")
        return list(node.value)

    def _template(self, node: Node) -> AnswerTemplate | None:
        text = self._string(node, "answers.answer")
        if text is None:
            return None
        text = spelled_out(text)
        if len(text) > LONGEST_ANSWER:
            self._wrong(node, "answers.too_long", most=LONGEST_ANSWER, length=len(text))
        for match in PIECE.finditer(text):
            if match["wrong"]:
                self._wrong(node, "answers.brace_alone", brace=match[0])
            elif match["slot"] is not None:
                self._check_slot(node, match["slot"])
        return AnswerTemplate(text)

    def _check_slot(self, node: Node, slot: str) -> None:
        if not is_label(slot):
            self._wrong(node, "answers.slot_name" if slot.strip() else "answers.slot_empty", slot=slot)
        elif self.known and slot not in self.known.labels:
            self._wrong(node, "answers.slot_unknown", slot=slot, choices=sorted(self.known.labels))

    def _quick_replies(self, node: Node) -> tuple[QuickReply, ...]:
        if not isinstance(node, SequenceNode):
            self._wrong(node, "answers.replies_no_list")
            return ()
        if len(node.value) > MOST_QUICK_REPLIES:
            self._wrong(node, "answers.replies_many", most=MOST_QUICK_REPLIES, count=len(node.value))
        return tuple(reply for one in node.value if (reply := self._quick_reply(one)))

    def _quick_reply(self, node: Node) -> QuickReply | None:
        parts = {"label": node, "text": node}
        if isinstance(node, MappingNode):
            parts = {name: value for name, _, value in self._pairs(node, "answers.field")}
            if parts.keys() != {"label", "text"}:
                self._wrong(node, "answers.reply_fields")
                return None
        label = self._string(parts["label"], "answers.reply")
        text = label if parts["text"] is node else self._string(parts["text"], "answers.reply")
        if label is None or text is None:
            return None
        if len(label) > LONGEST_LABEL:
            self._wrong(node, "answers.label_long", most=LONGEST_LABEL, label=label, length=len(label))
        return QuickReply(label, text)

    def _pairs(self, node: MappingNode, what: str) -> list[tuple[str, Node, Node]]:
        """Each name of a mapping, its node, and the node of its value."""
        pairs: dict[str, tuple[str, Node, Node]] = {}
        for key, value in node.value:
            name = self._string(key, what)
            if name is None:
                continue
            if name in pairs:
                self._wrong(key, "answers.twice", name=name)
            pairs.setdefault(name, (name, key, value))
        return list(pairs.values())

    def _string(self, node: Node, what: str) -> str | None:
        if isinstance(node, ScalarNode) and node.tag != _NULL and node.value.strip():
            return str(node.value).strip()
        kinds = {ScalarNode: "answers.text_empty", MappingNode: "answers.text_unquoted"}
        self._wrong(node, kinds.get(type(node), "answers.text_no_text"), what=Term(what))
        return None

    def _wrong(self, node: Node, code: str, **values: object) -> None:
        self.source.complain(code, *place_of(node), **values)


def _is_unquoted(node: MappingNode) -> bool:
    """Whether a mapping is in truth an answer that begins with a slot and lacks its quotation marks."""
    return bool(node.flow_style) and any(value.tag == _NULL for _, value in node.value)
