"""A town with a LINE account, of which everything is real but the bot: it answers every text with the text's own code."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import count
from random import Random

from sqlalchemy import func, inspect, select, text
from sqlalchemy.orm import Session, sessionmaker

from app.records.masking import mask
from channels.errors import UnknownSite
from channels.feedback import Feedback
from channels.line.account import Account
from channels.line.channel import LineChannel, line_channel
from channels.line.client import LineClient
from channels.line.desk import LineDesk, Town
from channels.line.events import Masked
from channels.line.tables import EventRow, PersonRow, SendRow
from channels.message import Answer, Card, Outcome, Question
from knowledge.errors import KnownError
from tests.channels.line.line_platform import Json, Platform

MIHON = Town("mihon", "みほん市", "0999-00-1000", ("ja", "ja-x-easy", "en"))
LONG = Card("long", "住民票の取り方", "市民課の窓口で取れます。" * 200, "ja", "市民課", "", "", "", None)
CARDS = {(LONG.id, LONG.language): LONG}
TIMEOUT = 0.3
"""Seconds a call may take here: the double answers at once or never."""


@dataclass
class SetClock:
    """A clock that stands still until a test moves it."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)


class UnknownAnswer(KnownError):
    """What the desk says to feedback on an answer it never gave."""

    def sentence(self, _language: str = "ja") -> str:
        return "no such answer"


@dataclass
class Desk:
    """What was asked, by its reference, and what each conversation was last about."""

    questions: dict[str, Question] = field(default_factory=dict)
    memory: dict[str, str] = field(default_factory=dict)
    asked: list[Question] = field(default_factory=list)
    feedback: list[Feedback] = field(default_factory=list)
    before_answering: Callable[[Question], None] = lambda _: None
    _numbers: "count[int]" = field(default_factory=count)

    def converse(self, question: Question) -> Answer:
        self.before_answering(question)
        assert question.reference
        self.asked.append(question)
        self.questions[question.reference] = question
        conversation = question.conversation or f"conversation-{next(self._numbers)}"
        self.memory[conversation] = question.text
        record = f"r-{question.reference}"
        return Answer(Outcome.ANSWERED_GREETING, code(question.text), question.language, conversation, record=record)

    def line_desk(self) -> LineDesk:
        """What the channel is given."""
        return LineDesk(self.converse, self.town, self.card, self.take_feedback, self.forget, masked)

    def card(self, _site: str, entry: str, language: str) -> Card | None:
        return CARDS.get((entry, language))

    def forget(self, _site: str, _channel: str, reference: str) -> None:
        gone = self.questions.pop(reference, None)
        if gone:
            self.memory = {key: "" if text == gone.text else text for key, text in self.memory.items()}

    def take_feedback(self, feedback: Feedback) -> None:
        if feedback.record.removeprefix("r-") not in self.questions:
            raise UnknownAnswer
        self.feedback.append(feedback)

    def town(self, site: str) -> Town:
        if site != MIHON.id:
            raise UnknownSite(site)
        return MIHON


def code(text: str) -> str:
    """What the bot answers: nobody else's text has it, and the text cannot be read from it."""
    return sha256(text.encode()).hexdigest()[:12]


def masked(text: str) -> Masked:
    found = mask(text)
    return Masked(found.text, frozenset(found.found))


@dataclass
class LineTown:
    """The channel, the platform it speaks to, and what a test wants to know of them."""

    sessions: sessionmaker[Session]
    clock: SetClock
    platform: Platform
    base: str
    desk: Desk = field(default_factory=Desk)
    account: Account = field(default_factory=lambda: Account(MIHON.id, "token", ("s" * 32,), "自動応答"))
    random: Random = field(default_factory=lambda: Random(1))
    make_client: Callable[[Account, str, float], LineClient] = LineClient

    def __post_init__(self) -> None:
        self.line = self.channel()

    def channel(self) -> LineChannel:
        """The channel as a process that has just started has it."""
        return line_channel(
            self.desk.line_desk(),
            {self.account.site: self.account},
            self.sessions,
            self.clock,
            self.random,
            lambda account: self.make_client(account, self.base, TIMEOUT),
        )

    def hear(self, *events: Json, again: bool = False) -> None:
        """LINE delivers a webhook with these events."""
        body, _ = self.platform.deliver(events, again)
        self.line.take_in(MIHON.id, body)

    def work(self) -> None:
        """Everything that is due now."""
        while due := self.line.work.due(100):
            for lane in due:
                self.line.work.work_off(*lane)

    def settle(self) -> None:
        """Everything, however long it takes."""
        self.work()
        while (next_due := self._next_due()) is not None:
            self.clock.now = max(self.clock.now, next_due)
            self.work()

    def events(self) -> dict[str, str | None]:
        """Outcome by event."""
        with self.sessions() as session:
            return {row.id: row.outcome for row in session.scalars(select(EventRow))}

    def sends(self) -> list[SendRow]:
        with self.sessions() as session:
            return list(session.scalars(select(SendRow).order_by(SendRow.planned_at)))

    def endings(self) -> list[str | None]:
        return [row.ending for row in self.sends()]

    def person(self, user: str) -> PersonRow:
        with self.sessions() as session:
            return session.get_one(PersonRow, (MIHON.id, user))

    def kept(self) -> str:
        """Everything in the database, the desk's memory included."""
        return everything(self.sessions) + repr((self.desk.questions, self.desk.memory))

    def _next_due(self) -> datetime | None:
        with self.sessions() as session:
            return session.scalar(select(func.min(SendRow.due_at)).where(SendRow.ending.is_(None)))


def everything(sessions: sessionmaker[Session]) -> str:
    """All rows of all tables."""
    with sessions() as session:
        tables: Sequence[str] = inspect(session.connection()).get_table_names()
        rows = {table: [list(row) for row in session.execute(text(f'SELECT * FROM "{table}"'))] for table in tables}
    return json.dumps(rows, ensure_ascii=False, default=str)
