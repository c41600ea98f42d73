"""Brings a database to the shape this version needs: whole or not at all, and by one process at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, func, select

from knowledge.database import LOCK_FIRST
from knowledge.errors import KnownError

_ADVISORY_LOCK = 0x4D41444F  # "MADO"


class DatabaseNewer(KnownError):
    """The database has been migrated by a later version than this one."""

    status = 500


def migrate(engine: Engine) -> None:
    """Upgrade to the newest shape; nothing happens when it is there already. Raises DatabaseNewer.

    There is no way down: going back is done from a backup.
    """
    script = ScriptDirectory.from_config(_config())
    with engine.connect() as connection:
        if _current(connection, script) == script.get_current_head():
            return
    with _alone(engine) as connection:
        _current(connection, script)
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _current(connection: Connection, script: ScriptDirectory) -> str | None:
    current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in {each.revision for each in script.walk_revisions()}:
        raise DatabaseNewer
    return current


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """One transaction for the whole upgrade, which a second process waits for."""
    with engine.connect().execution_options(**{LOCK_FIRST: True}) as connection:
        if engine.dialect.name == "sqlite":
            with _unchecked_references(connection), connection.begin():
                yield connection
                _check_references(connection)
        else:
            with connection.begin():
                connection.execute(select(func.pg_advisory_xact_lock(_ADVISORY_LOCK)))
                yield connection


@contextmanager
def _unchecked_references(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making a new one, and dropping the old one must not drag along what refers to it."""
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101 (only a detached connection has none)
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


def _check_references(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise RuntimeError(f"the upgrade would break references of {sorted({row[0] for row in broken})}")
