"""Dictionary values of several files as one dictionary that can be read back: no value twice, no synonym of two."""

from __future__ import annotations

from collections.abc import Iterable

from nlu.events import Notice
from nlu.korean.normalization import normalize
from nlu.lexicon.dictionary import Entry, squeeze

_TOLD = 10


def merged(entries: Iterable[Entry]) -> tuple[tuple[Entry, ...], tuple[Notice, ...]]:
    """Merge entries of the same value, and leave out synonyms that stand for another value already.

    Example:
        >>> (entry,), _ = merged([Entry("loc", "서울", ("한양",)), Entry("loc", "서 울", ("경성", "한양"))])
        >>> entry.value, entry.synonyms
        ('서울', ('한양', '경성'))
    """
    written: dict[tuple[str, str], tuple[str, dict[str, None]]] = {}
    for entry in entries:
        value = normalize(entry.value).text
        if key := squeeze(value):
            known = written.setdefault((entry.entity, key), (value, {}))[1]
            known.update((normalize(one).text, None) for one in entry.synonyms)
    owner = {key: key for key in written}
    found: list[Entry] = []
    clashes: list[tuple[str, str, str]] = []
    for (entity, key), (value, synonyms) in written.items():
        kept: list[str] = []
        for synonym in synonyms:
            if not squeeze(synonym) or synonym == value:
                continue
            if owner.setdefault((entity, squeeze(synonym)), (entity, key)) == (entity, key):
                kept.append(synonym)
            else:
                clashes.append((entity, synonym, value))
        found.append(Entry(entity, value, tuple(kept)))
    told = [Notice("import.synonym_taken", {"entity": a, "synonym": b, "value": c}) for a, b, c in clashes[:_TOLD]]
    if len(clashes) > _TOLD:
        told.append(Notice("import.synonyms_taken_more", {"count": len(clashes) - _TOLD}))
    return tuple(found), tuple(told)
