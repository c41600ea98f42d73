"""What a resident thinks of an answer, whatever the channel it was given in."""

from dataclasses import dataclass
from enum import StrEnum

RECORD_SHAPE = r"[A-Za-z0-9_.:-]{1,128}"
"""The shape of a handle for feedback."""
COMMENT_LIMIT = 500


class Reason(StrEnum):
    """Why an answer did not help."""

    DIFFERENT = "different"
    UNCLEAR = "unclear"
    OUTDATED = "outdated"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a resident thought of one answer; a second one for the same record replaces the first."""

    site: str
    record: str
    helpful: bool
    reason: Reason | None = None
    comment: str = ""
