"""What the LINE channel is given by the service: callables, and the values that pass through them."""

from collections.abc import Callable
from dataclasses import dataclass

from channels.feedback import Feedback
from channels.line.events import Mask
from channels.message import Card, Converse
from knowledge.sentences import DEFAULT_LANGUAGE

CHANNEL = "line"


@dataclass(frozen=True, slots=True)
class Town:
    """What residents are told of the site."""

    id: str
    name: str
    phone: str = ""
    languages: tuple[str, ...] = (DEFAULT_LANGUAGE,)
    """Those that residents may choose from, in the order they are offered."""


@dataclass(frozen=True, slots=True)
class LineDesk:
    """Everything the LINE channel needs; `app/main.py` fills it once."""

    converse: Converse
    town: Callable[[str], Town]
    """By id of the site; raises an error whose status is 404."""
    card: Callable[[str, str, str], Card | None]
    """Site, entry, language → the approved text as it may be shown today."""
    take_feedback: Callable[[Feedback], None]
    """Raises a KnownError when the answer is not known."""
    forget: Callable[[str, str, str], None]
    """Site, channel, message id → nothing of that message is kept any more."""
    mask: Mask
    """What a resident wrote → what of it may be stored."""
