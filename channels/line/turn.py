"""What is known when an event is worked on, and what comes of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from channels.line.desk import Town
from channels.line.events import Event
from channels.line.look import Look
from channels.line.people import Person
from channels.line.sends import Message


@dataclass(frozen=True, slots=True)
class Visit:
    """One event with whom it is from."""

    event: Event
    town: Town
    now: datetime
    person: Person
    """In a group, nobody in particular."""
    look: Look


@dataclass(frozen=True, slots=True)
class Turn:
    """What is said and kept because of an event; by default nothing."""

    messages: Sequence[Message] = field(default_factory=list)
    person: Person | None = None
    """The person as they are from now on, if that changed."""
    leaves: bool = False
    """The account leaves the group or room after having spoken."""
    then: Callable[[Session], None] | None = None
    """What else is stored, in the transaction that ends the event."""


Handler = Callable[[Visit], Turn]
