"""What staff see and may do about a delivery, and what is recorded of it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from channels.errors import (
    DeliveryMoved,
    LineUnavailable,
    NameMissing,
    NobodyReached,
    NotTriedOut,
    OwnDelivery,
    PastTime,
    QuotaTooSmall,
    UnknownDelivery,
    UnknownTester,
)
from channels.line.delivery.audience import Audience, Reach, described
from channels.line.delivery.composition import Composition
from channels.line.delivery.deliveries import Act, Halt, State
from channels.line.delivery.tables import ActRow
from channels.line.segments import questionnaire
from channels.line.segments.quiet import Quiet
from knowledge.calendar import TOKYO
from knowledge.database import writing
from knowledge.sentences import say
from tests.channels.line.line_platform import Fault
from tests.channels.line.newsroom import APPROVER, AUTHOR, EVERYONE, NORTH, Newsroom, user
from tests.channels.line.town import MIHON, LineTown

NEXT_MONTH = datetime(2026, 12, 1, tzinfo=TOKYO)


@pytest.fixture
def newsroom(town: LineTown) -> Newsroom:
    made = Newsroom(town)
    made.register(1, 2, area="north")
    made.register(3, area="south", interests="waste")
    made.register(4, language="en")
    made.befriend(5, 6)
    return made


@pytest.mark.parametrize(
    ("audience", "people"),
    [
        (Audience(), 4),
        (Audience(everyone=True), 6),
        (Audience({"area": ("north",)}), 2),
        (Audience({"area": ("north", "south")}), 3),
        (Audience({"area": ("north", "south"), "interests": ("waste", "events")}), 1),
        (Audience({"area": ("north",), "interests": ("waste",)}), 0),
        (Audience({"language": ("en",)}), 1),
        (Audience({"language": ("ja", "en"), "area": ("north",)}), 2),
    ],
)
def test_the_reach_counts_those_who_gave_a_wanted_answer_to_every_question(
    newsroom: Newsroom, audience: Audience, people: int
) -> None:
    number = newsroom.office.compose(Composition("ごみ", (), audience), AUTHOR)
    assert newsroom.office.reach(number) == Reach(people, registered=4, friends=6)


def test_who_left_or_withdrew_is_not_counted(newsroom: Newsroom) -> None:
    number = newsroom.write(to=NORTH)
    newsroom.leave(1)
    newsroom.withdraw(2)
    assert newsroom.office.reach(number) == Reach(0, registered=2, friends=5)


def test_the_audience_can_be_read(newsroom: Newsroom) -> None:
    with newsroom.town.sessions() as session:
        asked = questionnaire.find(session, MIHON.id)
    wanted = Audience({"area": ("north", "south"), "gone": ("x",)})
    assert described(wanted, asked) == "areaがnorth・south、かつ goneがx"
    assert described(Audience(), asked) == "登録した方全員"
    assert described(Audience(everyone=True), None) == "友だち全員（登録していない方も）"


def test_reach_and_quota_are_seen_first(newsroom: Newsroom) -> None:
    number = newsroom.write(to=NORTH)
    newsroom.town.platform.quota, newsroom.town.platform.used_up = 10, 8
    outlook = newsroom.office.outlook(number)
    assert (outlook.reach.people, outlook.quota.limit, outlook.quota.used, outlook.enough) == (2, 10, 8, True)
    newsroom.town.platform.used_up = 9
    assert not newsroom.office.outlook(number).enough


def test_everything_that_was_done_is_recorded_and_stays(newsroom: Newsroom) -> None:
    number = newsroom.approved(to=NORTH)
    newsroom.office.start(number, AUTHOR)
    newsroom.office.stop(number, APPROVER)
    newsroom.office.resume(number, AUTHOR)
    newsroom.work()
    done = newsroom.office.history(number)
    assert [(each.act, each.actor, each.note) for each in done] == [
        (Act.COMPOSE, AUTHOR, ""),
        (Act.APPROVE, APPROVER, "2"),
        (Act.START, AUTHOR, ""),
        (Act.STOP, APPROVER, ""),
        (Act.RESUME, AUTHOR, ""),
        (Act.FINISH, "", ""),
    ]
    with pytest.raises((DBAPIError, TypeError)), writing(newsroom.town.sessions) as session:
        session.get_one(ActRow, (MIHON.id, number, 1)).actor = APPROVER


def test_deliveries_are_numbered_and_listed(newsroom: Newsroom) -> None:
    numbers = [newsroom.write(f"{each}番") for each in range(3)]
    assert numbers == [1, 2, 3]
    assert [each.title for each in newsroom.office.listed()] == ["2番", "1番", "0番"]
    with pytest.raises(UnknownDelivery, match="配信 4 はありません"):
        newsroom.office.reach(4)


@pytest.mark.parametrize("name", [AUTHOR, f" {AUTHOR}　", "環境課　の担当", "環境課の担当。"])
def test_nobody_approves_what_they_wrote(newsroom: Newsroom, name: str) -> None:
    number = newsroom.write()
    with pytest.raises(OwnDelivery, match="自分では承認できません"):
        newsroom.office.approve(number, name)
    assert newsroom.state(number) is State.DRAFT


@pytest.mark.parametrize("name", ["", " 　", "-"])
def test_nobody_does_anything_without_a_name(newsroom: Newsroom, name: str) -> None:
    number = newsroom.write()
    with pytest.raises(NameMissing):
        newsroom.office.approve(number, name)


def test_nothing_is_sent_without_approval(newsroom: Newsroom) -> None:
    number = newsroom.write(to=EVERYONE, urgent=True)
    with pytest.raises(DeliveryMoved, match="「下書き」なので、「開始」はできません"):
        newsroom.office.start(number, AUTHOR)
    newsroom.settle()
    assert newsroom.told() == []


@pytest.mark.parametrize("act", ["approve", "start", "resume", "stop", "discard"])
def test_what_is_over_stays_over(newsroom: Newsroom, act: str) -> None:
    number = newsroom.started()
    newsroom.work()
    assert newsroom.state(number) is State.DONE
    with pytest.raises(DeliveryMoved, match="「終了」なので"):
        getattr(newsroom.office, act)(number, APPROVER)


@pytest.mark.parametrize("begun", [False, True])
def test_what_was_discarded_is_not_sent(newsroom: Newsroom, begun: bool) -> None:
    number = newsroom.approved()
    if begun:
        newsroom.office.start(number, AUTHOR)
        newsroom.office.stop(number, AUTHOR)
    newsroom.office.discard(number, APPROVER)
    newsroom.settle()
    assert newsroom.told() == []


def test_a_delivery_to_nobody_is_not_started(newsroom: Newsroom) -> None:
    number = newsroom.approved(to=Audience({"area": ("north",), "interests": ("events",)}))
    with pytest.raises(NobodyReached):
        newsroom.office.start(number, AUTHOR)


def test_a_delivery_that_the_quota_does_not_hold_is_not_started_unless_it_is_urgent(newsroom: Newsroom) -> None:
    newsroom.town.platform.quota = 3
    number, urgent = newsroom.approved(), newsroom.approved(urgent=True)
    with pytest.raises(QuotaTooSmall, match="残りは3通で、届け先は4人"):
        newsroom.office.start(number, AUTHOR)
    newsroom.office.start(urgent, AUTHOR)
    assert (newsroom.state(number), newsroom.state(urgent)) == (State.APPROVED, State.SCHEDULED)


def test_when_the_quota_cannot_be_asked_only_what_is_urgent_is_started(newsroom: Newsroom) -> None:
    number, urgent = newsroom.approved(), newsroom.approved(urgent=True)
    newsroom.town.platform.faults = lambda _: Fault.ERROR_BEFORE
    with pytest.raises(LineUnavailable):
        newsroom.office.start(number, AUTHOR)
    newsroom.office.start(urgent, AUTHOR)


def test_a_start_tells_when_it_begins(newsroom: Newsroom) -> None:
    newsroom.ask(Quiet.read("21:00-8:00"))
    now = newsroom.town.clock()  # 10:00
    assert newsroom.office.start(newsroom.approved(), AUTHOR) == now
    assert newsroom.office.start(newsroom.approved(), AUTHOR, now + timedelta(hours=3)) == now + timedelta(hours=3)
    tonight = now + timedelta(hours=12)
    assert newsroom.office.start(newsroom.approved(), AUTHOR, tonight) == now + timedelta(hours=22)
    assert newsroom.office.start(newsroom.approved(urgent=True), AUTHOR, tonight) == tonight


def test_a_start_in_the_past_is_a_slip_and_not_now(newsroom: Newsroom) -> None:
    number = newsroom.approved(urgent=True)
    with pytest.raises(PastTime):
        newsroom.office.start(number, AUTHOR, newsroom.town.clock() - timedelta(minutes=1))
    assert newsroom.state(number) is State.APPROVED


def test_messages_that_others_still_need_are_not_promised_again(newsroom: Newsroom) -> None:
    newsroom.town.platform.quota = 7
    first, second = newsroom.approved(), newsroom.approved(to=NORTH)
    newsroom.office.start(first, AUTHOR, newsroom.town.clock() + timedelta(hours=1))
    assert (newsroom.office.outlook(first).left, newsroom.office.outlook(second).left) == (7, 3)
    with pytest.raises(QuotaTooSmall, match="残りは3通で、届け先は4人"):
        newsroom.office.start(newsroom.approved(), AUTHOR)
    newsroom.office.start(second, AUTHOR)
    newsroom.settle()
    assert (newsroom.town.platform.used_up, newsroom.office.outlook(first).left) == (6, 1)


def test_a_delivery_of_next_month_has_next_months_messages(newsroom: Newsroom) -> None:
    newsroom.town.platform.quota = newsroom.town.platform.used_up = 5
    newsroom.office.start(newsroom.approved(to=NORTH), AUTHOR, NEXT_MONTH)
    with pytest.raises(QuotaTooSmall, match="残りは0通"):
        newsroom.office.start(newsroom.approved(to=NORTH), AUTHOR, NEXT_MONTH - timedelta(seconds=1))
    with pytest.raises(QuotaTooSmall, match="残りは3通"):
        newsroom.office.start(newsroom.approved(), AUTHOR, NEXT_MONTH + timedelta(days=30))


def test_who_is_still_to_be_told_is_counted_until_the_end(newsroom: Newsroom) -> None:
    newsroom.town.platform.quota = 2
    number = newsroom.approved(urgent=True)
    assert told_of(newsroom, number) == (0, 0, 0, 4)
    newsroom.office.start(number, AUTHOR)
    newsroom.work()
    assert told_of(newsroom, number) == (2, 0, 0, 2)
    newsroom.office.discard(number, AUTHOR)
    assert told_of(newsroom, number) == (2, 0, 0, 0)


def test_what_was_perhaps_sent_when_it_was_given_up_stays_unclear(newsroom: Newsroom) -> None:
    newsroom.town.platform.faults = lambda path: Fault.ERROR_AFTER if path.endswith("multicast") else None
    number = newsroom.started()
    newsroom.work()
    assert told_of(newsroom, number) == (0, 0, 2, 2)
    newsroom.office.stop(number, AUTHOR)
    newsroom.office.discard(number, AUTHOR)
    assert told_of(newsroom, number) == (0, 2, 0, 0)


def told_of(newsroom: Newsroom, number: int) -> tuple[int, int, int, int]:
    results = newsroom.results(number)
    return results.sent, results.unclear, results.under_way, results.to_come


def joined(newsroom: Newsroom, name: str = "広報課の電話", number: int = 5) -> None:
    code = newsroom.office.invite_tester(name)
    newsroom.town.clock.pass_(seconds=1)
    newsroom.town.hear(newsroom.town.platform.text(user(number), f" {code.lower()}\n"))
    newsroom.town.work()


def test_a_tester_is_whoever_sends_the_code(newsroom: Newsroom) -> None:
    joined(newsroom)
    assert "「広報課の電話」に登録しました" in newsroom.town.platform.said[-1].text
    number = newsroom.write("避難訓練のお知らせ")
    newsroom.office.try_out(number, "広報課の電話", AUTHOR)
    assert newsroom.told("避難訓練") == [5]
    assert [each.messages[0]["sender"] for each in newsroom.town.platform.said[-1:]] == [{"name": "試し送り"}]
    done = newsroom.office.history(number)[-1]
    assert (done.act, done.note) == (Act.TRY_OUT, "広報課の電話")
    assert newsroom.state(number) is State.DRAFT


def test_a_code_can_be_used_once_and_for_half_an_hour(newsroom: Newsroom) -> None:
    code = newsroom.office.invite_tester("広報課の電話")
    newsroom.town.clock.pass_(minutes=31)
    newsroom.town.hear(newsroom.town.platform.text(user(5), code))
    newsroom.town.work()
    with pytest.raises(UnknownTester, match="コードを送っていない"):
        newsroom.office.try_out(newsroom.write(), "広報課の電話", AUTHOR)
    joined(newsroom)
    assert [each.text for each in newsroom.town.desk.asked] == [code]
    again = newsroom.office.invite_tester("別の電話")
    for number in (5, 6):
        newsroom.town.clock.pass_(seconds=1)
        newsroom.town.hear(newsroom.town.platform.text(user(number), again))
        newsroom.town.work()
    assert [each.text for each in newsroom.town.desk.asked] == [code, again]


def test_a_tester_who_was_dismissed_or_has_left_gets_nothing(newsroom: Newsroom) -> None:
    joined(newsroom)
    assert newsroom.office.testers() == ["広報課の電話"]
    number = newsroom.write()
    newsroom.leave(5)
    with pytest.raises(UnknownTester, match="ブロック"):
        newsroom.office.try_out(number, "広報課の電話", AUTHOR)
    joined(newsroom, "総務課の電話", 6)
    newsroom.office.dismiss_tester(" 総務課の電話")
    assert newsroom.office.testers() == []
    with pytest.raises(UnknownTester):
        newsroom.office.try_out(number, "総務課の電話", AUTHOR)
    with pytest.raises(UnknownTester):
        newsroom.office.dismiss_tester("総務課の電話")
    assert newsroom.told() == []


def test_a_code_is_void_when_its_tester_was_dismissed(newsroom: Newsroom) -> None:
    code = newsroom.office.invite_tester("広報課の電話")
    newsroom.office.dismiss_tester("広報課の電話")
    newsroom.town.hear(newsroom.town.platform.text(user(5), code))
    newsroom.town.work()
    assert newsroom.office.testers() == []


def test_a_code_is_stored_as_it_was_written(newsroom: Newsroom) -> None:
    """Nothing in it is taken for personal data."""
    for number in range(40):
        code = newsroom.office.invite_tester(f"{number}番")
        assert newsroom.town.line.work.desk.mask(code).text == code


def test_a_trial_that_fails_is_told(newsroom: Newsroom) -> None:
    joined(newsroom)
    newsroom.town.platform.faults = lambda _: Fault.RESET_BEFORE
    with pytest.raises(NotTriedOut, match="unclear"):
        newsroom.office.try_out(newsroom.write(), "広報課の電話", AUTHOR)


@pytest.mark.parametrize("table", ["delivery_states", "delivery_acts", "delivery_halts"])
def test_everything_has_its_word(table: str) -> None:
    members = {"delivery_states": State, "delivery_acts": Act, "delivery_halts": Halt}[table]
    assert all(say("channels", f"{table}.{each.value}") for each in members)
