"""The facts in a text that residents act on: fees, dates, times, terms, telephone numbers and forms."""

from enum import StrEnum


class FactKind(StrEnum):
    """Each has its label under `facts.` in the wording."""

    FEE = "fee"
    DATE = "date"
    TIME = "time"
    TERM = "term"
    """How long something takes or may take: 14日以内, 3か月."""
    PHONE = "phone"
    FORM = "form"
    """A form by name, or a file to download."""
