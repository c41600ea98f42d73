"""Reading a body piece by piece, and what of it can be stored."""

from collections.abc import AsyncIterator

import anyio
import pytest
from fastapi import Request
from hypothesis import given
from hypothesis import strategies as st

from channels.body import clean
from channels.errors import BodyCutOff, BodyTooLarge
from channels.web.body import BODY_LIMIT, JSON_TYPE, read

ANY_TEXT = st.text(st.characters(exclude_categories=()))


def request_of(*messages: dict[str, object]) -> Request:
    async def arriving() -> AsyncIterator[dict[str, object]]:
        for message in messages:
            yield message

    stream = arriving()
    scope = {"type": "http", "method": "POST", "headers": [(b"content-type", b"Application/JSON; charset=utf-8")]}
    return Request(scope, stream.__anext__)


def piece(body: bytes, more: bool = True) -> dict[str, object]:
    return {"type": "http.request", "body": body, "more_body": more}


def test_pieces_become_one_body() -> None:
    request = request_of(piece(b"ab"), piece(b""), piece(b"c", more=False))
    assert anyio.run(read, request, JSON_TYPE) == b"abc"


def test_a_body_of_exactly_the_limit_is_taken() -> None:
    request = request_of(piece(b"x" * BODY_LIMIT, more=False))
    assert len(anyio.run(read, request, JSON_TYPE)) == BODY_LIMIT


def test_reading_stops_at_the_limit_though_more_would_come() -> None:
    with pytest.raises(BodyTooLarge):
        anyio.run(read, request_of(*[piece(b"x" * 1024)] * 65), JSON_TYPE)


def test_a_sender_that_goes_away_is_no_surprise() -> None:
    with pytest.raises(BodyCutOff):
        anyio.run(read, request_of(piece(b"{"), {"type": "http.disconnect"}), JSON_TYPE)


@given(ANY_TEXT)
def test_a_cleaned_text_can_always_be_stored(text: str) -> None:
    assert "\x00" not in clean(text)
    clean(text).encode()


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00")))
def test_nothing_else_is_lost(text: str) -> None:
    assert clean(text) == text
