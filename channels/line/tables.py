"""The tables of the LINE channel: what came in, what goes out, who they are, and what was taken back."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.schema import Base

_WAITING = text("outcome IS NULL")
_UNFINISHED = text("ending IS NULL")


class EventRow(Base):
    """One event, from the moment it was acknowledged; what a resident wrote is in it only until it is worked off."""

    __tablename__ = "line_events"
    __table_args__ = (
        Index("ix_line_events_waiting", "site_id", "lane", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index(None, "site_id", "message"),
        Index(None, "site_id", "received_at"),
    )
    site_id: Mapped[str] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    lane: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    received_at: Mapped[datetime]
    """When LINE delivered it last: the clock of its reply token."""
    source: Mapped[str] = mapped_column(String(10))
    standby: Mapped[bool]
    message: Mapped[str] = mapped_column(String(64))
    content: Mapped[dict[str, Any]]
    """Text, tokens and postback; emptied when the event is done, except for one that nobody understands."""
    tries: Mapped[int]
    """How often working on it failed."""
    outcome: Mapped[str | None] = mapped_column(String(20))


class PersonRow(Base):
    """A resident who is, or was, a friend of the account."""

    __tablename__ = "line_people"
    site_id: Mapped[str] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    language: Mapped[str] = mapped_column(String(20))
    first_seen: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    """When the account was blocked or removed; nothing is pushed from then on."""
    conversation: Mapped[str | None] = mapped_column(String(64))
    conversed_at: Mapped[datetime | None]


class SendRow(Base):
    """One call of the Messaging API that is to be made until its end is known."""

    __tablename__ = "line_sends"
    __table_args__ = (
        Index("ix_line_sends_unfinished", "site_id", "lane", sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED),
        Index(None, "site_id", "event", unique=True),
        Index(None, "site_id", "planned_at"),
    )
    site_id: Mapped[str] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    """Also the X-Line-Retry-Key of a push, stored before the first attempt."""
    lane: Mapped[str] = mapped_column(String(64))
    event: Mapped[str | None] = mapped_column(String(64))
    """What it answers; nothing for what we say of our own accord."""
    message: Mapped[str] = mapped_column(String(64))
    """The resident's message that it answers, if it answers one."""
    messages: Mapped[list[Any]] = mapped_column(JSON)
    """Emptied at the end."""
    reply_token: Mapped[str] = mapped_column(Text)
    token_until: Mapped[datetime]
    read_token: Mapped[str] = mapped_column(Text)
    leaves: Mapped[str] = mapped_column(String(10))
    """`group` or `room` when the account leaves after it."""
    planned_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int]
    reply_open: Mapped[bool]
    """A reply was begun and nobody knows how it ended: only the same reply may follow, never a push."""
    pushed_at: Mapped[datetime | None]
    """The first push: the retry key is good for a day from then."""
    ending: Mapped[str | None] = mapped_column(String(20))
    status: Mapped[int | None]
    """The last HTTP status that LINE answered with."""


class UnsentRow(Base):
    """A message that a resident took back: whatever arrives of it later, before or again, is not read."""

    __tablename__ = "line_unsent"
    site_id: Mapped[str] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    message: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime]
