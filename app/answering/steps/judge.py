"""Answers when sure, suggests when close: the two thresholds of the snapshot decide."""

from app.answering.draft import Draft
from channels.message import Answer, Outcome
from indexer.search import Hit

SUGGESTIONS = 4
"""Buttons a resident can take in at once."""

SAME_TEXT = 0.999
"""Cosine from which a question has the very words of an entry's question or wording."""


def answer_if_sure(draft: Draft) -> Answer | None:
    """The best entry, when it stands out enough or was asked for in its own words."""
    if draft.result is None or not draft.hits:
        return None
    best = draft.hits[0]
    if best.score >= draft.result.answer_from or best.dense >= SAME_TEXT or _continues(draft, best):
        return draft.answer(Outcome.ANSWERED_ENTRY, entries=[best.entry])
    return None


def suggest_if_close(draft: Draft) -> Answer | None:
    """The nearest questions as buttons, when at least one is near enough."""
    if not draft.hits:
        return None
    return draft.answer(Outcome.SUGGESTED, choices=[hit.entry for hit in draft.hits[:SUGGESTIONS]])


def _continues(draft: Draft, best: Hit) -> bool:
    """「料金は？」 after an answer that is found again: the same entry says it."""
    return best.entry.id == draft.memory.entry and draft.understood.startswith(draft.memory.text) and bool(draft.memory.text)
