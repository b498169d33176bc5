r"""A bot's scenarios out of `scenarios.yml`, all mistakes told with their places.

    dialogue: {yes: affirm, no: deny, cancel: cancel_order}
    scenarios:
      order_food:
        slots:
          menu: {ask: "어떤 음식을 주문할까요?", choices: [피자, 치킨]}
          count: {ask: ["{menu}을(를) 몇 개 드릴까요?", "몇 개인지 말씀해 주세요."]}
          to: {entity: loc, required: false}
        confirm: "{menu} {count}, 주문할까요?"
        done: "{menu} {count}을(를) 주문했어요."
        max_asks: 3
        expires: 30분

A slot is named as its entity unless `entity` says another, with `role` behind a colon (`loc:to`); `@date` is the type
`date`. A prompt names slots in braces; it may name only those that are filled when it is said. `{menu|을를}` is
`{menu}을(를)`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from nlu.dialogue.responses import LONGEST_ANSWER, LONGEST_LABEL, MOST_QUICK_REPLIES, QuickReply
from nlu.dialogue.templates import PIECE, AnswerTemplate, spelled_out
from nlu.errors import ScenarioError
from nlu.names import is_intent, is_label, is_role
from nlu.scenario.known_names import BotNames, check_names
from nlu.scenario.prompts import needed
from nlu.scenario.scenario import EXPIRES, MAX_ASKS, Scenario, Scenarios, SlotRule, Webhook, Words
from nlu.system.source import Source
from nlu.system.yaml_nodes import (
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    YamlMistake,
    compose,
    key_twice,
    place_of,
)
from nlu.values.durations import duration_at

SCENARIOS_NAME = "scenarios.yml"
"""The file's name; it lies beside the patterns."""
MOST_SLOTS = 20
_TOP = ("dialogue", "scenarios")
_DIALOGUE = ("yes", "no", "cancel", "words")
_SCENARIO = ("slots", "confirm", "done", "webhook", "max_asks", "expires")
_SLOT = ("entity", "ask", "choices", "required", "of", "between", "unless", "clarify", "called")


def read_scenarios(path: Path, text: str | None = None, known: BotNames | None = None) -> Scenarios:
    """Read a file of scenarios.

    Args:
        path: the file.
        text: what is read in the place of what it holds.
        known: the names that it may use; None for any.

    Raises:
        SourceErrors: all mistakes of the file.
        FileNotFoundError: there is no such file.
    """
    scenarios, source = examine_scenarios(path, text, known)
    source.raise_errors()
    return scenarios


def examine_scenarios(path: Path, text: str | None = None, known: BotNames | None = None) -> tuple[Scenarios, Source]:
    """Read a file of scenarios as far as it can be read, with the source, which has its mistakes; see `read_scenarios`.

    Raises:
        SourceErrors: the file is no text.
        FileNotFoundError: there is no such file.
    """
    reader = _Reader(Source(path, ScenarioError, text))
    scenarios = reader.read()
    if known is not None and scenarios.by_intent:
        check_names(scenarios, reader.source, known)
    return scenarios, reader.source


@dataclass
class _Reader:
    """Reads the YAML tree, whose nodes know their places; mistakes are noted in the source."""

    source: Source

    def read(self) -> Scenarios:
        root = self._tree()
        parts = self._parts(root, _TOP) if root is not None else {}
        found: dict[str, Scenario] = {}
        for key, value in self._pairs(parts.get("scenarios")):
            if not is_intent(key.value):
                self._wrong(key, "scenario.intent_name", name=key.value)
            else:
                found[key.value] = self._scenario(key.value, key, value)
        if root is not None and not found and not self.source.errors:
            self._wrong(root, "scenario.none")
        dialogue = self._parts(parts["dialogue"], _DIALOGUE) if "dialogue" in parts else {}
        usual = Scenarios(found)
        return Scenarios(
            found,
            self._intents(dialogue.get("yes"), usual.yes),
            self._intents(dialogue.get("no"), usual.no),
            self._intents(dialogue.get("cancel"), usual.cancel),
            self._words(dialogue.get("words")),
        )

    def _tree(self) -> Node | None:
        try:
            root = compose(self.source.text)
        except YamlMistake as mistake:
            self.source.complain(mistake.code or "scenario.no_yaml", max(mistake.line, 1), mistake.column)
            return None
        if root is None:
            self.source.complain("scenario.none", 1)
        return root

    def _scenario(self, intent: str, key: Node, node: Node) -> Scenario:
        parts = self._parts(node, _SCENARIO)
        pairs = list(self._pairs(parts.get("slots")))
        slots = tuple(self._slot(name.value, name, value) for name, value in pairs)
        if not slots:
            self._wrong(parts.get("slots") or key, "scenario.no_slots", name=intent)
        if len(slots) > MOST_SLOTS:
            self._wrong(parts["slots"], "scenario.slots_many", most=MOST_SLOTS)
        names = [slot.name for slot in slots]
        for at, (slot, (_, value)) in enumerate(zip(slots, pairs, strict=True)):
            known = [one.name for one in slots[:at] if one.is_required and one.unless is None]
            if slot.is_required:
                asks = [one for key, one in value.value if key.value == "ask"] if slot.asks else []
                for one in asks:
                    self._check_prompts(one, known, names)
            for other in (slot.of, slot.between, slot.unless):
                if other is not None and (other == slot.name or other not in names):
                    choices = [one for one in names if one != slot.name]
                    self._wrong(value, "scenario.slot_unknown", name=other, choices=choices)
        if "done" not in parts and "webhook" not in parts:
            self._wrong(key, "scenario.no_end", name=intent)
        confirm = self._template(parts["confirm"]) if "confirm" in parts else None
        done = self._templates(parts.get("done"))
        required = [slot.name for slot in slots if slot.is_required and slot.unless is None]
        if confirm is not None:
            self._check_prompts(parts["confirm"], required, names)
        if done:
            *others, last = self._texts(parts["done"])
            for one in others:
                self._check_prompts(one, names, names)
            self._check_prompts(last, required, names)
        return Scenario(
            intent, slots, done, confirm, self._webhook(parts.get("webhook")),
            self._whole(parts.get("max_asks"), MAX_ASKS, 1, 10), self._expires(parts.get("expires")),
        )  # fmt: skip

    def _slot(self, name: str, key: Node, node: Node) -> SlotRule:
        parts = self._parts(node, _SLOT)
        label = (self._text(parts["entity"]) or "").removeprefix("@") if "entity" in parts else name
        if not is_role(name) or not is_label(label or name):
            self._wrong(key, "scenario.slot_name", name=label or name)
        entity, _, role = (label or name).partition(":")
        required = self._flag(parts.get("required"), default=True)
        asks = self._templates(parts.get("ask"))
        if required and not asks:
            self._wrong(parts.get("ask") or key, "scenario.no_ask", name=name)
        choices = tuple(self._choice(one) for one in self._items(parts.get("choices")))
        if len(choices) > MOST_QUICK_REPLIES:
            self._wrong(parts["choices"], "answers.replies_many", most=MOST_QUICK_REPLIES, count=len(choices))
        others = ("of", "between", "unless")
        of, between, unless = (self._text(parts[one]) if one in parts else None for one in others)
        clarifies = self._flag(parts.get("clarify"), default=False)
        called = tuple(text for one in self._texts(parts.get("called")) if (text := self._text(one)) is not None)
        return SlotRule(name, entity, role or None, required, asks, choices, of, between, unless, clarifies, called)

    def _choice(self, node: Node) -> QuickReply:
        text = self._text(node) or ""
        if len(text) > LONGEST_LABEL:
            self._wrong(node, "answers.label_long", most=LONGEST_LABEL, label=text, length=len(text))
        return QuickReply(text, text)

    def _templates(self, node: Node | None) -> tuple[AnswerTemplate, ...]:
        return tuple(template for one in self._texts(node) if (template := self._template(one)) is not None)

    def _texts(self, node: Node | None) -> list[Node]:
        return self._items(node) if isinstance(node, SequenceNode) else [node] if node is not None else []

    def _template(self, node: Node) -> AnswerTemplate | None:
        text = self._text(node)
        if text is None:
            return None
        text = spelled_out(text)
        if len(text) > LONGEST_ANSWER:
            self._wrong(node, "answers.too_long", most=LONGEST_ANSWER, length=len(text))
        for match in PIECE.finditer(text):
            if match["wrong"]:
                self._wrong(node, "answers.brace_alone", brace=match[0])
        return AnswerTemplate(text)

    def _check_prompts(self, node: Node, filled: Sequence[str], names: Sequence[str]) -> None:
        """Check the slots of one prompt, or of each of several: that there are such, and that they are filled then.

        A slot in square brackets need not be filled.
        """
        for one in self._texts(node):
            template = AnswerTemplate(spelled_out(one.value) if isinstance(one, ScalarNode) else "")
            wanted = needed(template)
            for slot in template.slots:
                name, bar, particle = slot.partition("|")
                if bar:
                    self._wrong(one, "scenario.particle", slot=name, particle=particle, notation="을(를)")
                elif slot not in names:
                    self._wrong(one, "scenario.slot_unknown", name=slot, choices=list(names))
                elif slot in wanted and slot not in filled:
                    self._wrong(one, "scenario.slot_not_filled", slot=slot, choices=list(filled))

    def _webhook(self, node: Node | None) -> Webhook | None:
        if node is None:
            return None
        if isinstance(node, ScalarNode):
            url, timeout = self._text(node), None
        else:
            parts = self._parts(node, ("url", "timeout"))
            url = self._text(parts["url"]) if "url" in parts else None
            timeout = parts.get("timeout")
        if url is None or not _is_url(url):
            self._wrong(node, "scenario.webhook_url", url=url or "")
        return Webhook(url or "", float(self._whole(timeout, 3, 1, 30)))

    def _words(self, node: Node | None) -> Words:
        if node is None:
            return Words()
        names = tuple(Words.__dataclass_fields__)
        parts = self._parts(node, names)
        return Words(**{name: text for name, one in parts.items() if (text := self._text(one)) is not None})

    def _intents(self, node: Node | None, usual: frozenset[str]) -> frozenset[str]:
        if node is None:
            return usual
        return frozenset(name for one in self._texts(node) if (name := self._text(one)) is not None)

    def _expires(self, node: Node | None) -> timedelta:
        if node is None:
            return EXPIRES
        written = self._text(node) or ""
        found = duration_at(written, 0)
        if found is None or found.end != len(written) or not 0 < found.seconds <= 30 * 86400:
            self._wrong(node, "scenario.expires", got=written)
            return EXPIRES
        return timedelta(seconds=float(found.seconds))

    def _whole(self, node: Node | None, usual: int, least: int, most: int) -> int:
        if node is None:
            return usual
        written = self._text(node) or ""
        if not written.isdecimal() or not least <= int(written) <= most:
            self._wrong(node, "scenario.number", least=least, most=most, got=written)
            return usual
        return int(written)

    def _flag(self, node: Node | None, *, default: bool) -> bool:
        if node is None:
            return default
        written = (self._text(node) or "").lower()
        if written not in ("true", "false"):
            self._wrong(node, "scenario.flag", got=written)
        return written != "false"

    def _parts(self, node: Node, names: Sequence[str]) -> dict[str, Node]:
        parts: dict[str, Node] = {}
        for key, value in self._pairs(node):
            if key.value not in names:
                self._wrong(key, "answers.field_unknown", name=key.value, choices=names)
            parts.setdefault(key.value, value)
        return parts

    def _pairs(self, node: Node | None) -> Iterator[tuple[ScalarNode, Node]]:
        if node is None:
            return
        if not isinstance(node, MappingNode):
            self._wrong(node, "scenario.no_mapping")
            return
        if (twice := key_twice(node)) is not None:
            self._wrong(twice, "answers.twice", name=twice.value)
        for key, value in node.value:
            if isinstance(key, ScalarNode):
                yield key, value
            else:
                self._wrong(key, "scenario.no_name")

    def _items(self, node: Node | None) -> list[Node]:
        if node is None:
            return []
        if isinstance(node, SequenceNode):
            return list(node.value)
        self._wrong(node, "scenario.no_list")
        return []

    def _text(self, node: Node) -> str | None:
        if isinstance(node, ScalarNode) and node.value.strip():
            return str(node.value).strip()
        self._wrong(node, "scenario.no_text")
        return None

    def _wrong(self, node: Node, code: str, **values: object) -> None:
        self.source.complain(code, *place_of(node), **values)


def _is_url(written: str) -> bool:
    """Whether requests can be sent there: a scheme, a host, a port that is one, and no blank."""
    try:
        parts = urlsplit(written)
        is_place = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return is_place and parts.scheme in ("http", "https") and written.isprintable() and " " not in written
