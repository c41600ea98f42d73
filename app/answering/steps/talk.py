"""Answers greetings and thanks, so that politeness is not searched for."""

from app.answering.draft import Draft
from app.answering.phrases import bare, phrases
from channels.message import Answer, Outcome


def greet(draft: Draft) -> Answer | None:
    """Only when the whole message is a greeting or thanks."""
    if _is_one_of(draft.text, "greeting"):
        return draft.answer(Outcome.ANSWERED_GREETING)
    if _is_one_of(draft.text, "thanks"):
        return draft.answer(Outcome.ANSWERED_THANKS)
    return None


def _is_one_of(text: str, kind: str) -> bool:
    return bare(text) in map(bare, phrases("talk")[kind])
