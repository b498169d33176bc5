"""Every message that code names is in the tables that it needs, and every message there is named."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import get_args

from nlu.messages import TABLES, word
from nlu.types import FallbackCode

ROOT = Path(__file__).resolve().parents[3]
KOREAN, ENGLISH = TABLES["ko"], TABLES["en"]


def names_of(template: str) -> set[str]:
    """The values that a template names, those in `near …` too."""
    parts = [(name, spec or "") for _, name, spec, _ in Formatter().parse(template) if name is not None]
    return {name for name, _ in parts} | {spec.removeprefix("near ") for _, spec in parts if spec.startswith("near ")}


def trees() -> Iterator[ast.Module]:
    for folder in ("nlu", "server"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "messages" not in path.parts:
                yield ast.parse(path.read_text(encoding="utf-8"))


NODES = [node for tree in trees() for node in ast.walk(tree)]
TEXTS = {node.value for node in NODES if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def calls() -> Iterator[tuple[str, str, set[str]]]:
    """Each call that names a message in its first arguments: the function, the code, the values it passes by name."""
    for node in NODES:
        if isinstance(node, ast.Call):
            codes = [one.value for one in node.args if isinstance(one, ast.Constant) and one.value in ROWS]
            passed = {one.arg for one in node.keywords}
            if codes and None not in passed:
                yield ast.unparse(node.func).rpartition(".")[2], str(codes[0]), {str(name) for name in passed}


ROWS = {*KOREAN, *ENGLISH}


def test_every_message_is_named_somewhere() -> None:
    inside = {"names.all", "names.closest", "names.more", "names.none", "names.nothing_yet"}
    made = {f"fallback.{code}" for code in get_args(FallbackCode)}
    assert sorted(ROWS - TEXTS - inside - made) == []


def test_a_row_names_no_value_that_is_not_passed() -> None:
    wrong = [
        (code, sorted(missing))
        for name, code, passed in calls()
        if name.endswith("Error") and passed
        for table in TABLES.values()
        if code in table and (missing := names_of(table[code]) - passed)
    ]
    assert wrong == []


def test_particles_agree_with_the_values() -> None:
    words = [word("package.missing", {"package": name, "install": ""}, "ko") for name in ("konlpy", "psycopg", "java")]
    assert [text.split(" 필요")[0] for text in words] == ["패키지 konlpy가", "패키지 psycopg가", "패키지 java가"]


def test_no_names_are_said_to_be_none() -> None:
    assert word("choice.unknown", {"kind": "entity", "name": "loc", "choices": ()}, "en").endswith("there are: none")
    assert word("choice.unknown", {"kind": "entity", "name": "loc", "choices": ()}, "ko").endswith("있는 것: 없음")


def test_what_is_no_row_is_shown_as_it_is() -> None:
    assert word("{not} a code", {}, "en") == "{not} a code"
