"""The way of a delivery: 下書き → 承認済み → 予約 → 終了, who may move it, and what each of them did; words never change."""

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from channels.errors import DeliveryMoved, NameMissing, OwnDelivery, UnknownDelivery
from channels.line.delivery.audience import Audience, from_json, to_json
from channels.line.delivery.composition import Composition
from channels.line.delivery.tables import ActRow, DeliveryRow
from channels.line.sends import Message
from knowledge.schema import SiteRow
from knowledge.sentences import say


class State(StrEnum):
    """Where a delivery stands."""

    DRAFT = "draft"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    """Being sent, or waiting for its time."""
    STOPPED = "stopped"
    DONE = "done"
    DISCARDED = "discarded"


class Act(StrEnum):
    """What can be done about a delivery."""

    COMPOSE = "compose"
    TRY_OUT = "try_out"
    APPROVE = "approve"
    START = "start"
    STOP = "stop"
    RESUME = "resume"
    DISCARD = "discard"
    FINISH = "finish"
    HALT = "halt"
    """The service stops it, as going on would do no good."""
    EXPIRE = "expire"
    """Nobody has gone on with it for a month: whom it went to is forgotten, and an old approval is not used by mistake."""


class Halt(StrEnum):
    """Why the service stopped a delivery."""

    OVER_QUOTA = "over_quota"
    REFUSED = "refused"
    """LINE does not take these messages."""
    LATE = "late"
    """It took so long that the news is no news any more."""
    FAILED = "failed"
    """Something nobody foresaw; the log says what."""


TRANSITIONS: Mapping[tuple[State, Act], State] = MappingProxyType(
    {
        (State.DRAFT, Act.TRY_OUT): State.DRAFT,
        (State.APPROVED, Act.TRY_OUT): State.APPROVED,
        (State.DRAFT, Act.APPROVE): State.APPROVED,
        (State.APPROVED, Act.START): State.SCHEDULED,
        (State.SCHEDULED, Act.STOP): State.STOPPED,
        (State.SCHEDULED, Act.HALT): State.STOPPED,
        (State.SCHEDULED, Act.FINISH): State.DONE,
        (State.STOPPED, Act.RESUME): State.SCHEDULED,
        (State.DRAFT, Act.DISCARD): State.DISCARDED,
        (State.APPROVED, Act.DISCARD): State.DISCARDED,
        (State.STOPPED, Act.DISCARD): State.DISCARDED,
        (State.APPROVED, Act.EXPIRE): State.DISCARDED,
        (State.STOPPED, Act.EXPIRE): State.DISCARDED,
    }
)
ENDED = frozenset({State.DONE, State.DISCARDED})
BY_SERVICE = frozenset({Act.FINISH, Act.HALT, Act.EXPIRE})
NAME_LIMIT = 60


@dataclass(frozen=True, slots=True)
class Delivery:
    """One piece of news for some residents."""

    number: int
    title: str
    messages: list[Message]
    audience: Audience
    urgent: bool
    author: str
    state: State
    halt: Halt | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What somebody did; nobody's name when the service did it."""

    act: Act
    actor: str
    at: datetime
    note: str = ""


def compose(session: Session, site: str, composition: Composition, by: str, now: datetime) -> int:
    """Store a new draft and return its number. Raises NameMissing."""
    author = _name(by)
    session.execute(select(SiteRow.id).where(SiteRow.id == site).with_for_update())  # one number after the other
    number = 1 + (session.scalar(select(func.max(DeliveryRow.number)).where(DeliveryRow.site_id == site)) or 0)
    row = DeliveryRow(
        site_id=site,
        number=number,
        title=composition.title,
        messages=list(composition.messages),
        audience=to_json(composition.audience),
        urgent=composition.urgent,
        author=author,
        state=State.DRAFT.value,
        halt="",
        due_at=None,
    )
    session.add(row)
    session.flush()
    _record(session, row, Done(Act.COMPOSE, author, now))
    return number


def find(session: Session, site: str, number: int) -> Delivery:
    """One delivery. Raises UnknownDelivery."""
    row = session.get(DeliveryRow, (site, number))
    if row is None:
        raise UnknownDelivery(number)
    return _delivery(row)


def listed(session: Session, site: str) -> list[Delivery]:
    """All deliveries, the newest first."""
    query = select(DeliveryRow).where(DeliveryRow.site_id == site).order_by(DeliveryRow.number.desc())
    return list(map(_delivery, session.scalars(query)))


def scheduled(session: Session, site: str) -> list[Delivery]:
    """What is being sent, or waits for its time."""
    query = select(DeliveryRow).where(DeliveryRow.site_id == site, DeliveryRow.state == State.SCHEDULED.value)
    return list(map(_delivery, session.scalars(query)))


def history(session: Session, site: str, number: int) -> list[Done]:
    """What was done about a delivery, in its order."""
    query = select(ActRow).where(ActRow.site_id == site, ActRow.delivery == number).order_by(ActRow.number)
    return [Done(Act(row.act), row.actor, row.at, row.note) for row in session.scalars(query)]


def idle(session: Session, sites: Collection[str], before: datetime) -> list[tuple[str, int]]:
    """Site and number of what somebody could send by one command and nobody has done anything about since before that time."""
    lately = exists().where(ActRow.site_id == DeliveryRow.site_id, ActRow.delivery == DeliveryRow.number, ActRow.at >= before)
    query = select(DeliveryRow.site_id, DeliveryRow.number).where(
        DeliveryRow.site_id.in_(sites), DeliveryRow.state.in_([State.APPROVED.value, State.STOPPED.value]), ~lately
    )
    return [(site, number) for site, number in session.execute(query)]


def locked(session: Session, site: str, number: int) -> Delivery:
    """One delivery, which nobody else moves until this transaction ends. Raises UnknownDelivery."""
    return _delivery(_locked(session, site, number))


def move(session: Session, site: str, number: int, done: Done, due_at: datetime | None = None, halt: Halt | None = None) -> None:
    """Do something about a delivery, and record it. Raises UnknownDelivery, DeliveryMoved, NameMissing or OwnDelivery."""
    row = _locked(session, site, number)
    actor = "" if done.act in BY_SERVICE else _name(done.actor)
    state = TRANSITIONS.get((State(row.state), done.act))
    if state is None:
        raise DeliveryMoved(number, _label("states", row.state), _label("acts", done.act))
    if done.act is Act.APPROVE and same_person(actor, row.author):
        raise OwnDelivery(number)
    row.state, row.halt, row.due_at = state.value, halt.value if halt else "", due_at or row.due_at
    session.flush()
    _record(session, row, Done(done.act, actor, done.at, done.note))


def same_person(one: str, other: str) -> bool:
    """Whether two names are the same but for spaces, letter case and width."""
    return _folded(one) == _folded(other)


def _locked(session: Session, site: str, number: int) -> DeliveryRow:
    row = session.get(DeliveryRow, (site, number), with_for_update=True, populate_existing=True)
    if row is None:
        raise UnknownDelivery(number)
    return row


def _record(session: Session, row: DeliveryRow, done: Done) -> None:
    mine = (ActRow.site_id == row.site_id) & (ActRow.delivery == row.number)
    number = 1 + (session.scalar(select(func.max(ActRow.number)).where(mine)) or 0)
    values = {"act": done.act.value, "actor": done.actor, "at": done.at, "note": done.note}
    session.add(ActRow(site_id=row.site_id, delivery=row.number, number=number, **values))
    session.flush()


def _delivery(row: DeliveryRow) -> Delivery:
    return Delivery(
        number=row.number,
        title=row.title,
        messages=row.messages,
        audience=from_json(row.audience),
        urgent=row.urgent,
        author=row.author,
        state=State(row.state),
        halt=Halt(row.halt) if row.halt else None,
        due_at=row.due_at,
    )


def _label(table: str, member: str) -> str:
    return say("channels", f"delivery_{table}.{member}")


def _name(written: str) -> str:
    name = " ".join(written.split())[:NAME_LIMIT]
    if not _folded(name):
        raise NameMissing
    return name


def _folded(name: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFKC", name).casefold() if each.isalnum())
