"""A long text in the balloons of a channel, cut where a reader would pause."""

from __future__ import annotations

_PAUSES = ("\n", ". ", "? ", "! ", " ")


def balloons(text: str, longest: int, most: int) -> list[str]:
    """Cut a text into pieces; of one that is too long for all of them the end is left out.

    Args:
        text: the text.
        longest: characters of one piece.
        most: pieces.

    Example:
        >>> balloons("네, 좋아요. 피자를 시킬까요?", 12, 3)
        ['네, 좋아요.', '피자를 시킬까요?']
        >>> balloons("가나다라마바사", 3, 2)
        ['가나다', '라마…']
    """
    pieces: list[str] = []
    rest = text
    while len(rest) > longest and len(pieces) < most - 1:
        cut = _pause(rest, longest)
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*pieces, rest if len(rest) <= longest else rest[: longest - 1] + "…"]


def _pause(text: str, longest: int) -> int:
    """Where to cut the first piece: behind the last pause in its second half, else at its end."""
    for pause in _PAUSES:
        at = text.rfind(pause, longest // 2, longest)
        if at >= 0:
            return at + len(pause)
    return longest
