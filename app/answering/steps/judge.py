"""Answers when sure, shows three when fairly sure, suggests when close: the snapshot's calibration decides."""

from app.answering.draft import Draft
from app.answering.steps.retrieve import asks_for
from app.records.masking import without_labels
from channels.message import Answer, Outcome
from indexer.search import Hit

CARDS = 3
"""Answers among which one is promised to be right."""

SUGGESTIONS = 4
"""Buttons a resident can take in at once."""

SAME_NAME = 0.999
"""Likeness from which the question is the name of an item, however it is written."""


def answer_if_sure(draft: Draft) -> Answer | None:
    """The best entry, when the calibration allows it or it was asked for in its own words."""
    if draft.result is None or not draft.hits:
        return None
    best = draft.hits[0]
    asked = without_labels(draft.text)
    named = [hit.entry for hit in draft.hits if asks_for(asked, hit.entry) or hit.named >= SAME_NAME]
    if len({entry.answer for entry in named}) > 1:
        # Several entries are asked for in their own words and differ: only the resident knows which one is meant.
        return draft.answer(Outcome.SUGGESTED_CARDS, entries=named[:CARDS])
    sure = draft.is_judged(1) and draft.result.confidence.first >= draft.result.calibration.answer.threshold
    if named or sure or _continues(draft, best):
        return draft.answer(Outcome.ANSWERED_ENTRY, entries=[named[0] if named else best.entry])
    return None


def show_three_if_fairly_sure(draft: Draft) -> Answer | None:
    """The best three answers under their questions, one of which is probably right; counted apart from answers."""
    # The promise is about these three: with the third withdrawn since, the fourth may not stand in for it.
    if draft.result is None or not draft.is_judged(CARDS):
        return None
    if draft.result.confidence.three < draft.result.calibration.cards.threshold:
        return None
    return draft.answer(Outcome.SUGGESTED_CARDS, entries=[hit.entry for hit in draft.hits[:CARDS]])


def suggest_if_close(draft: Draft) -> Answer | None:
    """The nearest questions as buttons, when at least one is near enough."""
    if not draft.hits:
        return None
    return draft.answer(Outcome.SUGGESTED, choices=[hit.entry for hit in draft.hits[:SUGGESTIONS]])


def _continues(draft: Draft, best: Hit) -> bool:
    """「料金は？」 after an answer that is found again: the same entry says it."""
    return draft.follows_up and best.entry.id == draft.memory.entry
