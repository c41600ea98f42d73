"""Databases for every test that wants one, SQLite and a private PostgreSQL, and the examples of properties."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import Engine, inspect, text
from sqlalchemy.orm import Session, sessionmaker

from app.migrations.migrate import migrate
from knowledge.database import connect, sessions, writing
from knowledge.entry import Division, Site
from knowledge.sites import add_site

settings.register_profile("same", derandomize=True)
settings.register_profile("search")
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))
"""The same examples each time, so that a change is never blamed for what another run would have found; HYPOTHESIS_PROFILE=search
looks for new ones."""

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
"""Friday 20 November 2026, 10:00 in Japan."""
POSTGRES_FOLDERS = (Path("/usr/lib/postgresql/15/bin"), *map(Path, os.environ.get("PATH", "").split(os.pathsep)))

TOWN = Site("mihon", "みほん市", "0999-00-1000", (Division("citizens", "市民課", "0999-00-1101"), Division("tax", "税務課")))
_numbers = count(1)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with all tables and no rows; a test that changes the tables themselves takes `empty_database_url`."""
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("sqlite_template"), tmp_path / "test.db")
        yield f"sqlite:///{tmp_path / 'test.db'}"
    else:
        ready: Engine = request.getfixturevalue("postgres_ready")
        _clean(ready)
        yield _url(ready)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of its own for this test, without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: Engine = request.getfixturevalue("postgres")
    name = f"empty_{next(_numbers)}"
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield _url(server, name)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    opened = connect(database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def open_session(engine: Engine) -> sessionmaker[Session]:
    return sessions(engine)


@pytest.fixture
def session(open_session: sessionmaker[Session]) -> Iterator[Session]:
    with open_session() as opened:
        yield opened


@pytest.fixture
def town(open_session: sessionmaker[Session]) -> str:
    """The ID of a site with two divisions, TOWN."""
    with writing(open_session) as session:
        add_site(session, TOWN, NOW)
    return TOWN.id


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with all tables, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "ready.db"
    engine = connect(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[Engine]:
    """A server of this process alone, reached through a socket in its own folder."""
    binaries = next((each for each in POSTGRES_FOLDERS if (each / "initdb").is_file()), None)
    user = _unprivileged_user()
    if binaries is None or user is None:
        pytest.skip("no PostgreSQL, or no user but root to run it")
    folder = Path(tempfile.mkdtemp(prefix="madoguchi-pg-"))
    os.chown(folder, user.pw_uid, user.pw_gid)
    try:
        with _serving(folder, binaries, user) as url:
            server = connect(url).execution_options(isolation_level="AUTOCOMMIT")
            yield server
            server.dispose()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_ready(postgres: Engine) -> Iterator[Engine]:
    """A database with all tables, which the tests use one after the other."""
    with postgres.connect() as connection:
        connection.execute(text("CREATE DATABASE ready"))
    engine = connect(_url(postgres, "ready"))
    migrate(engine)
    yield engine
    engine.dispose()


def _url(engine: Engine, database: str | None = None) -> str:
    return engine.url.set(database=database or engine.url.database).render_as_string(hide_password=False)


def _clean(ready: Engine) -> None:
    """Delete all rows, the past included: a replica's rows come and go without triggers."""
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'ready' AND pid <> pg_backend_pid()"
    with ready.begin() as connection:
        connection.execute(text(others))
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for table in set(inspect(connection).get_table_names()) - {"alembic_version"}:
            connection.execute(text(f"DELETE FROM {table}"))


@contextmanager
def _serving(folder: Path, binaries: Path, user: pwd.struct_passwd) -> Iterator[str]:
    def call(program: str, *arguments: str) -> None:
        root = os.geteuid() == 0
        subprocess.run(
            [str(binaries / program), "-D", str(folder / "data"), *arguments],
            check=True,
            cwd=folder,
            capture_output=True,
            env={"PATH": os.defpath, "LC_ALL": "C"},
            user=user.pw_uid if root else None,
            group=user.pw_gid if root else None,
            extra_groups=() if root else None,
        )

    call("initdb", "-A", "trust", "-U", "madoguchi", "-E", "UTF8", "--locale", "C", "--no-sync")
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off -c max_wal_size=4GB"
    call("pg_ctl", "start", "-w", "-l", str(folder / "log"), "-o", options)
    try:
        yield f"postgresql://madoguchi@/postgres?host={folder}"
    finally:
        call("pg_ctl", "stop", "-w", "-m", "immediate")


def _unprivileged_user() -> pwd.struct_passwd | None:
    """Who may run the server, which refuses root."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    return next((each for each in pwd.getpwall() if each.pw_name in ("postgres", "nobody")), None)
