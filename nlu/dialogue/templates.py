"""One answer with slots, and what fills them: values, several of which are joined as one says them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from nlu.korean.particles import append, attach, notation_named, notation_pattern
from nlu.types import Entity

PIECE = re.compile(
    rf"(?P<brace>\{{\{{|\}}\}})|\{{(?P<slot>[^{{}}]*)\}}|(?P<particle>{notation_pattern().pattern})|(?P<wrong>[{{}}])"
)
"""What is not plain text in a template."""

Values = Mapping[str, str | Sequence[str]]
"""Label → its value, or several in their order."""


@dataclass(frozen=True, slots=True)
class AnswerTemplate:
    """One answer with slots.

    Example:
        >>> template = AnswerTemplate("{menu} {count}을(를) 주문했어요.")
        >>> template.fill({"menu": "냉면", "count": "두 개"})
        '냉면 두 개를 주문했어요.'
        >>> template.fill({"menu": ["냉면", "피자"], "count": ["두 개", "한 판"]})
        '냉면 두 개와 피자 한 판을 주문했어요.'
        >>> template.fill({"menu": "냉면"}) is None
        True
    """

    text: str

    @property
    def slots(self) -> tuple[str, ...]:
        """The labels of its slots."""
        return tuple(match["slot"] for match in PIECE.finditer(self.text) if match["slot"] is not None)

    def fill(self, values: Values) -> str | None:
        """Fill the slots and let the particles agree; None when a slot has no value.

        Slots with nothing but a space between them, each with as many values, are filled in pairs.
        """
        if any(slot not in values for slot in self.slots):
            return None
        written, end = "", 0
        for run in self._runs():
            first, last = run[0], run[-1]
            written += self.text[end : first.start()]
            end = last.end()
            if first["slot"] is not None:
                written += _said(run, values)
            else:
                written = append(written, first["particle"]) if first["particle"] else written + first[0][0]
        return written + self.text[end:]

    def _runs(self) -> list[list[re.Match[str]]]:
        """The pieces, slots in a row together."""
        runs: list[list[re.Match[str]]] = []
        for piece in PIECE.finditer(self.text):
            before = runs[-1][-1] if runs else None
            is_next = before and self.text[before.end() : piece.start()] == " "
            if before and before["slot"] is not None and piece["slot"] is not None and is_next:
                runs[-1].append(piece)
            else:
                runs.append([piece])
        return runs


def spelled_out(text: str) -> str:
    """Write a slot with its particle inside, `{menu|을를}`, as a slot and the particle after it.

    Example:
        >>> spelled_out("{menu|을를} {to|으로}"), spelled_out("{menu|뭐}"), spelled_out("{{a|이가}}")
        ('{menu}을(를) {to}(으)로', '{menu|뭐}', '{{a|이가}}')
    """
    return PIECE.sub(lambda piece: _with_particle(piece["slot"]) or piece[0], text)


def _with_particle(slot: str | None) -> str | None:
    name, bar, particle = (slot or "").partition("|")
    notation = notation_named(particle.strip()) if bar else None
    return f"{{{name.strip()}}}{notation}" if notation else None


def _said(run: Sequence[re.Match[str]], values: Values) -> str:
    several = [_several(values[slot["slot"]]) for slot in run]
    counts = {len(one) for one in several}
    if len(run) > 1 and len(counts) == 1 and counts != {1}:
        return _and([" ".join(pair) for pair in zip(*several, strict=True)])
    return " ".join(_and(list(dict.fromkeys(one))) for one in several)


def _several(value: str | Sequence[str]) -> Sequence[str]:
    return [value] if isinstance(value, str) else value


def slot_values(entities: Iterable[Entity]) -> dict[str, list[str]]:
    """The values that fill slots, in their order: by entity, and by entity and role.

    What was said only to leave it out fills none where something else does; a computed value is said as it was said.

    Example:
        >>> slot_values([Entity("menu", 0, 2, "피자", "피자"), Entity("menu", 4, 6, "콜라", "콜라", role="side")])
        {'menu': ['피자', '콜라'], 'menu:side': ['콜라']}
    """
    found: dict[str, list[str]] = {}
    every = list(entities)
    meant = {one.entity for one in every if not one.is_negated}
    for entity in (one for one in every if not one.is_negated or one.entity not in meant):
        said = entity.raw if entity.resolved and entity.resolved.value == entity.value else entity.value
        for label in (entity.entity, f"{entity.entity}:{entity.role}" if entity.role else ""):
            if label:
                found.setdefault(label, []).append(said)
    return found


def _and(values: Sequence[str]) -> str:
    """Join values: 피자와 콜라; 피자, 콜라와 사이다."""
    if len(values) == 1:
        return values[0]
    return f"{attach(', '.join(values[:-1]), '와(과)')} {values[-1]}"
