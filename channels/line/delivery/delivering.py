"""Sends deliveries, chunk by chunk: what is urgent first, and nothing else in the quiet hours.

Every attempt begins with a transaction that stores key, addressees and that nobody knows how it will end, so a process may be
killed anywhere.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from random import Random
from uuid import UUID

import structlog
from sqlalchemy import exists, select
from sqlalchemy.orm import Session, sessionmaker

from channels.line.client import MOST_RECEIVERS, LineClient
from channels.line.delivery import chunks, deliveries
from channels.line.delivery.chunks import Chunk, Ending
from channels.line.delivery.deliveries import Act, Delivery, Done, Halt, State
from channels.line.delivery.rules import LATEST, digest, judge, may_repeat
from channels.line.delivery.tables import ChunkRow, DeliveryRow
from channels.line.held import held
from channels.line.reply import Result, Verdict
from channels.line.retention import KEPT
from channels.line.segments.questionnaire import quiet_hours
from channels.line.sends import Message
from knowledge.database import writing

LANE = "deliveries"
"""One a site: one chunk after the other, as the order of deliveries matters and LINE allows no more than so many a second."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call that is to be made."""

    delivery: int
    messages: list[Message]
    chunk: Chunk
    to: list[str]
    was_open: bool
    """An earlier attempt under the same key may have been taken."""


@dataclass(frozen=True, slots=True)
class Delivering:
    """Sends for all accounts. Safe to share between threads, each at its own site."""

    sessions: sessionmaker[Session]
    clock: Callable[[], datetime]
    random: Random
    clients: Mapping[str, LineClient]
    """By site."""
    size: int = MOST_RECEIVERS
    """Residents of one chunk."""
    _at: dict[str, int] = field(default_factory=dict)
    """The delivery that is being sent at each site, or was at last: the one to blame when that fails."""

    def prepare(self) -> None:
        """Nothing: the clients are the inbox's, which prepares them."""

    def due(self, limit: int) -> list[tuple[str, str]]:
        """The sites that have something to send now."""
        with self.sessions() as session:
            found = [(site, LANE) for site in self.clients if _next(session, site, self.clock()) is not None]
        return found[:limit]

    def work_off(self, site: str, lane: str, go_on: Callable[[], bool] = lambda: True) -> None:
        """Send everything that may be sent now, unless another process is at it."""
        with held(self.sessions, site, lane) as ours:
            while ours and go_on() and self._step(site):
                pass

    def failed(self, site: str, _lane: str) -> None:
        """Something nobody foresaw happened: what was being sent is stopped, so that people look at it."""
        number = self._at.get(site)
        if number is not None:
            with writing(self.sessions) as session:
                self._halt(session, site, number, Halt.FAILED)

    def tidy(self) -> None:
        """Give up what was approved or stopped a month ago, and forget whom deliveries went to that ended a month ago."""
        now = self.clock()
        with writing(self.sessions) as session:
            for site, number in deliveries.idle(session, list(self.clients), now - KEPT):
                deliveries.move(session, site, number, Done(Act.EXPIRE, "", now))
            gone = chunks.forget_addressees(session, list(self.clients), now - KEPT)
        if gone:
            log.info("line recipients forgotten", rows=gone)

    def _step(self, site: str) -> bool:
        """Do the next thing; False when there is none."""
        with self.sessions() as session:
            number = _next(session, site, self.clock())
        if number is None:
            return False
        self._at[site] = number
        with writing(self.sessions) as session:
            attempt = self._begin(session, site, number)
        if attempt:
            result = self.clients[site].multicast(attempt.to, attempt.messages, attempt.chunk.key)
            self._end(site, attempt, result)
        return True

    def _begin(self, session: Session, site: str, number: int) -> Attempt | None:
        """Make up the next call; nothing when the delivery ends or stops here, or somebody has stopped it."""
        delivery, now = deliveries.locked(session, site, number), self.clock()
        if delivery.state is not State.SCHEDULED or delivery.due_at is None:
            return None
        if now - delivery.due_at > LATEST:
            self._halt(session, site, number, Halt.LATE)
            return None
        chunk = chunks.unfinished(session, site, number)
        if chunk and chunk.is_open:
            return self._again(session, site, delivery, chunk, now)
        return self._anew(session, site, delivery, chunk, now)

    def _again(self, session: Session, site: str, delivery: Delivery, chunk: Chunk, now: datetime) -> Attempt | None:
        """The same call once more, while LINE would notice that it is the same."""
        to = chunks.addressees(session, site, delivery.number, chunk.number)
        if may_repeat(chunk, to, delivery.messages, now):
            begun = replace(chunk, attempts=chunk.attempts + 1, due_at=now)
        else:
            begun = replace(chunk, ending=Ending.UNCLEAR)
            log.error("line chunk unclear", site=site, delivery=delivery.number, chunk=chunk.number, people=chunk.people)
        chunks.advance(session, site, delivery.number, chunk, begun)
        return None if begun.ending else Attempt(delivery.number, delivery.messages, begun, to, was_open=True)

    def _anew(self, session: Session, site: str, delivery: Delivery, before: Chunk | None, now: datetime) -> Attempt | None:
        """A call that cannot have been made yet, to those whom the delivery is for at this moment."""
        if before:
            chunks.take_apart(session, site, delivery.number, before)
        to = chunks.next_people(session, site, delivery.number, delivery.audience, self.size)
        if not to:
            if before:
                chunks.remove(session, site, delivery.number, before)
            deliveries.move(session, site, delivery.number, Done(Act.FINISH, "", now))
            log.info("line delivery done", site=site, delivery=delivery.number)
            return None
        begun = Chunk(
            number=before.number if before else 1 + chunks.last_number(session, site, delivery.number),
            key=str(UUID(int=self.random.getrandbits(128), version=4)),
            digest=digest(to, delivery.messages),
            people=len(to),
            keyed_at=now,
            due_at=now,
            attempts=before.attempts + 1 if before else 1,
        )
        chunks.put(session, site, delivery.number, begun, to)
        return Attempt(delivery.number, delivery.messages, begun, to, was_open=False)

    def _end(self, site: str, attempt: Attempt, result: Result) -> None:
        """Store what came of a call, and stop the delivery when going on would do no good."""
        after, halt = judge(attempt.was_open, attempt.chunk, result, self.clock(), self.random.random())
        _tell(site, attempt, after, result)
        with writing(self.sessions) as session:
            chunks.advance(session, site, attempt.delivery, attempt.chunk, after)
            if halt and deliveries.locked(session, site, attempt.delivery).state is State.SCHEDULED:
                self._halt(session, site, attempt.delivery, halt, result.note)

    def _halt(self, session: Session, site: str, number: int, why: Halt, note: str = "") -> None:
        deliveries.move(session, site, number, Done(Act.HALT, "", self.clock(), note), halt=why)
        log.error("line delivery stopped", site=site, delivery=number, reason=why.value)


def _next(session: Session, site: str, now: datetime) -> int | None:
    """The delivery whose turn it is, unless its chunk waits: what is urgent, then what was due first."""
    quiet = quiet_hours(session, site)
    at_peace = quiet is not None and quiet.over(now) > now
    first = (
        select(DeliveryRow.number)
        .where(DeliveryRow.site_id == site, DeliveryRow.state == State.SCHEDULED.value, DeliveryRow.due_at <= now)
        .where(*([DeliveryRow.urgent] if at_peace else []))
        .order_by(DeliveryRow.urgent.desc(), DeliveryRow.due_at, DeliveryRow.number)
        .limit(1)
    )
    number = session.scalar(first)
    mine = (ChunkRow.site_id == site, ChunkRow.delivery == number, ChunkRow.ending.is_(None), ChunkRow.due_at > now)
    waits = number is not None and session.scalar(select(exists().where(*mine)))
    return None if waits else number


def _tell(site: str, attempt: Attempt, after: Chunk, result: Result) -> None:
    """A line for the log, in which nobody can be recognised."""
    told = {"site": site, "delivery": attempt.delivery, "chunk": after.number, "people": after.people}
    told |= {"status": result.status, "request": result.request}
    match result.verdict:
        case Verdict.ACCEPTED:
            log.info("line chunk sent", **told)
        case Verdict.NOT_ALLOWED:
            log.error("line refuses our access token", **told, note=result.note)
        case _:
            log.warning("line chunk not taken", **told, verdict=result.verdict.value, note=result.note)
