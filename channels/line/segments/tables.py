"""The tables of what residents tell of themselves: the questions of a site, who agreed, and what they chose."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.schema import Base


class QuestionnaireRow(Base):
    """What a site asks its residents, and when it leaves them in peace."""

    __tablename__ = "line_questionnaires"
    site_id: Mapped[str] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    content: Mapped[dict[str, Any]]
    applied_at: Mapped[datetime]


class RegistrationRow(Base):
    """Somebody who agreed to what is kept and why. It goes with the person: nobody's answers outlive them here."""

    __tablename__ = "line_registrations"
    __table_args__ = (ForeignKeyConstraint(["site_id", "person"], ["line_people.site_id", "line_people.id"], ondelete="CASCADE"),)
    site_id: Mapped[str] = mapped_column(String(50), primary_key=True)
    person: Mapped[str] = mapped_column(String(64), primary_key=True)
    agreed_at: Mapped[datetime]


class ChoiceRow(Base):
    """One option that somebody chose. It goes with the registration."""

    __tablename__ = "line_choices"
    __table_args__ = (
        ForeignKeyConstraint(
            ["site_id", "person"], ["line_registrations.site_id", "line_registrations.person"], ondelete="CASCADE"
        ),
        Index(None, "site_id", "question", "option"),
    )
    site_id: Mapped[str] = mapped_column(String(50), primary_key=True)
    person: Mapped[str] = mapped_column(String(64), primary_key=True)
    question: Mapped[str] = mapped_column(String(20), primary_key=True)
    option: Mapped[str] = mapped_column(String(20), primary_key=True)
