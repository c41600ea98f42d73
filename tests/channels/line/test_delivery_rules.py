"""What becomes of a chunk after each kind of answer, whether or not an earlier attempt may have been taken."""

from dataclasses import replace
from datetime import timedelta

import pytest

from channels.line.delivery.chunks import Chunk, Ending
from channels.line.delivery.deliveries import Halt
from channels.line.delivery.rules import LONGEST_PAUSE, digest, judge, may_repeat
from channels.line.reply import Result, Verdict
from tests.conftest import NOW

TO, SAID = ["U1", "U2"], [{"type": "text", "text": "お知らせ"}]
BEGUN = Chunk(1, "key", digest(TO, SAID), 2, NOW, NOW)
LATER = [Verdict.LIMITED, Verdict.UNREACHED, Verdict.NOT_ALLOWED]


@pytest.mark.parametrize("was_open", [False, True])
def test_what_was_taken_is_over(was_open: bool) -> None:
    after, halt = judge(was_open, BEGUN, Result(Verdict.ACCEPTED, 200, request="r"), NOW, 0.5)
    assert (after.ending, after.is_open, after.status, after.request, halt) == (Ending.SENT, False, 200, "r", None)


@pytest.mark.parametrize("was_open", [False, True])
def test_what_is_unclear_stays_open(was_open: bool) -> None:
    after, halt = judge(was_open, BEGUN, Result(Verdict.UNCLEAR), NOW, 0.5)
    assert (after.ending, after.is_open, halt) == (None, True, None)
    assert after.due_at > NOW


@pytest.mark.parametrize("verdict", LATER)
@pytest.mark.parametrize("was_open", [False, True])
def test_what_was_certainly_not_sent_now_is_as_open_as_it_was(verdict: Verdict, was_open: bool) -> None:
    after, halt = judge(was_open, BEGUN, Result(verdict, 429), NOW, 0.5)
    assert (after.ending, after.is_open, halt) == (None, was_open, None)
    assert after.due_at > NOW


@pytest.mark.parametrize("was_open", [False, True])
def test_a_month_that_is_used_up_stops_the_delivery(was_open: bool) -> None:
    after, halt = judge(was_open, BEGUN, Result(Verdict.OVER_QUOTA, 429), NOW, 0.5)
    assert (after.ending, after.is_open, halt) == (None, was_open, Halt.OVER_QUOTA)


def test_a_refusal_stops_the_delivery_and_what_may_have_been_sent_before_is_not_sent_again() -> None:
    assert judge(False, BEGUN, Result(Verdict.REFUSED, 400), NOW, 0.5) == (
        replace(BEGUN, is_open=False, status=400),
        Halt.REFUSED,
    )
    after, halt = judge(True, BEGUN, Result(Verdict.REFUSED, 400), NOW, 0.5)
    assert (after.ending, halt) == (Ending.UNCLEAR, Halt.REFUSED)


def test_every_verdict_is_judged() -> None:
    judged = {Verdict.ACCEPTED, Verdict.UNCLEAR, *LATER, Verdict.OVER_QUOTA, Verdict.REFUSED}
    assert judged == set(Verdict)


@pytest.mark.parametrize(("attempts", "least", "most"), [(1, 0.5, 1), (2, 1, 2), (5, 8, 16), (10, 150, 300), (5000, 150, 300)])
def test_the_pauses_grow_and_differ(attempts: int, least: float, most: float) -> None:
    for jitter, expected in ((0.0, least), (1.0, most)):
        after, _ = judge(False, replace(BEGUN, attempts=attempts), Result(Verdict.UNCLEAR), NOW, jitter)
        assert (after.due_at - NOW).total_seconds() == expected
    assert most <= LONGEST_PAUSE


def test_a_chunk_is_repeated_only_while_line_remembers_it_and_only_as_it_was() -> None:
    assert may_repeat(BEGUN, TO, SAID, NOW + timedelta(hours=23))
    assert not may_repeat(BEGUN, TO, SAID, NOW + timedelta(hours=23, seconds=1))
    assert not may_repeat(BEGUN, ["U1"], SAID, NOW)
    assert not may_repeat(BEGUN, TO, [{"type": "text", "text": "別の文"}], NOW)
