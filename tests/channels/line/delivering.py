"""LINE as it delivers: what was not acknowledged is delivered again, until it is."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event, Lock, Thread
from time import monotonic

import urllib3

from tests.channels.line.line_platform import Json, Platform

PATIENCE = 2.0
"""Seconds after which LINE takes a webhook for lost."""
PAUSE = 1.0
"""Seconds until it is delivered again."""
THREADS = 64


class Deliverer:
    """Delivers webhooks to one address. Safe to share between threads."""

    def __init__(self, platform: Platform, url: str) -> None:
        self.platform, self.url = platform, url
        self.http = urllib3.PoolManager(maxsize=THREADS, retries=False)
        self.pool = ThreadPoolExecutor(THREADS)
        self.acknowledged: set[str] = set()
        self.acks: list[float] = []
        """Seconds until a webhook was acknowledged, from the moment it was due."""
        self.again = 0
        """Bodies that were delivered again."""
        self._late: deque[tuple[float, list[Json]]] = deque()
        self._open = 0
        self._lock = Lock()

    def deliver(self, events: list[Json]) -> None:
        """Begin to deliver."""
        self._submit(events, False)

    def reaches(self) -> bool:
        """Whether a connection check, a webhook without events, is acknowledged."""
        return self._post([], False)

    @property
    def done(self) -> bool:
        """Whether everything is acknowledged."""
        with self._lock:
            return not (self._open or self._late)

    @contextmanager
    def redelivering(self) -> Iterator[None]:
        """Deliver again what is due, while the block runs."""
        over = Event()
        thread = Thread(target=self._redeliver, args=(over,))
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
            self.pool.shutdown(cancel_futures=True)

    def _submit(self, events: list[Json], again: bool) -> None:
        with self._lock:
            self._open += 1
        self.pool.submit(self._deliver, events, again, monotonic())

    def _deliver(self, events: list[Json], again: bool, due: float) -> None:
        taken = self._post(events, again)
        with self._lock:
            self._open -= 1
            if taken:
                self.acks.append(monotonic() - due)
                self.acknowledged |= {event["webhookEventId"] for event in events}
            else:
                self._late.append((monotonic() + PAUSE, events))

    def _post(self, events: list[Json], again: bool) -> bool:
        body, headers = self.platform.deliver(events, again)
        try:
            answer = self.http.request("POST", self.url, body=body, headers=headers, timeout=urllib3.Timeout(total=PATIENCE))
        except urllib3.exceptions.HTTPError:
            return False
        return answer.status == 200

    def _redeliver(self, over: Event) -> None:
        while not over.wait(0.05):
            with self._lock:
                due = [self._late.popleft()[1] for _ in range(sum(at <= monotonic() for at, _ in self._late))]
                self.again += len(due)
            for events in due:
                self._submit(events, True)
