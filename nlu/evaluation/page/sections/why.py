"""Why an utterance was not understood, in Korean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nlu.evaluation.page.html import Content, tag
from nlu.evaluation.page.shell import folded
from nlu.evaluation.page.words import intent_name, percent

_CAUSES = {
    "not_understood": "모른다고 했습니다",
    "should_be_declined": "봇이 할 일이 아닌 말인데 답했습니다",
    "nearest_says_other": "가장 가까운 줄이 다른 의도의 줄입니다",
    "words_say_other": "가까운 줄과 달리, 이 말들이 다른 의도를 가리켰습니다",
    "entity_missed": "개체를 놓쳤습니다",
    "entity_invented": "없는 개체를 찾았습니다",
    "entity_other": "개체의 자리, 종류나 역할이 다릅니다",
}
_FALLBACKS = {
    "unfamiliar": "배운 적 없는 글자가 많습니다",
    "unsure": "어느 의도도 두드러지지 않습니다",
    "out_of_scope": "봇이 할 일이 아닌 말과 닮았습니다",
    "nothing": "글자가 없습니다",
    "not_allowed": "허락된 의도가 없습니다",
}


def told(why: Mapping[str, Any]) -> Content:
    """The cause in a line; pressed, the nearest line, the words that spoke for the answer, and the entities."""
    lines: list[Content] = []
    if nearest := why["nearest"]:
        alike = percent(nearest["similarity"], 0)
        where = nearest["origin"] or "들여온 발화"
        said = f" [{nearest['intent']}] {where}, {alike} 닮음"
        lines.append(["가장 가까운 줄: ", tag("code", nearest["example"]), said])
    if why["fallback"]:
        lines.append(f"거절한 까닭: {_FALLBACKS.get(why['fallback'], why['fallback'])}")
    if why["words"] and not why["cause"].startswith("entity"):
        words = ", ".join(f"{text} {percent(part, 0)}" for text, part in why["words"])
        over = f", {intent_name(why['over'])}보다" if why["over"] else ""
        lines.append(f"끌어당긴 말 ({intent_name(why['towards'])} 쪽으로{over}): {words}")
    if known := [name[:-1] for name in why["missed"] if name.endswith("*")]:
        lines.append(f"사전에 있는데 놓친 값: {', '.join(known)}")
    if unknown := [name for name in why["missed"] if not name.endswith("*")]:
        lines.append(f"사전에 없어서 놓친 값: {', '.join(unknown)}")
    cause = tag("small", _CAUSES.get(why["cause"], why["cause"]))
    return folded(cause, tag("ul", [tag("li", line) for line in lines])) if lines else tag("div", cause)
