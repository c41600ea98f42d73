"""What the web channel is given by the service: callables, and the values that pass through them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from channels.errors import UnknownSite
from channels.feedback import Feedback
from channels.message import Choice, Converse

CONVERSATION_SHAPE = r"[A-Za-z0-9_-]{16,128}"
"""The shape of a conversation token: URL-safe base64 of at least 96 random bits."""


@dataclass(frozen=True, slots=True)
class SiteCard:
    """What anybody may know about a site."""

    id: str
    name: str
    phone: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    """The name in other languages, by language tag."""
    languages: tuple[str, ...] = ("ja",)
    """Language tags offered to residents; those without a wording file are not shown."""
    origins: tuple[str, ...] = ()
    """Origins such as `https://www.city.example.jp` whose pages may embed the widget and call the API."""

    def name_in(self, language: str) -> str:
        return self.names.get(language, self.name)


@dataclass(frozen=True, slots=True)
class Welcome:
    """What stands in the conversation before anything is asked."""

    message: str
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class WebDesk:
    """Everything the web channel needs; `app/main.py` fills it once."""

    converse: Converse
    sites: Callable[[], Sequence[SiteCard]]
    take_feedback: Callable[[Feedback], None]
    welcome: Callable[[str, str], Welcome]
    """Site id and language → greeting."""
    text_limit: int = 300
    """Characters of a question that the page counts down from; the service itself decides what is too long."""

    def site(self, site_id: str) -> SiteCard:
        """The site with that id; raises `UnknownSite`."""
        for each in self.sites():
            if each.id == site_id:
                return each
        raise UnknownSite(site_id)

    def origins(self) -> frozenset[str]:
        """Every origin that belongs to one of the sites."""
        return frozenset(origin for each in self.sites() for origin in each.origins)
