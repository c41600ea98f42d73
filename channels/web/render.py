"""Turns answers into pages and fragments; nothing here knows of requests, and equal values give equal HTML."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from channels.message import Answer
from channels.web.desk import COMMENT_LIMIT, Reason, SiteCard, Welcome
from channels.web.language import Words, html_tag
from channels.web.markdown import answer_html
from knowledge.sentences import wording

HERE = Path(__file__).parent
ASSETS = HERE / "widget"
LINK_SCHEMES = frozenset({"https", "http"})


@dataclass(frozen=True, slots=True)
class Turn:
    """One question with its answer, as a page without JavaScript shows it."""

    asked: str
    answer: Answer

    @property
    def leftover(self) -> str:
        """What goes back into the field: a text that was refused and may be mended."""
        return self.asked if self.answer.outcome.family in {"refused", "error"} else ""


@dataclass(frozen=True, slots=True)
class FeedbackStep:
    """Where feedback on an answer stands: thanks, or the reasons still to be asked."""

    record: str
    ask_reason: bool


@dataclass(frozen=True, slots=True)
class Chat:
    """Everything the chat shows, whether as a page or inside the widget's frame."""

    site: SiteCard
    language: str
    languages: tuple[str, ...]
    action: str
    """Where the form without JavaScript goes."""
    welcome: Welcome
    text_limit: int
    framed: bool = False
    host: str = ""
    """Origin of the page around the frame; the only one that messages go to and come from."""
    conversation: str = ""
    turn: Turn | None = None
    feedback: FeedbackStep | None = None


def chat_page(chat: Chat) -> str:
    """The whole page."""
    words = {language: _words_of_page(language, chat.site.name, chat.text_limit) for language in chat.languages}
    return _render("chat.html", chat.language, chat=chat, site=chat.site, words_by_language=words)


def answer_fragment(site: SiteCard, answer: Answer) -> str:
    """One answer, to be put at the end of the conversation."""
    return _render("answer.html", answer.language, site=site, answer=answer)


def welcome_fragment(site: SiteCard, welcome: Welcome, language: str) -> str:
    """The greeting, to be put in the place of one in another language."""
    return _render("welcome.html", language, site=site, welcome=welcome, conversation="")


def feedback_fragment(site: SiteCard, step: FeedbackStep, language: str) -> str:
    """What takes the place of the feedback buttons after one was pressed."""
    return _render("feedback_step.html", language, site=site, step=step, conversation="")


def sites_page(sites: tuple[SiteCard, ...], language: str) -> str:
    """The list to choose a municipality from."""
    return _render("sites.html", language, sites=sites)


def error_page(sentence: str, language: str) -> str:
    """One sentence on an otherwise empty page."""
    return _render("error.html", language, sentence=sentence)


def link(url: str) -> str:
    """The URL when it is one a resident may safely follow, else nothing (no javascript:, no data:)."""
    try:
        return url if urlsplit(url).scheme in LINK_SCHEMES else ""
    except ValueError:  # an address that cannot even be taken apart, such as https://[
        return ""


def telephone(phone: str) -> str:
    """The `tel:` link of a number written in any way; nothing when it holds no digits."""
    digits = "".join(each for each in phone if each.isascii() and (each.isdigit() or each in "+#*"))
    return f"tel:{digits}" if digits else ""


def day(value: date, words: Words) -> str:
    """A date as people of that language write it, always in western years."""
    return words("dates", year=value.year, month=words(f"months.{value.month}"), day=value.day)


def asset(name: str) -> str:
    """URL of a script or style of the widget; it changes with the file, so browsers may keep it for long."""
    return f"/widget/v1/{name}?v={_digest(name)}"


@cache
def _digest(name: str) -> str:
    return sha256((ASSETS / name).read_bytes()).hexdigest()[:12]


@cache
def _words_of_page(language: str, site: str, limit: int) -> Mapping[str, str]:
    """The words a script may need, by short key; `{count}` stays for the script to fill in."""
    known = [key.removeprefix("web.") for key in wording("channels") if key.startswith("web.")]
    left_open = {"count": "{count}", "when": "{when}", "year": "", "month": "", "day": ""}
    words = Words(language)
    return MappingProxyType({key: words(key, site=site, limit=limit, **left_open) for key in known if key in NEEDED_BY_SCRIPT})


NEEDED_BY_SCRIPT = frozenset(
    "title about language change close log label notice send limit left over empty too_long pending "
    "failed timeout offline retry speaker_you".split()
)


def _render(template: str, language: str, **values: object) -> str:
    words = Words(language)
    return _ENVIRONMENT.get_template(template).render(t=words, language=language, **values)


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"answer_html": answer_html, "day": day, "html_tag": html_tag, "link": link, "telephone": telephone}
    environment.globals |= {"asset": asset, "comment_limit": COMMENT_LIMIT, "reasons": tuple(Reason), "Words": Words}
    return environment


_ENVIRONMENT = _environment()
