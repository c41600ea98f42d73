"""The threads that work off the inbox for as long as the service runs."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Condition, Thread
from time import monotonic
from typing import Protocol

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection

from knowledge.errors import KnownError

THREADS = 16
"""Lanes that are worked on at a time; most of a lane's time is waiting for LINE, sometimes for all of its five seconds."""
AHEAD = 24
"""Lanes that are fetched in advance."""
LOOK_EVERY = 0.5
"""Seconds between two looks for what has become due, or what another process took in."""
REST = 2.0
"""Seconds for which a lane is left alone after a failure, and everything after one of the database."""
TIDY_EVERY = 3600.0
"""Seconds between two rounds of deleting what is old."""

_AWAY = (DBAPIError, NoConnection)
"""How it looks when the database does not answer, or has no connection left for us; nobody's event is to blame."""

log = structlog.get_logger()

Lane = tuple[str, str]
"""Site and lane."""


class Work(Protocol):
    """What is to be done, lane by lane; each lane by one thread at a time."""

    def prepare(self) -> None:
        """Do beforehand what would make the first resident wait."""

    def due(self, limit: int, /) -> list[Lane]:
        """What can be worked on now."""

    def work_off(self, site: str, lane: str, go_on: Callable[[], bool], /) -> None:
        """Do everything that is due in a lane."""

    def failed(self, site: str, lane: str, /) -> None:
        """Something nobody foresaw happened in a lane."""

    def tidy(self) -> None:
        """Delete what is no longer needed."""


class Worker:
    """Gives every lane that has work to one thread at a time."""

    def __init__(self, work: Work, threads: int = THREADS, rest: float = REST) -> None:
        self.work = work
        self.rest = rest
        self._pool = ThreadPoolExecutor(threads, "line")
        self._thread = Thread(target=self._run, name="line", daemon=True)
        self._news = Condition()
        self._awake = self._stopping = self._prepared = False
        self._busy: dict[Lane, Future[None]] = {}
        self._resting: dict[Lane, float] = {}
        self._tidy_at = monotonic() + TIDY_EVERY

    def start(self) -> None:
        """Begin, with what the last process has left."""
        self._thread.start()

    @property
    def is_alive(self) -> bool:
        """Whether it has begun and nothing unforeseen has ended it."""
        return self._thread.is_alive()

    def wake(self) -> None:
        """There is something new."""
        with self._news:
            self._awake = True
            self._news.notify()

    def stop_soon(self) -> None:
        """Begin nothing more."""
        with self._news:
            self._stopping = True
            self._news.notify()

    def stop(self) -> None:
        """End after the steps that are being done."""
        self.stop_soon()
        self._thread.join()
        self._pool.shutdown(cancel_futures=True)

    def _run(self) -> None:
        while not self._stopping:
            try:
                self._prepare()
                self._collect()
                self._hand_out()
                self._tidy()
            except _AWAY as error:
                log.error("line inbox cannot be read", reason=_reason(error))
                self._wait(self.rest, even_if_awake=True)
            except KnownError as error:
                # Staff changed in the meantime what was to be given up or tidied away.
                log.warning("line work changed meanwhile", reason=str(error))
                self._wait(self.rest, even_if_awake=True)
            self._wait(LOOK_EVERY)

    def _prepare(self) -> None:
        if not self._prepared:
            self.work.prepare()
            self._prepared = True

    def _hand_out(self) -> None:
        room = AHEAD - len(self._busy)
        if room <= 0:
            return
        for lane in self.work.due(len(self._busy) + len(self._resting) + room):
            if lane not in self._busy and self._resting.get(lane, 0.0) <= monotonic():
                self._resting.pop(lane, None)
                self._busy[lane] = self._pool.submit(self.work.work_off, *lane, lambda: not self._stopping)
                self._busy[lane].add_done_callback(lambda _: self.wake())

    def _tidy(self) -> None:
        if monotonic() >= self._tidy_at:
            self._tidy_at = monotonic() + TIDY_EVERY
            self.work.tidy()

    def _collect(self) -> None:
        """Free the lanes that are done, and look at what went wrong in them."""
        for lane in [lane for lane, future in self._busy.items() if future.done()]:
            error = self._busy.pop(lane).exception()
            if error is None:
                continue
            self._resting[lane] = monotonic() + self.rest
            if isinstance(error, _AWAY):
                log.error("line lane interrupted", site=lane[0], reason=_reason(error))
                continue
            log.error("line lane failed", site=lane[0], exc_info=error)
            self.work.failed(*lane)

    def _wait(self, seconds: float, even_if_awake: bool = False) -> None:
        with self._news:
            self._news.wait_for(lambda: self._stopping or (self._awake and not even_if_awake), seconds)
            self._awake = False


def _reason(error: DBAPIError | NoConnection) -> str:
    return str(error.orig) if isinstance(error, DBAPIError) else str(error)
