"""Understand an utterance: text in, `Parse` out. Loads no torch."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from nlu.errors import InputError, UnknownChoiceError
from nlu.features.batches import batches_by_size, batches_with_little_padding, pad
from nlu.features.encoder import Features
from nlu.features.reading import plain
from nlu.korean.marks import cuts
from nlu.korean.normalization import NormalizedText, normalize
from nlu.korean.particles import following
from nlu.lexicon.lexicon import Lexicon
from nlu.store.bundle import Bundle
from nlu.store.registry import locate
from nlu.types import FALLBACK_INTENT, Entity, Fallback, IntentScore, Parse, Token
from nlu.understanding.asked_at import AskedAt
from nlu.understanding.authored import Authored
from nlu.understanding.crf_inference import Inference, Scores
from nlu.understanding.entities.merge import Finding
from nlu.understanding.entities.values import read_values
from nlu.understanding.explanation import as_written, explain
from nlu.understanding.model import TrainedModel
from nlu.understanding.reasons import Explanation
from nlu.understanding.sessions import softmax

_MOST_AT_ONCE = 2048
"""Code points that are understood at once, at most, but for a longer utterance: each takes about 10 KB meanwhile."""
_NO_SCORES = np.empty(0, dtype=np.float32)
_NOTHING = Fallback("nothing", 0.0, 0.0, 0.0)


class _Written(NamedTuple):
    """How an author wrote a text, and the reading of it whose characters the findings count."""

    reading: NormalizedText
    found: list[Authored]


class UtteranceParser:
    """Answers what utterances mean.

    Args:
        model: everything it was taught.
    """

    def __init__(self, model: TrainedModel) -> None:
        self.model = model

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
        return cls(TrainedModel.read(bundle))

    @property
    def version(self) -> str:
        """The version of the model: what `Parse.version` says."""
        return self.model.version

    @property
    def lexicon(self) -> Lexicon:
        """The dictionary that it reads by."""
        return self.model.encoder.lexicon

    @property
    def intents(self) -> tuple[str, ...]:
        """The intents it knows, in the order of the logits."""
        return self.model.intents.names

    def parse(
        self,
        text: str,
        *,
        intents: Collection[str] | None = None,
        top_n: int | None = None,
        asked_at: AskedAt | None = None,
    ) -> Parse:
        """Understand one utterance.

        Args:
            text: the utterance.
            intents: only these may win and be ranked, beside `nlu_fallback`; None for all. Confidences are then those
                of someone who means one of these or none; what the threshold asks of the best of them stays the same.
            top_n: how many intents to rank at most; None for all. Cut off, the confidences sum to less than 1.

            asked_at: when and where it is asked, which says what 내일 is; None for now, in Korea.

        Raises:
            InputError: the text is not a string.
            UnknownChoiceError: the model has no such intent.
        """
        return self.parse_many((text,), intents=intents, top_n=top_n, asked_at=asked_at)[0]

    def parse_many(
        self,
        texts: Iterable[str],
        *,
        intents: Collection[str] | None = None,
        top_n: int | None = None,
        asked_at: AskedAt | None = None,
    ) -> list[Parse]:
        """Understand several utterances, those of one length together; see `parse`."""
        if top_n is not None and top_n < 1:
            raise ValueError(f"expected top_n of at least 1, got {top_n}")
        allowed = self._numbers(intents)
        some = batches_by_size([self._read(text) for text in texts], lambda one: len(one.text), _MOST_AT_ONCE)
        parses = [parse for normalized in some for parse in self._parse_together(normalized, allowed, top_n)]
        return read_values(parses, self.model.encoder.lexicon, asked_at)

    def _parse_together(
        self, normalized: Sequence[NormalizedText], allowed: list[int] | None, top_n: int | None
    ) -> list[Parse]:
        written = [self._written(one, allowed) for one in normalized]
        judged = [one for one, (_, found) in zip(normalized, written, strict=True) if one.text and len(found) != 1]
        scored = iter(self._scored(judged))
        return [
            self._as_written(known, [1.0], allowed, top_n)
            if len(known.found) == 1
            else self._parse(one, *next(scored), known, allowed, top_n)
            if one.text
            else self._nothing(one)
            for one, known in zip(normalized, written, strict=True)
        ]

    def _scored(self, normalized: Sequence[NormalizedText]) -> list[tuple[Features, Scores, Inference]]:
        """What the networks make of texts."""
        model = self.model
        encoded = model.encoder.encode_many([one.text for one in normalized])
        found: dict[int, tuple[Scores, Inference]] = {}
        for batch in batches_with_little_padding([len(one.units) for one in encoded]):
            inputs = pad([encoded[position] for position in batch])
            logits, inferred = model.intents.network.logits(inputs), model.entities.infer(inputs)
            found.update(zip(batch, zip(logits, inferred, strict=True), strict=True))
        return [(features, *found[position]) for position, features in enumerate(encoded)]

    def _written(self, normalized: NormalizedText, allowed: list[int] | None) -> _Written:
        """How the author wrote a text, once for each allowed intent: with its marks, else as the networks read it."""
        lexicon = self.model.encoder.lexicon
        exact = normalize(normalized.original)
        written = _Written(exact, self.model.authored.find(exact.text, lexicon))
        if not written.found and normalized.text != exact.text:
            whole = cuts(normalized)
            found = self.model.authored.find(normalized.text, lexicon)
            written = _Written(normalized, [one for one in found if not _crosses(one, whole)])
        if allowed is None or not written.found:
            return written
        names = {self.intents[at] for at in allowed}
        return written._replace(found=[one for one in written.found if one.intent in names])

    def _as_written(
        self, written: _Written, shares: Sequence[float], allowed: list[int] | None, top_n: int | None
    ) -> Parse:
        """The answer that was written; where it was written in several ways, the one with the greatest share."""
        normalized, found = written
        model = self.model
        ranked = sorted(zip(found, shares, strict=True), key=lambda pair: -pair[1])
        best, confidence = ranked[0]
        first = [IntentScore(one.intent, share) for one, share in ranked]
        names = self.intents if allowed is None else [self.intents[at] for at in allowed]
        every = dict.fromkeys((*names, FALLBACK_INTENT))
        others = [IntentScore(name, 0.0) for name in every if all(name != one.intent for one in found)]
        is_fallback = best.intent == FALLBACK_INTENT
        score = 0.0 if is_fallback else 1.0
        return Parse(
            text=normalized.original,
            intent=IntentScore(best.intent, confidence),
            ranking=tuple([*first, *others][:top_n]),
            entities=_original_entities(normalized, best.findings),
            tokens=_original_tokens(normalized, tuple(model.encoder.tokenizer.tokenize(normalized.text))),
            fallback=Fallback("out_of_scope" if is_fallback else None, score, model.rule.threshold, 1.0, score),
            version=model.version,
            source="pattern",
        )

    def _parse(
        self,
        normalized: NormalizedText,
        features: Features,
        logits: Scores,
        inferred: Inference,
        written: _Written,
        allowed: list[int] | None,
        top_n: int | None,
    ) -> Parse:
        model = self.model
        logits = logits + model.evidence.of(model.entities.present(inferred))
        if known := [one for one in written.found if one.intent in self.intents]:
            places = [self.intents.index(one.intent) for one in known]
            shares = softmax(logits[places], model.rule.temperature)
            return self._as_written(written._replace(found=known), shares.tolist(), allowed, top_n)
        ranking, verdict = self._intents(logits, features, allowed)
        findings = model.entities.find(normalized, features, inferred, model.encoder)
        entities = _original_entities(normalized, findings)
        return Parse(
            text=normalized.original,
            intent=ranking[0],
            ranking=ranking[:top_n],
            entities=entities,
            tokens=_original_tokens(normalized, features.tokens),
            fallback=verdict,
            version=model.version,
            unknown_ratio=features.unknown_ratio,
            ask=model.asked.words(model.rule.ask(ranking, verdict.score), entities),
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
        normalized = self._read(parse.text)
        explanation = explain(self.model, parse, normalized, every)
        if parse.source == "pattern":
            found = [one for one in self._written(normalized, allowed).found if one.intent == parse.intent.name]
            return as_written(explanation, parse, found[0].origin if found else "")
        return explanation

    def as_read(self, text: str) -> str:
        """A text as the networks read it: normalised, its spaces put back, its slips undone; for studying the model."""
        return self._read(text).text

    def features(self, text: str) -> Features:
        """What the networks read of one text; for studying the model."""
        return self.model.encoder.encode(self._read(text).text)

    def intent_logits(self, text: str) -> Scores:
        """Score the intents of one text before calibration, `(K,)`; for studying the model."""
        model, features = self.model, self.features(text)
        inputs = pad((features,))
        logits: Scores = model.intents.network.logits(inputs)[0]
        if not features.units:
            return logits
        (inferred,) = model.entities.infer(inputs)
        return logits + model.evidence.of(model.entities.present(inferred))

    def _read(self, text: str) -> NormalizedText:
        if not isinstance(text, str):
            raise InputError("input.no_text", got=type(text).__name__)
        lexicon = self.model.encoder.lexicon
        spaced = self.model.spacer.restore(plain(normalize(text), lexicon), lexicon)
        return self.model.corrector.restore(spaced, lexicon)

    def _numbers(self, intents: Collection[str] | None) -> list[int] | None:
        """The places of the intents that may win; None for all."""
        if intents is None:
            return None
        for name in intents:
            if name not in self.intents and name != FALLBACK_INTENT:
                raise UnknownChoiceError("intent", name, self.intents)
        return [at for at, name in enumerate(self.intents) if name in intents or name == FALLBACK_INTENT]

    def _intents(
        self, logits: Scores, features: Features, allowed: list[int] | None
    ) -> tuple[tuple[IntentScore, ...], Fallback]:
        """Rank the intents, and say whether the utterance was understood."""
        rule, names = self.model.rule, self.intents
        probabilities = softmax(logits, rule.temperature)
        if allowed is not None:
            names, probabilities = tuple(names[at] for at in allowed), probabilities[allowed]
        if not set(names) - {FALLBACK_INTENT}:
            return (IntentScore(FALLBACK_INTENT, 1.0),), Fallback("not_allowed", 0.0, rule.threshold)
        familiarity = rule.familiarity(features)
        return rule.judge(names, probabilities, features.ngram_coverage, familiarity)


def _crosses(written: Authored, cuts: Collection[int]) -> bool:
    """Whether an entity goes on over a mark that was left out."""
    spans = [finding.span for finding in written.findings]
    return any(span.start < cut < span.end for span in spans for cut in cuts)


def _original_entities(normalized: NormalizedText, findings: Sequence[Finding]) -> tuple[Entity, ...]:
    places = _originals(normalized, [(finding.span.start, finding.span.end) for finding in findings])
    return tuple(
        _entity(normalized, finding, *place)
        for finding, place in zip(findings, places, strict=True)
        if place is not None
    )


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
