"""The durable inbox: every event once, from the moment it is acknowledged until it is worked off."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import case, exists, func, literal, or_, select, update
from sqlalchemy.orm import Session

from channels.line.events import URGENT, Event, Kind
from channels.line.sends import Ending
from channels.line.statements import insert, rows
from channels.line.tables import EventRow, SendRow, UnsentRow


class Outcome(StrEnum):
    """How an event ended: the one effect it had."""

    REPLIED = "replied"
    """Something is said to it; how that ended is in its send."""
    SILENT = "silent"
    """There was nothing to say."""
    WITHDRAWN = "withdrawn"
    """The resident took the message back before it was answered."""
    SUPERSEDED = "superseded"
    """The resident has edited the message since."""
    UNKNOWN = "unknown"
    """Nobody understands it; its JSON is kept."""
    FAILED = "failed"
    """Working on it failed too often; the log says why."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An event that is to be worked off."""

    event: Event
    received_at: datetime
    tries: int


_URGENT = EventRow.kind.in_([kind.value for kind in URGENT])
_CONTENT = ("text", "data", "one_of_many", "reply_token", "read_token", "raw")


def take_in(session: Session, site: str, events: Iterable[Event], now: datetime) -> None:
    """Store what is new; of what is there already only the clock of the reply token starts again.

    In order of the ids, so that two processes that get the same events never wait for each other in a circle.
    """
    ordered = sorted(events, key=lambda event: event.id)
    gone = _taken_back(session, site, [event.message for event in ordered if event.message])
    for event in ordered:
        new = insert(session, EventRow).values(**_columns(site, event, now, empty=event.message in gone))
        if event.redelivered:
            waiting = EventRow.outcome.is_(None)
            keys = ["site_id", "id"]
            session.execute(new.on_conflict_do_update(index_elements=keys, set_={"received_at": now}, where=waiting))
        else:
            session.execute(new.on_conflict_do_nothing())


def due_lanes(session: Session, sites: Sequence[str], now: datetime, limit: int) -> list[tuple[str, str]]:
    """Site and lane of what can be worked on now: first what is urgent, then what is being said and whose reply token runs
    out meanwhile, then what waited longest."""
    later = exists().where(_same_lane, SendRow.ending.is_(None), SendRow.due_at > now)
    rank = case((_URGENT, 0), else_=2).label("rank")
    events = (
        select(EventRow.site_id, EventRow.lane, rank, EventRow.received_at.label("since"))
        .where(EventRow.site_id.in_(sites), EventRow.outcome.is_(None))
        .where(or_(_URGENT, ~later))
    )
    sends = select(SendRow.site_id, SendRow.lane, literal(1), SendRow.due_at).where(
        SendRow.site_id.in_(sites), SendRow.ending.is_(None), SendRow.due_at <= now
    )
    work = events.union_all(sends).subquery()
    lane = (work.c.site_id, work.c.lane)
    query = select(*lane).group_by(*lane).order_by(func.min(work.c.rank), func.min(work.c.since)).limit(limit)
    return [(site, each) for site, each in session.execute(query)]


def next_event(session: Session, site: str, lane: str) -> Waiting | None:
    """What is to be worked off next in a lane: what is urgent, then the earliest."""
    query = (
        select(EventRow)
        .where(EventRow.site_id == site, EventRow.lane == lane, EventRow.outcome.is_(None))
        .order_by(case((_URGENT, 0), else_=1), EventRow.at, EventRow.id)
        .limit(1)
    )
    row = session.scalars(query).one_or_none()
    return Waiting(_event(row), row.received_at, row.tries) if row else None


def finish(session: Session, site: str, event: Event, outcome: Outcome) -> bool:
    """End an event and empty it; False when somebody else has ended it."""
    one = update(EventRow).where(EventRow.site_id == site, EventRow.id == event.id, EventRow.outcome.is_(None))
    values: dict[str, Any] = {"outcome": outcome.value}
    if outcome is not Outcome.UNKNOWN:
        values["content"] = {}
    return rows(session.execute(one.values(**values))) == 1


def failed_once_more(session: Session, site: str, event: Event) -> None:
    """Count a try that failed."""
    one = (EventRow.site_id == site) & (EventRow.id == event.id)
    session.execute(update(EventRow).where(one).values(tries=EventRow.tries + 1))


def take_back(session: Session, site: str, message: str, now: datetime) -> None:
    """Erase a message here, whether it was answered, is waiting, or comes later.

    One that waits is ended when its turn comes, together with what a try at it may have left elsewhere.
    """
    gone = insert(session, UnsentRow).values(site_id=site, message=message, at=now)
    session.execute(gone.on_conflict_do_nothing())
    about_it = (EventRow.site_id == site) & (EventRow.message == message) & (EventRow.kind != Kind.UNSEND.value)
    session.execute(update(EventRow).where(about_it).values(content={}))
    session.execute(
        update(SendRow)
        .where(SendRow.site_id == site, SendRow.message == message, SendRow.ending.is_(None), SendRow.attempts == 0)
        .values(ending=Ending.WITHDRAWN.value, messages=[], reply_token="")
    )


def overtaken(session: Session, site: str, event: Event) -> Outcome | None:
    """Why a message must not be answered any more."""
    if not event.message:
        return None
    taken_back = exists().where(UnsentRow.site_id == site, UnsentRow.message == event.message)
    about_it = (EventRow.site_id == site) & (EventRow.message == event.message)
    edited = exists().where(about_it, EventRow.kind == Kind.EDITED.value, EventRow.at > event.at)
    gone, old = session.execute(select(taken_back, edited)).one()
    return Outcome.WITHDRAWN if gone else Outcome.SUPERSEDED if old else None


_same_lane = (SendRow.site_id == EventRow.site_id) & (SendRow.lane == EventRow.lane)


def _taken_back(session: Session, site: str, messages: Sequence[str]) -> set[str]:
    if not messages:
        return set()
    return set(session.scalars(select(UnsentRow.message).where(UnsentRow.site_id == site, UnsentRow.message.in_(messages))))


def _columns(site: str, event: Event, now: datetime, empty: bool) -> dict[str, Any]:
    content: dict[str, Any] = {name: getattr(event, name) for name in _CONTENT} | {"taken_out": sorted(event.taken_out)}
    return {
        "site_id": site,
        "id": event.id,
        "lane": event.lane,
        "kind": event.kind.value,
        "at": event.at,
        "received_at": now,
        "source": event.source,
        "standby": event.standby,
        "message": event.message,
        "content": {} if empty else {name: value for name, value in content.items() if value},
        "tries": 0,
        "outcome": None,
    }


def _event(row: EventRow) -> Event:
    return Event(
        id=row.id,
        kind=Kind(row.kind),
        at=row.at,
        lane=row.lane,
        source=row.source,
        standby=row.standby,
        message=row.message,
        taken_out=frozenset(row.content.get("taken_out", ())),
        **{name: row.content[name] for name in _CONTENT if name in row.content},
    )
