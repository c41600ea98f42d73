"""Puts a questionnaire in place of the one before; answers to what is no longer asked are not kept."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, or_, select
from sqlalchemy.orm import Session

from channels.errors import AnswersWouldBeLost
from channels.line.segments import questionnaire as questionnaires
from channels.line.segments.questionnaire import Questionnaire
from channels.line.segments.tables import ChoiceRow
from channels.line.statements import rows


def apply(session: Session, site: str, questionnaire: Questionnaire, now: datetime, delete_answers: bool = False) -> int:
    """Ask these questions from now on; returns how many answers were deleted.

    Raises AnswersWouldBeLost when residents have chosen what is no longer asked, unless that is meant.
    """
    gone = list(_gone(session, site, questionnaire))
    lost = (ChoiceRow.site_id == site) & or_(*gone) if gone else None
    if lost is not None and not delete_answers:
        named = session.execute(select(ChoiceRow.question, ChoiceRow.option).where(lost).distinct())
        people = session.scalar(select(func.count(ChoiceRow.person.distinct())).where(lost)) or 0
        raise AnswersWouldBeLost(people, "、".join(sorted(f"{question}: {option}" for question, option in named)))
    questionnaires.keep(session, site, questionnaire, now)
    return rows(session.execute(delete(ChoiceRow).where(lost))) if lost is not None else 0


def _gone(session: Session, site: str, questionnaire: Questionnaire) -> Iterator[ColumnElement[bool]]:
    """What somebody has chosen and nobody could any more."""
    there = {(question.key, option.key) for question in questionnaire.questions for option in question.options}
    chosen = select(ChoiceRow.question, ChoiceRow.option).where(ChoiceRow.site_id == site).distinct()
    for question, option in session.execute(chosen):
        if (question, option) not in there:
            yield and_(ChoiceRow.question == question, ChoiceRow.option == option)
