"""What residents get when LINE, the network or the process is in trouble: everything once, and nothing twice."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from channels.line.reply import MOST_ATTEMPTS
from tests.channels.line.line_platform import Fault, Json
from tests.channels.line.town import MIHON, LineTown, code

HANAKO = "U" + "1" * 32


def first(*faults: Fault | None) -> Callable[[str], Fault | None]:
    """What goes wrong with the first calls that say something; nothing does with the others."""
    left = list(faults)
    return lambda path: left.pop(0) if left and path.endswith(("reply", "push")) else None


def ways(town: LineTown) -> list[str]:
    return [path.rpartition("/")[2] for path, _ in town.platform.calls if path.endswith(("reply", "push"))]


def asked(town: LineTown, text: str = "住民票") -> Json:
    event = town.platform.text(HANAKO, text, town.clock())
    town.hear(event)
    return event


@pytest.mark.parametrize("fault", Fault)
def test_after_any_accident_the_answer_arrives_once_by_reply(town: LineTown, fault: Fault) -> None:
    town.platform.faults = first(fault)
    asked(town)
    town.settle()
    assert len(town.platform.said) == 1
    assert ways(town) == ["reply", "reply"]
    assert town.endings() == ["sent"]


@pytest.mark.parametrize("fault", Fault)
def test_after_any_accident_with_a_push_it_arrives_once(town: LineTown, fault: Fault) -> None:
    event = asked(town)
    town.clock.pass_(minutes=5)
    town.platform.faults = first(fault)
    town.settle()
    assert [bool(each.key) for each in town.platform.said] == [True]
    assert ways(town) == ["push", "push"]
    assert town.endings() == ["sent"]
    assert town.events()[event["webhookEventId"]] == "replied"


def test_a_token_that_line_no_longer_takes_is_followed_by_a_push(town: LineTown) -> None:
    event = asked(town)
    town.platform.tokens[event["replyToken"]].used = True
    town.settle()
    assert ways(town) == ["reply", "push"]
    assert len(town.platform.said) == 1


def test_a_redelivered_event_brings_its_token_back_to_life(town: LineTown) -> None:
    event = asked(town)
    town.clock.pass_(minutes=10)
    town.hear(event, again=True)
    town.work()
    assert ways(town) == ["reply"]
    assert len(town.platform.said) == 1


def test_a_duplicate_does_not_bring_the_token_back_to_life(town: LineTown) -> None:
    event = asked(town)
    town.clock.pass_(minutes=10)
    town.hear(event)
    town.work()
    assert ways(town) == ["push"]


def test_a_reply_that_stays_unclear_is_never_pushed(town: LineTown) -> None:
    town.platform.faults = lambda path: Fault.HANG_AFTER if path.endswith("reply") else None
    asked(town)
    town.settle()
    assert set(ways(town)) == {"reply"}
    assert len(ways(town)) == MOST_ATTEMPTS
    assert len(town.platform.said) == 1
    assert town.endings() == ["unclear"]


def test_when_line_is_away_for_good_that_is_what_is_recorded(town: LineTown) -> None:
    town.platform.faults = lambda _: Fault.RATE
    asked(town)
    town.settle()
    assert town.endings() == ["given_up"]
    assert town.platform.said == []


def test_the_next_questions_wait_until_the_one_before_is_answered(town: LineTown) -> None:
    town.platform.faults = first(Fault.ERROR_BEFORE, Fault.RATE, Fault.RESET_BEFORE)
    for number in range(3):
        asked(town, f"{number}番")
        town.clock.pass_(milliseconds=1)
    town.settle()
    assert [each.text.count(code(f"{number}番")) for number, each in enumerate(town.platform.said)] == [1, 1, 1]


def test_what_is_taken_back_and_what_is_being_said_come_before_what_waited_longer(town: LineTown) -> None:
    lanes = {name: f"U{number}" * 16 for number, name in enumerate(("waits longest", "is being answered", "takes back", "waits"))}
    events = {name: town.platform.text(user, name) for name, user in lanes.items()}
    town.hear(events["waits longest"])
    town.platform.faults = first(Fault.ERROR_BEFORE)
    town.hear(events["is being answered"])
    town.line.work.work_off(MIHON.id, lanes["is being answered"])
    town.clock.pass_(seconds=10)
    town.hear(events["waits"])
    town.clock.pass_(seconds=10)
    town.hear(town.platform.unsend(events["takes back"]))
    due = [lane for _, lane in town.line.work.due(9)]
    assert due == [lanes[name] for name in ("takes back", "is being answered", "waits longest", "waits")]


def test_what_is_taken_back_is_erased_even_while_answers_wait_for_line(town: LineTown) -> None:
    town.platform.faults = lambda _: Fault.RATE
    event = asked(town, "ひみつの病気")
    town.work()
    assert "ひみつの病気" in town.kept()
    town.hear(town.platform.unsend(event))
    town.work()
    assert "ひみつの病気" not in town.kept()


def test_an_answer_to_what_was_taken_back_is_not_given_if_nothing_was_tried(town: LineTown) -> None:
    town.platform.faults = first(Fault.RATE, Fault.RATE)
    asked(town, "一番")
    town.work()
    town.clock.pass_(milliseconds=1)
    event = asked(town, "ひみつの病気")
    town.hear(town.platform.unsend(event))
    town.settle()
    assert [code("一番") in each.text for each in town.platform.said] == [True]


def test_the_months_messages_being_used_up_is_recorded_and_told(town: LineTown, capsys: pytest.CaptureFixture[str]) -> None:
    town.platform.quota = 0
    asked(town)
    town.clock.pass_(minutes=5)
    town.settle()
    assert town.endings() == ["over_quota"]
    assert "line quota used up" in capsys.readouterr().out
    asked(town, "ごみの日")
    town.settle()
    assert code("ごみの日") in town.platform.said[0].text


def test_who_has_blocked_the_account_is_not_pushed_to(town: LineTown) -> None:
    town.platform.faults = first(Fault.RATE)
    asked(town)
    town.work()
    town.clock.pass_(minutes=5)
    town.hear(town.platform.event("unfollow", HANAKO))
    town.settle()
    assert ways(town) == ["reply"]
    assert town.endings() == ["blocked"]


def test_in_a_group_whose_token_is_gone_nothing_is_said_but_it_is_left_all_the_same(town: LineTown) -> None:
    town.hear(town.platform.event("join", "", source={"type": "group", "groupId": "C1"}))
    town.clock.pass_(minutes=5)
    town.settle()
    assert town.endings() == ["nobody"]
    assert town.platform.left == ["C1"]


def test_an_access_token_that_was_exchanged_is_told_and_waited_for(town: LineTown, capsys: pytest.CaptureFixture[str]) -> None:
    town.platform.bad_token = True
    asked(town)
    town.work()
    assert "line refuses our access token" in capsys.readouterr().out
    town.platform.bad_token = False
    town.clock.pass_(seconds=2)
    town.work()
    assert len(town.platform.said) == 1


def test_old_questions_are_answered_by_push_after_a_long_break(town: LineTown) -> None:
    events = [asked(town, f"{number}番") for number in range(3)]
    town.clock.pass_(hours=3)
    town.line = town.channel()
    town.settle()
    assert [each.key != "" for each in town.platform.said] == [True] * len(events)
    assert town.platform.used_up == 3
    assert all(each.planned_at - town.clock() < timedelta(seconds=1) for each in town.sends())
