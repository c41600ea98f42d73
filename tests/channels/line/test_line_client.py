"""What each answer of LINE, each silence and each accident is taken for, over real HTTP."""

from collections.abc import Callable

import pytest

from channels.errors import LineUnavailable
from channels.line.account import Account
from channels.line.client import LineClient, Quota
from channels.line.reply import Verdict
from tests.channels.line.line_platform import Fault, Platform
from tests.channels.line.town import TIMEOUT

HANAKO, TARO = "U" + "1" * 32, "U" + "2" * 32
KEY = "123e4567-e89b-42d3-a456-426614174000"
HELLO = [{"type": "text", "text": "こんにちは🎉"}]


@pytest.fixture
def client(base: str) -> LineClient:
    return LineClient(Account("mihon", "token", ("s",)), base, TIMEOUT)


def token(platform: Platform) -> str:
    event = platform.text(HANAKO, "住民票")
    platform.deliver([event])
    return str(event["replyToken"])


def go_wrong(platform: Platform, fault: Fault) -> None:
    platform.faults = lambda path: fault if "quota" not in path else None


def test_a_reply_arrives_as_it_was_written(client: LineClient, platform: Platform) -> None:
    result = client.reply(token(platform), HELLO)
    assert (result.verdict, result.status, result.request) == (Verdict.ACCEPTED, 200, "request-1")
    assert [list(each.messages) for each in platform.said] == [HELLO]


def test_a_token_that_was_used_or_is_old_is_refused(client: LineClient, platform: Platform) -> None:
    used = token(platform)
    client.reply(used, HELLO)
    assert client.reply(used, HELLO).verdict is Verdict.REFUSED
    assert client.reply("unheard-of", HELLO).note == "Invalid reply token"
    assert len(platform.said) == 1


def test_a_push_with_a_key_that_was_taken_counts_as_sent(client: LineClient, platform: Platform) -> None:
    assert client.push(HANAKO, HELLO, KEY).status == 200
    again = client.push(HANAKO, HELLO, KEY)
    assert (again.verdict, again.status) == (Verdict.ACCEPTED, 409)
    assert len(platform.said) == 1


def test_many_can_be_told_the_same(client: LineClient, platform: Platform) -> None:
    assert client.multicast([HANAKO, TARO], HELLO, KEY).verdict is Verdict.ACCEPTED
    assert client.multicast([HANAKO, TARO], HELLO, KEY).verdict is Verdict.ACCEPTED
    assert [each.to for each in platform.said] == [HANAKO, TARO]


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault is not Fault.RATE])
@pytest.mark.parametrize("call", ["reply", "push"])
def test_whatever_is_no_answer_is_unclear(client: LineClient, platform: Platform, fault: Fault, call: str) -> None:
    fresh = token(platform)
    go_wrong(platform, fault)
    result = client.reply(fresh, HELLO) if call == "reply" else client.push(HANAKO, HELLO, KEY)
    assert result.verdict is Verdict.UNCLEAR
    assert len(platform.said) == int(fault.has_effect)


def test_nobody_listening_is_known_not_to_be_sent(platform: Platform) -> None:
    unreached = LineClient(Account("mihon", "token", ("s",)), "http://127.0.0.1:9", TIMEOUT)
    assert unreached.reply(token(platform), HELLO).verdict is Verdict.UNREACHED
    nowhere = LineClient(Account("mihon", "token", ("s",)), "http://nowhere.invalid", TIMEOUT)
    assert nowhere.push(HANAKO, HELLO, KEY).verdict is Verdict.UNREACHED


def test_too_many_at_once_and_too_many_this_month_are_told_apart(client: LineClient, platform: Platform) -> None:
    platform.quota = 1
    go_wrong(platform, Fault.RATE)
    assert client.push(HANAKO, HELLO, KEY).verdict is Verdict.LIMITED
    assert client.reply(token(platform), HELLO).verdict is Verdict.LIMITED
    platform.faults = lambda _: None
    assert client.push(HANAKO, HELLO, KEY).verdict is Verdict.ACCEPTED
    assert client.push(TARO, HELLO, KEY.replace("1", "2")).verdict is Verdict.OVER_QUOTA
    platform.faults = lambda path: Fault.ERROR_BEFORE if "quota" in path else None
    assert client.push(TARO, HELLO, KEY.replace("1", "2")).verdict is Verdict.LIMITED


def test_more_receivers_than_messages_are_left_are_too_many_this_month(client: LineClient, platform: Platform) -> None:
    platform.quota, platform.used_up = 3, 2
    assert client.multicast([HANAKO, TARO], HELLO, KEY).verdict is Verdict.OVER_QUOTA
    assert client.push(HANAKO, HELLO, KEY).verdict is Verdict.ACCEPTED


def test_a_wrong_access_token_is_recognised(client: LineClient, platform: Platform) -> None:
    platform.bad_token = True
    assert client.push(HANAKO, HELLO, KEY).verdict is Verdict.NOT_ALLOWED
    with pytest.raises(LineUnavailable, match="401 Authentication failed"):
        client.bot()


@pytest.mark.parametrize("messages", [[], HELLO * 6, [{"type": "text", "text": ""}], [{"type": "song", "text": "la"}]])
def test_what_line_does_not_take_is_refused(client: LineClient, platform: Platform, messages: list[dict[str, object]]) -> None:
    assert client.push(HANAKO, messages, KEY).verdict is Verdict.REFUSED
    assert platform.said == []


def test_residents_see_that_they_are_read_and_answered(client: LineClient, platform: Platform) -> None:
    assert client.show_loading(HANAKO).verdict is Verdict.ACCEPTED
    assert client.mark_as_read("read-me").verdict is Verdict.ACCEPTED
    assert (platform.loading, platform.read) == ([HANAKO], ["read-me"])


@pytest.mark.parametrize("kind", ["group", "room"])
def test_groups_can_be_left(client: LineClient, platform: Platform, kind: str) -> None:
    assert client.leave(kind, "C1").verdict is Verdict.ACCEPTED
    assert platform.left == ["C1"]


@pytest.mark.parametrize(
    ("limit", "used", "expected", "used_up"),
    [(None, 5000, Quota(None, 5000), False), (200, 199, Quota(200, 199), False), (200, 200, Quota(200, 200), True)],
)
def test_the_quota_is_known(
    client: LineClient, platform: Platform, limit: int | None, used: int, expected: Quota, used_up: bool
) -> None:
    platform.quota, platform.used_up = limit, used
    assert client.quota() == expected
    assert expected.used_up is used_up


QUESTIONS: list[Callable[[LineClient], object]] = [LineClient.bot, LineClient.webhook, LineClient.test_webhook, LineClient.quota]


@pytest.mark.parametrize("ask", QUESTIONS)
def test_what_line_adds_without_notice_does_no_harm(
    client: LineClient, platform: Platform, ask: Callable[[LineClient], object]
) -> None:
    platform.chat_mode = "something new"
    assert ask(client)


@pytest.mark.parametrize("ask", QUESTIONS)
@pytest.mark.parametrize("fault", [Fault.GARBAGE, Fault.HANG_BEFORE, Fault.ERROR_BEFORE, Fault.RATE])
def test_a_question_that_is_not_answered_is_an_error(
    client: LineClient, platform: Platform, ask: Callable[[LineClient], object], fault: Fault
) -> None:
    platform.faults = lambda _: fault
    with pytest.raises(LineUnavailable):
        ask(client)
