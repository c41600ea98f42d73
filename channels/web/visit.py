"""What one resident's request is about: the site, the language, and what the form says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import Request

from channels.errors import InvalidField
from channels.feedback import COMMENT_LIMIT, RECORD_SHAPE, Feedback, Reason
from channels.message import Question
from channels.web.desk import CONVERSATION_SHAPE, SiteCard, WebDesk
from channels.web.language import choose, offered
from channels.web.render import FeedbackStep, Turn

CHANNEL = "web"
_TOKEN, _RECORD = re.compile(CONVERSATION_SHAPE), re.compile(RECORD_SHAPE)


@dataclass(frozen=True, slots=True)
class Visit:
    """A request to one site in one language."""

    site: SiteCard
    language: str
    languages: tuple[str, ...]


def visit(desk: WebDesk, site_id: str, request: Request, asked: str | None) -> Visit:
    """Raises `UnknownSite`."""
    site = desk.site(site_id)
    languages = offered(site.languages)
    return Visit(site, choose(asked, request.headers.get("accept-language", ""), languages), languages)


def token(form: Mapping[str, str]) -> str:
    """The conversation the form belongs to; one of another shape starts anew, for a resident cannot mend a hidden field."""
    given = form.get("conversation", "")
    return given if _TOKEN.fullmatch(given) else ""


def take_turn(desk: WebDesk, here: Visit, form: Mapping[str, str]) -> Turn:
    """Ask what the form asks."""
    text = form.get("text", "").replace("\r\n", "\n")  # browsers send line breaks of a form as CRLF
    question = Question(here.site.id, text, CHANNEL, here.language, token(form) or None, form.get("choice") or None)
    return Turn(text, desk.converse(question))


def take_feedback(desk: WebDesk, here: Visit, form: Mapping[str, str]) -> FeedbackStep:
    """Hand on what the form says of an answer; raises `InvalidField`."""
    given = _feedback(here.site.id, form)
    desk.take_feedback(given)
    return FeedbackStep(given.record, ask_reason=not given.helpful and given.reason is None)


def _feedback(site: str, form: Mapping[str, str]) -> Feedback:
    record, helpful = form.get("record", ""), form.get("helpful")
    if not _RECORD.fullmatch(record):
        raise InvalidField("record", "string_pattern_mismatch" if record else "missing")
    if helpful not in {"yes", "no"}:
        raise InvalidField("helpful", "enum" if helpful else "missing")
    return Feedback(site, record, helpful == "yes", _reason(form.get("reason", "")), form.get("comment", "")[:COMMENT_LIMIT])


def _reason(given: str) -> Reason | None:
    try:
        return Reason(given) if given else None
    except ValueError as problem:
        raise InvalidField("reason", "enum") from problem
