"""Endings of utterances, said by the author's macros: 알려 주세요 is 알려 <줘>."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nlu.induction.macros import Macro, Macros
from nlu.induction.units import Unit
from nlu.induction.written import escaped

_ASKING = frozenset("주줘줄줬달봐볼")
"""How the words of asking begin that follow a verb without a space."""


def macro_unit(macro: Macro) -> Unit:
    """The unit that a macro is in a line."""
    name = f"<{macro.name}>"
    return Unit(name, name, "macro", True, len(macro.texts))


def with_ending(units: Sequence[Unit], macros: Macros, most: int) -> Sequence[Unit]:
    """Say the longest ending that a macro has by that macro, where something with meaning stands before it.

    An ending begins with a unit, or inside of a verb with a word of asking: 보내주세요 is 보내<줘>.

    Args:
        units: of one utterance.
        macros: the author's.
        most: how many texts the macro may have.
    """
    for start, unit in enumerate(units):
        if any(one.word_class == "slot" for one in units[start:]):
            continue
        rest = "".join(one.said for one in units[start + 1 :])
        has_meaning = any(one.is_content for one in units[:start])
        for cut in range(len(unit.said) if unit.word_class == "verb" else 1):
            if not (unit.said[cut] in _ASKING if cut else has_meaning):
                continue
            macro = macros.ending(unit.said[cut:] + rest, most)
            if macro is None:
                continue
            if cut:
                stem = replace(unit, written=escaped(unit.said[:cut]), said=unit.said[:cut])
                return [*units[:start], stem, macro_unit(macro)]
            return [*units[:start], replace(macro_unit(macro), is_glued=unit.is_glued)]
    return units
