"""Turns answers into pages and fragments; nothing here knows of requests, and equal values give equal HTML."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from channels.feedback import COMMENT_LIMIT, Reason
from channels.links import link, telephone
from channels.message import Answer
from channels.web.desk import SiteCard, Welcome
from channels.web.language import html_tag
from channels.web.markdown import answer_html, ruby
from channels.words import Words, day

HERE = Path(__file__).parent
ASSETS = HERE / "widget"
NEEDED_BY_SCRIPT = (
    *("title", "about", "language", "change", "close", "log", "label", "notice", "send", "limit", "left", "over", "empty"),
    *("too_long", "pending", "failed", "timeout", "offline", "retry", "speaker_you"),
)
"""Keys of `[web]` that chat.js writes, because a resident may change the language without leaving the page."""


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
    words = {language: _words_of_page(language, chat.site.name_in(language), chat.text_limit) for language in chat.languages}
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


def asset(name: str) -> str:
    """URL of a script or style of the widget; it changes with the file, so browsers may keep it for long."""
    return f"/widget/v1/{name}?v={_digest(name)}"


@cache
def _digest(name: str) -> str:
    return sha256((ASSETS / name).read_bytes()).hexdigest()[:12]


@cache
def _words_of_page(language: str, site: str, limit: int) -> Mapping[str, str]:
    """The words a script may need, by short key; `{count}` stays for the script to fill in."""
    words = Words(language)
    return {key: words(key, site=site, limit=limit, count="{count}") for key in NEEDED_BY_SCRIPT}


def _render(template: str, language: str, **values: object) -> str:
    words = Words(language)
    html_words = partial(_html_words, words)
    return _ENVIRONMENT.get_template(template).render(t=html_words, plain=words, language=language, **values)


def _html_words(words: Words, key: str, **values: object) -> Markup:
    """A sentence for the inside of an element; attributes and titles take the plain one."""
    return ruby(words(key, **values), words.language)


def _environment() -> Environment:
    loader = FileSystemLoader(HERE / "templates")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": True}
    environment.filters |= {"answer_html": answer_html, "day": day, "html_tag": html_tag, "link": link}
    environment.filters |= {"ruby": ruby, "telephone": telephone}
    environment.globals |= {"asset": asset, "comment_limit": COMMENT_LIMIT, "reasons": tuple(Reason), "Words": Words}
    return environment


_ENVIRONMENT = _environment()
