"""What was measured on what: model, files and their hashes, counts, seed."""

from __future__ import annotations

from collections.abc import Mapping

from nlu.evaluation.page.html import Content, tag
from nlu.evaluation.page.shell import Section
from nlu.evaluation.page.table import facts
from nlu.evaluation.page.view import View
from nlu.evaluation.page.words import count

_KINDS = {
    "unseen": "학습할 때 떼어 둔 test 부분 (처음 보는 발화)",
    "files": "받은 파일",
    "learned": "data 폴더의 test 부분 (이 모델이 배운 발화)",
}
_PARTS = {"train": "학습", "dev": "조정", "test": "평가", "refit": "다시 학습"}


def about(view: View) -> Section | None:
    """Where the figures come from."""
    known = view.part("about")
    if not known:
        return None
    errors = sum(sum(row.values()) - row.get(name, 0) for name, row in view.part("confusion").items())
    pairs: list[tuple[str, Content]] = [
        ("무엇으로 쟀나", _KINDS[known["kind"]]),
        ("잰 발화", f"{count(view.part('slices')['all']['utterances'])}개 (의도가 틀린 것 {count(errors)}개)"),
    ]
    kinds = [f"{word} {len(view.part(key))}가지" for key, word in (("intents", "의도"), ("entities", "개체"))
             if view.part(key)]  # fmt: skip
    pairs += [("의도와 개체 종류", ", ".join(kinds))] if kinds else []
    if known.get("version"):
        pairs.append(("모델", known["version"]))
    if known.get("created_at"):
        pairs.append(("모델을 만든 때", f"{known['created_at'][:16].replace('T', ' ')} (UTC)"))
    if known.get("counts"):
        shown = [f"{_PARTS.get(part, part)} {count(number)}개" for part, number in known["counts"].items() if number]
        pairs.append(("데이터", ", ".join(shown)))
    if known.get("seed") is not None:
        pairs.append(("씨앗 (seed)", str(known["seed"])))
    pairs += [("잰 파일", _hashes(known["measured"]))] if known.get("measured") else []
    pairs += [("모델을 만든 파일", _hashes(known["inputs"]))] if known.get("inputs") else []
    note = "같은 파일과 같은 씨앗이면 같은 점수가 나옵니다. 해시(SHA-256)가 같으면 같은 파일입니다."
    return Section("data", "데이터와 모델", facts(pairs), note)


def _hashes(files: Mapping[str, str]) -> Content:
    return tag("ul", [tag("li", name, " ", tag("code", digest[:16], title=digest)) for name, digest in files.items()])
