"""Lets the writers of one process share SQLite's transactions: who waits is committed together, and none goes on before.

SQLite has one writer at a time, and each commit waits for the disk: ten threads that write one row each would wait for it ten
times, and would find a moment without each other by trying. Here they queue; each writes inside a savepoint of the transaction
that is open, and the last of them commits for all.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Lock

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError

MOST_BLOCKS = 64
"""Blocks in one transaction, so that the first of them does not wait for ever."""


@dataclass
class _Group:
    """The blocks that are committed together."""

    connection: Connection
    blocks: int = 0
    over: Event = field(default_factory=Event)
    error: BaseException | None = None
    """Why nothing of the group was kept."""


@dataclass
class SharedWrites:
    """The one place through which a process writes to an engine. Safe to share between threads."""

    engine: Engine
    """Its connections must begin with SQLite's write lock."""
    patience: float
    """Seconds after which a writer gives up waiting for the others."""
    _turn: Lock = field(default_factory=Lock)
    _count: Lock = field(default_factory=Lock)
    _waiting: int = 0
    _open: _Group | None = None

    @contextmanager
    def block(self) -> Iterator[Connection]:
        """A connection in a transaction that others may have begun. What is written in the block, within a savepoint of its
        own, is on the disk when the block is left. Raises DBAPIError."""
        group = self._enter()
        try:
            yield group.connection
        except BaseException as error:
            first = _first(error)
            self._leave(group, first)
            if first is not error:
                raise first from None
            raise
        self._leave(group)
        group.over.wait()
        if group.error:
            raise _refusal(group.error)

    def _enter(self) -> _Group:
        with self._count:
            self._waiting += 1
        try:
            ours = self._turn.acquire(timeout=self.patience)
        finally:
            with self._count:
                self._waiting -= 1
        if not ours:
            self._see_to_the_open_group()
            raise OperationalError("BEGIN", None, TimeoutError("other writers of this process took too long"))
        try:
            self._open = self._open or _Group(self._begun())
        except BaseException:
            self._turn.release()
            raise
        self._open.blocks += 1
        return self._open

    def _begun(self) -> Connection:
        connection = self.engine.connect()
        try:
            connection.begin()
        except BaseException:
            connection.close()
            raise
        return connection

    def _leave(self, group: _Group, cause: BaseException | None = None) -> None:
        """Commit if nobody is there to do it; whoever waits will. With a cause the block has failed and raises that itself."""
        try:
            if self._waiting == 0 or group.blocks >= MOST_BLOCKS or not _alive(group.connection):
                self._close(group, cause)
        finally:
            self._turn.release()

    def _close(self, group: _Group, cause: BaseException | None = None) -> None:
        self._open = None
        try:
            if not _alive(group.connection):  # a commit would do nothing and call it success
                raise cause or OperationalError("COMMIT", None, RuntimeError("the transaction was undone"))
            group.connection.commit()
        except BaseException as error:
            group.connection.invalidate()  # after some errors SQLite's transaction is still open
            group.error = error
            if cause is None:
                raise
        finally:
            group.connection.close()
            group.over.set()

    def _see_to_the_open_group(self) -> None:
        """The last to leave a group may have counted on somebody who has given up since."""
        if self._turn.acquire(blocking=False):
            try:
                if self._open:
                    self._close(self._open)
            finally:
                self._turn.release()


def _alive(connection: Connection) -> bool:
    """Whether the transaction is still there: SQLite itself undoes the whole of it when, say, the disk is full."""
    driver = None if connection.invalidated else connection.connection.driver_connection
    return driver is not None and driver.in_transaction


def _first(error: BaseException) -> BaseException:
    """What the database refused first: a savepoint cannot be undone once SQLite has undone the whole transaction."""
    first, before = error, error.__context__
    while before and isinstance(first, DBAPIError) and "no such savepoint" in str(first.orig):
        first, before = before if isinstance(before, DBAPIError) else first, before.__context__
    return first


def _refusal(error: BaseException) -> DBAPIError:
    """The same for each of the group, as an exception carries the traceback of whoever raised it last."""
    reason = error.orig if isinstance(error, DBAPIError) else None
    return OperationalError("COMMIT", None, reason or RuntimeError(type(error).__name__))
