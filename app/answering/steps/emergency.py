"""Points to 119 and 110 when something is happening now, and to help lines when somebody is in distress."""

from collections.abc import Iterable

from app.answering.draft import Draft, Step
from app.answering.phrases import phrases
from channels.message import Answer, Outcome
from indexer.urgency import Hear

ACUTE = frozenset({"fire_or_ambulance", "crime_or_accident"})


def point_to_help(hear: Hear) -> Step:
    """A step that answers a message with a listed phrase of an emergency, and one that sounds like an emergency otherwise."""

    def step(draft: Draft) -> Answer | None:
        kind = _kind(draft.heard or draft.text, hear)
        if kind is None:
            return None
        return draft.answer(Outcome.EMERGENCY if kind in ACUTE else Outcome.EMERGENCY_CRISIS, message=f"emergency_{kind}")

    return step


def listed(heard: str) -> dict[str, bool]:
    """The kinds of emergency of which a phrase is in the text, and whether a word of calm calls it off."""
    low = heard.lower()
    text = low + "\n" + low.replace(" ", "")
    lists = phrases("emergency").items()
    return {kind: _has(text, words["calm"]) for kind, words in lists if _has(text, words["phrases"])}


def _kind(heard: str, hear: Hear) -> str | None:
    """What a list is sure of, else what the ear hears: who is in need may use a word of calm, too."""
    return next((kind for kind, called_off in listed(heard).items() if not called_off), None) or hear(heard)


def _has(text: str, words: Iterable[str]) -> bool:
    return any(word in text for word in words)
