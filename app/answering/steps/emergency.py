"""Points to 119 and 110 when something is happening now, and to help lines when somebody is in distress."""

from app.answering.draft import Draft
from app.answering.phrases import phrases
from channels.message import Answer, Outcome

ACUTE = frozenset({"fire_or_ambulance", "crime_or_accident"})


def point_to_help(draft: Draft) -> Answer | None:
    """The first kind of emergency whose words are in the question."""
    heard = (draft.heard or draft.text).lower()
    text = heard + "\n" + heard.replace(" ", "")
    for kind, words in phrases("emergency").items():
        if any(phrase in text for phrase in words["phrases"]) and not any(calm in text for calm in words["calm"]):
            return draft.answer(Outcome.EMERGENCY if kind in ACUTE else Outcome.EMERGENCY_CRISIS, message=f"emergency_{kind}")
    return None
