"""Asks back when a message names nothing that could be looked for."""

import re

from app.answering.draft import Draft
from app.answering.phrases import bare
from app.records.masking import without_labels
from channels.message import Answer, Outcome

_IDEOGRAPH = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
"""One of these is a word (犬, 税); one letter of any other script is not."""


def ask_back(draft: Draft) -> Answer | None:
    """A single letter or digit, or nothing but the city's own name, which every entry is about."""
    said = bare(without_labels(draft.text))
    if said == bare(draft.site.name) or (len(said) == 1 and not _IDEOGRAPH.match(said)):
        return draft.answer(Outcome.CLARIFY)
    return None
