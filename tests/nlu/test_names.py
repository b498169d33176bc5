from __future__ import annotations

from pathlib import Path

import pytest

from nlu.data.importers import read_any
from nlu.dialogue.responses import read_answers
from nlu.errors import SourceErrors
from nlu.lexicon.dictionary import read_entries
from nlu.lexicon.lexicon import Entry, Lexicon
from nlu.names import is_entity, is_intent, is_label, is_role
from nlu.pattern import parse_patterns

ENTITIES = {"loc": True, "출발지": True, "loc.city": True, "a-b/c": True, "_x": True, "2nd": False, "lo c": False}
ROLES = {"from": True, "from/to": True, "1": True, "역할.2": True, "-from": False, "a b": False}
INTENTS = {"weather": True, "faq/hours": True, "greet+order": True, "2": True, "ask weather": False, "+": False}


def accepts(read, *given) -> bool:
    try:
        read(*given)
    except SourceErrors:
        return False
    return True


@pytest.fixture
def file(tmp_path: Path):
    def file(name: str, text: str) -> Path:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return file


@pytest.mark.parametrize("name", ENTITIES)
def test_an_entity_is_called_the_same_everywhere(file, name: str) -> None:
    answers = file("answers.yml", f"nlu_fallback: 네\na: '{{{name}}}'")
    row = f'{{"text": "가", "entities": [{{"start": 0, "end": 1, "entity": "{name}"}}]}}'
    found = {
        is_entity(name),
        is_label(name),
        accepts(read_entries, file("dict.csv", f"entity,value\n{name},서울\n")),
        accepts(parse_patterns, f"[a]\n{{{name}}}", Lexicon([Entry(name, "서울")] if ENTITIES[name] else [])),
        accepts(read_any, file("a.jsonl", row)),
        accepts(read_any, file("a.yml", f"nlu:\n- intent: a\n  examples: |\n    - [서울]({name})\n")),
        accepts(read_answers, answers),
    }
    assert found == {ENTITIES[name]}


@pytest.mark.parametrize("name", ROLES)
def test_a_role_is_called_the_same_everywhere(file, name: str) -> None:
    row = f'{{"text": "가", "entities": [{{"start": 0, "end": 1, "entity": "loc", "role": "{name}"}}]}}'
    found = {
        is_role(name),
        is_label(f"loc:{name}"),
        accepts(parse_patterns, f"[a]\n{{loc:{name}}}", Lexicon([Entry("loc", "서울")])),
        accepts(read_any, file("a.jsonl", row)),
        accepts(read_answers, file("answers.yml", f"nlu_fallback: 네\na: '{{loc:{name}}}'")),
    }
    assert found == {ROLES[name]}


@pytest.mark.parametrize("name", INTENTS)
def test_an_intent_is_called_the_same_everywhere(file, name: str) -> None:
    found = {
        is_intent(name),
        accepts(parse_patterns, f"[{name}]\n네", Lexicon([])),
        accepts(read_any, file("a.jsonl", f'{{"text": "가", "intent": "{name}"}}')),
        accepts(read_any, file("a.iob", f"# intent: {name}\n서울 O\n")),
        accepts(read_answers, file("answers.yml", f'nlu_fallback: 네\n"{name}": 네')),
    }
    if " " not in name:  # of several words, Rasa's importer makes one name, and tells it
        found.add(accepts(read_any, file("a.yml", f'nlu:\n- intent: "{name}"\n  examples: |\n    - 서울\n')))
    assert found == {INTENTS[name]}
