"""The durable outbox: what is to be said, kept with its retry key until it is known how sending it ended."""

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from channels.line.statements import rows
from channels.line.tables import SendRow

Message = dict[str, Any]
"""A message object as the Messaging API takes it."""


class Ending(StrEnum):
    """How sending ended."""

    SENT = "sent"
    UNCLEAR = "unclear"
    """LINE never said whether it had taken it; saying it again might say it twice."""
    BLOCKED = "blocked"
    """The resident has blocked or left the account, and the reply token is gone."""
    NOBODY = "nobody"
    """The reply token is gone and there is nobody to push to: a group, or an event without a source."""
    OVER_QUOTA = "over_quota"
    """The month's free messages are used up."""
    REFUSED = "refused"
    """LINE will not take this message, however often it is tried."""
    GIVEN_UP = "given_up"
    """LINE could not be reached for too long."""
    WITHDRAWN = "withdrawn"
    """The resident took the question back before anything was tried."""


@dataclass(frozen=True, slots=True)
class Send:
    """One call of the Messaging API, and how far it is."""

    id: str
    lane: str
    messages: list[Message]
    token_until: datetime
    planned_at: datetime
    due_at: datetime
    event: str | None = None
    message: str = ""
    reply_token: str = ""
    read_token: str = ""
    leaves: str = ""
    attempts: int = 0
    reply_open: bool = False
    pushed_at: datetime | None = None
    ending: Ending | None = None
    status: int | None = None


_KEPT = tuple(each.name for each in fields(Send) if each.name != "ending")
_CHANGING = ("reply_token", "due_at", "attempts", "reply_open", "pushed_at", "status")


def plan(session: Session, site: str, send: Send) -> None:
    """Store something that is to be said."""
    values = {name: getattr(send, name) for name in _KEPT}
    session.add(SendRow(site_id=site, ending=None, **values))
    session.flush()


def next_send(session: Session, site: str, lane: str) -> Send | None:
    """What is to be said first in a lane, whether or not it is due."""
    query = (
        select(SendRow)
        .where(SendRow.site_id == site, SendRow.lane == lane, SendRow.ending.is_(None))
        .order_by(SendRow.planned_at, SendRow.id)
        .limit(1)
    )
    row = session.scalars(query).one_or_none()
    return Send(**{name: getattr(row, name) for name in _KEPT}) if row else None


def advance(session: Session, site: str, before: Send, after: Send) -> bool:
    """Store how far it is now; False when somebody else has gone on with it."""
    values: dict[str, Any] = {name: getattr(after, name) for name in _CHANGING}
    if after.ending:
        values |= {"ending": after.ending.value, "messages": [], "reply_token": "", "read_token": ""}
    row = (
        update(SendRow)
        .where(SendRow.site_id == site, SendRow.id == before.id)
        .where(SendRow.ending.is_(None), SendRow.attempts == before.attempts)
        .values(**values)
    )
    return rows(session.execute(row)) == 1
