"""The threads that work off the inbox: they begin with what was left, go on after failures, and never share a lane."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from time import monotonic

import pytest
import structlog
from sqlalchemy import event as database_event
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from channels.errors import DeliveryMoved
from channels.line.channel import DELIVERERS
from channels.line.desk import Town
from channels.line.held import held
from channels.line.tables import EventRow
from channels.line.worker import THREADS, Worker
from channels.message import Question
from tests.channels.line.line_platform import Json
from tests.channels.line.town import MIHON, LineTown, code

HANAKO, TARO = "U" + "1" * 32, "U" + "2" * 32


@contextmanager
def working(town: LineTown) -> Iterator[Worker]:
    worker = Worker(town.line.work, rest=0.01)
    object.__setattr__(town.line, "worker", worker)
    worker.start()
    try:
        yield worker
    finally:
        worker.stop()


def until(sign: Callable[[], object]) -> None:
    """Wait for what other threads do."""
    end = monotonic() + 30
    while not sign():
        assert monotonic() < end, "it never happened"


def _said(town: LineTown, count: int) -> bool:
    return len(town.platform.said) == count


def done(town: LineTown) -> bool:
    return None not in town.events().values() and None not in town.endings()


def test_it_begins_with_what_the_last_process_left(town: LineTown) -> None:
    town.hear(town.platform.text(HANAKO, "住民票"))
    with working(town):
        until(lambda: town.platform.said)
    assert [each.to for each in town.platform.said] == [HANAKO]


def test_it_notices_what_comes_in(town: LineTown) -> None:
    with working(town):
        for number in range(3):
            town.hear(town.platform.text(HANAKO, f"{number}番"))
            until(partial(_said, town, number + 1))
        until(lambda: done(town))


def test_a_lane_that_fails_keeps_nobody_else_waiting_and_its_event_is_left_in_the_end(town: LineTown) -> None:
    def fail(question: Question) -> None:
        if question.text == "poison":
            raise RuntimeError("boom")

    town.desk.before_answering = fail
    with structlog.testing.capture_logs() as logged, working(town):
        town.hear(town.platform.text(HANAKO, "poison"), town.platform.text(TARO, "ごみの日"))
        town.hear(town.platform.text(HANAKO, "住民票"))
        until(lambda: len(town.platform.said) == 2 and done(town))
    assert {each.to for each in town.platform.said} == {HANAKO, TARO}
    assert sorted(str(each) for each in town.events().values()) == ["failed", "replied", "replied"]
    assert [each["event"] for each in logged if each["event"] in {"line lane failed", "line event left"}].count(
        "line event left"
    ) == 1


@pytest.mark.parametrize(
    "away", [OperationalError("BEGIN", {}, Exception("away for a moment")), NoConnection("away for a moment")]
)
def test_it_goes_on_when_the_database_comes_back(town: LineTown, away: Exception) -> None:
    refused: list[int] = []

    def refuse(*_: object) -> None:
        if len(refused) < 6:
            refused.append(1)
            raise away

    town.hear(town.platform.text(HANAKO, "住民票"))
    database_event.listen(town.sessions.kw["bind"], "begin", refuse)
    with structlog.testing.capture_logs() as logged, working(town):
        until(lambda: len(refused) == 6 and town.platform.said)
    assert len(town.platform.said) == 1
    with town.sessions() as session:
        assert list(session.scalars(select(EventRow.tries))) == [0]
    assert "away for a moment" in {each.get("reason") for each in logged}


def test_it_begins_as_soon_as_the_database_is_there(town: LineTown) -> None:
    tried: list[int] = []

    def away_at_first(site: str) -> Town:
        if len(tried) < 3:
            tried.append(1)
            raise OperationalError("BEGIN", {}, Exception("not there yet"))
        return town.desk.town(site)

    object.__setattr__(town.line.work.desk, "town", away_at_first)
    town.hear(town.platform.text(HANAKO, "住民票"))
    with structlog.testing.capture_logs() as logged, working(town):
        until(lambda: town.platform.said)
    assert [each["reason"] for each in logged if each["event"] == "line inbox cannot be read"] == ["not there yet"] * 3


def test_an_account_without_its_site_is_told_at_the_start(town: LineTown) -> None:
    object.__setattr__(town.line.work, "accounts", {"kita": town.account})
    object.__setattr__(town.line.work.speaker, "clients", {"kita": town.line.work.speaker.clients[MIHON.id]})
    with structlog.testing.capture_logs() as logged, working(town):
        until(lambda: logged)
    assert [(each["event"], each["site"]) for each in logged] == [("line account without its site", "kita")]


def test_it_stops_between_two_steps(town: LineTown) -> None:
    with working(town) as worker:
        town.desk.before_answering = lambda _: worker.stop_soon()
        town.hear(*(town.platform.text(HANAKO, f"{number}番") for number in range(20)))
        until(lambda: town.platform.said)
    assert 0 < len(town.platform.said) < 20


def test_all_threads_can_hold_a_lane_and_still_reach_the_database(town: LineTown) -> None:
    with ExitStack() as lanes:
        for number in range(THREADS + DELIVERERS):
            assert lanes.enter_context(held(town.sessions, MIHON.id, f"lane {number}"))
        town.hear(town.platform.text(HANAKO, "住民票"))
        town.work()
    assert len(town.platform.said) == 1


def test_two_processes_share_the_work_and_never_a_lane(town: LineTown) -> None:
    if town.sessions.kw["bind"].dialect.name == "sqlite":
        pytest.skip("SQLite serves one process")
    at_once: dict[str, int] = {}

    def alone(question: Question) -> None:
        lane = question.text.partition(" ")[0]
        at_once[lane] = at_once.get(lane, 0) + 1
        assert at_once[lane] == 1, "two processes answer one resident"
        at_once[lane] -= 1

    town.desk.before_answering = alone
    events: list[Json] = []
    for number in range(10):
        for user in (HANAKO, TARO):
            town.clock.pass_(milliseconds=1)
            events.append(town.platform.text(user, f"{user[1]} {number}番", town.clock()))
    town.hear(*reversed(events))
    other = Worker(town.channel().work, rest=0.01)
    with working(town):
        other.start()
        until(lambda: done(town))
        other.stop()
    for user in (HANAKO, TARO):
        wanted = [code(f"{user[1]} {number}番") for number in range(10)]
        assert [text for each in town.platform.said if each.to == user for text in wanted if text in each.text] == wanted
    assert len(town.platform.said) == 20


class _Changing:
    """Work that staff change under the worker's hands the first time it looks."""

    def __init__(self) -> None:
        self.looks = 0

    def prepare(self) -> None: ...

    def due(self, _: int) -> list[tuple[str, str]]:
        self.looks += 1
        if self.looks == 1:
            raise DeliveryMoved(1, "stopped", "expire")
        return []

    def work_off(self, _: str, __: str, ___: Callable[[], bool]) -> None: ...

    def failed(self, _: str, __: str) -> None: ...

    def tidy(self) -> None: ...


def test_what_staff_changed_meanwhile_does_not_end_the_work() -> None:
    work = _Changing()
    worker = Worker(work, rest=0.01)
    worker.start()
    until(lambda: work.looks > 1)
    assert worker.is_alive
    worker.stop()
