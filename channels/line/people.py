"""The residents who write to the account: their language, whether they may be written to, and their conversation."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from channels.line.statements import insert
from channels.line.tables import PersonRow
from knowledge.sentences import DEFAULT_LANGUAGE

CONVERSATION_LASTS = timedelta(hours=1)
"""After that much silence a question is not taken for a continuation of the one before."""


@dataclass(frozen=True, slots=True)
class Person:
    """One resident of one site, as LINE knows them."""

    id: str
    first_seen: datetime
    language: str = DEFAULT_LANGUAGE
    seen_at: datetime | None = None
    """When the latest of their events happened."""
    left_at: datetime | None = None
    conversation: str | None = None
    conversed_at: datetime | None = None

    def conversation_at(self, now: datetime) -> str | None:
        """The conversation that a question asked now belongs to; None when it begins a new one."""
        if self.conversed_at is None or now - self.conversed_at > CONVERSATION_LASTS:
            return None
        return self.conversation

    def seen(self, at: datetime) -> "Person":
        """The same person, who did something at that time: whoever had left before is back."""
        back = self.left_at is not None and at > self.left_at
        return replace(self, seen_at=max(self.seen_at or at, at), left_at=None if back else self.left_at)

    def left(self, at: datetime) -> "Person":
        """The same person, who blocked or removed the account at that time, unless they have come back since."""
        if self.seen_at and at < self.seen_at:
            return self
        return replace(self, left_at=at, conversation=None, conversed_at=None)

    def conversed(self, conversation: str, now: datetime) -> "Person":
        """The same person, who has just asked something."""
        return replace(self, conversation=conversation, conversed_at=now)


_CHANGING = ("language", "seen_at", "left_at", "conversation", "conversed_at")


def known(session: Session, site: str, user: str) -> Person | None:
    """Who that is, if they have ever written to us."""
    row = session.get(PersonRow, (site, user))
    return Person(row.id, row.first_seen, **{name: getattr(row, name) for name in _CHANGING}) if row else None


def keep(session: Session, site: str, who: Person) -> None:
    """Store what is known of somebody."""
    values = {name: getattr(who, name) for name in _CHANGING}
    new = insert(session, PersonRow).values(site_id=site, id=who.id, first_seen=who.first_seen, **values)
    session.execute(new.on_conflict_do_update(index_elements=["site_id", "id"], set_=values))
