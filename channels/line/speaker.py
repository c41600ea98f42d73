"""Says what is in the outbox, and shows residents that they are read and answered."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from random import Random
from threading import Semaphore, Timer

import structlog
from sqlalchemy.orm import Session, sessionmaker

from channels.line import people, sends
from channels.line.client import LineClient
from channels.line.reply import Result, Verdict, Way, begin, choose, judge
from channels.line.sends import Ending, Send
from knowledge.database import writing

PATIENCE = 0.7
"""Seconds after which a resident who waits is shown that somebody is at work; most answers take a hundredth of that."""
AT_ONCE = 4
"""Lanes that are thought about or written at a time; more would only keep each other, and web pages, from the processor."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Speaker:
    """Speaks for all accounts. Safe to share between threads."""

    sessions: sessionmaker[Session]
    clock: Callable[[], datetime]
    random: Random
    clients: Mapping[str, LineClient]
    """By site."""
    room: Semaphore = field(default_factory=lambda: Semaphore(AT_ONCE))
    """Held by who works on a lane, and given up while LINE is waited for."""
    patience: float = PATIENCE

    def attempt(self, site: str, send: Send) -> None:
        """Try once to say something; what came of it is stored."""
        way = self.way(site, send)
        if isinstance(way, Ending):
            self._end(site, send, way)
            return
        begun = begin(send, way, self.clock())
        with writing(self.sessions) as session:
            ours = sends.advance(session, site, send, begun)
        if ours:
            self.say(site, send, begun, way)

    def way(self, site: str, send: Send) -> Way | Ending:
        """How it can be said now, or why not at all."""
        way = choose(send, self.clock())
        return self._unreachable(site, send) or way if way is Way.PUSH else way

    def say(self, site: str, send: Send, begun: Send, way: Way) -> None:
        """Make the call that was stored as begun, and store what came of it."""
        result = self._call(site, send, way)
        after = judge(send, way, result, self.clock(), self.random.random())
        _tell(site, after, way, result)
        self._store(site, begun, after)
        if after.ending is Ending.SENT and send.read_token:
            with self._waiting_for_line():
                self.clients[site].mark_as_read(send.read_token)

    @contextmanager
    def at_work(self, site: str, user: str) -> Iterator[None]:
        """Show the resident that an answer is coming, if it takes long. The call is over before the block is, as a loading
        animation that came after the answer would stay."""
        timer = Timer(self.patience, self.clients[site].show_loading, (user,))
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            if timer.is_alive():
                with self._waiting_for_line():
                    timer.join()

    def _unreachable(self, site: str, send: Send) -> Ending | None:
        """Why nobody can be pushed to."""
        with self.sessions() as session:
            who = people.known(session, site, send.lane)
        if who is None:
            return Ending.NOBODY
        return Ending.BLOCKED if who.left_at else None

    def _call(self, site: str, send: Send, way: Way) -> Result:
        client = self.clients[site]
        with self._waiting_for_line():
            if way is Way.REPLY:
                return client.reply(send.reply_token, send.messages)
            return client.push(send.lane, send.messages, send.id)

    @contextmanager
    def _waiting_for_line(self) -> Iterator[None]:
        self.room.release()
        try:
            yield
        finally:
            self.room.acquire()

    def _end(self, site: str, send: Send, ending: Ending) -> None:
        log.warning("line message not sent", site=site, id=send.id, ending=ending.value, attempts=send.attempts)
        self._store(site, send, replace(send, ending=ending))

    def _store(self, site: str, before: Send, after: Send) -> None:
        if after.ending and after.leaves:
            with self._waiting_for_line():
                self.clients[site].leave(after.leaves, after.lane)
        with writing(self.sessions) as session:
            sends.advance(session, site, before, after)


def _tell(site: str, after: Send, way: Way, result: Result) -> None:
    """A line for the log, in which nobody can be recognised."""
    told = {"site": site, "id": after.id, "way": way.value, "status": result.status, "request": result.request}
    match result.verdict:
        case Verdict.ACCEPTED:
            log.info("line message sent", **told)
        case Verdict.NOT_ALLOWED:
            log.error("line refuses our access token", **told, note=result.note)
        case Verdict.OVER_QUOTA:
            log.error("line quota used up", **told)
        case _:
            ending = after.ending.value if after.ending else None
            log.warning("line message not taken", **told, verdict=result.verdict.value, note=result.note, ending=ending)
