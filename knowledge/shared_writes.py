"""Lets the writers of one process share SQLite's transactions: who waits is committed together, and none goes on before.

SQLite has one writer at a time, and each commit waits for the disk: ten threads that write one row each would wait for it ten
times, and would find a moment without each other by trying. Here they queue; each writes inside a savepoint of the transaction
that is open, and the last of them commits for all.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from threading import Event, Lock, get_ident
from time import monotonic

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError

LONGEST = 0.005
"""Seconds for which a transaction takes in more blocks: about as long as a commit takes, so that waiting for others pays."""


@dataclass
class _Group:
    """The blocks that are committed together."""

    connection: Connection
    until: float
    """When it takes in no more blocks, on the monotonic clock."""
    over: Event = field(default_factory=Event)
    is_kept: bool = False
    """Whether all of it is on the disk."""
    error: DBAPIError | None = None
    """Why nothing of the group was kept, if the database said so."""


@dataclass
class SharedWrites:
    """The one place through which a process writes to an engine. Safe to share between threads."""

    engine: Engine
    """Its connections must begin with SQLite's write lock."""
    patience: float
    """Seconds after which a writer gives up waiting for the others."""
    longest: float = LONGEST
    _lock: Lock = field(default_factory=Lock)
    """Guards the next two."""
    _busy: bool = False
    """Somebody has the turn: their block is running, or they commit."""
    _queue: deque[Event] = field(default_factory=deque)
    """Who waits, in the order in which they came; the turn is handed to the first."""
    _writer: int | None = None
    """The thread that has the turn."""
    _open: _Group | None = None

    @contextmanager
    def block(self) -> Iterator[Connection]:
        """A connection in a transaction that others may have begun. What is written in the block, within a savepoint of its
        own, is on the disk when the block is left. Raises DBAPIError, and RuntimeError for a block within a block."""
        group = self._enter()
        with ExitStack() as left:
            left.push(partial(self._left, group))
            yield group.connection
        group.over.wait()
        if not group.is_kept:
            raise _refusal(group.error)

    def _enter(self) -> _Group:
        if self._writer == get_ident():
            raise RuntimeError("a thread that writes already would wait for itself")
        self._wait_for_the_turn()
        with ExitStack() as undo:
            undo.callback(self._end_the_turn)
            self._open = self._open or _Group(self._begun(), monotonic() + self.longest)
            undo.pop_all()
        return self._open

    def _wait_for_the_turn(self) -> None:
        place = Event()
        with self._lock:
            if self._busy:
                self._queue.append(place)
            else:
                self._busy = True
                place.set()
        place.wait(self.patience)
        with self._lock:
            if not place.is_set():
                self._queue.remove(place)
                raise OperationalError("BEGIN", None, TimeoutError("other writers of this process took too long"))
        self._writer = get_ident()

    def _end_the_turn(self) -> None:
        with self._lock:
            self._hand_over()

    def _hand_over(self) -> None:
        self._writer = None
        self._busy = bool(self._queue)
        if self._queue:
            self._queue.popleft().set()

    def _begun(self) -> Connection:
        with ExitStack() as undo:
            connection = undo.enter_context(self.engine.connect())
            connection.begin()
            undo.pop_all()
        return connection

    def _left(self, group: _Group, _: object, error: BaseException | None, __: object) -> None:
        """What happens when a block is left, with an error or without; the error goes on."""
        first = _first(error) if error else None
        self._leave(group, first)
        if first is not error and first is not None:
            raise first from None

    def _leave(self, group: _Group, cause: BaseException | None = None) -> None:
        """Commit, unless somebody waits who will. With a cause the block has failed and raises that itself."""
        with self._lock:
            # Whoever is handed the turn cannot have given up: that is decided under the same lock.
            if self._queue and monotonic() < group.until and _alive(group.connection):
                self._hand_over()
                return
        try:
            self._close(group, cause)
        finally:
            self._end_the_turn()

    def _close(self, group: _Group, cause: BaseException | None) -> None:
        self._open = None
        with ExitStack() as after:
            after.callback(group.over.set)
            after.callback(group.connection.close)
            try:
                self._commit(group, cause)
            except DBAPIError as error:
                group.error = error
                if cause is None:
                    raise
            finally:
                if not group.is_kept:
                    group.connection.invalidate()  # after some errors SQLite's transaction is still open

    def _commit(self, group: _Group, cause: BaseException | None) -> None:
        if not _alive(group.connection):  # a commit would do nothing and call it success
            undone = OperationalError("COMMIT", None, RuntimeError("the transaction was undone"))
            raise cause if isinstance(cause, DBAPIError) else undone
        group.connection.commit()
        group.is_kept = True


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


def _refusal(error: DBAPIError | None) -> DBAPIError:
    """The same for each of the group, as an exception carries the traceback of whoever raised it last."""
    reason = error.orig if error else None
    return OperationalError("COMMIT", None, reason or RuntimeError("the transaction was not committed"))
