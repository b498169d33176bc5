from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import inspect

import nlu
from nlu.database.engine import Database
from nlu.database.metadata import SCHEMA, metadata
from nlu.database.migrations import steps


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """A database whose tables are made."""
    made = Database(url)
    made.migrate()
    yield made
    made.close()


def import_all_tables() -> None:
    for path in sorted(Path(nlu.__file__).parent.glob("*/tables.py")):
        if "nlu.database.metadata" in path.read_text(encoding="utf-8"):
            importlib.import_module(f"nlu.{path.parent.name}.tables")


def test_the_steps_lead_to_the_tables_of_all_rooms(database: Database) -> None:
    import_all_tables()
    with database.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    assert steps().get_current_head() == SCHEMA


def test_every_step_can_be_taken_back(database: Database) -> None:
    with database.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        for step in steps().walk_revisions():
            step.module.downgrade()
    with database.connect() as connection:
        assert set(inspect(connection).get_table_names()) == {"alembic_version"}


def make_half(database: Database) -> None:
    with database.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE half (id INTEGER)")
        raise KeyError


def test_what_fails_in_the_middle_is_not_kept(database: Database) -> None:
    with pytest.raises(KeyError):
        make_half(database)
    with database.connect() as connection:
        assert "half" not in inspect(connection).get_table_names()
