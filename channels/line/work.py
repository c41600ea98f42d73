"""Works off one lane: what is urgent, what is to be said, what is to be answered, in this order and one at a time.

Every step ends in one transaction that does nothing if somebody else has done the step, so a process may be killed anywhere.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random
from uuid import UUID

import structlog
from sqlalchemy.orm import Session, sessionmaker

from channels.line import inbox, people, sends
from channels.line.account import Account
from channels.line.desk import CHANNEL, LineDesk
from channels.line.events import URGENT, Event, Kind, shape
from channels.line.held import held
from channels.line.inbox import Outcome, Waiting
from channels.line.look import Look
from channels.line.people import Person
from channels.line.reply import Way, begin, token_until
from channels.line.retention import tidy
from channels.line.sends import Ending, Send
from channels.line.speaker import Speaker
from channels.line.turn import Handler, Turn, Visit
from knowledge.database import writing
from knowledge.errors import KnownError

MOST_TRIES = 5
"""How often working on an event may fail before it is left."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Work:
    """What is done with the events of all accounts. Safe to share between threads, each at its own lane."""

    sessions: sessionmaker[Session]
    clock: Callable[[], datetime]
    random: Random
    desk: LineDesk
    speaker: Speaker
    accounts: Mapping[str, Account]
    """By site."""
    handlers: Mapping[Kind, Handler]

    def prepare(self) -> None:
        """Do beforehand what would make the first resident wait, and look whether every account has its site."""
        for site, client in self.speaker.clients.items():
            client.load()
            try:
                self.desk.town(site)
            except KnownError as error:
                log.error("line account without its site", site=site, reason=str(error))

    def due(self, limit: int) -> list[tuple[str, str]]:
        """Site and lane of what can be worked on now."""
        with self.sessions() as session:
            return inbox.due_lanes(session, list(self.accounts), self.clock(), limit)

    def work_off(self, site: str, lane: str, go_on: Callable[[], bool] = lambda: True) -> None:
        """Do everything that is due in a lane, unless another process is at it."""
        with self.speaker.room, held(self.sessions, site, lane) as ours:
            while ours and go_on() and self._step(site, lane):
                pass

    def tidy(self) -> None:
        """Delete what is no longer needed."""
        with writing(self.sessions) as session:
            gone = tidy(session, list(self.accounts), self.clock())
        if gone:
            log.info("line tables tidied", rows=gone)

    def failed(self, site: str, lane: str) -> None:
        """Something nobody foresaw happened in a lane: after a few times its event is left, so that the next have their turn."""
        with writing(self.sessions) as session:
            waiting = inbox.next_event(session, site, lane)
            if waiting is None or sends.next_send(session, site, lane):
                return
            if waiting.tries + 1 < MOST_TRIES:
                inbox.failed_once_more(session, site, waiting.event)
                return
            inbox.finish(session, site, waiting.event, Outcome.FAILED)
        log.error("line event left", site=site, id=waiting.event.id, kind=waiting.event.kind.value)

    def _step(self, site: str, lane: str) -> bool:
        """Do the next thing; False when there is none."""
        with self.sessions() as session:
            waiting = inbox.next_event(session, site, lane)
            send = sends.next_send(session, site, lane)
        if waiting and waiting.event.kind in URGENT:
            self._handle(site, waiting)
        elif send and send.due_at > self.clock():
            return False
        elif send:
            self.speaker.attempt(site, send)
        elif waiting:
            self._handle(site, waiting)
        return bool(waiting or send)

    def _take_back(self, site: str, event: Event) -> None:
        with writing(self.sessions) as session:
            inbox.take_back(session, site, event.message, self.clock())
        self.desk.forget(site, CHANNEL, event.message)
        with writing(self.sessions) as session:
            inbox.finish(session, site, event, Outcome.SILENT)

    def _handle(self, site: str, waiting: Waiting) -> None:
        event, now = waiting.event, self.clock()
        if event.kind is Kind.UNSEND:
            self._take_back(site, event)
            return
        with self.sessions() as session:
            overtaken = inbox.overtaken(session, site, event)
            who = people.known(session, site, event.user) or Person(event.user, now)
        if overtaken:
            self._leave_be(site, event, overtaken)
            return
        who = who.seen(event.at)
        turn = self._turn(site, self._visit(site, event, who, now))
        turn = replace(turn, person=turn.person or who)
        send = _planned(waiting, turn, now, self.random)
        if send is None:
            self._end(site, event, turn, None)
            return
        way = self.speaker.way(site, send)
        begun = send if isinstance(way, Ending) else begin(send, way, now)
        if self._end(site, event, turn, begun) and isinstance(way, Way):
            self.speaker.say(site, send, begun, way)

    def _end(self, site: str, event: Event, turn: Turn, send: Send | None) -> bool:
        """Store all that comes of an event; False when it was taken back meanwhile, or somebody else was faster."""
        with writing(self.sessions) as session:
            if inbox.overtaken(session, site, event) or not inbox.finish(session, site, event, _outcome(event, send)):
                return False
            if event.user and turn.person:
                people.keep(session, site, turn.person)
            if turn.then:
                turn.then(session)
            if send:
                sends.plan(session, site, send)
        return True

    def _visit(self, site: str, event: Event, who: Person, now: datetime) -> Visit:
        town = self.desk.town(site)
        look = Look(who.language, self.accounts[site].bot_name, languages=town.languages)
        return Visit(event, town, now, who, look)

    def _leave_be(self, site: str, event: Event, why: Outcome) -> None:
        """End an event that came too late, and what an interrupted try at it may have left."""
        if why is Outcome.WITHDRAWN:
            self.desk.forget(site, CHANNEL, event.message)
        with writing(self.sessions) as session:
            inbox.finish(session, site, event, why)

    def _turn(self, site: str, visit: Visit) -> Turn:
        event = visit.event
        if event.kind is Kind.UNKNOWN:
            log.warning("line event not understood", site=site, id=event.id, fields=shape(event.raw))
        handler = self.handlers.get(event.kind)
        if handler is None or event.standby or (event.kind is not Kind.JOIN and not event.user):
            return Turn()
        if event.kind is not Kind.TEXT:
            return handler(visit)
        with self.speaker.at_work(site, event.user):
            return handler(visit)


def _planned(waiting: Waiting, turn: Turn, now: datetime, random: Random) -> Send | None:
    if not turn.messages:
        return None
    event = waiting.event
    return Send(
        id=str(UUID(int=random.getrandbits(128), version=4)),
        lane=event.lane,
        messages=list(turn.messages),
        token_until=token_until(event.at, waiting.received_at),
        planned_at=now,
        due_at=now,
        event=event.id,
        message=event.message,
        reply_token=event.reply_token,
        read_token=event.read_token,
        leaves=event.source if turn.leaves else "",
    )


def _outcome(event: Event, send: Send | None) -> Outcome:
    if send:
        return Outcome.REPLIED
    return Outcome.UNKNOWN if event.kind is Kind.UNKNOWN else Outcome.SILENT
