"""Refuses questions that carry a number nobody should send to a chat, and says why; others go on masked."""

from app.answering.draft import Draft
from app.records.masking import PersonalData
from channels.message import Answer, Outcome

REFUSED = frozenset({PersonalData.MY_NUMBER, PersonalData.CARD, PersonalData.PENSION_NUMBER})


def refuse_personal_data(draft: Draft) -> Answer | None:
    """The number itself is already masked in the draft and is stored nowhere."""
    if draft.personal_data & REFUSED:
        return draft.answer(Outcome.REFUSED_PERSONAL_DATA)
    return None
