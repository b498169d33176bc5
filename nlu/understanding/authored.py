"""What an author wrote is answered as it is written: utterances that patterns say, and imported rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from hashlib import blake2b
from typing import NamedTuple

import orjson

from nlu.data.alignment import normalize_utterance, to_word_ends
from nlu.korean.final_marks import core_ends, once_each
from nlu.lexicon.dictionary import squeeze
from nlu.lexicon.lexicon import Lexicon
from nlu.pattern.recognizer import Recognizer
from nlu.pattern.table import PatternTable
from nlu.store.bundle import Bundle, shared_file
from nlu.types import LabelledUtterance, Span
from nlu.understanding.entities.merge import Finding
from nlu.understanding.training_examples import TrainingExamples

_PATTERNS, _ROWS, _WHOLE_WORDS = "authored_patterns.json", "authored_rows.json", "authored_whole_words"
_SOURCES = ("pattern",)
_DIGEST_SIZE, _PURPOSE = 10, b"authored row"

_Entity = tuple[int, int, str, str | None, str | None]
"""Start and end in the text without spaces, type, role, and the canonical value where a row gives one."""


class Authored(NamedTuple):
    """One way to read a text as it was written.

    Attributes:
        intent: the intent.
        origin: the pattern's file and line; "" where it is an imported row.
        findings: the entities.
        rank: the less, the better: other final marks, then characters outside of entities, then entities.
    """

    intent: str
    origin: str
    findings: tuple[Finding, ...]
    rank: tuple[int, int, int]


class AuthoredUtterances:
    """Answers what was written, up to spaces, case and final marks, without a network.

    Values are the dictionary's of the moment. Of imported rows, which people may have said, the bundle keeps the
    labels and a hash of the text.

    Args:
        patterns: the patterns, or a table as JSON, which is read when it is first asked.
        rows: hash of a text → for each of its intents the entities; or as JSON.
        whole_words: whether entities of patterns end where their word ends.
    """

    def __init__(
        self,
        patterns: PatternTable | bytes = b"",
        rows: dict[str, list[tuple[str, list[_Entity]]]] | bytes = b"",
        *,
        whole_words: bool = False,
    ) -> None:
        self._patterns, self._given_rows, self._whole_words = patterns, rows, whole_words

    @classmethod
    def learn(cls, examples: TrainingExamples) -> AuthoredUtterances:
        """Know nothing: a model is measured by what its networks understand, and told this afterwards."""
        return cls()

    @classmethod
    def of(
        cls, patterns: PatternTable | bytes, rows: Iterable[LabelledUtterance], *, whole_words: bool = False
    ) -> AuthoredUtterances:
        """Know patterns and labelled utterances; of utterances that say the same with one intent, the first counts."""
        known: dict[str, list[tuple[str, list[_Entity]]]] = {}
        for utterance in map(normalize_utterance, rows):
            key, entities = _row(utterance)
            several = known.setdefault(_hash(key), [])
            if utterance.intent and all(intent != utterance.intent for intent, _ in several):
                several.append((utterance.intent, entities))
        return cls(patterns, known, whole_words=whole_words)

    @cached_property
    def _recognizer(self) -> Recognizer:
        table = self._patterns
        return Recognizer(table if isinstance(table, PatternTable) else PatternTable.from_json(table))

    @cached_property
    def _rows(self) -> dict[str, list[tuple[str, list[_Entity]]]]:
        return self._given_rows if isinstance(self._given_rows, dict) else orjson.loads(self._given_rows or b"{}")

    def find(self, text: str, lexicon: Lexicon) -> list[Authored]:
        """Find how a normalised text was written, once for each intent; several intents contradict each other.

        Where final marks differ, what differs least counts.
        """
        found = [*self._of_rows(text, lexicon), *self._of_patterns(text, lexicon)]
        least = min((one.rank[0] for one in found), default=0)
        best: dict[str, Authored] = {}
        for one in found:
            if one.rank[0] == least and (one.intent not in best or one.rank < best[one.intent].rank):
                best[one.intent] = one
        return list(best.values())

    def _of_patterns(self, text: str, lexicon: Lexicon) -> Iterator[Authored]:
        if not self._patterns:
            return
        places = [at for at, char in enumerate(text) if not char.isspace()]
        for line, entities, marks in self._recognizer.lines(text, lexicon):
            spans: Sequence[Span] = [
                Span(places[one.start], places[one.end - 1] + 1, one.entity, one.role, one.value) for one in entities
            ]
            findings = tuple(map(_finding, to_word_ends(text, spans) if self._whole_words else spans))
            covered = sum(one.end - one.start for one in entities)
            yield Authored(line.intent, line.origin, findings, (marks, -covered, len(entities)))

    def _of_rows(self, text: str, lexicon: Lexicon) -> Iterator[Authored]:
        if not self._given_rows:
            return
        squeezed = squeeze(text)
        places = [at for at, char in enumerate(text) if not char.isspace()]
        ends = core_ends(squeezed)
        keys = {squeezed[:end]: len(squeezed) - end for end in {*ends[:3], len(squeezed)} if end}
        if not ends[0]:  # nothing but marks
            keys = {once_each(squeezed): 0}
        for key, marks in keys.items():
            for intent, entities in self._rows.get(_hash(key), ()):
                findings = []
                for start, end, entity, role, value in entities:
                    first, last = places[start], places[end - 1] + 1
                    raw = text[first:last]
                    if value is None:
                        value = lexicon.canonical(entity, raw)
                    findings.append(_finding(Span(first, last, entity, role, raw if value is None else value)))
                yield Authored(intent, "", tuple(findings), (marks, -len(squeezed), 0))

    def files(self) -> dict[str, bytes]:
        """What a bundle keeps of it."""
        table = self._patterns
        patterns = table.to_json() if isinstance(table, PatternTable) else table
        rows = orjson.dumps(self._given_rows) if isinstance(self._given_rows, dict) else self._given_rows
        return {
            **shared_file(**{_WHOLE_WORDS: self._whole_words}),
            **({_PATTERNS: patterns} if patterns else {}),
            **({_ROWS: rows} if self._given_rows else {}),
        }

    @classmethod
    def read(cls, bundle: Bundle) -> AuthoredUtterances:
        """Read what `files` wrote; a bundle without is one that knows nothing."""
        known = bundle.manifest.files
        patterns, rows = (bundle.read(name) if name in known else b"" for name in (_PATTERNS, _ROWS))
        whole_words = bool(patterns) and bool(bundle.shared(_WHOLE_WORDS))
        return cls(patterns, rows, whole_words=whole_words)


def _row(utterance: LabelledUtterance) -> tuple[str, list[_Entity]]:
    """What a row is known by, and its entities."""
    squeezed = squeeze(utterance.text)
    before = [0]
    for char in utterance.text:
        before.append(before[-1] + (not char.isspace()))
    entities: list[_Entity] = []
    for span in utterance.spans:
        raw = utterance.text[span.start : span.end]
        value = None if span.value == raw else span.value
        entities.append((before[span.start], before[span.end], span.entity, span.role, value))
    end = core_ends(squeezed)[0]
    if any(span_end > end for _, span_end, *_ in entities):
        return squeezed, entities
    return squeezed[:end] or once_each(squeezed), entities


def _hash(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_DIGEST_SIZE, person=_PURPOSE).hexdigest()


def _finding(span: Span) -> Finding:
    return Finding(replace(span, value=None), str(span.value), 1.0, _SOURCES)
