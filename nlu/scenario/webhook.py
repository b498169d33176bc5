"""Tell another program that a scenario is done, signed, within a time, and never twice as two things."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import time
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nlu.dialogue.responses import LONGEST_ANSWER
from nlu.scenario.posting import post
from nlu.scenario.scenario import Webhook
from nlu.scenario.state import Act, Filled

SIGNATURE_HEADER = "X-NLU-Signature"
"""Holds `sha256=` and the HMAC-SHA256 of the body with the operator's secret."""
KEY_HEADER = "Idempotency-Key"
"""The same for each try to tell the same thing, also where the user says yes again later."""
_TRIES = 3
_RETRY_SECONDS = 0.2
"""Before the second try; twice as long before the third."""
_MAY_HELP = frozenset({408, 425, 429})
"""Statuses of a refusal after which another try may be taken, as after any of 500 and more."""
_UNSEEN = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
"""Signs that turn a text round."""
logger = logging.getLogger("nlu.webhook")


@dataclass(frozen=True, slots=True)
class Told:
    """What came of telling.

    Attributes:
        is_taken: whether the other program took it.
        text: what the bot should say; None where it said nothing.
    """

    is_taken: bool
    text: str | None = None


def tell(
    webhook: Webhook, act: Act, user_hash: str, occasion: str, secret: str = "", seconds: float | None = None
) -> Told:
    """Tell that a scenario is done; what fails for the moment is tried again while there is time.

    It takes no longer than the time there is, whatever the other side does: names that nobody knows, a server that
    answers a byte a second, or never. Redirects are not followed, for what is told is told to one.

    Args:
        webhook: who is told, and for how long.
        act: what was done: the intent and what fills its slots.
        user_hash: who talks.
        occasion: names this end of the scenario; the same slots told on the same occasion bear the same key.
        secret: signs it; "" for no signature.
        seconds: the time there is, where it is shorter than the webhook's.
    """
    body = json.dumps(content_of(act, user_hash), ensure_ascii=False).encode("utf-8", "replace")
    headers = {"Content-Type": "application/json; charset=utf-8", KEY_HEADER: _key(user_hash, occasion, body)}
    if secret:
        headers[SIGNATURE_HEADER] = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    give_up = time.monotonic() + (webhook.timeout if seconds is None else min(seconds, webhook.timeout))
    problem = "no time was left"
    for number in range(_TRIES):
        if (left := give_up - time.monotonic()) <= 0:
            break
        posted = post(webhook.url, body, headers, left)
        if not posted.problem:
            return Told(is_taken=True, text=_read(posted.body))
        problem = posted.problem
        if posted.status is not None and posted.status < 500 and posted.status not in _MAY_HELP:
            break
        if time.monotonic() + (pause := _RETRY_SECONDS * 2**number) >= give_up:
            break
        time.sleep(pause)
    logger.warning("the webhook of %s did not take what was done: %s", act.intent, problem)
    return Told(is_taken=False)


def content_of(act: Act, user_hash: str) -> dict[str, Any]:
    """What is told: the intent, and for each slot its values: as they are listed, as said, and what they compute to."""
    slots = {name: [_told(one) for one in several] for name, several in act.slots.items()}
    return {"intent": act.intent, "slots": slots, "user": user_hash}


def _told(filled: Filled) -> dict[str, str]:
    more = {"unit": filled.unit, "computed": filled.computed}
    return {"value": filled.value, "said": filled.said, **{name: one for name, one in more.items() if one}}


def _key(user_hash: str, occasion: str, body: bytes) -> str:
    return hashlib.sha256(f"{user_hash} {occasion} ".encode() + body).hexdigest()[:32]


def _read(answer: bytes) -> str | None:
    """Read an answer; one that is empty is a yes, one that is nonsense too, but says nothing."""
    try:
        told = json.loads(answer or b"{}")
    except (ValueError, RecursionError):
        return None
    text = told.get("text") if isinstance(told, Mapping) else None
    return _clean(text) or None if isinstance(text, str) else None


def _clean(text: str) -> str:
    r"""Leave out what can't be shown, and what is too long.

    Example:
        >>> _clean(" 네,\x00 \ud800갈게요.\n20분 뒤에요. ")
        '네, 갈게요.\n20분 뒤에요.'
    """
    shown = "".join(char for char in text[: 2 * LONGEST_ANSWER] if char == "\n" or _is_shown(char)).strip()
    if not any(char.isprintable() and not char.isspace() for char in shown):
        return ""
    return shown if len(shown) <= LONGEST_ANSWER else shown[: LONGEST_ANSWER - 1] + "…"


def _is_shown(char: str) -> bool:
    return char not in _UNSEEN and unicodedata.category(char) not in ("Cc", "Cs")
