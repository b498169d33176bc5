"""Understand an utterance: text in, `Parse` out. Loads no torch."""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from itertools import repeat
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlu import tokenizers
from nlu.data.iob import decode
from nlu.errors import BundleError, InputError, UnknownChoiceError
from nlu.features.batches import batches_by_size, batches_with_little_padding, pad
from nlu.features.encoder import FeatureEncoder, Features, FeatureSettings, FeatureVocabularies
from nlu.features.spacing import Spacer
from nlu.korean.hangul import NormalizedText, normalize
from nlu.korean.particles import following
from nlu.lexicon.lexicon import Lexicon, Match
from nlu.store.bundle import Bundle
from nlu.store.registry import locate
from nlu.types import FALLBACK_INTENT, Entity, Fallback, IntentScore, Parse, Span, Token
from nlu.understanding.crf_inference import Inference, Scores, Transitions
from nlu.understanding.entities.merge import Finding, merge
from nlu.understanding.explanation import explain
from nlu.understanding.fallback import FallbackRule, given_in_scope
from nlu.understanding.intent_evidence import EntityEvidence
from nlu.understanding.nearest_pattern import PatternIndex
from nlu.understanding.reasons import Explanation
from nlu.understanding.sessions import EntityNetwork, IntentNetwork, softmax

INTENT_NETWORK = "intent.onnx"
ENTITY_NETWORK = "entity.onnx"
INTENT_WEIGHTS = "intent.safetensors"
ENTITY_WEIGHTS = "entity.safetensors"
VOCABULARIES = "vocabularies.json"
LEXICON = "lexicon.json"
USER_DICTIONARY = "user.dic"
MODEL = "model.json"
PATTERNS = "patterns.json"
SPACING = "spacing.json"
EVIDENCE = "evidence.json"

_MOST_AT_ONCE = 2048
"""Code points that are understood at once, at most, but for a longer utterance: each takes about 10 KB meanwhile."""
_new = tuple.__new__
"""Makes a named tuple in less than half the time, which matters for one an intent."""
_NO_SCORES = np.empty(0, dtype=np.float32)
_NOTHING = Fallback("nothing", 0.0, 0.0, 0.0)


class UtteranceParser:
    """Both networks, the dictionary, and the rule that decides; made by `load`.

    Args:
        encoder: text → features.
        spacer: puts back the spaces that were left out.
        intents: the intents in the order of the logits.
        intent_network: features → logits.
        tags: the tags in the order of the emissions.
        entity_network: features → emissions.
        transitions: the CRF's scores.
        evidence: what entities say of the intent.
        rule: calibration and fallback.
        least_dictionary_confidence: the least probability of a dictionary match that the tagger passed over.
        version: what `Parse.version` says.
        patterns: the training set's patterns as `PatternIndex.to_json` writes them; read when first needed.
    """

    def __init__(
        self,
        encoder: FeatureEncoder,
        spacer: Spacer,
        intents: Sequence[str],
        intent_network: IntentNetwork,
        tags: Sequence[str],
        entity_network: EntityNetwork,
        transitions: Transitions,
        evidence: EntityEvidence,
        rule: FallbackRule,
        least_dictionary_confidence: float = 0.1,
        version: str = "",
        patterns: bytes = b"[]",
    ) -> None:
        self.encoder = encoder
        self.spacer = spacer
        self.intents = tuple(intents)
        self.tags = tuple(tags)
        self.rule = rule
        self.version = version
        self._intent_network = intent_network
        self._entity_network = entity_network
        self._transitions = transitions
        self._evidence = evidence
        self._begins = np.array([self.tags.index(f"B-{label}") for label in evidence.labels], dtype=np.intp)
        self._patterns = patterns
        self._least = least_dictionary_confidence
        self._tag_ids = {tag: number for number, tag in enumerate(self.tags)}
        self._labels_of: dict[str, list[str]] = {}
        for tag in self.tags:
            if tag.startswith("B-"):
                self._labels_of.setdefault(tag[2:].split(":")[0], []).append(tag[2:])

    @classmethod
    def load(cls, path: str | Path) -> UtteranceParser:
        """Load the active version of a registry, or one bundle.

        Args:
            path: the registry's folder (`models`), or a bundle's.

        Raises:
            BundleError: the bundle is half-written, altered or of another format.
            RegistryError: there is no active version.
        """
        return cls.from_bundle(Bundle.open(locate(Path(path))))

    @classmethod
    def from_bundle(cls, bundle: Bundle) -> UtteranceParser:
        """Build the parser from a checked bundle.

        Raises:
            BundleError: it lacks a part of the model, or one is of the wrong kind.
        """
        with _all_stays():
            return cls._from_bundle(bundle)

    @classmethod
    def _from_bundle(cls, bundle: Bundle) -> UtteranceParser:
        record = bundle.manifest.tokenizer
        settings = dict(record.settings)
        if USER_DICTIONARY in bundle.manifest.files:
            settings["user_dictionary"] = str(bundle.path(USER_DICTIONARY))
        try:
            model = bundle.read_json(MODEL)
            encoder = FeatureEncoder(
                tokenizers.create(record.name, **settings),
                Lexicon.from_json(bundle.read(LEXICON).decode()),
                FeatureVocabularies.from_json(bundle.read(VOCABULARIES).decode()),
                FeatureSettings.from_dict(model["features"]),
            )
            return cls(
                encoder,
                Spacer.from_json(bundle.read(SPACING).decode()),
                model["intents"],
                IntentNetwork(bundle.read(INTENT_NETWORK), bundle.read(INTENT_WEIGHTS)),
                model["tags"],
                EntityNetwork(bundle.read(ENTITY_NETWORK), bundle.read(ENTITY_WEIGHTS)),
                Transitions.from_safetensors(bundle.read(ENTITY_WEIGHTS)),
                EntityEvidence.from_json(bundle.read(EVIDENCE).decode(), len(model["intents"])),
                FallbackRule.from_dict(model["fallback"]),
                model["least_dictionary_confidence"],
                bundle.version,
                bundle.read(PATTERNS) if PATTERNS in bundle.manifest.files else b"[]",
            )
        except UnknownChoiceError as error:
            raise BundleError("bundle.tokenizer", folder=bundle.folder, problem=str(error)) from error
        except (KeyError, TypeError, ValueError) as error:
            raise BundleError("bundle.part", folder=bundle.folder, problem=repr(error)) from error

    def parse(self, text: str, *, intents: Collection[str] | None = None, top_n: int | None = None) -> Parse:
        """Understand one utterance.

        Args:
            text: the utterance.
            intents: only these may win and be ranked, beside `nlu_fallback`; None for all. Confidences stay those
                among all intents, and are not scaled up to a sum of 1.
            top_n: how many intents to rank at most; None for all.

        Raises:
            InputError: the text is not a string.
            UnknownChoiceError: the model has no such intent.
        """
        return self.parse_many((text,), intents=intents, top_n=top_n)[0]

    def parse_many(
        self, texts: Iterable[str], *, intents: Collection[str] | None = None, top_n: int | None = None
    ) -> list[Parse]:
        """Understand several utterances, those of one length together; see `parse`."""
        if top_n is not None and top_n < 1:
            raise ValueError(f"expected top_n of at least 1, got {top_n}")
        allowed = self._numbers(intents)
        some = batches_by_size([self._read(text) for text in texts], lambda one: len(one.text), _MOST_AT_ONCE)
        return [parse for normalized in some for parse in self._parse_together(normalized, allowed, top_n)]

    def _parse_together(
        self, normalized: Sequence[NormalizedText], allowed: list[int] | None, top_n: int | None
    ) -> list[Parse]:
        encoded = self.encoder.encode_many([one.text for one in normalized if one.text])
        found: dict[int, tuple[Scores, Inference]] = {}
        for batch in batches_with_little_padding([len(one.units) for one in encoded]):
            inputs = pad([encoded[position] for position in batch])
            inferred = self._transitions.infer(self._entity_network.emissions_of(inputs), inputs.lengths)
            found.update(zip(batch, zip(self._intent_network.logits_of(inputs), inferred, strict=True), strict=True))
        scored = ((features, *found[position]) for position, features in enumerate(encoded))
        return [
            self._parse(one, *next(scored), allowed, top_n) if one.text else self._nothing(one) for one in normalized
        ]

    def _parse(
        self,
        normalized: NormalizedText,
        features: Features,
        logits: Scores,
        inferred: Inference,
        allowed: list[int] | None,
        top_n: int | None,
    ) -> Parse:
        ranking, verdict = self._intents(logits + self._said_by(inferred), features, allowed, top_n)
        return Parse(
            text=normalized.original,
            intent=ranking[0],
            ranking=ranking,
            entities=self._entities(normalized, features, inferred),
            tokens=_original_tokens(normalized, features.tokens),
            fallback=verdict,
            version=self.version,
            unknown_ratio=features.unknown_ratio,
        )

    def _nothing(self, normalized: NormalizedText) -> Parse:
        nothing = IntentScore(FALLBACK_INTENT, 1.0)
        return Parse(normalized.original, nothing, (nothing,), (), (), _NOTHING, self.version)

    def explain(self, parse: Parse, *, intents: Collection[str] | None = None) -> Explanation:
        """Say why an answer of this parser came out as it did; exact for the intent.

        Args:
            parse: the answer.
            intents: those that were allowed.
        """
        allowed = self._numbers(intents)
        every = range(len(self.intents)) if allowed is None else allowed
        read = self._read(parse.text)
        features = self.encoder.encode(read.text)
        present = self._present(self._inferred(features)) if features.units else np.zeros(len(self._begins))
        return explain(
            parse, read, self.encoder, self._intent_network, self.intents, every, self._pattern_index,
            self._evidence, present,
        )  # fmt: skip

    @cached_property
    def _pattern_index(self) -> PatternIndex:
        return PatternIndex.from_json(self._patterns.decode())

    def intent_logits(self, text: str) -> Scores:
        """Score the intents of one text before calibration, `(K,)`; for studying the model."""
        features = self.features(text)
        logits = self._intent_network.logits(features)
        return logits + self._said_by(self._inferred(features)) if features.units else logits

    def features(self, text: str) -> Features:
        """What the networks read of one text; for studying the model."""
        return self.encoder.encode(self._read(text).text)

    def _inferred(self, features: Features) -> Inference:
        inputs = pad((features,))
        return self._transitions.infer(self._entity_network.emissions_of(inputs), inputs.lengths)[0]

    def _said_by(self, inferred: Inference) -> Scores:
        """What the entities add to the logits, `(K,)`."""
        return self._evidence.of(self._present(inferred))

    def _present(self, inferred: Inference) -> NDArray[np.float64]:
        """How likely each label is to be in the utterance, `(X,)`."""
        return inferred.anywhere()[self._begins]

    def _read(self, text: str) -> NormalizedText:
        if not isinstance(text, str):
            raise InputError("input.no_text", got=type(text).__name__)
        return self.spacer.restore(normalize(text), self.encoder.lexicon)

    def _numbers(self, intents: Collection[str] | None) -> list[int] | None:
        """The places of the intents that may win; None for all."""
        if intents is None:
            return None
        for name in intents:
            if name not in self.intents and name != FALLBACK_INTENT:
                raise UnknownChoiceError("intent", name, self.intents)
        return [at for at, name in enumerate(self.intents) if name in intents or name == FALLBACK_INTENT]

    def _intents(
        self, logits: Scores, features: Features, allowed: list[int] | None, top_n: int | None
    ) -> tuple[tuple[IntentScore, ...], Fallback]:
        names, probabilities = self.intents, softmax(logits, self.rule.temperature)
        shown = given_in_scope(names, probabilities)
        if allowed is not None:
            names, probabilities, shown = tuple(names[at] for at in allowed), probabilities[allowed], shown[allowed]
        if not names:
            nothing = IntentScore(FALLBACK_INTENT, 1.0)
            return (nothing,), Fallback("not_allowed", 0.0, self.rule.threshold)
        verdict = self.rule.judge(names, probabilities, features.ngram_coverage, features.familiarity)
        order = np.argsort(-shown, kind="stable")
        if top_n is not None:
            order = order[: top_n + 1]  # one more, since `nlu_fallback` may change its place
        ranked = zip([names[at] for at in order.tolist()], shown[order].tolist(), strict=True)
        ranking = list(map(_new, repeat(IntentScore), ranked))
        if verdict.is_fallback is not (ranking[0].name == FALLBACK_INTENT):
            doubt = IntentScore(FALLBACK_INTENT, 1.0 - verdict.score)
            others = [score for score in ranking if score.name != FALLBACK_INTENT]
            ranking = [doubt, *others] if verdict.is_fallback else [others[0], doubt, *others[1:]]
        return tuple(ranking[:top_n]), verdict

    def _entities(self, normalized: NormalizedText, features: Features, inferred: Inference) -> tuple[Entity, ...]:
        text, path, ids, lexicon = normalized.text, inferred.path, self._tag_ids, self.encoder.lexicon
        tagged = decode([self.tags[tag] for tag in path], features.units)
        if not tagged and not features.matches:
            return ()
        first_at = {unit.start: row for row, unit in enumerate(features.units)}
        last_at = {unit.end: row + 1 for row, unit in enumerate(features.units)}

        def confidence(span: Span) -> float:
            if span.start not in first_at or span.end not in last_at:
                return 0.0
            labels = [span.label] if span.role else self._labels_of.get(span.entity, [])
            rows = first_at[span.start], last_at[span.end]
            return min(1.0, sum(inferred.confidence(*rows, ids[f"B-{one}"], ids[f"I-{one}"]) for one in labels))

        def is_likely(match: Match) -> bool:
            row, labels = first_at.get(match.start), self._labels_of.get(match.entity, [])
            begins = 0.0 if row is None else sum(inferred.begins(row, ids[f"B-{one}"]) for one in labels)
            return begins >= self._least

        matches = [match for match in features.matches if is_likely(match)]
        findings = merge(text, tagged, matches, lexicon, confidence, self._least)
        places = _originals(normalized, [(finding.span.start, finding.span.end) for finding in findings])
        return tuple(
            _entity(normalized, finding, *place)
            for finding, place in zip(findings, places, strict=True)
            if place is not None
        )


@contextmanager
def _all_stays() -> Iterator[None]:
    """Make many objects without looking for garbage among them, again and again: there is none."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _entity(normalized: NormalizedText, finding: Finding, start: int, end: int) -> Entity:
    span = finding.span
    return Entity(
        entity=span.entity,
        start=start,
        end=end,
        raw=normalized.original[start:end],
        value=finding.value,
        role=span.role,
        particle=following(normalized.text, span.end),
        confidence=finding.confidence,
        sources=finding.sources,
    )


def _original_tokens(normalized: NormalizedText, tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    if normalized.text is normalized.original:
        return tokens
    places = _originals(normalized, [(token.start, token.end) for token in tokens])
    return tuple(
        Token(normalized.original[place[0] : place[1]], *place, token.pos, token.semantic)
        for token, place in zip(tokens, places, strict=True)
        if place is not None
    )


def _originals(normalized: NormalizedText, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int] | None]:
    """The stretches of the original that sorted, separate spans stand for, separate too.

    Marks typed in an unusual order compose to several characters that share one stretch; the first span over such a
    stretch has it, and a span that is left with nothing gets None.
    """
    places: list[tuple[int, int] | None] = []
    taken = 0
    for span in spans:
        start, end = normalized.to_original(*span)
        start = max(start, taken)
        places.append((start, end) if start < end else None)
        taken = max(taken, end)
    return places
