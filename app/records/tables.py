"""The tables of what was asked: conversations, questions with their outcome, entries shown, feedback, counts."""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.schema import Base


class ConversationRow(Base):
    """A resident's questions in one channel; the token is all that leads back to it."""

    __tablename__ = "conversations"
    site_id: Mapped[str] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    """What the last question was about, masked."""
    entry_id: Mapped[str | None] = mapped_column(String(100))
    """The entry that answered it."""
    started_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class QuestionRow(Base):
    """One question, masked, and how it ended."""

    __tablename__ = "questions"
    __table_args__ = (
        ForeignKeyConstraint(["site_id", "conversation"], ["conversations.site_id", "conversations.token"]),
        Index(None, "site_id", "asked_at"),
        Index(None, "site_id", "conversation"),
        Index(None, "site_id", "channel", "reference", unique=True),
    )
    site_id: Mapped[str] = mapped_column(String(50), primary_key=True)
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    reference: Mapped[str | None] = mapped_column(String(64))
    """The channel's own id of the message."""
    conversation: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(String(40))
    snapshot: Mapped[str | None] = mapped_column(String(60))
    """What was searched; nothing when the question ended before."""
    confidence: Mapped[float | None]
    milliseconds: Mapped[dict[str, float]] = mapped_column(JSON)
    asked_at: Mapped[datetime]


class ShownRow(Base):
    """An entry that was part of an answer, with the revision the resident saw."""

    __tablename__ = "shown_entries"
    __table_args__ = (
        ForeignKeyConstraint(["site_id", "question_id"], ["questions.site_id", "questions.id"], ondelete="CASCADE"),
        Index(None, "site_id", "entry_id"),
    )
    site_id: Mapped[str] = mapped_column(String(50), primary_key=True)
    question_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry_id: Mapped[str] = mapped_column(String(100))
    revision: Mapped[int | None]
    as_answer: Mapped[bool]
    """False for what was only offered, as a button or as one of three cards."""


class FeedbackRow(Base):
    """What a resident thought of an answer; the last word counts."""

    __tablename__ = "feedback"
    __table_args__ = (
        ForeignKeyConstraint(["site_id", "question_id"], ["questions.site_id", "questions.id"], ondelete="CASCADE"),
    )
    site_id: Mapped[str] = mapped_column(String(50), primary_key=True)
    question_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    helpful: Mapped[bool]
    reason: Mapped[str | None] = mapped_column(String(20))
    comment: Mapped[str] = mapped_column(Text)
    given_at: Mapped[datetime]


class QuestionCountRow(Base):
    """How many questions of one day were like that, once the questions themselves are no longer kept."""

    __tablename__ = "question_counts"
    site_id: Mapped[str] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    """In Japan."""
    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    language: Mapped[str] = mapped_column(String(20), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(40), primary_key=True)
    questions: Mapped[int]
