"""KoNLPy's Okt, Komoran, Hannanum and Kkma: optional, since they need Java and give no offsets."""

from __future__ import annotations

import importlib
import threading
import warnings
from typing import Any

from nlu.errors import MissingPackageError
from nlu.tokenizers.base import Setting, verify
from nlu.tokenizers.rebuild import rebuild
from nlu.types import Token

_INSTALL = 'pip install ".[konlpy]"'
_INSTALL_JAVA = "apt-get install default-jre-headless"
_SYMBOL = "□"
_STARTING = threading.Lock()


class KonlpyTokenizer:
    """Cuts a text with one of KoNLPy's analysers, and finds the places of its morphemes in the text.

    The analysers run one call at a time, since not all of them bear more. Where one fails (some do, on odd signs), the
    text is cut at its spaces. The Java machine that the first of them starts is shared, lives as long as the process
    and keeps the memory that the first one asked for; a process must not fork after that.

    Args:
        heap: memory of the Java machine, in MiB.

    Raises:
        MissingPackageError: KoNLPy or Java is not installed.
    """

    name = ""
    _analyser_name = ""

    def __init__(self, heap: int = 1024) -> None:
        self.heap = heap
        self._lock = threading.Lock()
        self._analyser, self._failure = _start(self._analyser_name, heap)

    def __reduce__(self) -> tuple[type[KonlpyTokenizer], tuple[int]]:
        return type(self), (self.heap,)

    @property
    def settings(self) -> dict[str, Setting]:
        """The memory of the Java machine."""
        return {"heap": self.heap}

    def tokenize(self, text: str) -> tuple[Token, ...]:
        """Cut a text into morphemes; `pos` is the analyser's own tag."""
        readable = "".join(map(_readable, text))
        tokens = rebuild(text, self._morphemes(readable) if readable.strip() else [])
        verify(text, tokens)
        return tokens

    def _morphemes(self, text: str) -> list[tuple[str, str]]:
        try:
            with self._lock:
                return [(str(surface), str(pos)) for surface, pos in self._analyser.pos(" ".join(text.split()))]
        except self._failure:
            return []


class OktTokenizer(KonlpyTokenizer):
    """Cuts with Open Korean Text."""

    name = "konlpy-okt"
    _analyser_name = "Okt"


class KomoranTokenizer(KonlpyTokenizer):
    """Cuts with KOMORAN."""

    name = "konlpy-komoran"
    _analyser_name = "Komoran"


class HannanumTokenizer(KonlpyTokenizer):
    """Cuts with Hannanum."""

    name = "konlpy-hannanum"
    _analyser_name = "Hannanum"


class KkmaTokenizer(KonlpyTokenizer):
    """Cuts with Kkma; slow on long texts without spaces."""

    name = "konlpy-kkma"
    _analyser_name = "Kkma"


def _readable(char: str) -> str:
    """Replace, one by one, the characters on which the way to Java and back fails."""
    if char.isspace():
        return " "
    return char if char.isprintable() and char <= "\uffff" else _SYMBOL


def _start(name: str, heap: int) -> tuple[Any, type[Exception]]:
    """Start an analyser, and name what it raises when it fails on a text."""
    with _STARTING:
        try:
            jpype = importlib.import_module("jpype")
            with warnings.catch_warnings():
                for category in (SyntaxWarning, DeprecationWarning):  # from KoNLPy's own, old sources
                    warnings.filterwarnings("ignore", category=category, module=r"konlpy|jpype")
                tags = importlib.import_module("konlpy.tag")
        except ImportError as error:
            raise MissingPackageError("konlpy", _INSTALL, f"for the tokenizer konlpy-{name.lower()}") from error
        try:
            return getattr(tags, name)(max_heap_size=heap), jpype.JException
        except jpype.JVMNotFoundException as error:
            raise MissingPackageError("java", _INSTALL_JAVA, "KoNLPy runs on Java") from error
