"""Bring a database's schema to the newest step; several processes may try at once.

The steps lie in `versions` and are installed with the package, so no file of a checkout is needed.
"""

from __future__ import annotations

import threading
from pathlib import Path

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from nlu.database.metadata import metadata

# Any number, the same for every process: whoever holds it may change the schema.
_POSTGRESQL_LOCK = 0x6E6C75
# Alembic keeps the connection that its steps work on in a module of its own, one for all threads.
_ONE_THREAD_AT_A_TIME = threading.Lock()


def steps() -> ScriptDirectory:
    """Give all steps, the newest first."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def migrate(engine: Engine) -> bool:
    """Apply what is missing, all of it or nothing.

    Returns:
        Whether anything was missing.
    """
    script = steps()
    with _ONE_THREAD_AT_A_TIME, engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _POSTGRESQL_LOCK})
        else:
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # the driver opens none before a table is made
        with EnvironmentContext(
            Config(), script, fn=lambda revision, _: script._upgrade_revs("head", revision), destination_rev="head"
        ) as environment:
            environment.configure(connection=connection, target_metadata=metadata)
            before = environment.get_context().get_current_revision()
            with environment.begin_transaction():
                environment.run_migrations()
        return before != script.get_current_head()
