"""The tables of deliveries: what is to be said to whom, who decided it, how far it is, and who tries it out first."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.schema import APPEND_ONLY, AppendOnly, Base

_UNFINISHED = text("ending IS NULL")


class DeliveryRow(Base):
    """One piece of news for some residents. Its words and its audience never change; who does not like them writes another."""

    __tablename__ = "line_deliveries"
    __table_args__ = (Index(None, "site_id", "state"),)
    site_id: Mapped[str] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(Text)
    """What staff call it; residents do not see it."""
    messages: Mapped[list[Any]] = mapped_column(JSON)
    audience: Mapped[dict[str, Any]]
    urgent: Mapped[bool]
    author: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20))
    halt: Mapped[str] = mapped_column(String(20))
    """Why it stands still although nobody stopped it."""
    due_at: Mapped[datetime | None]


class ActRow(AppendOnly, Base):
    """Who did what about a delivery, and when; nothing for the name when the service did it."""

    __tablename__ = "line_delivery_acts"
    __table_args__ = (
        ForeignKeyConstraint(["site_id", "delivery"], ["line_deliveries.site_id", "line_deliveries.number"]),
        {"info": APPEND_ONLY},
    )
    site_id: Mapped[str] = mapped_column(String(50), primary_key=True)
    delivery: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    act: Mapped[str] = mapped_column(String(20))
    actor: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(Text)


class ChunkRow(Base):
    """One call of multicast, kept until it is known how it ended; without anybody's ID."""

    __tablename__ = "line_delivery_chunks"
    __table_args__ = (
        ForeignKeyConstraint(["site_id", "delivery"], ["line_deliveries.site_id", "line_deliveries.number"]),
        Index(
            "ix_line_delivery_chunks_unfinished",
            "site_id",
            "delivery",
            unique=True,
            sqlite_where=_UNFINISHED,
            postgresql_where=_UNFINISHED,
        ),
    )
    site_id: Mapped[str] = mapped_column(String(50), primary_key=True)
    delivery: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(String(36))
    """The X-Line-Retry-Key, stored before the first attempt."""
    digest: Mapped[str] = mapped_column(String(64))
    """Of addressees and messages: under one key, only ever the same."""
    people: Mapped[int]
    keyed_at: Mapped[datetime]
    """The first attempt under this key, which LINE remembers for a day."""
    is_open: Mapped[bool]
    """Perhaps sent: nobody knows how an attempt under this key ended."""
    attempts: Mapped[int]
    due_at: Mapped[datetime]
    ending: Mapped[str | None] = mapped_column(String(20))
    status: Mapped[int | None]
    """The last HTTP status that LINE answered with."""
    request: Mapped[str] = mapped_column(String(64))
    """LINE's id of the last request, by which its support can find it."""


class RecipientRow(Base):
    """Somebody a delivery is or was sent to: at most once, as there is one row at most. Deleted a month after its end."""

    __tablename__ = "line_delivery_people"
    __table_args__ = (
        ForeignKeyConstraint(
            ["site_id", "delivery", "chunk"],
            ["line_delivery_chunks.site_id", "line_delivery_chunks.delivery", "line_delivery_chunks.number"],
        ),
        Index(None, "site_id", "delivery", "chunk"),
    )
    site_id: Mapped[str] = mapped_column(String(50), primary_key=True)
    delivery: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person: Mapped[str] = mapped_column(String(64), primary_key=True)
    chunk: Mapped[int]


class TesterRow(Base):
    """A member of staff who gets a delivery before residents do."""

    __tablename__ = "line_testers"
    __table_args__ = (
        ForeignKeyConstraint(["site_id", "person"], ["line_people.site_id", "line_people.id"], ondelete="CASCADE"),
        Index(None, "site_id", "code", unique=True),
    )
    site_id: Mapped[str] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    code: Mapped[str | None] = mapped_column(String(20))
    """To be written to the account, which thereby learns who it is."""
    code_until: Mapped[datetime | None]
    person: Mapped[str | None] = mapped_column(String(64))
