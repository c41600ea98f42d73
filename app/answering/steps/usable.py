"""Refuses messages with no text and messages that are too long to be one question."""

from app.answering.draft import Draft, Step
from channels.message import Answer, Outcome


def refuse_unusable(limit: int) -> Step:
    """A step that accepts 1 to `limit` characters."""

    def step(draft: Draft) -> Answer | None:
        if draft.length > limit:
            return draft.answer(Outcome.REFUSED_TOO_LONG, limit=limit)
        if not draft.text and not draft.choice:
            return draft.answer(Outcome.REFUSED_EMPTY)
        return None

    return step
