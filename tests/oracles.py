"""Slow, obviously right versions of what the product computes fast."""

from __future__ import annotations

import math
import re
import unicodedata
from itertools import pairwise, product


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


def is_legal_iob2(tags):
    """Whether each I of a sequence goes on with the entity before it."""
    return all(tag[:2] != "I-" or (at > 0 and tags[at - 1] in (f"B-{tag[2:]}", tag)) for at, tag in enumerate(tags))


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


def path_score(start, moves, end, emissions, path):
    """Score of one tag path: its start, its moves, its end, and each tag at its place."""
    total = start[path[0]] + end[path[-1]] + sum(row[tag] for row, tag in zip(emissions, path, strict=True))
    return float(total + sum(moves[before][after] for before, after in pairwise(path)))


def tag_paths(emissions):
    """All tag paths over `(L, T)` emissions."""
    return list(product(range(len(emissions[0])), repeat=len(emissions)))


def log_sum(scores):
    """Logarithm of a sum of exponentials."""
    top = max(scores)
    return top + math.log(sum(math.exp(score - top) for score in scores))


def crf_normalizer(start, moves, end, emissions):
    """Log of the summed score of all paths, by walking every one."""
    return log_sum([path_score(start, moves, end, emissions, path) for path in tag_paths(emissions)])


def crf_best_score(start, moves, end, emissions):
    """The highest score of all paths."""
    return max(path_score(start, moves, end, emissions, path) for path in tag_paths(emissions))


def crf_span_probability(start, moves, end, emissions, span):
    """Summed probability of all paths that begin a span (first, last, B, I) just there, and end it just there."""
    first, last, begin, inside = span
    whole = crf_normalizer(start, moves, end, emissions)
    wanted = (begin, *[inside] * (last - first - 1))
    return sum(
        math.exp(path_score(start, moves, end, emissions, path) - whole)
        for path in tag_paths(emissions)
        if path[first:last] == wanted and (last == len(emissions) or path[last] != inside)
    )


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


def derivations(node, surfaces, attach, *, distinct=True):
    """All utterances of a pattern's node by plain recursion, a derivation each: (text, spans).

    `surfaces` maps an entity to its (surface, value) pairs; `attach(before, notation)` gives a particle. Written on
    lists of pieces, without counting: every way to choose is laid out, and those that use a value twice are dropped
    if `distinct`.
    """

    def ways(part):
        name = type(part).__name__
        if name == "Text":
            return [[part.text]]
        if name == "Space":
            return [[" "], [""]]
        if name == "Particle":
            return [[("particle", part.notation, part.is_apart)]]
        if name == "Slot":
            return [[("slot", part.entity, part.role, *pair)] for pair in surfaces[part.entity]]
        if name == "Choice":
            return [way for alternative in part.alternatives for way in ways(alternative)]
        if name == "Maybe":
            return [[], *ways(part.node)]
        return [[piece for way in choice for piece in way] for choice in product(*map(ways, part.items))]

    found = []
    for way in ways(node):
        values = [(piece[1], piece[4]) for piece in way if isinstance(piece, tuple) and piece[0] == "slot"]
        if not distinct or len(values) == len(set(values)):
            found.append(_say(way, attach))
    return found


def _say(way, attach):
    marked = []
    for piece in way:
        if isinstance(piece, str):
            marked.extend((char, None) for char in piece)
        elif piece[0] == "slot":
            marked.extend((char, piece) for char in piece[3])
        else:
            before = "".join(char for char, _ in marked)
            before = (before.rstrip(" ") if piece[2] else before).split(" ")[-1]
            marked.extend((char, None) for char in (attach(before, piece[1]) if before else ""))
    kept = [m for i, m in enumerate(marked) if m[0] != " " or (i > 0 and marked[i - 1][0] != " ")]
    while kept and kept[-1][0] == " ":
        kept.pop()
    spans, start = [], 0
    while start < len(kept):
        owner = kept[start][1]
        end = start + 1
        while end < len(kept) and kept[end][1] is owner and owner is not None:
            end += 1
        if owner is not None:
            spans.append((start, end, owner[1], owner[2], owner[4]))
        start = end
    return "".join(char for char, _ in kept), spans


def says_but_for_spaces_and_final_marks(member, text):
    """Whether a pattern's utterance is a text but for spaces, case and final marks; plainly by all places to cut both.

    What is cut off is marks, and what is left is the same and not empty. One laughing jamo after another jamo is no
    mark, unless it is the same. Two texts of nothing but marks are the same where each mark is, its repeats left out.
    """

    def cuts(squeezed):
        found = []
        for at in range(1, len(squeezed) + 1):
            rest = squeezed[at:]
            is_jamo = rest[:1] in tuple("ㅋㅎㅠㅜㅡ") and "ㄱ" <= squeezed[at - 1] <= "ㅣ"
            is_word = is_jamo and rest[0] != squeezed[at - 1] and rest[1:2] not in tuple("ㅋㅎㅠㅜㅡ")
            if all(char in "?!.~…ㅋㅎㅠㅜㅡ😀," for char in rest) and not is_word:
                found.append(squeezed[:at])
        return found

    one, other = ("".join(each.lower().split()) for each in (member, text))
    if not one or not other:
        return False
    if one == other:
        return True
    bare = cuts(one)[0]
    if all(char in "?!.~…ㅋㅎㅠㅜㅡ😀," for char in one):
        each_once = [re.sub(r"(.)\1+", r"\1", marks) for marks in (one, other)]
        return each_once[0] == each_once[1] or one in cuts(other)
    return one in cuts(other) or bare in cuts(other)


def edited_with_owners(text, spans, edits):
    """Apply separate, non-crossing edits while every character remembers which span owns it; text and (start, end)s."""
    owner = [next((i for i, s in enumerate(spans) if s.start <= place < s.end), None) for place in range(len(text))]
    out = []
    for place in range(len(text) + 1):
        replaced = False
        for start, end, replacement in edits:
            if start == end == place:
                before = owner[place - 1] if place else None
                after = owner[place] if place < len(text) else None
                out += [(char, before if before == after else None) for char in replacement]
            elif start == place:
                out += [(char, owner[place]) for char in replacement]
            replaced = replaced or start <= place < end
        if place < len(text) and not replaced:
            out.append((text[place], owner[place]))
    found = []
    for i in range(len(spans)):
        places = [place for place, (_, who) in enumerate(out) if who == i]
        found.append((places[0], places[-1] + 1) if places else None)
    return "".join(char for char, _ in out), found


def shared_task_scores(gold, predicted):
    """Scores of rows `{"text", "intent", "entities": [{"start", "end", "entity"}]}`, counted row by row."""
    found = [{(e["start"], e["end"], e["entity"]) for e in row["entities"]} for row in predicted]
    there = [{(e["start"], e["end"], e["entity"]) for e in row["entities"]} for row in gold]
    right = wrong = missed = exact = 0
    for g, p, was, said in zip(gold, predicted, there, found, strict=True):
        right, wrong, missed = right + len(was & said), wrong + len(said - was), missed + len(was - said)
        exact += was == said and g["intent"] in (None, p["intent"])
    scores = {"utterances": len(gold), "exact_match": exact / len(gold)}
    if any(g["intent"] is not None for g in gold):
        answers = [p["intent"] for p in predicted]
        scores["intent_accuracy"], scores["intent_macro_f1"] = intent_scores([g["intent"] for g in gold], answers)
    if right + missed:
        scores["entity_precision"] = right / (right + wrong) if right else 0.0
        scores["entity_recall"] = right / (right + missed)
        scores["entity_f1"] = 2 * right / (2 * right + wrong + missed)
    return scores


def bernoulli_log_likelihood(rates: list[float], present: list[float]) -> float:
    """The log-likelihood of independent things that are there with the given probabilities."""
    pairs = zip(rates, present, strict=True)
    return sum(there * math.log(rate) + (1 - there) * math.log(1 - rate) for rate, there in pairs)


def wrong_particles(text, tokenize):
    """The particles of a text that do not agree with the sound before them, as (position, form, right form).

    A plain reading of the text: an analyser that knows nothing of patterns says what is a particle after a noun, in
    the form that stands there or in the other one, and the last letter before it is read aloud by its Unicode number
    or by its name. Particles after a space count too.
    """
    wrong = []
    for end in range(1, len(text) + 1):
        for form, other in _OTHER_FORM.items():
            start = end - len(form)
            is_word_end = end == len(text) or not text[end].isalnum()
            if start <= 0 or text[start:end] != form or not is_word_end:
                continue
            before = text[:start].rstrip(" ")
            right = _form_after(before, form, other) if before and before[-1].isalnum() else form
            swapped = text[:start] + right + text[end:]
            is_particle = _is_particle(tokenize(text), start, "XSN") and _is_particle(tokenize(swapped), start)
            if right != form and is_particle and not before.endswith(("상한", "하한")):  # 상한가, a word of its own
                wrong.append((start, form, right))
    return wrong


_FORM_PAIRS = "은/는 이/가 을/를 과/와 으로/로 이랑/랑 이나/나 이라도/라도 이라고/라고 이에요/예요 이야/야"
_OTHER_FORM = {one: other for pair in _FORM_PAIRS.split() for one, other in (pair.split("/"), pair.split("/")[::-1])}
_READ_WITH_CONSONANT = {**dict.fromkeys("036", "ㅇ"), **dict.fromkeys("178", "ㄹ"), **dict.fromkeys("lLrR", "ㄹ")}
_READ_WITH_CONSONANT |= dict.fromkeys("mMnN", "ㅁ")


def _form_after(before, form, other):
    long, short = max(form, other, key=len), min(form, other, key=len)
    if len(long) == len(short):
        long, short = next((a, b) for a, b in (pair.split("/") for pair in _FORM_PAIRS.split()) if form in (a, b))
    if "가" <= before[-1] <= "힣":
        number = (ord(before[-1]) - ord("가")) % 28
        sound = "ㄹ" if number == 8 else "ㅇ" if number else ""
    else:
        sound = _READ_WITH_CONSONANT.get(before[-1], "")
    return short if not sound or (long == "으로" and sound == "ㄹ") else long


def _is_particle(tokens, start, *others):
    before = [token for token in tokens if token.end <= start]
    here = [token for token in tokens if token.start == start]
    nouns = ("NN", "NP", "NR", "XSN", "SL", "SN", "SH", "ETN")
    return bool(before and here) and before[-1].pos.startswith(nouns) and here[0].pos.startswith(("J", "VCP", *others))


def mcnemar_chance(only_old, only_new):
    """Two-sided chance of so uneven a split of discordant pairs, by walking every way they may fall."""
    ways = list(product((-1, 1), repeat=only_old + only_new))
    return sum(abs(sum(way)) >= abs(only_new - only_old) for way in ways) / len(ways)


def sign_flip_chance(values):
    """Two-sided chance of so large a sum, by walking every choice of signs."""
    ways = list(product((-1, 1), repeat=len(values)))
    return sum(
        abs(sum(sign * v for sign, v in zip(way, values, strict=True))) >= abs(sum(values)) for way in ways
    ) / len(ways)


def holm_corrected(chances):
    """Holm's corrected p: the largest, over those tests at least as small, of p times the tests that are no smaller."""
    ordered = sorted(chances)
    steps = {p: [(len(ordered) - rank) * q for rank, q in enumerate(ordered) if q <= p] for p in chances}
    return [min(1.0, max(steps[p])) for p in chances]


def bootstrap_error(clusters, rows_old, rows_new):
    """Standard error of the difference of two ratios of sums, over every way of drawing the clusters again."""
    names = sorted(set(clusters))
    found = []
    for drawn in product(names, repeat=len(names)):
        scores = []
        for rows in (rows_old, rows_new):
            top = sum(row[0] for name in drawn for c, row in zip(clusters, rows, strict=True) if c == name)
            whole = sum(row[1] for name in drawn for c, row in zip(clusters, rows, strict=True) if c == name)
            scores.append(top / whole if whole else 0.0)
        found.append(scores[1] - scores[0])
    mean = sum(found) / len(found)
    return math.sqrt(sum((one - mean) ** 2 for one in found) / len(found))


def least_error(shape, score_points, weights, bounds, starts, *, from_zero):
    """Least weighted mean squared error of `level - rise * shape(p, q)`, by scipy from many starts."""
    from scipy.optimize import least_squares

    roots = [math.sqrt(weight) for weight in weights]

    def residuals(values):
        level, rise, p, q = values
        rise = level if from_zero else rise
        found = shape(p, q)
        return [(level - rise * s - y) * root for s, y, root in zip(found, score_points, roots, strict=True)]

    low, high = zip((0.0, 1.0), (0.0, math.inf), *bounds, strict=True)
    best = math.inf
    for share_p, share_q in product(range(1, starts + 1), repeat=2):
        begin = [0.5, 0.5]
        for (least, most), share in zip(bounds, (share_p, share_q), strict=True):
            begin.append(least + (most - least) * share / (starts + 1))
        found = least_squares(residuals, begin, bounds=(low, high), xtol=1e-12, ftol=1e-12)
        best = min(best, 2 * found.cost)
    return best / sum(weights)


def leaders(rows, least, given):
    """Who follows whom, one row after the other: the most alike leader, the earliest of several, if alike enough."""
    known, numbers = [list(row) for row in given], []
    for row in rows:
        alike = [sum(a * b for a, b in zip(row, leader, strict=True)) for leader in known]
        best = max(range(len(known)), key=lambda at: (alike[at], -at), default=None)
        if best is None or alike[best] < least:
            best = len(known)
            known.append(list(row))
        numbers.append(best)
    return numbers


def best_alignment_score(one, other, score, gap):
    """The greatest worth of a global alignment, by trying all of them: pair the firsts, or leave one of them alone."""
    if not one or not other:
        return sum(map(gap, (*one, *other)))
    ways = [
        gap(one[0]) + best_alignment_score(one[1:], other, score, gap),
        gap(other[0]) + best_alignment_score(one, other[1:], score, gap),
    ]
    worth = score(one[0], other[0])
    if worth is not None:
        ways.append(worth + best_alignment_score(one[1:], other[1:], score, gap))
    return max(ways)


def cohens_kappa(pairs):
    """Cohen's kappa from the table of how often one said this while the other said that."""
    labels = sorted({label for pair in pairs for label in pair})
    table = {(a, b): sum(pair == (a, b) for pair in pairs) / len(pairs) for a in labels for b in labels}
    observed = sum(table[label, label] for label in labels)
    rows = {a: sum(table[a, b] for b in labels) for a in labels}
    columns = {b: sum(table[a, b] for a in labels) for b in labels}
    expected = sum(rows[label] * columns[label] for label in labels)
    return 1.0 if abs(1 - expected) < 1e-12 else (observed - expected) / (1 - expected)
