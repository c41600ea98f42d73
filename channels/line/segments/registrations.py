"""Who agreed to be told news by their answers, and what they answered; everything is done only because they pressed it."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from channels.line.segments.tables import ChoiceRow, RegistrationRow
from channels.line.statements import insert

Chosen = Mapping[str, frozenset[str]]
"""Options by question; a question that was not answered is missing."""


def find(session: Session, site: str, person: str) -> Chosen | None:
    """What somebody chose; nothing when they have not agreed."""
    if session.get(RegistrationRow, (site, person)) is None:
        return None
    mine = select(ChoiceRow.question, ChoiceRow.option).where(ChoiceRow.site_id == site, ChoiceRow.person == person)
    chosen: dict[str, frozenset[str]] = {}
    for question, option in session.execute(mine):
        chosen[question] = chosen.get(question, frozenset()) | {option}
    return chosen


def agree(session: Session, site: str, person: str, now: datetime) -> None:
    """Somebody agrees to what is kept; agreeing again changes nothing."""
    new = insert(session, RegistrationRow).values(site_id=site, person=person, agreed_at=now)
    session.execute(new.on_conflict_do_nothing())


def choose(session: Session, site: str, person: str, question: str, option: str, alone: bool) -> None:
    """Keep an option, `alone` in place of what was chosen before."""
    if alone:
        drop(session, site, person, question)
    new = insert(session, ChoiceRow).values(site_id=site, person=person, question=question, option=option)
    session.execute(new.on_conflict_do_nothing())


def drop(session: Session, site: str, person: str, question: str, option: str = "") -> None:
    """Delete one option of an answer, or the whole answer."""
    gone = delete(ChoiceRow).where(ChoiceRow.site_id == site, ChoiceRow.person == person, ChoiceRow.question == question)
    session.execute(gone.where(ChoiceRow.option == option) if option else gone)


def withdraw(session: Session, site: str, person: str) -> None:
    """Delete everything that somebody told of themselves."""
    session.execute(delete(RegistrationRow).where(RegistrationRow.site_id == site, RegistrationRow.person == person))
