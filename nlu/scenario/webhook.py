"""Tell another program that a scenario is done, signed, within a time, and never twice as two things."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nlu.scenario.scenario import Webhook
from nlu.scenario.state import Act

SIGNATURE_HEADER = "X-NLU-Signature"
"""Holds `sha256=` and the HMAC-SHA256 of the body with the operator's secret."""
KEY_HEADER = "Idempotency-Key"
"""The same for each try to tell the same thing."""
_MOST_BYTES = 64 * 1024
_LONGEST = 1000
_RETRY_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Told:
    """What came of telling.

    Attributes:
        is_taken: whether the other program took it.
        text: what the bot should say; None where it said nothing.
    """

    is_taken: bool
    text: str | None = None


def tell(webhook: Webhook, act: Act, user_hash: str, turn: int, secret: str = "") -> Told:
    """Tell that a scenario is done; a failed try is made once more while there is time.

    Args:
        webhook: who is told, and for how long.
        act: what was done: the intent and what fills its slots.
        user_hash: who talks.
        turn: the turn, which tells one telling from another.
        secret: signs it; "" for no signature.
    """
    body = json.dumps(content_of(act, user_hash), ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json; charset=utf-8", KEY_HEADER: _key(user_hash, turn, body)}
    if secret:
        headers[SIGNATURE_HEADER] = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    give_up = time.monotonic() + webhook.timeout
    while (left := give_up - time.monotonic()) > 0:
        request = urllib.request.Request(webhook.url, body, headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=left) as answer:
                return _read(answer.read(_MOST_BYTES))
        except urllib.error.HTTPError as error:
            if error.code < 500:
                return Told(is_taken=False)
        except (OSError, ValueError):
            pass
        time.sleep(min(_RETRY_SECONDS, max(0.0, give_up - time.monotonic())))
    return Told(is_taken=False)


def content_of(act: Act, user_hash: str) -> dict[str, Any]:
    """What is told: the intent, and for each slot its values."""
    slots = {
        name: [{"value": one.value, "said": one.said, **({"unit": one.unit} if one.unit else {})} for one in several]
        for name, several in act.slots.items()
    }
    return {"intent": act.intent, "slots": slots, "user": user_hash}


def _key(user_hash: str, turn: int, body: bytes) -> str:
    return hashlib.sha256(f"{user_hash} {turn} ".encode() + body).hexdigest()[:32]


def _read(answer: bytes) -> Told:
    """Read an answer; one that is empty is a yes, one that is nonsense too, but says nothing."""
    try:
        told = json.loads(answer or b"{}")
    except ValueError:
        return Told(is_taken=True)
    text = told.get("text") if isinstance(told, Mapping) else None
    return Told(is_taken=True, text=text[:_LONGEST] if isinstance(text, str) and text.strip() else None)
