"""The tables of sites, entries and their history; what happened stays, so the three history tables only ever grow."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Float, ForeignKey, ForeignKeyConstraint, Index, MetaData, String, Text, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
APPEND_ONLY = {"append_only": True}
"""Goes into `Table.info`; the migration that makes the table must protect it (app/migrations/triggers.py)."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment with its time zone; SQLite, which keeps none, stores UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuses a moment without a time zone, which could mean anything."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Always UTC, whatever the server's own time zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Every table of the installation; every table has the site in its primary key."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 (SQLAlchemy's own interface)
        datetime: UtcDateTime(),
        float: Float(),
        list[str]: JSON(),
        dict[str, str]: JSON(),
        dict[str, float]: JSON(),
        dict[str, Any]: JSON(),
    }


class PastIsFixed(TypeError):
    """Somebody tried to change or delete a row of the history: a programming mistake."""


class AppendOnly:
    """Rows that are written once; the database's own triggers say the same."""


@event.listens_for(AppendOnly, "before_update", propagate=True)
@event.listens_for(AppendOnly, "before_delete", propagate=True)
def _refuse(_mapper: object, _connection: object, target: object) -> None:
    raise PastIsFixed(type(target).__name__)


class SiteRow(Base):
    """One municipality."""

    __tablename__ = "sites"
    id: Mapped[str] = mapped_column(String(50), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    phone: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class DivisionRow(Base):
    """A division with its hours."""

    __tablename__ = "divisions"
    site_id: Mapped[str] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    id: Mapped[str] = mapped_column(String(50), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    phone: Mapped[str] = mapped_column(Text)
    hours: Mapped[dict[str, Any]]
    names: Mapped[dict[str, str]]
    position: Mapped[int]


class EntryRow(Base):
    """Where an entry stands now; its texts are in its revisions."""

    __tablename__ = "entries"
    __table_args__ = (Index(None, "site_id", "state"),)
    site_id: Mapped[str] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    id: Mapped[str] = mapped_column(String(100), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    live_revision: Mapped[int | None]
    """What residents are answered from; nothing while there has been no approval, and after the end."""
    latest_revision: Mapped[int]
    decisions: Mapped[int]
    """How many there have been: the number of the last one."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class RevisionRow(AppendOnly, Base):
    """One version of an entry's Japanese text, with everything that belongs to it."""

    __tablename__ = "revisions"
    __table_args__ = (ForeignKeyConstraint(["site_id", "entry_id"], ["entries.site_id", "entries.id"]), {"info": APPEND_ONLY})
    site_id: Mapped[str] = mapped_column(String(50), primary_key=True)
    entry_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    category: Mapped[str] = mapped_column(Text)
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    division: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    procedure: Mapped[str] = mapped_column(Text)
    contact: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    review_on: Mapped[date | None]
    confirmed_on: Mapped[date | None]
    wordings: Mapped[list[str]]
    details: Mapped[dict[str, str]]
    digest: Mapped[str] = mapped_column(String(64))
    author: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class TranslationRow(AppendOnly, Base):
    """One language of a revision: a changed translation is a new revision, so it needs an approval like any other text."""

    __tablename__ = "translations"
    __table_args__ = (
        ForeignKeyConstraint(
            ["site_id", "entry_id", "revision"], ["revisions.site_id", "revisions.entry_id", "revisions.number"]
        ),
        {"info": APPEND_ONLY},
    )
    site_id: Mapped[str] = mapped_column(String(50), primary_key=True)
    entry_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    language: Mapped[str] = mapped_column(Text, primary_key=True)
    translates: Mapped[int]
    """The revision whose Japanese it says; an older one than its own means that it is stale and must not be shown."""
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    wordings: Mapped[list[str]]


class DecisionRow(AppendOnly, Base):
    """Who moved which revision of an entry where, when and why."""

    __tablename__ = "decisions"
    __table_args__ = (
        ForeignKeyConstraint(
            ["site_id", "entry_id", "revision"], ["revisions.site_id", "revisions.entry_id", "revisions.number"]
        ),
        Index(None, "site_id", "decided_at"),
        {"info": APPEND_ONLY},
    )
    site_id: Mapped[str] = mapped_column(String(50), primary_key=True)
    entry_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    revision: Mapped[int]
    from_state: Mapped[str | None] = mapped_column(String(20))
    """Nothing for the decision that made the entry."""
    to_state: Mapped[str] = mapped_column(String(20))
    actor: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[datetime]
