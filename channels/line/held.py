"""Keeps two processes from working on the same thing at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker


@contextmanager
def held(sessions: sessionmaker[Session], site: str, lane: str) -> Iterator[bool]:
    """Whether this process may work on the lane until the block ends.

    PostgreSQL keeps other processes away for as long as this transaction, and so this process, lives. SQLite serves one
    process, whose worker gives a lane to one thread at a time.
    """
    with sessions() as session:
        if session.get_bind().dialect.name == "sqlite":
            yield True
            return
        lock = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:lane, 0))")
        yield bool(session.scalar(lock, {"lane": f"line {site} {lane}"}))
