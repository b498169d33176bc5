"""Slow, obviously right versions of what the product computes fast."""

from __future__ import annotations

import unicodedata
from itertools import product


def span_f1(gold, predicted):
    """Precision, recall and F1 of (start, end, label) over a whole corpus, by sets of (utterance, span)."""
    gold_set = {(i, s.start, s.end, s.label) for i, spans in enumerate(gold) for s in spans}
    predicted_set = {(i, s.start, s.end, s.label) for i, spans in enumerate(predicted) for s in spans}
    right = len(gold_set & predicted_set)
    precision = right / len(predicted_set) if right else 0.0
    recall = right / len(gold_set) if right else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return precision, recall, f1


def legal_iob2_sequences(labels, length):
    """All IOB2 sequences of a length, built from all ways of laying entities over the positions."""
    if length == 0:
        return {()}
    sequences = {("O", *rest) for rest in legal_iob2_sequences(labels, length - 1)}
    for size, label in product(range(1, length + 1), labels):
        entity = (f"B-{label}", *[f"I-{label}"] * (size - 1))
        sequences |= {(*entity, *rest) for rest in legal_iob2_sequences(labels, length - size)}
    return sequences


def intent_scores(gold, predicted):
    """Accuracy and macro-F1 over the intents that occur in gold; rows without a gold intent are left out."""
    rows = [(g, p) for g, p in zip(gold, predicted, strict=True) if g is not None]
    f1s = []
    for intent in {g for g, _ in rows}:
        hits = sum(g == p == intent for g, p in rows)
        wrong = sum(p == intent != g for g, p in rows)
        missed = sum(g == intent != p for g, p in rows)
        f1s.append(2 * hits / (2 * hits + wrong + missed) if hits else 0.0)
    return sum(g == p for g, p in rows) / len(rows), sum(f1s) / len(f1s)


def calibration_error(confidences, correct, bins):
    """Expected calibration error straight from its definition, one bin at a time."""
    total = 0.0
    for i in range(bins):
        low, high = i / bins, (i + 1) / bins
        rows = [(c, r) for c, r in zip(confidences, correct, strict=True) if low < c <= high or (i == 0 and c == 0)]
        if rows:
            accuracy = sum(r for _, r in rows) / len(rows)
            confidence = sum(c for c, _ in rows) / len(rows)
            total += len(rows) / len(confidences) * abs(accuracy - confidence)
    return total


def final_consonant(word):
    """The final consonant of a word of syllables by Unicode's own decomposition: "vowel", "ㄹ" or "consonant"."""
    parts = unicodedata.normalize("NFD", word[-1])
    if len(parts) < 3:
        return "vowel"
    return "ㄹ" if parts[2] == "\u11af" else "consonant"


def spelled_number(number):
    """The Sino-Korean reading of a whole number below 10 ** 20, spelled out in full."""
    if number == 0:
        return "영"
    words = ""
    for group, name in reversed(list(enumerate(["", "만", "억", "조", "경"]))):
        part = number // 10 ** (4 * group) % 10_000
        for place, unit in reversed(list(enumerate(["", "십", "백", "천"]))):
            digit = part // 10**place % 10
            if digit:
                words += " 일이삼사오육칠팔구"[digit] + unit
        if part:
            words += name
    return words


def lexicon_matches(entries, text):
    """Matches by trying every surface at every place: the longest of each entity at each start."""

    def fold(string):
        folded = [char.casefold() if len(char.casefold()) == 1 else char for char in string]
        return "".join(char for char in folded if not char.isspace())

    found = set()
    for start in range(len(text)):
        best = {}
        if text[start].isspace():
            continue
        for entity, surface, value in entries:
            for end in range(start + 1, len(text) + 1):
                fits = fold(text[start:end]) == fold(surface) and not text[end - 1].isspace()
                if fits and end > best.get(entity, (0, ""))[0]:
                    best[entity] = (end, value)
        found |= {(start, end, entity, value) for entity, (end, value) in best.items()}
    return sorted(found)
