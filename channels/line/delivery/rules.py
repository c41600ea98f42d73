"""Decides what becomes of a chunk after an attempt: nobody is told twice, and what cannot be known is said to be unknown.

Multicast has a retry key, which LINE remembers for a day: while nobody knows how an attempt ended, the same body goes out
again under the same key. Once it is certain that nothing was sent, addressees and key may be new ones.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from json import dumps

from channels.line.delivery.chunks import Chunk, Ending
from channels.line.delivery.deliveries import Halt
from channels.line.reply import KEY_LASTS, Result, Verdict
from channels.line.sends import Message

LATEST = timedelta(hours=24)
"""After its time a delivery is stopped rather than sent: nobody wants yesterday's news at some moment of tomorrow."""
LONGEST_PAUSE = 300.0


def may_repeat(chunk: Chunk, to: Sequence[str], messages: Sequence[Message], now: datetime) -> bool:
    """Whether an open chunk may be tried again: the key is still remembered, and the body is what it was."""
    return now - chunk.keyed_at <= KEY_LASTS and chunk.digest == digest(to, messages)


def digest(to: Sequence[str], messages: Sequence[Message]) -> str:
    """What tells one body from another."""
    return sha256(dumps([list(to), list(messages)], sort_keys=True).encode()).hexdigest()


def judge(was_open: bool, begun: Chunk, result: Result, now: datetime, jitter: float) -> tuple[Chunk, Halt | None]:
    """The chunk after an attempt, and why the whole delivery is to be stopped, if it is.

    `was_open` says whether an earlier attempt under this key may have been taken; `jitter` lies between 0 and 1.
    """
    known = replace(begun, is_open=was_open, status=result.status, request=result.request)
    match result.verdict:
        case Verdict.ACCEPTED:
            return replace(known, is_open=False, ending=Ending.SENT), None
        case Verdict.REFUSED:
            # LINE answers 409 to a key it has taken. Whether it looks at the key before the body it does not say.
            return (replace(known, is_open=False, ending=Ending.UNCLEAR) if was_open else known), Halt.REFUSED
        case Verdict.OVER_QUOTA:
            return known, Halt.OVER_QUOTA
        case Verdict.UNCLEAR:
            return _later(replace(known, is_open=True), now, jitter), None
    return _later(known, now, jitter), None


def _later(chunk: Chunk, now: datetime, jitter: float) -> Chunk:
    pause = min(LONGEST_PAUSE, 2.0 ** min(chunk.attempts - 1, 20)) * (0.5 + jitter / 2)
    return replace(chunk, due_at=now + timedelta(seconds=pause))
