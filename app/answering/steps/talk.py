"""Answers greetings and thanks, so that politeness is not searched for."""

from app.answering.draft import Draft
from app.answering.phrases import bare, phrases
from channels.message import Answer, Outcome


def greet(draft: Draft) -> Answer | None:
    """Only when the whole message is a greeting or thanks."""
    text = bare(draft.text)
    if text in phrases("talk")["greeting"]:
        return draft.answer(Outcome.ANSWERED_GREETING)
    if text in phrases("talk")["thanks"]:
        return draft.answer(Outcome.ANSWERED_THANKS)
    return None
