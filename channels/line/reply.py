"""Decides how something is said: by its reply token while that lasts, else by push; never twice, and never both.

A reply token can be used once, so it is its own idempotency key: when nobody knows how a reply ended, the same reply is
tried again, and LINE refuses it if the first one was taken. A push has a retry key for the same purpose.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from channels.line.sends import Ending, Send

TOKEN_LASTS = timedelta(seconds=50)
"""LINE says one minute from the delivery of the webhook, and not to rely on it."""
TOKEN_LASTS_AT_MOST = timedelta(minutes=20)
"""From the event itself, however often it is delivered."""
KEY_LASTS = timedelta(hours=23)
"""LINE keeps retry keys for 24 hours; after that the same push would be another one."""
MOST_ATTEMPTS = 14
"""In about twenty minutes: whoever asked has found another way by then."""
LONGEST_PAUSE = 300.0


class Way(StrEnum):
    """How something can be said."""

    REPLY = "reply"
    PUSH = "push"


class Verdict(StrEnum):
    """What an attempt came to."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    """Certainly not sent, and the same will be refused again."""
    NOT_ALLOWED = "not_allowed"
    """Certainly not sent: our token is not the right one. People can mend that."""
    LIMITED = "limited"
    """Certainly not sent: too many at once."""
    OVER_QUOTA = "over_quota"
    """Certainly not sent: too many this month."""
    UNREACHED = "unreached"
    """Certainly not sent: nobody listened."""
    UNCLEAR = "unclear"
    """Perhaps sent: no answer, half an answer, or an error of the server."""


@dataclass(frozen=True, slots=True)
class Result:
    """What LINE answered."""

    verdict: Verdict
    status: int | None = None
    note: str = ""
    """LINE's own words, for the log."""
    request: str = ""
    """LINE's id of the request, by which its support can find it."""


def token_until(at: datetime, received_at: datetime) -> datetime:
    """Until when the reply token of an event is used."""
    return min(received_at + TOKEN_LASTS, at + TOKEN_LASTS_AT_MOST)


def choose(send: Send, now: datetime) -> Way | Ending:
    """The next attempt, or the end when there can be none."""
    if send.attempts >= MOST_ATTEMPTS:
        return Ending.UNCLEAR if send.reply_open else Ending.GIVEN_UP
    if send.pushed_at is None and (send.reply_open or (send.reply_token and now < send.token_until)):
        return Way.REPLY
    if send.pushed_at and now - send.pushed_at > KEY_LASTS:
        return Ending.UNCLEAR
    return Way.PUSH


def begin(send: Send, way: Way, now: datetime) -> Send:
    """What is stored before the attempt, so that a process killed during it leaves the truth behind: nobody knows."""
    if way is Way.REPLY:
        return replace(send, attempts=send.attempts + 1, reply_open=True)
    return replace(send, attempts=send.attempts + 1, pushed_at=send.pushed_at or now)


def judge(before: Send, way: Way, result: Result, now: datetime, jitter: float) -> Send:
    """How far a send is after an attempt; `before` is what it was ahead of it, `jitter` lies between 0 and 1."""
    begun = replace(begin(before, way, now), status=result.status)
    if result.verdict is Verdict.ACCEPTED:
        return replace(begun, ending=Ending.SENT)
    if way is Way.REPLY:
        return _after_reply(before, begun, result.verdict, now, jitter)
    return _after_push(begun, result.verdict, now, jitter)


def _after_reply(before: Send, begun: Send, verdict: Verdict, now: datetime, jitter: float) -> Send:
    if verdict is Verdict.UNCLEAR:
        return _later(begun, now, jitter)
    if verdict is not Verdict.REFUSED:
        return _later(replace(begun, reply_open=before.reply_open), now, jitter)
    if not before.reply_open:
        return replace(begun, reply_open=False, reply_token="", due_at=now)
    # The token is used up or too old. While it cannot be too old, the attempt before this one has used it.
    return replace(begun, ending=Ending.SENT if now < before.token_until else Ending.UNCLEAR)


def _after_push(begun: Send, verdict: Verdict, now: datetime, jitter: float) -> Send:
    if verdict is Verdict.REFUSED:
        return replace(begun, ending=Ending.REFUSED)
    if verdict is Verdict.OVER_QUOTA:
        return replace(begun, ending=Ending.OVER_QUOTA)
    return _later(begun, now, jitter)


def _later(begun: Send, now: datetime, jitter: float) -> Send:
    pause = min(LONGEST_PAUSE, 2.0 ** (begun.attempts - 1)) * (0.5 + jitter / 2)
    return replace(begun, due_at=now + timedelta(seconds=pause))
