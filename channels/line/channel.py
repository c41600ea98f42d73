"""The LINE channel, put together for one process: what comes in is stored, and a worker works it off."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

import structlog
from sqlalchemy.orm import Session, sessionmaker

from channels.line import events, inbox
from channels.line.account import Account
from channels.line.client import LineClient
from channels.line.delivery.delivering import Delivering
from channels.line.desk import LineDesk
from channels.line.handlers import handlers
from channels.line.speaker import Speaker
from channels.line.work import Work
from channels.line.worker import Worker
from knowledge.database import writing

INTAKE_THREADS = 8
DELIVERERS = 2
"""Sites that deliveries are sent for at a time."""

log = structlog.get_logger()


@dataclass(frozen=True)
class LineChannel:
    """All accounts of this installation."""

    accounts: Mapping[str, Account]
    """By site."""
    work: Work
    worker: Worker
    delivering: Delivering
    deliverer: Worker
    intake: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(INTAKE_THREADS, "line-intake"))
    """Threads of its own: those of the web page shall not wait behind a database that takes nothing."""

    def start(self) -> None:
        """Begin to work, with what the last process has left."""
        self.worker.start()
        self.deliverer.start()

    def stop(self) -> None:
        """End after what is being done."""
        self.intake.shutdown()
        self.deliverer.stop()
        self.worker.stop()

    @property
    def is_working(self) -> bool:
        """Whether what has come in is worked off, and deliveries are sent."""
        return self.worker.is_alive and self.deliverer.is_alive

    def take_in(self, site: str, body: bytes) -> None:
        """Store what LINE tells us, whole or not at all. Raises MalformedJson or NotAWebhook."""
        mask, now = self.work.desk.mask, self.work.clock()
        found = [events.parse(each, mask, now) for each in events.read(body)]
        if not found:
            return  # LINE's check of the connection
        with writing(self.work.sessions) as session:
            inbox.take_in(session, site, found, now)
        log.info("line webhook", site=site, events=len(found))
        self.worker.wake()


def line_channel(
    desk: LineDesk,
    accounts: Mapping[str, Account],
    sessions: sessionmaker[Session],
    clock: Callable[[], datetime],
    random: Random,
    client: Callable[[Account], LineClient],
) -> LineChannel:
    """The channel over one database; `client` makes each account's way to LINE."""
    speaker = Speaker(sessions, clock, random, {site: client(account) for site, account in accounts.items()})
    work = Work(sessions, clock, random, desk, speaker, accounts, handlers(desk, sessions))
    delivering = Delivering(sessions, clock, random, speaker.clients)
    return LineChannel(accounts, work, Worker(work), delivering, Worker(delivering, DELIVERERS))
