"""The one contract between channels and the service: a Question goes in, an Answer with exactly one Outcome comes out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Outcome(StrEnum):
    """How a question ended. The part before the first underscore is the family used in statistics."""

    ANSWERED_ENTRY = "answered_entry"
    ANSWERED_GREETING = "answered_greeting"
    ANSWERED_THANKS = "answered_thanks"
    SUGGESTED = "suggested"
    SUGGESTED_CARDS = "suggested_cards"
    CLARIFY = "clarify"
    HANDOFF_REQUESTED = "handoff_requested"
    HANDOFF_NO_MATCH = "handoff_no_match"
    REFUSED_PERSONAL_DATA = "refused_personal_data"
    REFUSED_EMPTY = "refused_empty"
    REFUSED_TOO_LONG = "refused_too_long"
    EMERGENCY = "emergency"
    EMERGENCY_CRISIS = "emergency_crisis"
    ERROR_NOT_READY = "error_not_ready"
    ERROR_UNEXPECTED = "error_unexpected"

    @property
    def family(self) -> str:
        return self.value.partition("_")[0]


@dataclass(frozen=True, slots=True)
class Question:
    """One message of a resident, as a channel received it: not yet normalised, not yet masked."""

    site: str
    text: str
    channel: str
    language: str = "ja"
    conversation: str | None = None
    choice: str | None = None
    """The entry behind the button that was pressed, when the message came from a button."""
    reference: str | None = None
    """The channel's own id of the message: asked again under it, it is the same question, and by it it can be forgotten."""
    taken_out: frozenset[str] = frozenset()
    """The kinds of personal data that a channel which masks before it stores has already taken out of the text."""


@dataclass(frozen=True, slots=True)
class Card:
    """An approved answer as residents see it."""

    id: str
    question: str
    answer: str
    language: str
    division: str
    source: str
    procedure: str
    contact: str
    confirmed_on: date | None


@dataclass(frozen=True, slots=True)
class Choice:
    """A question offered as a button."""

    entry: str
    text: str


@dataclass(frozen=True, slots=True)
class Contact:
    """The people who can be asked, with their hours in words."""

    division: str
    phone: str
    hours: str
    open_now: bool
    next_open: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One reply: the bot's own sentence, and the approved texts, buttons and people that go with it."""

    outcome: Outcome
    message: str
    language: str
    conversation: str
    entries: tuple[Card, ...] = ()
    choices: tuple[Choice, ...] = ()
    contact: Contact | None = None
    record: str | None = None
    """Handle for feedback on this answer; None when nothing was recorded."""


Converse = Callable[[Question], Answer]
"""What a channel is given: it never knows how an answer is found."""
