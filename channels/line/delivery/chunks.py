"""The chunks of a delivery: whom each call of multicast goes to, kept before it is made and until its end is known."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, exists, func, select, update
from sqlalchemy.orm import Session

from channels.line.delivery.audience import Audience, people_of
from channels.line.delivery.deliveries import State
from channels.line.delivery.tables import ActRow, ChunkRow, DeliveryRow, RecipientRow
from channels.line.statements import insert, rows
from channels.line.tables import PersonRow


class Ending(StrEnum):
    """How a chunk ended."""

    SENT = "sent"
    UNCLEAR = "unclear"
    """LINE never said whether it had taken it; saying it again might say it twice."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """One call of multicast, and how far it is."""

    number: int
    key: str
    digest: str
    people: int
    keyed_at: datetime
    due_at: datetime
    is_open: bool = True
    attempts: int = 1
    ending: Ending | None = None
    status: int | None = None
    request: str = ""


_CHANGING = ("key", "digest", "people", "keyed_at", "due_at", "is_open", "attempts", "ending", "status", "request")


def unfinished(session: Session, site: str, delivery: int) -> Chunk | None:
    """The chunk whose end is not known yet; there is one at most."""
    row = session.scalars(select(ChunkRow).where(*_of(site, delivery), ChunkRow.ending.is_(None))).one_or_none()
    return _chunk(row) if row else None


def listed(session: Session, site: str, delivery: int) -> list[Chunk]:
    """All chunks in their order."""
    return list(map(_chunk, session.scalars(select(ChunkRow).where(*_of(site, delivery)).order_by(ChunkRow.number))))


def addressees(session: Session, site: str, delivery: int, chunk: int) -> list[str]:
    """Whom a chunk goes to."""
    mine = (RecipientRow.site_id == site, RecipientRow.delivery == delivery, RecipientRow.chunk == chunk)
    return sorted(session.scalars(select(RecipientRow.person).where(*mine)))


def next_people(session: Session, site: str, delivery: int, audience: Audience, limit: int) -> list[str]:
    """Those who come next, of those whom the delivery is for at this moment; by their ids, so that nobody comes twice."""
    return sorted(session.scalars(_to_come(session, site, delivery, audience).order_by(PersonRow.id).limit(limit)))


def count_uncalled(session: Session, site: str, delivery: int, audience: Audience) -> int:
    """How many there are for whom no call has been made up yet."""
    to_come = _to_come(session, site, delivery, audience).subquery()
    return session.scalar(select(func.count()).select_from(to_come)) or 0


def put(session: Session, site: str, delivery: int, chunk: Chunk, to: Sequence[str]) -> None:
    """Store a chunk with its addressees, a new one or one that was taken apart."""
    values = _values(chunk)
    new = insert(session, ChunkRow).values(site_id=site, delivery=delivery, number=chunk.number, **values)
    session.execute(new.on_conflict_do_update(index_elements=["site_id", "delivery", "number"], set_=values))
    names = [{"site_id": site, "delivery": delivery, "person": person, "chunk": chunk.number} for person in to]
    session.execute(insert(session, RecipientRow), names)


def take_apart(session: Session, site: str, delivery: int, chunk: Chunk) -> None:
    """Let the addressees of a chunk go that was certainly not sent: who of them still is to be told comes next."""
    mine = (RecipientRow.site_id == site, RecipientRow.delivery == delivery, RecipientRow.chunk == chunk.number)
    session.execute(delete(RecipientRow).where(*mine))


def remove(session: Session, site: str, delivery: int, chunk: Chunk) -> None:
    """Forget a chunk that has no addressees any more."""
    session.execute(delete(ChunkRow).where(*_of(site, delivery), ChunkRow.number == chunk.number))


def advance(session: Session, site: str, delivery: int, before: Chunk, after: Chunk) -> bool:
    """Store how far a chunk is now; False when somebody else has gone on with it."""
    row = (
        update(ChunkRow)
        .where(*_of(site, delivery), ChunkRow.number == before.number)
        .where(ChunkRow.ending.is_(None), ChunkRow.key == before.key, ChunkRow.attempts == before.attempts)
        .values(**_values(after))
    )
    return rows(session.execute(row)) == 1


def forget_addressees(session: Session, sites: Collection[str], before: datetime) -> int:
    """Delete whom deliveries went to that ended before that time; returns how many."""
    its_own = (DeliveryRow.site_id == RecipientRow.site_id, DeliveryRow.number == RecipientRow.delivery)
    over = exists().where(*its_own, DeliveryRow.state.in_([State.DONE.value, State.DISCARDED.value]))
    lately = exists().where(ActRow.site_id == RecipientRow.site_id, ActRow.delivery == RecipientRow.delivery, ActRow.at >= before)
    old = delete(RecipientRow).where(RecipientRow.site_id.in_(sites), over, ~lately)
    return rows(session.execute(old, execution_options={"synchronize_session": False}))


def last_number(session: Session, site: str, delivery: int) -> int:
    """The number of the last chunk, 0 when there is none."""
    return session.scalar(select(func.max(ChunkRow.number)).where(*_of(site, delivery))) or 0


def _to_come(session: Session, site: str, delivery: int, audience: Audience) -> Select[str]:
    mine = (RecipientRow.site_id == site, RecipientRow.delivery == delivery)
    last = session.scalar(select(func.max(RecipientRow.person)).where(*mine))
    query = people_of(site, audience)
    return query if last is None else query.where(PersonRow.id > last)


def _of(site: str, delivery: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return ChunkRow.site_id == site, ChunkRow.delivery == delivery


def _values(chunk: Chunk) -> dict[str, Any]:
    ending = chunk.ending.value if chunk.ending else None
    return {name: getattr(chunk, name) for name in _CHANGING} | {"ending": ending}


def _chunk(row: ChunkRow) -> Chunk:
    values = {each.name: getattr(row, each.name) for each in fields(Chunk)}
    return Chunk(**values | {"ending": Ending(row.ending) if row.ending else None})
