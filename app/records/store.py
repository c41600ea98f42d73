"""Keeps what was asked and how it ended, and remembers the last turn of a conversation."""

import re
import secrets
from dataclasses import dataclass

import structlog
from sqlalchemy import Select, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from app.answering.draft import Draft, Memory
from app.clock import Clock
from app.errors import UnknownRecord
from app.records.masking import mask
from app.records.tables import ConversationRow, FeedbackRow, QuestionRow, ShownRow
from channels.message import Answer, Outcome
from knowledge.database import writing
from knowledge.store import live_revision_numbers

TOKEN_BYTES = 18
"""144 random bits: above the 128 that OWASP ASVS 7.2.3 asks for."""

_TOKEN = re.compile(r"[\w-]{1,64}", re.ASCII)
"""Anything else cannot be ours, and some databases cannot even be asked for it."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Records:
    """The memory of the service. Every text that reaches it has been masked."""

    sessions: sessionmaker[Session]
    clock: Clock

    def recall(self, site: str, token: str | None) -> Memory:
        """What the conversation remembers; a new conversation when the token is not one of this site's."""
        if token and _TOKEN.fullmatch(token):
            with self.sessions() as session:
                row = session.get(ConversationRow, (site, token))
            if row:
                return Memory(row.token, row.text, row.entry_id)
        return Memory(secrets.token_urlsafe(TOKEN_BYTES))

    def record(self, draft: Draft, answer: Answer) -> str | None:
        """Write one turn, whole or not at all; returns the handle for feedback.

        None when the database refuses (a full disk, say): the resident gets the answer all the same.
        """
        handle = secrets.token_urlsafe(TOKEN_BYTES)
        try:
            with writing(self.sessions) as session:
                self._write(session, draft, answer, handle)
        except DBAPIError as error:
            log.error("question not recorded", site=draft.site.id, reason=str(error.orig))
            return None
        return handle

    def confidence(self, site: str, handle: str | None) -> float | None:
        """The confidence recorded with an answer: for evaluations and staff, never for residents."""
        with self.sessions() as session:
            row = session.get(QuestionRow, (site, handle)) if handle else None
            return row.confidence if row else None

    def text(self, site: str, handle: str | None) -> str | None:
        """The masked text recorded of a question: for evaluations and staff."""
        with self.sessions() as session:
            row = session.get(QuestionRow, (site, handle)) if handle else None
            return row.text if row else None

    def forget(self, site: str, channel: str, reference: str) -> None:
        """Delete a question with all that hangs on it, and what its conversation remembers; nothing if it is not there."""
        with writing(self.sessions) as session:
            row = session.scalars(_by_reference(site, channel, reference)).one_or_none()
            if row is None:
                return
            conversation = session.get_one(ConversationRow, (site, row.conversation))
            conversation.text, conversation.entry_id = "", None
            session.delete(row)

    def take_feedback(self, site: str, handle: str, helpful: bool, reason: str | None, comment: str) -> None:
        """Keep what a resident thought of an answer. Raises UnknownRecord."""
        with writing(self.sessions) as session:
            if session.get(QuestionRow, (site, handle)) is None:
                raise UnknownRecord
            row = FeedbackRow(site_id=site, question_id=handle, helpful=helpful, reason=reason, comment=mask(comment).text)
            row.given_at = self.clock()
            session.merge(row)

    def _write(self, session: Session, draft: Draft, answer: Answer, handle: str) -> None:
        _make_way(session, draft, answer)
        conversation = session.get(ConversationRow, (draft.site.id, answer.conversation))
        if conversation is None:
            conversation = ConversationRow(
                site_id=draft.site.id, token=answer.conversation, channel=draft.channel, text="", started_at=draft.now
            )
            session.add(conversation)
        conversation.updated_at = draft.now
        if draft.subject:
            conversation.text = draft.subject
            # Of three cards nobody knows which was the answer.
            conversation.entry_id = answer.entries[0].id if answer.outcome is Outcome.ANSWERED_ENTRY else None
        session.flush()
        session.add(_question(draft, answer, handle))
        session.flush()
        session.add_all(_shown(session, draft, answer, handle))


def _by_reference(site: str, channel: str, reference: str) -> Select[QuestionRow]:
    return select(QuestionRow).where(
        QuestionRow.site_id == site, QuestionRow.channel == channel, QuestionRow.reference == reference
    )


def _make_way(session: Session, draft: Draft, answer: Answer) -> None:
    """Delete what is kept of the same message: a channel that was killed before it could reply asks once more."""
    if draft.reference is None:
        return
    former = session.scalars(_by_reference(draft.site.id, draft.channel, draft.reference)).one_or_none()
    if former is None:
        return
    session.delete(former)
    session.flush()
    others = select(QuestionRow.id).where(QuestionRow.site_id == draft.site.id, QuestionRow.conversation == former.conversation)
    # The token of the conversation it had begun died with the channel, so nobody could go on with it.
    if former.conversation != answer.conversation and session.scalars(others.limit(1)).first() is None:
        session.delete(session.get_one(ConversationRow, (draft.site.id, former.conversation)))


def _question(draft: Draft, answer: Answer, handle: str) -> QuestionRow:
    return QuestionRow(
        site_id=draft.site.id,
        id=handle,
        reference=draft.reference,
        conversation=answer.conversation,
        channel=draft.channel,
        language=draft.language,
        text=draft.text,
        outcome=answer.outcome.value,
        snapshot=draft.result.snapshot if draft.result else None,
        confidence=draft.confidence,
        milliseconds={name: round(value, 3) for name, value in draft.milliseconds.items()},
        asked_at=draft.now,
    )


def _shown(session: Session, draft: Draft, answer: Answer, handle: str) -> list[ShownRow]:
    answered = answer.outcome.family == "answered"
    shown = [(card.id, answered) for card in answer.entries] + [(choice.entry, False) for choice in answer.choices]
    if not shown:
        return []
    revisions = live_revision_numbers(session, draft.site.id, [entry for entry, _ in shown])
    return [
        ShownRow(
            site_id=draft.site.id,
            question_id=handle,
            position=position,
            entry_id=entry,
            revision=revisions.get(entry),
            as_answer=as_answer,
        )
        for position, (entry, as_answer) in enumerate(shown)
    ]
