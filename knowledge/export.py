"""Chooses what a sheet written by us may hold, so that importing it elsewhere publishes nothing that nobody approved."""

from sqlalchemy.orm import Session

from knowledge.entry import Entry, Kind
from knowledge.store import live_entries


def exportable(session: Session, site_id: str, kind: Kind) -> list[Entry]:
    """The live texts of one kind by ID, ended ones included; drafts and stale translations stay behind.

    A stale translation would be taken for a fresh one wherever the sheet is imported.
    """
    return [each.shown for each in live_entries(session, site_id, kind)]
