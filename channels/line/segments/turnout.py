"""Counts who has registered and what they chose: the people whom news can be sent to by their answers."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from channels.line.segments.questionnaire import LANGUAGE
from channels.line.segments.tables import ChoiceRow, RegistrationRow
from channels.line.tables import PersonRow

_HERE = and_(PersonRow.site_id == RegistrationRow.site_id, PersonRow.id == RegistrationRow.person, PersonRow.left_at.is_(None))
"""Who has blocked the account is not told anything, so is not counted."""


@dataclass(frozen=True, slots=True)
class Turnout:
    """How many have registered, and of them how many chose what."""

    registered: int
    chose: Mapping[tuple[str, str], int]
    """By question and option."""

    def of(self, question: str, option: str) -> int:
        """Those who chose an option."""
        return self.chose.get((question, option), 0)


def turnout(session: Session, site: str) -> Turnout:
    """Of one site, as things stand."""
    registered = select(func.count()).select_from(RegistrationRow).join(PersonRow, _HERE)
    mine = and_(ChoiceRow.site_id == RegistrationRow.site_id, ChoiceRow.person == RegistrationRow.person)
    answers = (
        select(ChoiceRow.question, ChoiceRow.option, func.count())
        .join(RegistrationRow, mine)
        .join(PersonRow, _HERE)
        .where(ChoiceRow.site_id == site)
        .group_by(ChoiceRow.question, ChoiceRow.option)
    )
    spoken = (
        select(PersonRow.language, func.count())
        .join(RegistrationRow, _HERE)
        .where(PersonRow.site_id == site)
        .group_by(PersonRow.language)
    )
    chose = {(question, option): people for question, option, people in session.execute(answers)}
    chose |= {(LANGUAGE, language): people for language, people in session.execute(spoken)}
    return Turnout(session.scalar(registered.where(RegistrationRow.site_id == site)) or 0, chose)
