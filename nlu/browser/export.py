"""Write a trained model as a static folder that answers in a browser: the port, the model's files, ONNX Runtime Web."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from nlu.browser import language, runtime
from nlu.errors import BundleError
from nlu.features.pretrained import NOTICE
from nlu.features.spacing import Spacer
from nlu.store.bundle import Bundle
from nlu.system.files import atomic_directory
from nlu.understanding.parser import UtteranceParser

TOKENIZERS = ("syllable", "whitespace")
"""What `static/nlu/features.js` cuts texts with; MeCab's dictionary alone is larger than all the rest."""

_PATTERNS, _LEXICON = "authored_patterns.json", "lexicon.json"
_ASKED = (
    *("model.json", "vocabularies.json", _LEXICON, "evidence.json", "asked.json"),
    *("corrector.json", "common_words.bin"),
    *("intent.onnx", "intent.safetensors", "entity.onnx", "entity.safetensors"),
    *(_PATTERNS, "authored_rows.json", NOTICE),
)
"""The bundle's files that answering needs; what explains an answer, or says how the model was made, is left out."""
_STATIC = files("nlu.browser") / "static"
_WORKER = "sw.js"


@dataclass(frozen=True, slots=True)
class Exported:
    """A folder that was written.

    Attributes:
        version: of the model in it.
        size: bytes of all its files.
        model_size: of the model's own.
        bound: entity types of which a browser knows what the dictionary lists only, and computes no values.
    """

    version: str
    size: int
    model_size: int
    bound: tuple[str, ...] = ()


def export(bundle: Bundle, folder: Path, archive: Path | None = None) -> Exported:
    """Write the folder in one step; the same bundle gives the same bytes.

    Args:
        bundle: of a model whose tokenizer is one of `TOKENIZERS`.
        folder: where; must not exist.
        archive: the npm package of ONNX Runtime Web, where the registry can't be reached.

    Raises:
        BundleError: the model's tokenizer can't run in a browser, a type has computed values only, the model can't be
            read, or the folder exists.
        RuntimeUnavailable: ONNX Runtime Web can't be had.
    """
    tokenizer = bundle.manifest.tokenizer.name
    if tokenizer not in TOKENIZERS:
        raise BundleError("browser.tokenizer", version=bundle.version, tokenizer=tokenizer, names=TOKENIZERS)
    lexicon = json.loads(bundle.read(_LEXICON))
    bound = tuple(lexicon.get("computed", ()))
    if not {*bound} <= {entity for entity, *_ in lexicon["entries"]}:
        raise BundleError("browser.computed", version=bundle.version)
    if folder.exists():
        raise BundleError("bundle.folder_taken", folder=folder)
    UtteranceParser.from_bundle(bundle)  # what can't be loaded here is not published
    model = _model(bundle)
    written = {**_program(), **_onnxruntime(archive), **model}
    written[_WORKER] = _worker(written)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with atomic_directory(folder) as unfinished:
        for name, content in written.items():
            path = unfinished / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return Exported(bundle.version, _size(written), _size(model), bound)


def _program() -> dict[str, bytes]:
    """The port and the page, with the tables that both languages share."""
    return {**_read(_STATIC), "nlu/tables.js": language.module().encode()}


def _read(folder: Traversable, inside: str = "") -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for one in sorted(folder.iterdir(), key=lambda one: one.name):
        name = f"{inside}{one.name}"
        found |= _read(one, f"{name}/") if one.is_dir() else {name: one.read_bytes()}
    return found


def _onnxruntime(archive: Path | None) -> dict[str, bytes]:
    return {f"onnxruntime/{name}": content for name, content in runtime.runtime_files(archive).items()}


def _model(bundle: Bundle) -> dict[str, bytes]:
    """The bundle's own files that answering needs, and what tells of them."""
    kept = {name: bundle.read(name) for name in _ASKED if name in bundle.manifest.files}
    kept |= Spacer.read(bundle).files()  # an older bundle's weights have names
    if patterns := kept.get(_PATTERNS):
        kept[_PATTERNS] = _without_places(patterns)
    if (lexicon := json.loads(kept[_LEXICON])).pop("computed", None) is not None:
        kept[_LEXICON] = json.dumps(lexicon, ensure_ascii=False, separators=(",", ":")).encode()
    about = {
        "version": bundle.version,
        "tokenizer": bundle.manifest.tokenizer.name,
        "files": {name: len(content) for name, content in kept.items()},
        "examples": bundle.manifest.scores.get("examples", {}),
    }
    written = json.dumps(about, ensure_ascii=False, indent=1).encode()
    return {f"model/{name}": content for name, content in {**kept, "browser.json": written}.items()}


def _without_places(patterns: bytes) -> bytes:
    """A table of patterns that does not tell where on its author's machine they lie."""
    table = json.loads(patterns)
    table["files"] = [""] * len(table["files"])
    return json.dumps(table, ensure_ascii=False, separators=(",", ":")).encode()


def _worker(written: Mapping[str, bytes]) -> bytes:
    """The service worker, which keeps exactly these files, and is another one when one of them is."""
    digest = hashlib.sha256()
    for name, content in sorted(written.items()):
        digest.update(f"{name} {hashlib.sha256(content).hexdigest()}\n".encode())
    names = json.dumps(["./", *sorted(name for name in written if name != _WORKER)])
    source = (_STATIC / _WORKER).read_text(encoding="utf-8")
    return source.replace("__FILES__", names).replace("__DIGEST__", digest.hexdigest()[:16]).encode()


def _size(written: Mapping[str, bytes]) -> int:
    return sum(map(len, written.values()))
