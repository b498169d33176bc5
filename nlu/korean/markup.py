"""What a text holds for machines: addresses of pages and mailboxes, HTML tags, scripts."""

from __future__ import annotations

import re

_TAGS = (
    "a|abbr|audio|b|blockquote|body|br|button|center|code|div|em|embed|font|footer|form|h[1-6]|head|header|hr|html|i|"
    "iframe|img|input|label|li|link|meta|nav|object|ol|option|p|pre|s|section|select|small|span|strong|style|sub|sup|"
    "svg|table|tbody|td|textarea|th|thead|title|tr|u|ul|video"
)
_MARKUP = re.compile(
    r"(?:<|&lt;)(?P<code>script|style)\b.*?(?:(?:<|&lt;)/(?P=code)\s*(?:>|&gt;)|\Z)"
    rf"|</?(?:{_TAGS}|script)(?:\s[^<>]*)?/?>"
    rf"|<(?:{_TAGS})\s+[a-z-]+\s*=[^<>]*\Z"
    r"|&(?:[a-z]{2,8}|#\d{1,7}|#x[0-9a-f]{1,6});"
    r"|(?<![a-z])(?:javascript|vbscript|data):[!-~]+"
    r"|(?<![a-z])(?:[a-z][a-z0-9+.-]{1,15}://|www\.)[!-~]+"
    r"|(?<![a-z0-9._%+-])[a-z0-9][a-z0-9._%+-]{0,63}@[a-z0-9.-]{1,255}",
    re.IGNORECASE | re.DOTALL,
)


def markup(text: str) -> tuple[tuple[int, int], ...]:
    """The stretches of a text that are no speech; an address ends where Hangul begins.

    Example:
        >>> markup("<b>피자</b> 주문"), markup("http://naver.com/에서 봤어")
        (((0, 3), (5, 9)), ((0, 17),))
    """
    if not any(char in text for char in "<&:@."):
        return ()
    return tuple(match.span() for match in _MARKUP.finditer(text))
