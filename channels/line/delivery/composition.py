"""A piece of news as staff wrote it: the LINE messages, and who is to have them."""

from dataclasses import dataclass

from channels.line.delivery.audience import Audience
from channels.line.flex import Json


@dataclass(frozen=True, slots=True)
class Composition:
    """What is to be said to whom."""

    title: str
    messages: tuple[Json, ...]
    audience: Audience
    urgent: bool = False
