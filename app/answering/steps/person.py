"""Offers a person: when asked to, and, as the last step, when nothing was found."""

from collections import Counter

from app.answering.draft import Draft, Step
from app.answering.opening import contact_of
from app.answering.phrases import phrases
from app.answering.steps.choose import FindEntry
from channels.message import Answer, Contact, Outcome

VOTERS = 3
"""How many of the nearest entries decide which division is named."""


def hand_over_on_request(find_entry: FindEntry) -> Step:
    """A step for residents who ask for a person: the division of the last answer, else the city hall."""

    def step(draft: Draft) -> Answer | None:
        if not any(phrase in draft.text.lower() for phrase in phrases("talk")["person"]):
            return None
        last = find_entry(draft.site.id, draft.memory.entry) if draft.memory.entry else None
        return draft.answer(Outcome.HANDOFF_REQUESTED, contact=contact_of(draft, last.division if last else None))

    return step


def offer_person(draft: Draft) -> Answer:
    """Says plainly that no answer is known, and whom to ask."""
    return draft.answer(Outcome.HANDOFF_NO_MATCH, contact=_likely_contact(draft))


def _likely_contact(draft: Draft) -> Contact:
    """The division that owns most of the nearest entries, if they agree; else the city hall's own number."""
    nearest = draft.result.ranking[:VOTERS] if draft.result else ()
    votes = Counter(hit.entry.division for hit in nearest if hit.entry.division)
    division, count = votes.most_common(1)[0] if votes else ("", 0)
    return contact_of(draft, division if count * 2 > VOTERS else None)
