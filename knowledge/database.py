"""Opens the database: SQLite in one file by default, PostgreSQL by URL, and one way to write to either."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from knowledge.errors import KnownError
from knowledge.shared_writes import SharedWrites

BUSY_SECONDS = 15
"""How long a writer waits for another one on SQLite; the longest is an import of a whole sheet, some seconds."""
CONNECT_SECONDS = 5
LOCK_FIRST = "madoguchi_lock_first"
LOCKS = "madoguchi_locks"
MOST_LOCKS = 32
"""Locks a process may hold on PostgreSQL at a time."""

_DRIVERS = {
    "sqlite": "sqlite+pysqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
# WAL lets questions be answered while somebody writes; FULL keeps what was acknowledged through a power cut; without
# recursive triggers INSERT OR REPLACE would slip past the triggers that protect the past; what is deleted is overwritten, as
# not every build of SQLite does, so that what residents take back is not left in the file.
_PRAGMAS = (
    f"busy_timeout = {BUSY_SECONDS * 1000}",
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "recursive_triggers = ON",
    "secure_delete = ON",
)


class DatabaseNotSupported(KnownError):
    """The URL is no URL, or names a database we do not run on."""

    status = 500

    def __init__(self, scheme: str) -> None:
        super().__init__(scheme=scheme)


class DatabaseUnreachable(KnownError):
    """The server does not answer, or the file is no database."""

    status = 503

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(where=where, reason=reason)


class DatabaseNotWritable(KnownError):
    """The disk or the file is read-only, or the folder cannot be made."""

    status = 507

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(where=where, reason=reason)


def connect(url: str) -> Engine:
    """An engine that has been tried once; the folder of an SQLite file is made.

    Raises DatabaseNotSupported, DatabaseUnreachable or DatabaseNotWritable.
    """
    parsed = _parse(url)
    engine = _sqlite(parsed) if parsed.get_backend_name() == "sqlite" else _postgresql(parsed)
    # A file that is read-only says so only when something is written; this is rolled back.
    attempt = "PRAGMA user_version = 0" if engine.dialect.name == "sqlite" else "SELECT 1"
    try:
        with engine.connect().execution_options(**{LOCK_FIRST: True}) as connection:
            connection.exec_driver_sql(attempt)
    except DBAPIError as error:
        engine.dispose()
        raise _refusal(parsed, error) from error
    return engine


def sessions(engine: Engine) -> sessionmaker[Session]:
    """Opens sessions for reading; writers go through `writing`."""
    if engine.dialect.name != "sqlite":
        return sessionmaker(engine, expire_on_commit=False, info={LOCKS: _locks(engine)})
    shared = SharedWrites(engine.execution_options(**{LOCK_FIRST: True}), BUSY_SECONDS)
    return sessionmaker(engine, expire_on_commit=False, info={SharedWrites: shared})


def locks(open_session: sessionmaker[Session]) -> Engine:
    """On PostgreSQL, connections for locks that are held during other work. They are apart: threads that hold all the
    connections there are, and want one more each, would wait for each other."""
    apart: Engine = open_session.kw["info"][LOCKS]
    return apart


@contextmanager
def writing(open_session: sessionmaker[Session]) -> Iterator[Session]:
    """A session in one transaction that is committed when the block ends well and forgotten when it does not.

    On SQLite it takes the write lock at its start: a transaction that reads first and writes later cannot wait for
    another writer, it fails. There it may be shared with others that write at the same time.
    """
    shared: SharedWrites | None = open_session.kw.get("info", {}).get(SharedWrites)
    if shared is None:
        with open_session.begin() as session:
            yield session
        return
    savepoint = {"join_transaction_mode": "create_savepoint"}
    with shared.block() as connection, open_session(bind=connection, **savepoint) as session, session.begin():
        yield session


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise DatabaseNotSupported(url.partition(":")[0][:30]) from error
    driver = _DRIVERS.get(parsed.drivername)
    if driver is None or (parsed.get_backend_name() == "sqlite" and parsed.database in {None, "", ":memory:"}):
        raise DatabaseNotSupported(parsed.drivername)
    return parsed.set(drivername=driver)


def _sqlite(url: URL) -> Engine:
    folder = Path(url.database or "").parent
    try:
        if not url.query.get("uri"):
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseNotWritable(str(folder), error.strerror or type(error).__name__) from error
    engine = create_engine(url, json_serializer=_json, pool_size=10, max_overflow=30, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _postgresql(url: URL) -> Engine:
    return create_engine(url, json_serializer=_json, pool_pre_ping=True, connect_args={"connect_timeout": CONNECT_SECONDS})


def _locks(engine: Engine) -> Engine:
    apart = create_engine(engine.url, pool_size=MOST_LOCKS, max_overflow=0, pool_pre_ping=True)
    event.listen(engine, "engine_disposed", lambda _: apart.dispose())
    return apart


_json = partial(json.dumps, ensure_ascii=False)


def _prepare(connection: Any, _record: object) -> None:
    # Python's own BEGIN comes too late (only before a write) and never for DDL, so `_begin` sends it.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    first = connection.get_execution_options().get(LOCK_FIRST, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if first else "BEGIN")


def _refusal(url: URL, error: DBAPIError) -> KnownError:
    reason = str(error.orig).partition("\n")[0]
    if url.get_backend_name() == "sqlite" and ("readonly" in reason or "unable to open" in reason):
        return DatabaseNotWritable(url.database or "", reason)
    where = url.database if url.host is None else f"{url.host}:{url.port or 5432}/{url.database}"
    return DatabaseUnreachable(where or "", reason)
