"""Forgets what need not be kept: questions after their time, and what a conversation was about much earlier; counts stay."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session, sessionmaker

from app.records.tables import ConversationRow, QuestionCountRow, QuestionRow
from knowledge.calendar import TOKYO
from knowledge.database import writing

CHUNK = 1000
"""Rows of one transaction: whoever asks meanwhile waits for no more."""

_BY_STATEMENT = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How much there was to forget."""

    questions: int
    conversations: int
    contexts: int


@dataclass(frozen=True, slots=True)
class Retention:
    """Works in small transactions, each complete: it may be stopped at any point and started again."""

    sessions: sessionmaker[Session]

    def forget(self, site: str, before: datetime, contexts_before: datetime) -> Forgotten:
        """Forget questions asked before the one moment, and what conversations silent since the other were about."""
        contexts = questions = conversations = 0
        while count := self._forget_contexts(site, contexts_before):
            contexts += count
        while count := self._forget_questions(site, before):
            questions += count
        while count := self._forget_conversations(site, before):
            conversations += count
        return Forgotten(questions, conversations, contexts)

    def _forget_contexts(self, site: str, before: datetime) -> int:
        silent = (ConversationRow.site_id == site, ConversationRow.updated_at < before, ConversationRow.text != "")
        with writing(self.sessions) as session:
            tokens = session.scalars(select(ConversationRow.token).where(*silent).limit(CHUNK)).all()
            chosen = (ConversationRow.site_id == site, ConversationRow.token.in_(tokens))
            session.execute(
                update(ConversationRow).where(*chosen).values(text="", entry_id=None), execution_options=_BY_STATEMENT
            )
        return len(tokens)

    def _forget_questions(self, site: str, before: datetime) -> int:
        """Feedback and the entries shown go with their question; the same transaction adds it to the counts."""
        columns = (QuestionRow.id, QuestionRow.asked_at, QuestionRow.channel, QuestionRow.language, QuestionRow.outcome)
        old = select(*columns).where(QuestionRow.site_id == site, QuestionRow.asked_at < before).limit(CHUNK)
        with writing(self.sessions) as session:
            rows = session.execute(old).all()
            _count(session, site, Counter((row[1].astimezone(TOKYO).date(), *row[2:]) for row in rows))
            chosen = (QuestionRow.site_id == site, QuestionRow.id.in_([row.id for row in rows]))
            session.execute(delete(QuestionRow).where(*chosen), execution_options=_BY_STATEMENT)
        return len(rows)

    def _forget_conversations(self, site: str, before: datetime) -> int:
        """Those whose questions are all forgotten."""
        asked = exists().where(QuestionRow.site_id == site, QuestionRow.conversation == ConversationRow.token)
        silent = (ConversationRow.site_id == site, ConversationRow.updated_at < before, ~asked)
        with writing(self.sessions) as session:
            tokens = session.scalars(select(ConversationRow.token).where(*silent).limit(CHUNK)).all()
            chosen = (ConversationRow.site_id == site, ConversationRow.token.in_(tokens))
            session.execute(delete(ConversationRow).where(*chosen), execution_options=_BY_STATEMENT)
        return len(tokens)


def _count(session: Session, site: str, counted: Counter[tuple[object, ...]]) -> None:
    for key, questions in counted.items():
        row = session.get(QuestionCountRow, (site, *key))
        if row is None:
            day, channel, language, outcome = key
            row = QuestionCountRow(site_id=site, day=day, channel=channel, language=language, outcome=outcome, questions=0)
            session.add(row)
        row.questions += questions
