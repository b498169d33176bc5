"""The blocks that acceptance writes: lines under a comment that says when, by which decision, and whether they changed.

```
# 받은함 2026-11-30 #17 (3f2a9c)
{loc}에 주차장 <있어>
```

The comment ends in a digest of the lines below it, so that they are taken out again only as they were written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from hashlib import blake2b
from typing import Literal, NamedTuple

Kind = Literal["lines", "intent", "synonym"]
_NAMES: dict[Kind, str] = {"lines": "", "intent": " 의도", "synonym": " 동의어"}
_MARK = re.compile(
    r"\s*# 받은함 (?P<day>\d{4}-\d\d-\d\d) #(?P<number>\d+)(?P<kind> 의도| 동의어)? \((?P<digest>[0-9a-f]{6})\)"
    r"(?: \+(?P<added>.*))?"
)
_LONGEST = 50
"""Lines of a block at most."""


class Block(NamedTuple):
    """A block as it stands in a file.

    Attributes:
        number: of the decision that wrote it.
        kind: lines of a pattern or a dictionary, the heading of an intent, or a row that got a synonym.
        first: its comment's line, from 1.
        last: its last line; None where what stands below the comment is not what was written.
        added: of a synonym, what its row got.
    """

    number: int
    kind: Kind
    first: int
    last: int | None
    added: str = ""


def comment(day: date, number: int, lines: Sequence[str], kind: Kind = "lines", added: str = "") -> str:
    """Write the comment of a block.

    Example:
        >>> comment(date(2026, 11, 30), 17, ["{loc} 주차장 있어"])
        '# 받은함 2026-11-30 #17 (b55b2b)'
    """
    more = f" +{added}" if added else ""
    return f"# 받은함 {day.isoformat()} #{number}{_NAMES[kind]} ({_digest(lines)}){more}"


def blocks(lines: Sequence[str]) -> Iterator[Block]:
    """Find the blocks of a file."""
    kinds = {name: kind for kind, name in _NAMES.items()}
    for at, line in enumerate(lines):
        if found := _MARK.fullmatch(line.rstrip()):
            sizes = range(1, min(_LONGEST, len(lines) - at - 1) + 1)
            size = next((n for n in sizes if _digest(lines[at + 1 : at + 1 + n]) == found["digest"]), None)
            last = None if size is None else at + 1 + size
            yield Block(int(found["number"]), kinds[found["kind"] or ""], at + 1, last, found["added"] or "")


def _digest(lines: Sequence[str]) -> str:
    return blake2b("\n".join(lines).encode("utf-8", "surrogatepass"), digest_size=3).hexdigest()
