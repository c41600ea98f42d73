"""The decision how something is said, case by case."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.line.reply import (
    KEY_LASTS,
    LONGEST_PAUSE,
    MOST_ATTEMPTS,
    TOKEN_LASTS,
    Result,
    Verdict,
    Way,
    begin,
    choose,
    judge,
    token_until,
)
from channels.line.sends import Ending, Send
from tests.conftest import NOW

UNTIL = NOW + TOKEN_LASTS
FRESH = Send("key", "U1", [], UNTIL, NOW, NOW, event="e", reply_token="token")
TOO_LATE = UNTIL + timedelta(seconds=1)
ALL = st.sampled_from(Verdict)


def tried(send: Send, way: Way, verdict: Verdict, after: float = 0.0) -> Send:
    return judge(send, way, Result(verdict), NOW + timedelta(seconds=after), 0.5)


def test_a_fresh_token_is_used() -> None:
    assert choose(FRESH, NOW) is Way.REPLY


def test_an_old_or_missing_token_means_a_push() -> None:
    assert choose(FRESH, TOO_LATE) is Way.PUSH
    assert choose(replace(FRESH, reply_token=""), NOW) is Way.PUSH


def test_the_token_lasts_from_its_last_delivery_but_not_for_ever() -> None:
    assert token_until(NOW, NOW) == UNTIL
    delivered = NOW + timedelta(minutes=5)
    assert token_until(NOW, delivered) == delivered + TOKEN_LASTS
    assert token_until(NOW, NOW + timedelta(hours=2)) == NOW + timedelta(minutes=20)


def test_an_accepted_message_is_sent() -> None:
    assert tried(FRESH, Way.REPLY, Verdict.ACCEPTED).ending is Ending.SENT
    assert tried(replace(FRESH, reply_token=""), Way.PUSH, Verdict.ACCEPTED).ending is Ending.SENT


def test_after_an_unclear_reply_only_the_same_reply_follows_even_when_it_is_late() -> None:
    unclear = tried(FRESH, Way.REPLY, Verdict.UNCLEAR)
    assert unclear.ending is None
    assert unclear.due_at > NOW
    for moment in (NOW, TOO_LATE, NOW + timedelta(hours=1)):
        assert choose(unclear, moment) is Way.REPLY


def test_a_refusal_after_an_unclear_reply_means_that_the_first_was_taken() -> None:
    unclear = tried(FRESH, Way.REPLY, Verdict.UNCLEAR)
    assert tried(unclear, Way.REPLY, Verdict.REFUSED, 10).ending is Ending.SENT
    assert tried(unclear, Way.REPLY, Verdict.REFUSED, 100).ending is Ending.UNCLEAR


def test_a_process_killed_during_a_reply_leaves_an_unclear_one() -> None:
    killed = begin(FRESH, Way.REPLY, NOW)
    assert choose(killed, TOO_LATE) is Way.REPLY
    assert tried(killed, Way.REPLY, Verdict.REFUSED).ending is Ending.SENT


@pytest.mark.parametrize("verdict", [Verdict.UNREACHED, Verdict.LIMITED, Verdict.NOT_ALLOWED])
def test_a_reply_that_was_certainly_not_taken_may_become_a_push(verdict: Verdict) -> None:
    later = tried(FRESH, Way.REPLY, verdict)
    assert choose(later, NOW) is Way.REPLY
    assert choose(later, TOO_LATE) is Way.PUSH
    after_all_unclear = tried(tried(FRESH, Way.REPLY, Verdict.UNCLEAR), Way.REPLY, verdict)
    assert choose(after_all_unclear, TOO_LATE) is Way.REPLY


def test_a_reply_that_is_refused_becomes_a_push_at_once() -> None:
    refused = tried(FRESH, Way.REPLY, Verdict.REFUSED)
    assert refused.due_at == NOW
    assert choose(refused, NOW) is Way.PUSH


@pytest.mark.parametrize("verdict", [Verdict.UNCLEAR, Verdict.UNREACHED, Verdict.LIMITED, Verdict.NOT_ALLOWED])
def test_a_push_is_tried_again_as_the_same_push(verdict: Verdict) -> None:
    first = tried(replace(FRESH, reply_token=""), Way.PUSH, verdict)
    assert first.ending is None
    assert first.due_at > NOW
    assert first.id == FRESH.id
    assert choose(first, first.due_at) is Way.PUSH


def test_a_push_stays_a_push_when_the_clock_is_set_back() -> None:
    pushed = tried(FRESH, Way.PUSH, Verdict.UNCLEAR)
    assert choose(pushed, NOW - timedelta(hours=1)) is Way.PUSH


@pytest.mark.parametrize(("verdict", "ending"), [(Verdict.REFUSED, Ending.REFUSED), (Verdict.OVER_QUOTA, Ending.OVER_QUOTA)])
def test_a_push_that_will_never_be_taken_ends(verdict: Verdict, ending: Ending) -> None:
    assert tried(replace(FRESH, reply_token=""), Way.PUSH, verdict).ending is ending


def test_a_push_is_not_repeated_when_its_key_is_forgotten() -> None:
    pushed = tried(replace(FRESH, reply_token=""), Way.PUSH, Verdict.UNCLEAR)
    assert choose(pushed, NOW + KEY_LASTS + timedelta(seconds=1)) is Ending.UNCLEAR


def test_pauses_grow_to_a_limit_and_are_never_alike() -> None:
    send, pauses = replace(FRESH, reply_token=""), []
    for _ in range(MOST_ATTEMPTS):
        send = tried(send, Way.PUSH, Verdict.UNREACHED)
        pauses.append((send.due_at - NOW).total_seconds())
    assert pauses[:3] == [0.75, 1.5, 3.0]
    assert pauses[-1] == LONGEST_PAUSE * 0.75
    least, most = (judge(FRESH, Way.REPLY, Result(Verdict.UNREACHED), NOW, jitter).due_at for jitter in (0.0, 1.0))
    assert (least - NOW, most - NOW) == (timedelta(seconds=0.5), timedelta(seconds=1))


@given(st.lists(st.tuples(ALL, st.integers(0, 3600), st.floats(0, 1)), min_size=40, max_size=40), st.booleans())
def test_every_send_ends_and_is_never_pushed_after_an_unclear_reply(
    history: list[tuple[Verdict, int, float]], token: bool
) -> None:
    send, now, unclear = FRESH if token else replace(FRESH, reply_token=""), NOW, False
    for verdict, seconds, jitter in history:
        now += timedelta(seconds=seconds)
        way = choose(send, now)
        if isinstance(way, Ending):
            assert way in {Ending.GIVEN_UP, Ending.UNCLEAR}
            return
        assert not (unclear and way is Way.PUSH)
        send = judge(send, way, Result(verdict), now, jitter)
        unclear = unclear or (way is Way.REPLY and verdict is Verdict.UNCLEAR)
        if send.ending:
            return
    pytest.fail("still trying")
