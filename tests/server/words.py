"""A small parser of real words for the server's tests: it knows what its bundle's word list knows, and nothing else."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Collection, Sequence
from functools import partial
from pathlib import Path

from nlu.errors import UnknownChoiceError
from nlu.store.bundle import Bundle
from nlu.store.registry import Registry
from nlu.types import FALLBACK_INTENT, Asked, Entity, Fallback, IntentScore, Parse, Token
from nlu.understanding.asked_at import AskedAt
from nlu.understanding.nearest_pattern import NearestPattern
from nlu.understanding.reasons import Contribution, DictionaryRow, EntityContribution, Explanation, IntentReason
from server import ServerSettings, create_app
from server.production.serve import ProcessSettings, serve
from server.trials.keeper import main as keep
from server.web import logging_setup as logs
from tests.bundles import a_manifest, some_files


class WordParser:
    """Finds the words of `words.json` in a text; a text with none of them is not understood."""

    intents = ("greet", "order_food")

    def __init__(self, words: dict[str, str], version: str) -> None:
        self.words = words
        self.version = version

    @classmethod
    def load(cls, folder: Path) -> WordParser:
        bundle = Bundle.open(folder)
        return cls(bundle.read_json("words.json"), bundle.version)

    def parse(
        self,
        text: str,
        *,
        intents: Collection[str] | None = None,
        top_n: int | None = None,
        asked_at: AskedAt | None = None,
    ) -> Parse:
        if intents is not None and not set(intents) <= {*self.intents, FALLBACK_INTENT}:
            raise UnknownChoiceError("intent", sorted(set(intents) - {*self.intents, FALLBACK_INTENT})[0], self.intents)
        if text == "고장":
            raise ZeroDivisionError("비밀 /etc/secret")
        if text == "천천히":
            time.sleep(1)
        entities = tuple(
            Entity(
                kind,
                start,
                start + len(word),
                word,
                word,
                role="from" if kind == "loc" else None,
                sources=("dictionary",),
            )
            for word, kind in self.words.items()
            if (start := text.find(word)) >= 0
        )
        scores = {"order_food": 0.9, "greet": 0.1} if entities else {FALLBACK_INTENT: 0.2}
        ranking = [IntentScore(name, score) for name, score in scores.items() if intents is None or name in intents]
        ranking = ranking or [IntentScore(FALLBACK_INTENT, 1.0)]
        entities = entities if ranking[0].name != FALLBACK_INTENT else ()
        return Parse(
            text,
            ranking[0],
            tuple(ranking[:top_n]),
            tuple(sorted(entities, key=lambda entity: entity.start)),
            (Token(text, 0, len(text)),),
            Fallback(None, ranking[0].confidence, 0.5, confidence=ranking[0].confidence)
            if entities
            else Fallback("unsure", ranking[0].confidence, 0.5, 0.5, ranking[0].confidence),
            f"process {os.getpid()}" if text == "누구" else self.version,
            ask=(Asked("order_food", 0.1, "피자 시킬게"), Asked("greet", 0.1, "안녕")) if "애매" in text else (),
        )

    def parse_many(
        self,
        texts: Sequence[str],
        *,
        intents: Collection[str] | None = None,
        top_n: int | None = None,
        asked_at: AskedAt | None = None,
    ) -> list[Parse]:
        return [self.parse(text, intents=intents, top_n=top_n) for text in texts]

    def explain(self, parse: Parse, *, intents: Collection[str] | None = None) -> Explanation:
        whole, menu = Contribution(parse.text, 0, len(parse.text), 0.5), EntityContribution("menu", None, 0.125)
        return Explanation(
            IntentReason(str(parse.intent.name), None, 0.75, 0.125, (whole,), (whole,), (menu,)),
            tuple(
                DictionaryRow(one.start, one.end, one.raw, one.entity, one.value, ("동의어",), True)
                for one in parse.entities
            ),
            NearestPattern("p.txt:1", "order_food", "{menu} 줘", 0.5),
        )


def publish(root: Path, number: int, activate: bool = True) -> str:
    """Publish version `number`, which calls every 피자 a `menu<number>`."""
    registry = Registry(root)
    version = registry.publish(some_files({"피자": f"menu{number}", "판교": "loc"}), a_manifest(number))
    if activate:
        registry.activate(version)
    return version


def serve_words(models: str, workers: int) -> None:
    """Serve a registry with this parser by the production server on a free port, and print its URL."""
    settings = ServerSettings.from_environment({**os.environ, "NLU_MODELS": models, "NLU_RELOAD_SECONDS": "0.05"})
    logs.configure(settings)
    app = partial(create_app, settings, WordParser.load)
    keeper = (sys.executable, "-c", "from tests.server.words import keep_words; keep_words()")
    serve(app, ProcessSettings(port=0, workers=workers), partial(print, flush=True), settings.to_environment(), keeper)


def keep_words() -> None:
    """Try candidates beside it, with this parser too."""
    keep(WordParser.load)
