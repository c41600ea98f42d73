"""Databases for every test that wants one: the same tests run on SQLite and on a private PostgreSQL."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session, sessionmaker

from app.migrations.migrate import migrate
from knowledge.database import connect, sessions

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
"""Friday 20 November 2026, 10:00 in Japan."""
POSTGRES_FOLDERS = (Path("/usr/lib/postgresql/15/bin"), *map(Path, os.environ.get("PATH", "").split(os.pathsep)))

NewDatabase = Callable[[], str]
"""Makes an empty database with all tables and returns its URL."""
_numbers = count(1)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of its own for this test, with all tables."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'test.db'}"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), tmp_path / "test.db")
        yield url
        return
    server: Engine = request.getfixturevalue("postgres")
    name = f"test_{next(_numbers)}"
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE ready STRATEGY file_copy"))
    yield server.url.set(database=name).render_as_string(hide_password=False)
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
    """A server of this process alone, reached through a socket in its own folder; its database `ready` has all tables."""
    binaries = next((each for each in POSTGRES_FOLDERS if (each / "initdb").is_file()), None)
    user = _unprivileged_user()
    if binaries is None or user is None:
        pytest.skip("no PostgreSQL, or no user but root to run it")
    folder = Path(tempfile.mkdtemp(prefix="madoguchi-pg-"))
    os.chown(folder, user.pw_uid, user.pw_gid)
    try:
        yield from _serve(folder, binaries, user)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _serve(folder: Path, binaries: Path, user: pwd.struct_passwd) -> Iterator[Engine]:
    data = folder / "data"

    def call(program: str, *arguments: str) -> None:
        identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
        command = [str(binaries / program), "-D", str(data), *arguments]
        subprocess.run(command, check=True, cwd=folder, capture_output=True, env={"PATH": os.defpath, "LC_ALL": "C"}, **identity)

    call("initdb", "-A", "trust", "-U", "madoguchi", "-E", "UTF8", "--locale", "C", "--no-sync")
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off -c synchronous_commit=off"
    call("pg_ctl", "start", "-w", "-l", str(folder / "log"), "-o", options)
    try:
        url = f"postgresql://madoguchi@/postgres?host={folder}"
        server = connect(url).execution_options(isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.execute(text("CREATE DATABASE ready"))
        ready = connect(url.replace("/postgres?", "/ready?"))
        migrate(ready)
        ready.dispose()
        yield server
        server.dispose()
    finally:
        call("pg_ctl", "stop", "-w", "-m", "immediate")


def _unprivileged_user() -> pwd.struct_passwd | None:
    """Who may run the server, which refuses root."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    return next((each for each in pwd.getpwall() if each.pw_name in ("postgres", "nobody")), None)
