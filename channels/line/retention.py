"""Deletes what the LINE channel no longer needs."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from channels.line.statements import rows
from channels.line.tables import EventRow, PersonRow, SendRow, UnsentRow

KEPT = timedelta(days=30)
"""Long after LINE has stopped delivering an event again, and long enough to be asked what happened."""


def tidy(session: Session, sites: Sequence[str], now: datetime) -> int:
    """Delete what ended, and who left, longer ago than that; returns how many rows."""
    before = now - KEPT
    old = (
        delete(EventRow).where(EventRow.site_id.in_(sites), EventRow.outcome.is_not(None), EventRow.received_at < before),
        delete(SendRow).where(SendRow.site_id.in_(sites), SendRow.ending.is_not(None), SendRow.planned_at < before),
        delete(UnsentRow).where(UnsentRow.site_id.in_(sites), UnsentRow.at < before),
        delete(PersonRow).where(PersonRow.site_id.in_(sites), PersonRow.left_at < before),
    )
    return sum(rows(session.execute(each)) for each in old)
