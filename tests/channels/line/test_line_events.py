"""Reading events: whatever LINE sends becomes an event, and none of it holds what may not be stored."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.errors import MalformedJson, NotAWebhook
from channels.line.events import DEPTH_LIMIT, Kind, Masked, parse, read, shape
from tests.channels.line.line_platform import Platform
from tests.channels.line.town import masked
from tests.conftest import NOW

HANAKO, GROUP = "U" + "1" * 32, "C" + "2" * 32
PLATFORM = Platform(lambda: NOW)
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=20)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=10,
)
NAMES = ("type", "mode", "timestamp", "source", "userId", "message", "id", "text", "webhookEventId", "unsend", "messageId")
VALUES: st.SearchStrategy[Any] = st.sampled_from(
    ["message", "text", "user", HANAKO, "unsend", "follow", "standby", 1.5e300, -1, [], {}, None]
)
ODD_EVENTS = st.recursive(
    VALUES | ANY_JSON, lambda inner: st.dictionaries(st.sampled_from(NAMES) | ANY_TEXT, inner, max_size=6), max_leaves=20
)


def body_of(*events: object) -> bytes:
    return json.dumps({"events": events}).encode()


def first(event: object) -> Any:
    return parse(read(body_of(event))[0], masked, NOW)


def test_a_text_is_read_with_all_that_is_needed_to_answer_it() -> None:
    raw = PLATFORM.text(HANAKO, "住民票は？", NOW, markAsReadToken="read-me")
    event = first(raw)
    assert (event.kind, event.text, event.lane, event.user, event.at) == (Kind.TEXT, "住民票は?", HANAKO, HANAKO, NOW)
    assert (event.id, event.message) == (raw["webhookEventId"], raw["message"]["id"])
    assert (event.reply_token, event.read_token) == (raw["replyToken"], "read-me")
    assert not event.standby
    assert not event.redelivered
    assert event.raw == ""


def test_what_must_not_be_stored_is_taken_out_at_once() -> None:
    event = first(PLATFORM.text(HANAKO, "番号は123456789018、電話は090-1234-5678です"))
    assert event.text == "番号は【マイナンバー】、電話は【電話番号】です"
    assert event.taken_out == {"my_number", "phone"}


@pytest.mark.parametrize("kind", ["sticker", "image", "video", "audio", "file", "location"])
def test_of_other_messages_nothing_is_kept_but_that_they_came(kind: str) -> None:
    event = first(PLATFORM.message(HANAKO, kind, title="自宅", address="中央1-2-3", fileName="名簿.xlsx", latitude=35.0))
    assert event.kind.value == kind
    assert not {"自宅", "中央", "名簿", "35.0"} & set(repr(event).replace("'", " ").split())


def test_what_is_said_in_a_group_or_to_somebody_else_is_not_kept() -> None:
    in_group = PLATFORM.text(HANAKO, "ひみつ") | {"source": {"type": "group", "groupId": GROUP, "userId": HANAKO}}
    standby = PLATFORM.text(HANAKO, "ひみつ") | {"mode": "standby"}
    assert (first(in_group).text, first(in_group).lane, first(in_group).user) == ("", GROUP, "")
    assert (first(standby).text, first(standby).standby) == ("", True)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("follow", Kind.FOLLOW),
        ("unfollow", Kind.UNFOLLOW),
        ("accountLink", Kind.ACCOUNT_LINK),
        ("join", Kind.JOIN),
        ("leave", Kind.LEAVE),
        ("memberJoined", Kind.NOTED),
        ("videoPlayComplete", Kind.NOTED),
        ("beacon", Kind.NOTED),
        ("membership", Kind.NOTED),
        ("delivery", Kind.NOTED),
        ("module", Kind.NOTED),
        ("somethingNew", Kind.UNKNOWN),
        ("", Kind.UNKNOWN),
    ],
)
def test_every_documented_kind_is_known(name: str, kind: Kind) -> None:
    assert first(PLATFORM.event(name, HANAKO)).kind is kind


def test_an_event_without_source_has_a_lane_of_its_own() -> None:
    raw = PLATFORM.event("accountLink", HANAKO, link={"result": "failed"})
    del raw["source"]
    assert first(raw).lane == raw["webhookEventId"]


def test_an_event_without_an_id_gets_one_that_is_always_the_same() -> None:
    raw = PLATFORM.text(HANAKO, "住民票")
    del raw["webhookEventId"]
    again = dict(reversed(raw.items()))
    assert first(raw).id == first(again).id
    assert first(raw).id != first(raw | {"timestamp": 1}).id


def test_what_nobody_understands_is_kept_masked_and_logged_without_a_word() -> None:
    raw = PLATFORM.event("poll", HANAKO, poll={"question": "電話は090-1234-5678", "votes": [3, 4]})
    event = first(raw)
    kept = json.loads(event.raw)
    assert kept["poll"] == {"question": "電話は【電話番号】", "votes": [3, 4]}
    assert "replyToken" not in kept
    logged = json.loads(shape(event.raw))
    assert (logged["type"], logged["poll"]) == ("poll", {"question": "…", "votes": [3, 4]})
    assert HANAKO not in shape(event.raw)


def test_of_something_huge_only_its_size_is_kept() -> None:
    event = first(PLATFORM.event("novel", HANAKO, chapters=["あ" * 20_000]))
    assert json.loads(event.raw)["type"] == "novel"
    assert len(event.raw) < 100


@pytest.mark.parametrize("timestamp", [None, "yesterday", -1, 1e300, 10**25, True, {}])
def test_a_time_nobody_can_mean_is_the_present(timestamp: object) -> None:
    assert first(PLATFORM.text(HANAKO, "住民票") | {"timestamp": timestamp}).at == NOW


@pytest.mark.parametrize("broken", ["text", "stic", ["id"], 5, None, {}, {"type": "message"}, {"type": "message", "message": []}])
def test_what_is_no_event_at_all_is_kept_as_unknown(broken: object) -> None:
    assert first(broken).kind is Kind.UNKNOWN


@given(ODD_EVENTS)
def test_anything_becomes_an_event_that_can_be_stored(raw: object) -> None:
    event = parse(read(json.dumps({"events": [raw]}, ensure_ascii=True).encode())[0], masked, NOW)
    stored = json.dumps([event.id, event.lane, event.message, event.text, event.data, event.reply_token, event.raw])
    assert "\\u0000" not in stored
    stored.encode("utf-8")
    json.dumps([event.text, event.raw, event.data], ensure_ascii=False).encode("utf-8")
    assert all(0 < len(each) <= 64 for each in (event.id, event.lane))
    assert len(event.message) <= 64
    assert len(event.raw) <= 20_000


@given(st.binary(max_size=200))
def test_any_bytes_are_events_or_a_clear_refusal(body: bytes) -> None:
    with suppress(MalformedJson, NotAWebhook):
        assert isinstance(read(body), list)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[" * 100_000,
        b'{"events":' + b"[" * (DEPTH_LIMIT + 1) + b"]" * (DEPTH_LIMIT + 1) + b"}",
        b'{"events":[' + b"9" * 5000 + b"]}",
        b'\xff{"events":[]}',
        '{"events":[]}'.encode("utf-16-le") + b"\xff",
    ],
)
def test_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedJson):
        read(body)


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"events": null}', b'{"events": {}}', b"null", b'"events"'])
def test_json_without_events_is_refused(body: bytes) -> None:
    with pytest.raises(NotAWebhook):
        read(body)


def test_numbers_that_are_none_and_doubled_keys_do_no_harm() -> None:
    assert read(b'\xef\xbb\xbf{"events":[{"a":1,"a":NaN,"b":-Infinity}]}') == [{"a": None, "b": None}]


def test_half_an_emoji_is_left_out() -> None:
    (cleaned,) = read(body_of(PLATFORM.text(HANAKO, "a\ud83d\x00b")))
    assert parse(cleaned, Masked, NOW).text == "ab"
