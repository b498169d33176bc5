"""Every message that code names is in the tables that it needs, and every message there is named."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

import pytest

from nlu import errors
from nlu.messages import TABLES, Language, word

ROOT = Path(__file__).resolve().parents[3]
CODE = re.compile(r"[a-z]+(\.[a-z_]+)+")
INSIDE = {"names.all", "names.closest", "names.more", "names.none", "names.nothing_yet"}
"""Rows of the messages themselves."""
COMPUTED = (
    "compress", "ended", "fallback", "finding", "kind", "run", "refused", "stage", "step",
    "trial", "tuned", "unit",
)  # fmt: skip
"""Tables of codes that the product has without this prefix."""
TELLERS = {"Notice", "Problem", "Term", "complain", "_complain", "fail", "_fail", "_wrong", "_wrong_at", "mistake"}
"""What takes the code of a message that is said in Korean only, beside the mistakes of authors' files."""


def trees() -> Iterator[tuple[str, ast.Module]]:
    for folder in ("nlu", "server"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "messages" not in path.parts:
                yield folder, ast.parse(path.read_text(encoding="utf-8"))


NODES = [(folder, node) for folder, tree in trees() for node in ast.walk(tree)]
TEXTS = {node.value for _, node in NODES if isinstance(node, ast.Constant) and isinstance(node.value, str)}
ROWS = {code for table in TABLES.values() for code in table}


@dataclass(frozen=True)
class Call:
    """A call that names a message: the code, the languages it is said in, the values it passes where it passes all."""

    code: str
    languages: tuple[Language, ...]
    passed: frozenset[str] | None


def languages_of(name: str, folder: str) -> tuple[Language, ...]:
    kind = getattr(errors, name, None)
    if name in TELLERS or (isinstance(kind, type) and issubclass(kind, errors.SourceError)):
        return ("ko",)
    if name.endswith(("Error", "Unavailable", "Refused", "Unwritable")):
        return ("en",) if folder == "server" else ("en", "ko")
    return ()


def calls() -> Iterator[Call]:
    for folder, node in NODES:
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func).rpartition(".")[2]
            languages, names = languages_of(name, folder), {one.arg for one in node.keywords}
            passed = None if None in names or name in TELLERS else frozenset(map(str, names))
            for one in node.args if languages else ():
                if isinstance(one, ast.Constant) and CODE.fullmatch(str(one.value)):
                    yield Call(str(one.value), languages, passed)


CALLS = list(calls())


def names_of(template: str) -> set[str]:
    """The values that a template names, those in `near …` too."""
    parts = [(name, spec or "") for _, name, spec, _ in Formatter().parse(template) if name is not None]
    return {name for name, _ in parts} | {spec.removeprefix("near ") for _, spec in parts if spec.startswith("near ")}


def test_every_message_that_is_told_is_in_the_tables_of_its_languages() -> None:
    assert len(CALLS) > 100
    missing = {(one.code, language) for one in CALLS for language in one.languages if one.code not in TABLES[language]}
    assert missing == set()


def test_every_message_is_named_somewhere() -> None:
    computed = {code for code in ROWS if code.startswith(COMPUTED) and code.rpartition(".")[2] in TEXTS}
    assert sorted(ROWS - TEXTS - INSIDE - computed) == []


def test_a_row_names_no_value_that_is_not_passed() -> None:
    wrong = [
        (one.code, sorted(missing))
        for one in CALLS
        for language in one.languages
        if one.passed and (missing := names_of(TABLES[language].get(one.code, "")) - one.passed)
    ]
    assert wrong == []


def test_particles_agree_with_the_values() -> None:
    words = [word("package.missing", {"package": name, "install": ""}, "ko") for name in ("konlpy", "psycopg", "java")]
    assert [text.split(" 필요")[0] for text in words] == ["패키지 konlpy가", "패키지 psycopg가", "패키지 java가"]


def test_no_names_are_said_to_be_none() -> None:
    assert word("choice.unknown", {"kind": "entity", "name": "loc", "choices": ()}, "en").endswith("there are: none")
    assert word("choice.unknown", {"kind": "entity", "name": "loc", "choices": ()}, "ko").endswith("있는 것: 없음")


def test_every_kind_of_choice_is_named_in_the_readers_language() -> None:
    made = [node for _, node in NODES if isinstance(node, ast.Call) and ast.unparse(node.func) == "UnknownChoiceError"]
    kinds = {kind.value for node in made if isinstance(kind := node.args[0], ast.Constant)}
    assert {"intent", "figure", "slice"} <= kinds
    assert {f"kind.{kind}" for kind in kinds} <= TABLES["ko"].keys() & TABLES["en"].keys()


def test_what_is_no_row_is_shown_as_it_is() -> None:
    assert word("{not} a code", {}, "en") == "{not} a code"


# ------------------------------------------------------------------------------------------ particles of all messages


SOUNDS = {
    **dict.fromkeys(("피자", "[날씨]", "'거'", "KTX", "2", "a/b.txt", "50%", "weather"), 0),
    **dict.fromkeys(("서울", "[정말]", "'물'", "url", "1", "apple"), 1),
    **dict.fromkeys(("냉면", "[주문]", "'밥'", "10", "room", "(집)"), 2),
}
"""Values, and whether they end in a vowel, in ㄹ or in another consonant when a Korean reads them aloud."""
FORMS = {
    "은(는)": "는은은",
    "이(가)": "가이이",
    "을(를)": "를을을",
    "과(와)": "와과과",
    "와(과)": "와과과",
    "(으)로": ("로", "로", "으로"),
    "(이)라는": ("라는", "이라는", "이라는"),
    "(이)랑": ("랑", "이랑", "이랑"),
    "(이)면서": ("면서", "이면서", "이면서"),
    "(이)어야": ("여야", "이어야", "이어야"),
}
"""How each notation is said after each sound."""
NOTATION = re.compile(r"은\(는\)|이\(가\)|을\(를\)|과\(와\)|와\(과\)|\([으이]\)[가-힣]")
AFTER = re.compile(rf"(['\"\])}}>]*)({'|'.join(map(re.escape, FORMS))})")
FIXED = re.compile(
    r"['\"\])}>]*(은|는|이|가|을|를|과|와|로|으로|이랑|랑|이?라는|이?라고|이?면서|이?어야|이야|이에요|예요)(?![가-힣])"
)
SHOWN = {"pattern.particle_alone", "finding.fixed-particle"}
"""Messages that show a notation as an author writes it."""


class Value(str):
    """A text that is shown as it is, whatever format a template asks for."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return str(self)

    def __repr__(self) -> str:
        return str(self)


class Same(dict[str, object]):
    """Gives every name of a template one value."""

    def __missing__(self, name: str) -> object:
        return self["value"]


def pieces(code: str) -> Iterator[tuple[str, str]]:
    """The texts of a Korean message that come after a value, each with the text before that value."""
    earlier, name = "", None
    for literal, following, _, _ in Formatter().parse(TABLES["ko"][code]):
        if name is not None:
            yield literal, earlier
        earlier, name = literal, following


@pytest.mark.parametrize("value", SOUNDS)
def test_every_particle_after_a_value_is_the_one_that_is_said(value: str) -> None:
    checked = 0
    for code in TABLES["ko"]:
        text = word(code, Same(value=Value(value)), "ko")
        for literal, earlier in pieces(code):
            match = AFTER.match(literal)
            if match is None or (")" in match[1] and "(" in earlier) or re.search(r"[\w%]\Z", earlier):
                continue  # after a gloss in brackets the word before it counts, and a word is read as a whole
            assert f"{value}{match[1]}{FORMS[match[2]][SOUNDS[value]]}" in text, (code, text)
            checked += 1
    assert checked > 40


def test_no_particle_is_left_undecided_or_fixed() -> None:
    texts = {code: word(code, Same(value=Value("피자")), "ko") for code in sorted(set(TABLES["ko"]) - SHOWN)}
    assert {code: found[0] for code, text in texts.items() if (found := NOTATION.search(text))} == {}
    fixed = [
        (code, literal)
        for code in TABLES["ko"]
        for literal, earlier in pieces(code)
        if FIXED.match(literal) and not AFTER.match(literal) and not (literal.startswith(")") and "(" in earlier)
    ]
    assert fixed == []
