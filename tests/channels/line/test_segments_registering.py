"""What residents see and what is kept when they sign up for news, change their minds, leave and come back."""

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from channels.line.fits import fit_together
from channels.line.postback import Register, Step, encode
from channels.line.segments import questionnaire, registrations
from channels.line.segments.read import read_questionnaire
from channels.line.segments.tables import ChoiceRow, RegistrationRow
from knowledge.database import writing
from knowledge.sentences import say
from tests.channels.line.line_platform import Json
from tests.channels.line.sdk import accepts
from tests.channels.line.seen import postbacks, texts
from tests.channels.line.town import MIHON, LineTown, code

HANAKO, TARO = "U" + "1" * 32, "U" + "2" * 32
SAMPLE = Path(str(files("channels.line.segments").joinpath("sample.yaml")))


@pytest.fixture
def town(town: LineTown) -> LineTown:
    found, _ = read_questionnaire(SAMPLE)
    assert found is not None
    with writing(town.sessions) as session:
        questionnaire.keep(session, MIHON.id, found, town.clock())
    return town


def happens(town: LineTown, kind: str, user: str = HANAKO, **more: Any) -> list[Json]:
    """What is shown because of an event; everything that is shown can be sent."""
    town.clock.pass_(seconds=1)
    before = len(town.platform.said)
    town.hear(town.platform.event(kind, user, **more))
    town.work()
    shown: list[Json] = [message for each in town.platform.said[before:] for message in each.messages]
    assert not shown or fit_together(shown) == []
    assert all(accepts(message) for message in shown)
    return shown


def press(town: LineTown, step: Step, question: str = "", option: str = "", onward: bool = False) -> list[Json]:
    return happens(town, "postback", postback={"data": encode(Register(step, question, option, onward))})


def write(town: LineTown, text: str, user: str = HANAKO) -> list[Json]:
    message = {"id": f"{text}-{town.clock():%H%M%S}".encode().hex()[:60], "type": "text", "text": text}
    return happens(town, "message", user, message=message)


def offered(shown: Sequence[Json]) -> list[Register]:
    return [each for each in postbacks(shown) if isinstance(each, Register)]


def chosen(town: LineTown, user: str = HANAKO) -> dict[str, set[str]] | None:
    with town.sessions() as session:
        found = registrations.find(session, MIHON.id, user)
    return None if found is None else {question: set(options) for question, options in found.items()}


def test_consent_is_read_before_anything_is_kept(town: LineTown) -> None:
    (page,) = write(town, "お知らせの登録")
    told = "\n".join(texts([page]))
    assert "ユーザーID、登録した日、選んだ答え（地区、年代、子育て、ごみ収集、言語、関心）" in told
    assert [word for word in ("相手を選ぶためだけ", "「登録を消す」", "ブロック", "30日") if word not in told] == []
    assert [each.step for each in offered([page])] == [Step.AGREE, Step.DECLINE]
    assert chosen(town) is None
    assert "何も保存していません" in texts(press(town, Step.DECLINE))[0]
    assert chosen(town) is None


def test_questions_come_one_at_a_time_and_end_with_all_answers(town: LineTown) -> None:
    shown, asked = press(town, Step.AGREE), []
    while (first := offered(shown)[0]).step is Step.PICK:
        asked.append(first.question)
        shown = press(town, first.step, first.question, first.option, first.onward)
        if first.question in {"children", "interests"}:
            on = next(each for each in offered(shown) if each.step in {Step.ASK, Step.SETTINGS})
            shown = press(town, on.step, on.question, "", on.onward)
    assert asked == ["area", "age", "children", "waste", "language", "interests"]
    assert "登録が終わりました" in texts(shown)[0]
    assert "地区：北地区" in texts(shown)
    assert chosen(town) == {
        "area": {"north"},
        "age": {"10"},
        "children": {"infant"},
        "waste": {"mon-thu"},
        "interests": {"disaster"},
    }


def test_every_question_can_be_left_out(town: LineTown) -> None:
    shown = press(town, Step.AGREE)
    while offered(shown)[-1].step is Step.ASK:
        on = offered(shown)[-1]
        shown = press(town, on.step, on.question, "", on.onward)
    last = press(town, Step.SETTINGS, onward=True)
    assert texts(last).count("年代：答えていません") == 1
    assert chosen(town) == {}


def test_one_answer_takes_the_place_of_another_where_only_one_fits(town: LineTown) -> None:
    press(town, Step.AGREE)
    press(town, Step.PICK, "area", "north")
    back = press(town, Step.PICK, "area", "south")
    assert "地区：南地区" in texts(back)
    assert chosen(town) == {"area": {"south"}}


def test_several_can_be_chosen_and_taken_back(town: LineTown) -> None:
    press(town, Step.AGREE)
    press(town, Step.PICK, "interests", "events")
    shown = press(town, Step.PICK, "interests", "waste")
    assert {"✓ 催し・講座", "✓ ごみ・環境"} <= set(texts(shown))
    press(town, Step.PICK, "interests", "waste")
    shown = press(town, Step.DROP, "interests", "events")
    assert "✓ 催し・講座" not in texts(shown)
    assert chosen(town) == {"interests": {"waste"}}


def test_an_answer_can_be_deleted(town: LineTown) -> None:
    press(town, Step.AGREE)
    press(town, Step.PICK, "area", "north")
    shown = press(town, Step.ASK, "area")
    assert Register(Step.DROP, "area") in offered(shown)
    press(town, Step.DROP, "area")
    assert chosen(town) == {}


def test_everything_can_be_deleted_after_a_question(town: LineTown) -> None:
    press(town, Step.AGREE)
    press(town, Step.PICK, "area", "north")
    assert [each.step for each in offered(write(town, "登録を消す"))] == [Step.DELETE, Step.SETTINGS]
    assert chosen(town) == {"area": {"north"}}
    assert "すべて消しました" in texts(press(town, Step.DELETE))[0]
    assert chosen(town) is None
    with town.sessions() as session:
        assert session.scalars(select(ChoiceRow)).all() == []
        assert session.scalars(select(RegistrationRow)).all() == []


@pytest.mark.parametrize(
    "word", ["設定を変える", "「設定を変える」", " 設定を 変える。", "change my SETTINGS", "Ｃｈａｎｇｅ my settings"]
)
def test_the_settings_can_be_asked_for_in_writing(town: LineTown, word: str) -> None:
    press(town, Step.AGREE)
    assert [each.step for each in offered(write(town, word))] == [Step.ASK] * 6 + [Step.LEAVE]
    assert town.desk.asked == []


def test_other_words_are_questions(town: LineTown) -> None:
    press(town, Step.AGREE)
    (answer,) = write(town, "設定を変える方法")
    assert code("設定を変える方法") in answer["text"]


def test_the_language_is_the_one_that_is_answered_in(town: LineTown) -> None:
    press(town, Step.AGREE)
    shown = press(town, Step.PICK, "language", "en", onward=True)
    assert town.person(HANAKO).language == "en"
    assert "What kind of news would you like to get?" in texts(shown)[0]
    assert "Language: English" in texts(press(town, Step.SETTINGS))


@pytest.mark.parametrize("step", [Step.PICK, Step.DROP, Step.ASK, Step.SETTINGS])
def test_nothing_is_kept_of_somebody_who_has_not_agreed(town: LineTown, step: Step) -> None:
    shown = press(town, step, "area", "north")
    assert [each.step for each in offered(shown)] == [Step.AGREE, Step.DECLINE]
    assert chosen(town) is None


def test_old_buttons_do_no_harm(town: LineTown) -> None:
    assert "登録はありません" in texts(press(town, Step.DELETE))[0]
    press(town, Step.AGREE)
    for question, option in (("area", "moon"), ("moon", "north"), ("", "")):
        assert "今はありません" in texts(press(town, Step.PICK, question, option))[0]
    assert "今はありません" in texts(press(town, Step.ASK, "moon"))[0]
    assert "今はありません" in texts(press(town, Step.DROP, "language"))[0]
    assert [each.step for each in offered(press(town, Step.DECLINE))] == [Step.ASK] * 6 + [Step.LEAVE]
    assert chosen(town) == {}


def test_agreeing_again_keeps_the_answers(town: LineTown) -> None:
    press(town, Step.AGREE)
    press(town, Step.PICK, "area", "north")
    press(town, Step.AGREE)
    assert chosen(town) == {"area": {"north"}}


def test_a_new_friend_hears_of_it_with_the_greeting(town: LineTown) -> None:
    greeting, invitation = happens(town, "follow")
    assert greeting["text"] == say("channels", "line.greeting", site=MIHON.name)
    assert offered([invitation]) == [Register(Step.BEGIN)]
    assert "quickReply" in invitation
    assert "quickReply" not in greeting


def test_who_leaves_for_less_than_a_month_finds_everything_as_it_was(town: LineTown) -> None:
    press(town, Step.AGREE)
    press(town, Step.PICK, "area", "north")
    happens(town, "unfollow")
    town.clock.pass_(days=29)
    town.line.work.tidy()
    happens(town, "follow")
    town.clock.pass_(days=29)
    town.line.work.tidy()
    assert chosen(town) == {"area": {"north"}}


def test_who_leaves_for_a_month_is_forgotten(town: LineTown) -> None:
    press(town, Step.AGREE)
    press(town, Step.PICK, "area", "north")
    happens(town, "unfollow")
    town.clock.pass_(days=31)
    town.line.work.tidy()
    assert chosen(town) is None
    assert HANAKO not in town.kept()


def test_residents_are_kept_apart(town: LineTown) -> None:
    press(town, Step.AGREE)
    press(town, Step.PICK, "area", "north")
    assert [each.step for each in offered(write(town, "設定を変える", TARO))] == [Step.AGREE, Step.DECLINE]
    assert chosen(town, TARO) is None


def test_a_button_delivered_twice_has_one_effect(town: LineTown) -> None:
    press(town, Step.AGREE)
    event = town.platform.event("postback", HANAKO, postback={"data": encode(Register(Step.PICK, "area", "north"))})
    town.hear(event, event)
    town.work()
    press(town, Step.PICK, "area", "south")
    town.hear(event, again=True)
    town.work()
    assert chosen(town) == {"area": {"south"}}
