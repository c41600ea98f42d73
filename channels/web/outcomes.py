"""How the outcomes look in HTTP."""

from channels.message import Outcome

_STATUS = {
    Outcome.REFUSED_EMPTY: 422,
    Outcome.REFUSED_TOO_LONG: 413,
    Outcome.ERROR_NOT_READY: 503,
    Outcome.ERROR_UNEXPECTED: 500,
}


def status_of(outcome: Outcome) -> int:
    """The status of a response with that outcome: 200 unless nothing could be asked or answered."""
    return _STATUS.get(outcome, 200)
