"""Who is told what when a delivery is sent, whatever LINE, the network and the residents do meanwhile."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from channels.line.client import LineClient
from channels.line.delivery.deliveries import Act, Done, Halt, State, move
from channels.line.delivery.tables import ChunkRow, RecipientRow
from channels.line.segments.quiet import Quiet
from knowledge.database import writing
from tests.channels.line.line_platform import Fault
from tests.channels.line.newsroom import AUTHOR, EVERYONE, NORTH, SOUTH, Newsroom, user
from tests.channels.line.town import TIMEOUT, LineTown


@pytest.fixture
def newsroom(town: LineTown) -> Newsroom:
    made = Newsroom(town)
    made.register(1, 2, 3, 4, 5, area="north")
    made.register(6, area="south")
    return made


def impatient(newsroom: Newsroom) -> None:
    """Silence is noticed soon."""
    newsroom.timeout = TIMEOUT
    newsroom.open()


def first(*faults: Fault | None) -> Callable[[str], Fault | None]:
    """What goes wrong with the first multicasts; nothing does with the others."""
    left = list(faults)
    return lambda path: left.pop(0) if left and path.endswith("multicast") else None


def test_everybody_in_the_segment_is_told_once_and_nobody_else(newsroom: Newsroom) -> None:
    number = newsroom.approved(to=NORTH)
    seen = newsroom.office.reach(number).people
    newsroom.office.start(number, AUTHOR)
    newsroom.work()
    assert newsroom.told() == [1, 2, 3, 4, 5]
    results = newsroom.results(number)
    assert (results.sent, results.unclear, results.under_way) == (seen, 0, 0)
    assert [each.people for each in results.chunks] == [2, 2, 1]
    assert results.delivery.state is State.DONE
    assert newsroom.town.platform.used_up == 5


def test_five_hundred_go_into_one_call(newsroom: Newsroom) -> None:
    newsroom.register(*range(10, 900), area="north")
    newsroom.size = 500
    newsroom.open()
    number = newsroom.started(to=NORTH)
    newsroom.work()
    assert [each.people for each in newsroom.results(number).chunks] == [500, 395]
    assert newsroom.multicasts() == 2


@pytest.mark.parametrize("fault", Fault)
def test_after_any_accident_everybody_is_told_once(newsroom: Newsroom, fault: Fault) -> None:
    impatient(newsroom)
    newsroom.town.platform.faults = first(None, fault, fault)
    number = newsroom.started(to=NORTH)
    newsroom.settle()
    assert newsroom.told() == [1, 2, 3, 4, 5]
    assert newsroom.multicasts() >= 5
    assert newsroom.results(number).sent == 5


def test_a_key_is_stored_before_it_is_used_and_kept_while_nobody_knows(newsroom: Newsroom) -> None:
    keys: list[str] = []

    def look(path: str) -> Fault | None:
        if path.endswith("multicast"):
            with newsroom.town.sessions() as session:
                keys.append(session.scalars(select(ChunkRow.key).where(ChunkRow.ending.is_(None))).one())
        return Fault.RESET_AFTER if len(keys) == 1 else None

    newsroom.town.platform.faults = look
    newsroom.started(to=SOUTH)
    newsroom.settle()
    assert keys[0] == keys[1]
    assert set(newsroom.town.platform.keys) == {keys[0]}
    assert newsroom.told() == [6]


def test_who_leaves_or_withdraws_before_their_turn_is_left_out(newsroom: Newsroom) -> None:
    number = newsroom.approved(to=NORTH)
    newsroom.office.start(number, AUTHOR, newsroom.town.clock() + timedelta(hours=1))
    newsroom.leave(2)
    newsroom.withdraw(4)
    newsroom.settle()
    assert newsroom.told() == [1, 3, 5]


def test_who_leaves_after_a_call_that_was_not_taken_is_left_out_of_the_next(newsroom: Newsroom) -> None:
    newsroom.town.platform.faults = first(Fault.RATE)
    number = newsroom.started(to=NORTH)
    newsroom.work()
    newsroom.leave(1)
    newsroom.withdraw(2)
    newsroom.settle()
    assert newsroom.told() == [3, 4, 5]
    assert [each.people for each in newsroom.results(number).chunks] == [2, 1]


def test_a_chunk_that_loses_all_its_people_is_forgotten(newsroom: Newsroom) -> None:
    newsroom.town.platform.faults = first(Fault.RATE)
    number = newsroom.started(to=SOUTH)
    newsroom.work()
    newsroom.withdraw(6)
    newsroom.settle()
    results = newsroom.results(number)
    assert (results.delivery.state, list(results.chunks), newsroom.told()) == (State.DONE, [], [])


def test_what_may_have_been_sent_goes_out_again_exactly_as_it_was(newsroom: Newsroom) -> None:
    """The double refuses another body under the same key."""
    impatient(newsroom)
    newsroom.town.platform.faults = first(Fault.HANG_AFTER, Fault.ERROR_BEFORE)
    newsroom.started(to=NORTH)
    newsroom.work()
    newsroom.withdraw(1)
    newsroom.settle()
    assert newsroom.told() == [1, 2, 3, 4, 5]


def test_whoever_signs_up_while_it_is_sent_is_told_too_but_nobody_twice(newsroom: Newsroom) -> None:
    newsroom.town.platform.faults = first(None, Fault.RATE)
    newsroom.started(to=NORTH)
    newsroom.work()
    newsroom.register(20, area="north")
    newsroom.withdraw(1)
    newsroom.register(1, area="north")
    newsroom.settle()
    assert newsroom.told() == [1, 2, 3, 4, 5, 20]


def test_the_months_messages_being_used_up_stops_it_and_says_so(newsroom: Newsroom, capsys: pytest.CaptureFixture[str]) -> None:
    number = newsroom.started(to=NORTH)
    newsroom.town.platform.quota = 3
    newsroom.settle()
    results = newsroom.results(number)
    assert (results.delivery.state, results.delivery.halt, results.sent) == (State.STOPPED, Halt.OVER_QUOTA, 2)
    assert (newsroom.told(), newsroom.multicasts()) == ([1, 2], 2)
    logged = capsys.readouterr().out
    assert "line delivery stopped" in logged
    assert "over_quota" in logged
    newsroom.town.platform.used_up = 0
    newsroom.town.platform.quota = 200
    newsroom.office.resume(number, AUTHOR)
    newsroom.settle()
    assert newsroom.told() == [1, 2, 3, 4, 5]


def test_what_line_does_not_take_stops_it_and_can_be_resumed(newsroom: Newsroom) -> None:
    number = newsroom.started("", NORTH)  # an empty text
    newsroom.settle()
    results = newsroom.results(number)
    assert (results.delivery.state, results.delivery.halt) == (State.STOPPED, Halt.REFUSED)
    assert newsroom.office.history(number)[-1].note
    assert newsroom.multicasts() == 1
    newsroom.office.resume(number, AUTHOR)
    assert newsroom.results(number).delivery.halt is None
    newsroom.settle()
    assert (newsroom.state(number), newsroom.multicasts(), newsroom.told("")) == (State.STOPPED, 2, [])


def test_staff_can_stop_it_between_two_chunks_and_go_on(newsroom: Newsroom) -> None:
    number = newsroom.approved(to=NORTH)

    def stop_after_the_first(path: str) -> Fault | None:
        if path.endswith("multicast") and newsroom.multicasts() == 0:
            newsroom.office.stop(number, AUTHOR)
        return None

    newsroom.office.start(number, AUTHOR)
    newsroom.town.platform.faults = stop_after_the_first
    newsroom.settle()
    assert newsroom.told() == [1, 2]
    assert newsroom.results(number).sent == 2
    newsroom.office.resume(number, AUTHOR)
    newsroom.settle()
    assert newsroom.told() == [1, 2, 3, 4, 5]


def test_what_nobody_knows_after_a_day_is_told_and_not_sent_again(newsroom: Newsroom, capsys: pytest.CaptureFixture[str]) -> None:
    newsroom.town.platform.faults = first(None, Fault.RESET_AFTER)
    number = newsroom.started(to=NORTH)
    newsroom.work()
    newsroom.office.stop(number, AUTHOR)
    newsroom.town.clock.pass_(hours=25)
    newsroom.office.resume(number, AUTHOR)
    newsroom.settle()
    results = newsroom.results(number)
    assert (results.sent, results.unclear, results.delivery.state) == (3, 2, State.DONE)
    assert newsroom.told() == [1, 2, 3, 4, 5]
    assert "line chunk unclear" in capsys.readouterr().out


def test_a_body_that_is_no_longer_what_it_was_is_not_sent_under_its_key(newsroom: Newsroom) -> None:
    newsroom.town.platform.faults = first(Fault.RESET_AFTER)
    number = newsroom.started(to=NORTH)
    newsroom.work()
    with writing(newsroom.town.sessions) as session:
        session.delete(session.scalars(select(RecipientRow).where(RecipientRow.person == user(1))).one())
    newsroom.settle()
    assert newsroom.results(number).unclear == 2
    assert newsroom.told() == [1, 2, 3, 4, 5]


def test_what_is_urgent_jumps_the_queue(newsroom: Newsroom) -> None:
    newsroom.started("祭りの案内")
    newsroom.started("ごみの案内")
    number = newsroom.approved("避難指示", EVERYONE, urgent=True)

    def start_after_the_first(path: str) -> Fault | None:
        if path.endswith("multicast") and newsroom.multicasts() == 0:
            newsroom.office.start(number, AUTHOR)
        return None

    newsroom.town.platform.faults = start_after_the_first
    newsroom.work()
    order = [each.messages[0]["text"] for each in newsroom.town.platform.said]
    assert order == ["祭りの案内"] * 2 + ["避難指示"] * 6 + ["祭りの案内"] * 4 + ["ごみの案内"] * 6


def test_an_urgent_message_goes_to_friends_who_have_not_signed_up(newsroom: Newsroom) -> None:
    newsroom.befriend(7, 8)
    newsroom.leave(8)
    newsroom.started("避難指示", EVERYONE, urgent=True)
    newsroom.work()
    assert newsroom.told("避難指示") == [1, 2, 3, 4, 5, 6, 7]


def test_in_quiet_hours_only_what_is_urgent_is_sent(newsroom: Newsroom) -> None:
    newsroom.ask(Quiet.read("21:00-8:00"))
    newsroom.town.clock.pass_(hours=11)  # 21:00
    newsroom.started("祭りの案内")
    newsroom.started("避難指示", urgent=True)
    newsroom.work()
    assert (newsroom.told("祭りの案内"), newsroom.told("避難指示")) == ([], [1, 2, 3, 4, 5, 6])
    newsroom.town.clock.pass_(hours=11)  # 8:00
    newsroom.work()
    assert newsroom.told("祭りの案内") == [1, 2, 3, 4, 5, 6]


def test_quiet_hours_interrupt_what_is_being_sent(newsroom: Newsroom) -> None:
    newsroom.ask(Quiet.read("21:00-8:00"))
    newsroom.town.clock.pass_(hours=10, minutes=59)
    newsroom.town.platform.faults = lambda path: newsroom.town.clock.pass_(seconds=40) if "multicast" in path else None
    newsroom.started(to=NORTH)
    newsroom.work()
    assert newsroom.told() == [1, 2, 3, 4]
    newsroom.town.clock.pass_(hours=11)
    newsroom.work()
    assert newsroom.told() == [1, 2, 3, 4, 5]


def test_yesterdays_news_is_not_sent(newsroom: Newsroom) -> None:
    number = newsroom.started(to=NORTH)
    newsroom.town.clock.pass_(hours=24, minutes=1)
    newsroom.work()
    assert (newsroom.told(), newsroom.state(number)) == ([], State.STOPPED)
    assert newsroom.results(number).delivery.halt is Halt.LATE
    newsroom.office.resume(number, AUTHOR)
    newsroom.work()
    assert newsroom.told() == [1, 2, 3, 4, 5]


def test_an_access_token_that_was_exchanged_is_waited_for(newsroom: Newsroom, capsys: pytest.CaptureFixture[str]) -> None:
    newsroom.town.platform.bad_token = False
    number = newsroom.started(to=NORTH)
    newsroom.town.platform.bad_token = True
    newsroom.work()
    assert "line refuses our access token" in capsys.readouterr().out
    assert newsroom.state(number) is State.SCHEDULED
    newsroom.town.platform.bad_token = False
    newsroom.settle()
    assert newsroom.told() == [1, 2, 3, 4, 5]


def test_something_nobody_foresaw_stops_what_was_being_sent_and_nothing_else(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = newsroom.started(to=NORTH)
    delivering = newsroom.delivering
    with monkeypatch.context() as patch:
        patch.setattr(LineClient, "multicast", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            delivering.work_off("mihon", "deliveries")
    urgent = newsroom.started(to=NORTH, urgent=True)
    delivering.failed("mihon", "deliveries")
    assert newsroom.results(number).delivery.halt is Halt.FAILED
    assert newsroom.results(urgent).delivery.halt is None


def recipients(newsroom: Newsroom) -> int:
    with newsroom.town.sessions() as session:
        return session.scalar(select(func.count()).select_from(RecipientRow)) or 0


def test_whom_it_went_to_is_forgotten_after_a_month_and_how_many_is_not(newsroom: Newsroom) -> None:
    number = newsroom.started(to=NORTH)
    newsroom.work()
    newsroom.town.clock.pass_(days=29)
    newsroom.delivering.tidy()
    assert recipients(newsroom) == 5
    newsroom.town.clock.pass_(days=2)
    newsroom.delivering.tidy()
    assert recipients(newsroom) == 0
    assert newsroom.results(number).sent == 5


def test_what_stands_still_for_a_month_is_given_up(newsroom: Newsroom) -> None:
    newsroom.town.platform.faults = first(None, Fault.RATE)
    number = newsroom.started(to=NORTH)
    newsroom.work()
    newsroom.office.stop(number, AUTHOR)
    newsroom.town.clock.pass_(days=31)
    newsroom.delivering.tidy()
    assert newsroom.state(number) is State.DISCARDED
    assert newsroom.office.history(number)[-1].act is Act.EXPIRE
    assert recipients(newsroom) == 4
    newsroom.town.clock.pass_(days=31)
    newsroom.delivering.tidy()
    assert recipients(newsroom) == 0


def test_an_approval_lasts_a_month_and_a_time_to_begin_as_long_as_it_takes(newsroom: Newsroom) -> None:
    draft, old, fresh, planned = newsroom.write(), newsroom.approved(), newsroom.approved(), newsroom.approved()
    newsroom.office.start(planned, AUTHOR, newsroom.town.clock() + timedelta(days=40))
    newsroom.town.clock.pass_(days=29)
    with writing(newsroom.town.sessions) as session:
        move(session, "mihon", fresh, Done(Act.TRY_OUT, AUTHOR, newsroom.town.clock()))
    newsroom.town.clock.pass_(days=2)
    newsroom.delivering.tidy()
    states = [newsroom.state(number) for number in (draft, old, fresh, planned)]
    assert states == [State.DRAFT, State.DISCARDED, State.APPROVED, State.SCHEDULED]


def test_no_line_of_the_log_names_anybody(newsroom: Newsroom, capsys: pytest.CaptureFixture[str]) -> None:
    newsroom.town.platform.faults = first(Fault.RATE, Fault.RESET_AFTER)
    newsroom.started("ひみつの催し", NORTH)
    newsroom.settle()
    logged = capsys.readouterr().out
    assert "line chunk sent" in logged
    assert [word for word in (*map(user, range(1, 7)), "ひみつ") if word in logged] == []
