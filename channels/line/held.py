"""Keeps two processes from working on the same thing at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from knowledge.database import locks


@contextmanager
def held(sessions: sessionmaker[Session], site: str, lane: str) -> Iterator[bool]:
    """Whether this process may work on the lane until the block ends.

    PostgreSQL keeps other processes away for as long as this transaction, and so this process, lives. SQLite serves one
    process, whose worker gives a lane to one thread at a time.
    """
    if sessions.kw["bind"].dialect.name == "sqlite":
        yield True
        return
    lock = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:lane, 0))")
    with locks(sessions).connect() as connection:
        yield bool(connection.scalar(lock, {"lane": f"line {site} {lane}"}))
