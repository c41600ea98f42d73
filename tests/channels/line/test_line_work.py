"""What residents get for each thing they do, through the whole channel and over real HTTP."""

import json
from collections.abc import Callable
from datetime import timedelta
from threading import Event as Signal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from channels.line import inbox
from channels.line.postback import Choose, Languages, More, Postback, Rate, Speak, Tab, encode
from channels.line.tables import UnsentRow
from channels.line.work import MOST_TRIES
from channels.message import Question
from knowledge.database import writing
from knowledge.sentences import say
from tests.channels.line.line_platform import Json
from tests.channels.line.town import LONG, MIHON, LineTown, code

HANAKO, TARO = "U" + "1" * 32, "U" + "2" * 32
GROUP = "C" + "3" * 32


def shown(town: LineTown, user: str = HANAKO) -> list[str]:
    """What stands on a telephone, of a Flex message what its notification says."""
    messages: list[Json] = [message for each in town.platform.said if each.to == user for message in each.messages]
    return [str(message.get("text") or message["altText"]) for message in messages]


def ask(town: LineTown, *texts: str, user: str = HANAKO) -> list[Json]:
    """The events of a resident who writes some texts, delivered and worked off."""
    events = []
    for text in texts:
        town.clock.pass_(seconds=1)
        events.append(town.platform.text(user, text))
        town.hear(events[-1])
        town.work()
    return events


def press(town: LineTown, button: Postback | str, user: str = HANAKO) -> str:
    """What is shown after a button was pressed."""
    data = button if isinstance(button, str) else encode(button)
    town.clock.pass_(seconds=1)
    town.hear(town.platform.event("postback", user, postback={"data": data}))
    before = len(shown(town, user))
    town.work()
    return "\n".join(shown(town, user)[before:])


def do(town: LineTown, kind: str, user: str = HANAKO, **more: Any) -> Json:
    """Something that is no message happens."""
    town.clock.pass_(seconds=1)
    event = town.platform.event(kind, user, **more)
    town.hear(event)
    town.work()
    return event


def test_a_question_is_answered_by_reply(town: LineTown) -> None:
    ask(town, "住民票がほしい")
    assert shown(town) == [code("住民票がほしい")]
    (asked,) = town.desk.asked
    assert (asked.site, asked.text, asked.channel, asked.language) == (MIHON.id, "住民票がほしい", "line", "ja")
    assert town.platform.used_up == 0
    assert set(town.events().values()) == {"replied"}
    assert town.endings() == ["sent"]


def test_the_bot_is_named_above_what_it_says(town: LineTown) -> None:
    ask(town, "住民票がほしい")
    assert [message["sender"]["name"] for message in town.platform.said[0].messages] == ["自動応答"]


def test_nothing_a_resident_wrote_is_kept_once_it_is_answered(town: LineTown) -> None:
    town.hear(town.platform.text(HANAKO, "住民票がほしい。番号は123456789018", markAsReadToken="read-me"))
    assert "住民票がほしい" in town.kept()
    assert "123456789018" not in town.kept()
    town.work()
    town.desk.questions.clear()
    town.desk.memory.clear()
    assert not [word for word in ("住民票がほしい", "マイナンバー", "read-me") if word in town.kept()]


def test_a_question_belongs_to_the_conversation_of_the_last_hour(town: LineTown) -> None:
    ask(town, "住民票がほしい", "料金は")
    town.clock.pass_(minutes=61)
    ask(town, "ごみの日")
    first, second, later = [each.conversation for each in town.desk.asked]
    assert (first, second, later) == (None, "conversation-0", None)


def test_residents_are_answered_each_for_themselves(town: LineTown) -> None:
    town.hear(*(town.platform.text(user, f"{user[1:4]}の質問") for user in (HANAKO, TARO) for _ in range(3)))
    town.work()
    assert shown(town, HANAKO) == [code("111の質問")] * 3
    assert shown(town, TARO) == [code("222の質問")] * 3
    assert town.person(HANAKO).conversation != town.person(TARO).conversation


def test_what_came_in_any_order_is_answered_in_the_order_it_was_written(town: LineTown) -> None:
    events = [town.platform.text(HANAKO, f"{number}番", town.clock() + timedelta(milliseconds=number)) for number in range(8)]
    town.hear(*events[5:], *events[:2])
    town.hear(*reversed(events[2:5]))
    town.work()
    assert [each.text for each in town.desk.asked] == [f"{number}番" for number in range(8)]
    assert shown(town) == [code(f"{number}番") for number in range(8)]


def test_what_is_delivered_again_is_answered_once(town: LineTown) -> None:
    event = town.platform.text(HANAKO, "住民票がほしい")
    town.hear(event, event)
    town.hear(event)
    town.work()
    town.hear(event, again=True)
    town.work()
    assert len(town.platform.said) == len(town.desk.asked) == 1


POLITE = {"sticker": "sticker", "image": "media", "video": "media", "audio": "media", "file": "media", "location": "location"}


@pytest.mark.parametrize("language", MIHON.languages)
def test_what_cannot_be_read_is_answered_politely(town: LineTown, language: str) -> None:
    press(town, Speak(language))
    for kind, sentence in POLITE.items():
        town.hear(town.platform.message(HANAKO, kind))
        town.work()
        assert shown(town)[-1] == say("channels", f"line.{sentence}", language)
    assert town.desk.asked == []


def test_of_many_photos_sent_at_once_one_is_answered(town: LineTown) -> None:
    photos = [
        town.platform.message(HANAKO, "image", imageSet={"id": "set", "index": number, "total": 4}) for number in (1, 2, 3, 4)
    ]
    town.hear(*photos)
    town.work()
    assert len(shown(town)) == 1


def test_a_new_friend_is_told_what_is_kept_and_can_choose_a_language(town: LineTown) -> None:
    do(town, "follow", follow={"isUnblocked": False})
    ((message,),) = [each.messages for each in town.platform.said]
    assert message["text"] == say("channels", "line.greeting", site="みほん市")
    assert "ユーザーID" in message["text"]
    buttons = [item["action"] for item in message["quickReply"]["items"]]
    assert [each["label"] for each in buttons] == ["日本語", "やさしい日本語", "English"]
    assert press(town, buttons[2]["data"]) == say("channels", "bubble.language_chosen", "en")
    ask(town, "garbage")
    assert town.desk.asked[0].language == town.person(HANAKO).language == "en"
    do(town, "follow", follow={"isUnblocked": True})
    assert shown(town)[-1] == say("channels", "line.greeting", "en", site="みほん市")


def test_languages_can_be_chosen_at_any_time_but_only_those_that_are_offered(town: LineTown) -> None:
    press(town, Languages())
    assert "English" in town.platform.said[-1].text
    assert press(town, Speak("fr")) == ""
    assert town.person(HANAKO).language == "ja"


def test_a_chosen_entry_is_asked_for(town: LineTown) -> None:
    assert press(town, Choose("juminhyo", "住民票の取り方")) == code("住民票の取り方")
    assert (town.desk.asked[0].choice, town.desk.asked[0].text) == ("juminhyo", "住民票の取り方")


def test_the_rest_of_a_long_answer_is_shown_without_being_asked_again(town: LineTown) -> None:
    assert "市民課" in press(town, More(LONG.id, 500, "0" * 8))
    assert press(town, More("gone", 500, "0" * 8)) == say("channels", "line.gone")
    assert town.desk.asked == []


def test_feedback_is_taken_and_a_reason_asked_for(town: LineTown) -> None:
    (event,) = ask(town, "住民票がほしい")
    record = f"r-{event['message']['id']}"
    assert press(town, Rate(record, True)) == say("channels", "web.thanks")
    assert say("channels", "web.reason") in press(town, Rate(record, False))
    reasons = json.dumps(town.platform.said[-1].messages)
    assert reasons.count('"postback"') >= 4
    assert press(town, "k=rate&r=" + record + "&h=0&w=outdated") == say("channels", "web.thanks")
    assert [(each.helpful, each.reason) for each in town.desk.feedback] == [(True, None), (False, None), (False, "outdated")]
    assert press(town, Rate("r-unknown", True)) == "no such answer"


def test_a_button_that_means_nothing_here_is_met_with_silence(town: LineTown) -> None:
    for data in ("", "nonsense", "k=choose", "k=speak&l=", encode(Tab("waste"))):
        assert press(town, data) == ""
    assert set(town.events().values()) == {"silent"}


@pytest.mark.parametrize(
    "kind", ["accountLink", "videoPlayComplete", "beacon", "membership", "delivery", "memberJoined", "leave"]
)
def test_what_asks_nothing_of_us_is_met_with_silence(town: LineTown, kind: str) -> None:
    do(town, kind)
    assert town.platform.calls == []
    assert set(town.events().values()) == {"silent"}


def test_who_has_blocked_the_account_is_remembered_until_they_are_back(town: LineTown) -> None:
    ask(town, "住民票がほしい")
    do(town, "unfollow")
    assert town.person(HANAKO).left_at == town.clock()
    assert town.person(HANAKO).conversation is None
    do(town, "follow")
    assert town.person(HANAKO).left_at is None


def test_a_farewell_that_arrives_late_counts_for_nothing(town: LineTown) -> None:
    gone = town.platform.event("unfollow", HANAKO, town.clock())
    do(town, "follow")
    town.hear(gone)
    town.work()
    assert town.person(HANAKO).left_at is None


@pytest.mark.parametrize("kind", ["group", "room"])
def test_the_account_says_one_line_in_a_group_and_leaves(town: LineTown, kind: str) -> None:
    do(town, "join", source={"type": kind, f"{kind}Id": GROUP})
    assert shown(town, GROUP) == [say("channels", "line.goodbye")]
    assert town.platform.left == [GROUP]


def test_in_groups_nothing_is_answered_or_kept(town: LineTown) -> None:
    source = {"type": "group", "groupId": GROUP, "userId": HANAKO}
    town.hear(town.platform.text(HANAKO, "ひみつの話") | {"source": source})
    assert "ひみつ" not in town.kept()
    town.work()
    do(town, "postback", source=source, postback={"data": encode(Choose("juminhyo"))})
    assert town.platform.calls == []
    assert town.desk.asked == []


def test_while_another_service_has_the_floor_nothing_is_said(town: LineTown) -> None:
    town.hear(
        town.platform.text(HANAKO, "ひみつの話") | {"mode": "standby"}, town.platform.event("follow", HANAKO, mode="standby")
    )
    assert "ひみつ" not in town.kept()
    town.work()
    assert town.platform.calls == []
    assert town.desk.asked == []


def test_a_message_taken_back_is_erased_everywhere(town: LineTown) -> None:
    (event,) = ask(town, "ひみつの病気のこと")
    ask(town, "料金は")
    assert "ひみつの病気" in town.kept()
    town.hear(town.platform.unsend(event))
    town.work()
    assert "ひみつの病気" not in town.kept()
    assert "料金は" in town.kept()


def test_a_message_taken_back_before_it_arrives_is_never_read(town: LineTown) -> None:
    event = town.platform.text(HANAKO, "ひみつの病気のこと")
    town.hear(town.platform.unsend(event))
    town.work()
    town.hear(event)
    assert "ひみつの病気" not in town.kept()
    town.work()
    town.hear(event, again=True)
    town.work()
    assert town.desk.asked == []
    assert shown(town) == []
    assert town.events()[event["webhookEventId"]] == "withdrawn"


def test_a_message_taken_back_before_it_is_worked_on_is_not_answered(town: LineTown) -> None:
    event = town.platform.text(HANAKO, "ひみつの病気のこと")
    town.hear(event, town.platform.unsend(event))
    town.work()
    assert town.desk.asked == []
    assert shown(town) == []


def test_a_message_taken_back_while_it_is_worked_on_leaves_nothing(town: LineTown) -> None:
    event = town.platform.text(HANAKO, "ひみつの病気のこと")

    def take_back(_: Question) -> None:
        with writing(town.sessions) as session:
            inbox.take_back(session, MIHON.id, event["message"]["id"], town.clock())

    town.desk.before_answering = take_back
    town.hear(event)
    town.work()
    assert "ひみつの病気" not in town.kept()
    assert shown(town) == []


def edited(town: LineTown, event: Json, text: str, seconds: int) -> Json:
    at = town.clock() + timedelta(seconds=seconds)
    return town.platform.event("messageEdited", HANAKO, at, message={**event["message"], "text": text})


def test_an_edited_message_is_answered_as_it_is_now(town: LineTown) -> None:
    event = town.platform.text(HANAKO, "住民表", town.clock())
    older, newest = (edited(town, event, text, seconds) for text, seconds in (("住民評", 5), ("住民票", 9)))
    town.hear(newest)
    town.work()
    town.hear(older, event)
    town.work()
    assert [each.text for each in town.desk.asked] == ["住民票"]
    assert town.events()[older["webhookEventId"]] == town.events()[event["webhookEventId"]] == "superseded"


def test_an_event_nobody_understands_costs_the_others_nothing(town: LineTown, capsys: pytest.CaptureFixture[str]) -> None:
    odd = town.platform.event("poll", HANAKO, poll={"question": "遠足は何曜日"})
    broken = {"type": "message", "message": {"id": 5}}
    town.hear(town.platform.text(HANAKO, "住民票がほしい"), odd, broken, town.platform.text(TARO, "ごみの日"))
    town.work()
    assert shown(town, HANAKO) == [code("住民票がほしい")]
    assert shown(town, TARO) == [code("ごみの日")]
    assert list(town.events().values()).count("unknown") == 2
    assert "遠足は何曜日" in town.kept()
    logged = capsys.readouterr().out
    assert "line event not understood" in logged
    assert "poll" in logged
    assert "遠足" not in logged


def test_an_event_that_always_fails_is_left_so_that_the_next_have_their_turn(town: LineTown) -> None:
    def fail(question: Question) -> None:
        if question.text == "poison":
            raise RuntimeError("boom")

    town.desk.before_answering = fail
    town.hear(town.platform.text(HANAKO, "poison"))
    town.hear(town.platform.text(HANAKO, "住民票", town.clock() + timedelta(seconds=1)))
    for _ in range(MOST_TRIES):
        with pytest.raises(RuntimeError):
            town.work()
        town.line.work.failed(MIHON.id, HANAKO)
    town.work()
    assert shown(town) == [code("住民票")]
    assert sorted(str(each) for each in town.events().values()) == ["failed", "replied"]


def test_a_message_is_marked_as_read_when_it_is_answered(town: LineTown) -> None:
    town.hear(town.platform.text(HANAKO, "住民票", markAsReadToken="read-me"))
    town.work()
    assert town.platform.read == ["read-me"]


def _wait_for(sign: Callable[[], bool]) -> None:
    never = Signal()
    while not sign():
        never.wait(0.01)


def test_who_waits_long_is_shown_that_an_answer_is_coming(town: LineTown) -> None:
    town.desk.before_answering = lambda _: _wait_for(lambda: bool(town.platform.loading))
    object.__setattr__(town.line.work.speaker, "patience", 0.0)
    ask(town, "住民票")
    assert town.platform.loading == [HANAKO]
    assert [path for path, _ in town.platform.calls] == ["/v2/bot/chat/loading/start", "/v2/bot/message/reply"]


def test_who_is_answered_at_once_is_shown_nothing_else(town: LineTown) -> None:
    ask(town, "住民票")
    assert [path for path, _ in town.platform.calls] == ["/v2/bot/message/reply"]


def test_a_new_kind_of_message_can_be_taken_back_too(town: LineTown) -> None:
    event = town.platform.message(HANAKO, "poem", verses="ひみつの病気")
    town.hear(event)
    town.work()
    assert "ひみつの病気" in town.kept()
    town.hear(town.platform.unsend(event))
    town.work()
    assert "ひみつの病気" not in town.kept()


def test_what_is_over_is_deleted_after_thirty_days(town: LineTown) -> None:
    (event,) = ask(town, "住民票")
    do(town, "unfollow", TARO)
    town.hear(town.platform.unsend(event))
    town.work()
    town.clock.pass_(days=29)
    ask(town, "ごみの日")
    town.line.work.tidy()
    assert len(town.events()) == 4
    town.clock.pass_(days=2)
    town.line.work.tidy()
    assert len(town.events()) == len(town.sends()) == 1
    assert town.person(HANAKO)
    with pytest.raises(NoResultFound):
        town.person(TARO)
    with town.sessions() as session:
        assert session.scalars(select(UnsentRow)).all() == []


def test_what_is_not_done_is_never_too_old(town: LineTown) -> None:
    town.hear(town.platform.text(HANAKO, "住民票"))
    town.clock.pass_(days=100)
    town.line.work.tidy()
    town.work()
    assert shown(town) == [code("住民票")]
