"""Gives the entry behind the button a resident pressed."""

from collections.abc import Callable

from app.answering.draft import Draft, Step
from app.answering.steps.retrieve import StillPublished
from channels.message import Answer, Outcome
from knowledge.entry import Entry

FindEntry = Callable[[str, str], Entry | None]
"""The entry of a site's snapshot with an id."""


def answer_choice(find_entry: FindEntry, still_published: StillPublished) -> Step:
    """A step that answers presses of buttons; a button whose entry is gone is treated as the text written on it."""

    def step(draft: Draft) -> Answer | None:
        entry = find_entry(draft.site.id, draft.choice) if draft.choice else None
        if entry is None or not entry.valid_on(draft.today):
            return None
        if entry.id not in still_published(draft.site.id, [entry.id], draft.today):
            return None
        draft.subject = entry.question
        return draft.answer(Outcome.ANSWERED_ENTRY, message="answered_choice", entries=[entry])

    return step
