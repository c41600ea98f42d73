"""Reads from the records what residents asked in vain, and how questions ended."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from app.records.tables import FeedbackRow, QuestionRow
from channels.message import Outcome

_OFFERED = frozenset({Outcome.SUGGESTED.value, Outcome.SUGGESTED_CARDS.value})


class Turn(NamedTuple):
    """One question, masked, and how it ended."""

    conversation: str
    text: str
    language: str
    outcome: str
    asked_at: datetime
    helpful: bool | None
    """What the resident thought of the answer; None when nothing was said."""


def unanswered(session: Session, site: str, since: datetime, until: datetime) -> Iterator[Turn]:
    """What no entry answered, what was offered and led no further, and what residents called unhelpful."""
    same = and_(FeedbackRow.site_id == QuestionRow.site_id, FeedbackRow.question_id == QuestionRow.id)
    asked = (QuestionRow.conversation, QuestionRow.text, QuestionRow.language, QuestionRow.outcome, QuestionRow.asked_at)
    query = (
        select(*asked, FeedbackRow.helpful)
        .outerjoin(FeedbackRow, same)
        .where(*_within(site, since, until))
        .order_by(QuestionRow.conversation, QuestionRow.asked_at, QuestionRow.id)
    )
    turns = (Turn(*row) for row in session.execute(query))
    for _, conversation in groupby(turns, key=lambda turn: turn.conversation):
        yield from _in_vain(list(conversation))


def outcomes(session: Session, site: str, since: datetime, until: datetime) -> dict[str, int]:
    """How many questions ended in each outcome."""
    counted = select(QuestionRow.outcome, func.count()).where(*_within(site, since, until)).group_by(QuestionRow.outcome)
    return dict(sorted((outcome, count) for outcome, count in session.execute(counted)))


def _within(site: str, since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    return QuestionRow.site_id == site, QuestionRow.asked_at >= since, QuestionRow.asked_at < until


def _in_vain(turns: Sequence[Turn]) -> Iterator[Turn]:
    """Of one conversation in its order."""
    for place, turn in enumerate(turns):
        if turn.helpful is False or turn.outcome == Outcome.HANDOFF_NO_MATCH.value or _led_nowhere(turn, turns[place + 1 :]):
            yield turn


def _led_nowhere(turn: Turn, later: Sequence[Turn]) -> bool:
    """Whether choices were offered and no answer followed."""
    return turn.outcome in _OFFERED and all(each.outcome != Outcome.ANSWERED_ENTRY.value for each in later)
