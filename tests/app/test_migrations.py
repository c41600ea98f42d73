"""Every way an upgrade can start, stop and meet another one."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

import app.records.tables  # noqa: F401 (adds its tables to Base)
from app.migrations.migrate import DatabaseNewer, migrate
from knowledge.database import connect
from knowledge.schema import Base

UPGRADE = """
import os, sys
from sqlalchemy import event
from app.migrations.migrate import migrate
from knowledge.database import connect

engine = connect(sys.argv[1])
if "die" in sys.argv:
    @event.listens_for(engine, "before_cursor_execute")
    def die(connection, cursor, statement, *rest):
        if "CREATE TABLE revisions" in statement:
            os._exit(9)
migrate(engine)
"""


def start(url: str, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", UPGRADE, url, *arguments], stderr=subprocess.PIPE)


def test_an_empty_database_gets_exactly_the_tables_of_the_models(empty_database_url: str) -> None:
    engine = connect(empty_database_url)
    migrate(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_a_second_upgrade_changes_nothing_and_waits_for_nobody(database_url: str) -> None:
    engine, writer = connect(database_url), connect(database_url)
    with writer.begin() as other:
        other.execute(text("INSERT INTO sites (id, name, phone, created_at) VALUES ('a', '', '', '2026-01-01 00:00:00')"))
        migrate(engine)
    engine.dispose()
    writer.dispose()


def test_an_upgrade_killed_halfway_leaves_a_database_that_the_next_one_completes(empty_database_url: str) -> None:
    killed = start(empty_database_url, "die")
    assert killed.wait() == 9
    assert killed.stderr is not None
    killed.stderr.close()
    engine = connect(empty_database_url)
    assert "entries" not in inspect(engine).get_table_names()
    migrate(engine)
    assert "entries" in inspect(engine).get_table_names()
    engine.dispose()


def test_two_processes_may_start_at_once(empty_database_url: str) -> None:
    for each in [start(empty_database_url) for _ in range(2)]:
        _, errors = each.communicate()
        assert (each.returncode, errors) == (0, b"")


def test_the_past_is_protected_in_every_table_that_says_so(database_url: str) -> None:
    engine = connect(database_url)
    protected = {name for name, table in Base.metadata.tables.items() if table.info.get("append_only")}
    found = "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'"
    if engine.dialect.name == "postgresql":
        found = "SELECT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
    with engine.connect() as connection:
        tables = list(connection.scalars(text(found)))
    assert protected == {"revisions", "translations", "decisions", "line_delivery_acts"} == set(tables)
    assert len(tables) == 8
    engine.dispose()


def test_a_database_of_a_later_version_is_left_alone(empty_database_url: str) -> None:
    engine = connect(empty_database_url)
    migrate(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseNewer, match="バックアップ"):
        migrate(engine)
    engine.dispose()


def test_an_upgrade_that_would_leave_broken_references_is_undone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "test.db")) as file:
        file.executescript("CREATE TABLE a (id INT PRIMARY KEY); CREATE TABLE b (a INT REFERENCES a); INSERT INTO b VALUES (7)")
    engine = connect(f"sqlite:///{tmp_path / 'test.db'}")
    with pytest.raises(RuntimeError, match="references of"):
        migrate(engine)
    assert inspect(engine).get_table_names() == ["a", "b"]
    engine.dispose()
