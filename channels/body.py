"""Reads what was sent to any channel: never more than its limit, and never a character that cannot be stored."""

import re

from fastapi import Request
from starlette.requests import ClientDisconnect

from channels.errors import BodyCutOff, BodyTooLarge

# A phone that cuts a text at a fixed length may cut an emoji in two; neither half nor NUL can be stored in PostgreSQL.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def clean(text: str) -> str:
    """The text without NUL and lone surrogates."""
    return _UNSTORABLE.sub("", text)


async def read_bytes(request: Request, limit: int) -> bytes:
    """The whole body; raises `BodyTooLarge` as soon as the limit is passed, chunked or not, or `BodyCutOff`."""
    received = bytearray()
    try:
        async for chunk in request.stream():
            received += chunk
            if len(received) > limit:
                raise BodyTooLarge(limit)
    except ClientDisconnect as problem:
        raise BodyCutOff from problem
    return bytes(received)
