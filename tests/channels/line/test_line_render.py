"""How answers look in LINE: what is shown, what can be pressed, and what a computer or a notification shows."""

from dataclasses import replace
from pathlib import Path

import pytest

from channels.feedback import Reason
from channels.line import render as rendering
from channels.line.asks import ask_language, ask_reason, language_chosen, thank
from channels.line.card import digest
from channels.line.flex import Json
from channels.line.limits import ALT_TEXT
from channels.line.look import Look
from channels.line.postback import Choose, More, Rate, Speak
from channels.line.render import render, render_more
from channels.message import Answer, Card, Choice, Contact, Outcome, Question
from knowledge.sentences import wording
from tests.channels.line.seen import actions, addresses, postbacks, texts
from tests.channels.web.fake_desk import HOSTILE_CARD, JUMINHYO, JUMINHYO_EASY, MIHON, OPEN_CONTACT, Desk

LANGUAGES = ("ja", "ja-x-easy", "en")
LONG = replace(JUMINHYO, answer="市民課の窓口で取れます。本人確認書類をお持ちください。" * 100)


def answer_to(text: str, language: str = "ja") -> Answer:
    return Desk().converse(Question(MIHON.id, text, "line", language))


def alone(card: Card, **values: object) -> Answer:
    return replace(Answer(Outcome.ANSWERED_ENTRY, "お答えします。", "ja", "c", (card,), record="q_1"), **values)  # type: ignore[arg-type]


def bubble(messages: list[Json]) -> Json:
    (message,) = messages
    contents: Json = message["contents"]
    return contents


def test_an_answer_is_one_bubble_with_all_that_belongs_to_it() -> None:
    messages = render(alone(JUMINHYO), Look())
    assert texts(messages) == [
        "お答えします。",
        "住民票の写しはどこで、いくらで取れますか",
        "市民課の窓口、コンビニエンスストア、郵送で取れます。",
        "窓口・郵送：1通300円",
        "コンビニ：1通200円（マイナンバーカードが必要です）",
        "木曜日は19:00まで窓口で受け付けます。",
        "オンラインで手続きする",
        "市のページで確認",
        "担当：市民課",
        "最終確認日：2026年10月7日",
        "この回答は役に立ちましたか",
        "役に立った",
        "役に立たなかった",
    ]
    assert addresses(messages) == [JUMINHYO.procedure, JUMINHYO.source]
    assert postbacks(messages) == [Rate("q_1", helpful=True), Rate("q_1", helpful=False)]


def test_the_notification_tells_the_answer_itself() -> None:
    (message,) = render(alone(JUMINHYO), Look())
    assert message["altText"].splitlines()[:2] == [JUMINHYO.question, "市民課の窓口、コンビニエンスストア、郵送で取れます。"]
    assert f"市のページで確認 {JUMINHYO.source}" in message["altText"]
    assert len(render(alone(LONG), Look())[0]["altText"]) <= ALT_TEXT


def test_equal_answers_give_equal_messages() -> None:
    assert render(answer_to("住民票"), Look()) == render(answer_to("住民票"), Look())


@pytest.mark.parametrize("outcome", [Outcome.ANSWERED_GREETING, Outcome.ANSWERED_THANKS, Outcome.REFUSED_EMPTY])
def test_a_sentence_alone_is_a_plain_text(outcome: Outcome) -> None:
    answer = answer_to(outcome.value)
    (message,) = render(answer, Look())
    assert (message["type"], message["text"]) == ("text", answer.message)


def test_a_sentence_too_long_for_five_messages_ends_visibly() -> None:
    messages = render(Answer(Outcome.CLARIFY, "どの手続きですか。" * 3_000, "ja", "c"), Look())
    assert len(messages) == 5
    assert [message["text"][-1] for message in messages] == ["。", "。", "。", "。", "…"]


def test_easy_japanese_keeps_its_readings_in_brackets() -> None:
    shown = texts(render(replace(alone(JUMINHYO_EASY), language="ja-x-easy"), Look("ja-x-easy")))
    assert "市役所（しやくしょ）の 市民課（しみんか）で もらえます。" in shown
    assert "担当（たんとう）の 課（か）：市民課（しみんか）" in shown


def test_a_long_answer_ends_at_a_sentence_and_goes_on_when_asked() -> None:
    messages = render(alone(LONG), Look())
    (more,) = (each for each in postbacks(messages) if isinstance(each, More))
    first = next(text for text in texts(messages) if text.startswith("市民課の窓口"))
    assert first.endswith("。")
    assert more == More(LONG.id, len(first), digest(LONG.answer))
    assert "続きを読む" in texts(messages)
    following = texts(render_more(LONG, more, Look()))
    assert following[:2] == ["続き", LONG.question]
    assert LONG.answer.startswith(first + following[2])


def test_a_text_that_changed_since_is_read_from_its_beginning() -> None:
    stale = More(JUMINHYO.id, 20, "0" * 8)
    beyond = More(JUMINHYO.id, 20_000, digest(JUMINHYO.answer))
    for more in (stale, beyond):
        assert "市民課の窓口、コンビニエンスストア、郵送で取れます。" in texts(render_more(JUMINHYO, more, Look()))


def test_several_answers_stand_side_by_side_and_are_rated_together() -> None:
    cards = (JUMINHYO, replace(LONG, id="long"), replace(JUMINHYO, id="third"))
    lead, carousel, foot = render(replace(alone(JUMINHYO), outcome=Outcome.SUGGESTED_CARDS, entries=cards), Look())
    assert lead["text"] == "この中に答えがありそうです。横に動かすと、ほかの答えも見られます。"
    assert carousel["contents"]["type"] == "carousel"
    assert len(carousel["contents"]["contents"]) == 3
    assert [each.entry for each in postbacks([carousel]) if isinstance(each, More)] == ["long"]
    assert postbacks([foot]) == [Rate("q_1", helpful=True), Rate("q_1", helpful=False)]


def test_what_does_not_fit_side_by_side_can_still_be_chosen() -> None:
    cards = tuple(replace(JUMINHYO, id=f"card-{number}") for number in range(14))
    messages = render(replace(alone(JUMINHYO), entries=cards), Look())
    shown = len(messages[1]["contents"]["contents"])
    assert [each.entry for each in postbacks(messages) if isinstance(each, Choose)] == [f"card-{n}" for n in range(shown, 14)]


def test_questions_to_choose_from_can_be_read_whole_and_pressed_on_a_computer_too() -> None:
    answer = answer_to("suggested")
    messages = render(answer, Look())
    assert [text for text in texts(messages) if text in {each.text for each in answer.choices}] == [
        each.text for each in answer.choices
    ]
    assert postbacks(messages) == [Choose(each.entry, each.text) for each in answer.choices]
    rows = [action for action in actions(messages) if action["type"] == "postback"]
    assert [row["displayText"] for row in rows] == [each.text for each in answer.choices]


def test_an_id_too_long_for_a_button_is_asked_in_words() -> None:
    answer = replace(answer_to("suggested"), choices=(Choice("x" * 400, "住民票"),))
    assert list(actions(render(answer, Look())[0]["contents"])) == [{"type": "message", "text": "住民票"}]


def test_quick_replies_are_on_the_last_message_alone() -> None:
    *others, last = render(replace(alone(JUMINHYO), outcome=Outcome.SUGGESTED_CARDS, entries=(JUMINHYO,) * 3), Look())
    assert not any("quickReply" in each for each in others)
    (item,) = last["quickReply"]["items"]
    assert item["action"] == {"label": "職員に聞く", "type": "message", "text": "職員と話したい"}


def test_a_greeting_offers_the_other_languages() -> None:
    (message,) = render(answer_to("answered_greeting"), Look("ja", languages=LANGUAGES))
    labels = [item["action"]["label"] for item in message["quickReply"]["items"]]
    assert labels == ["やさしい日本語", "English"]


def test_the_contact_can_be_called_and_says_when() -> None:
    messages = render(answer_to("handoff_requested"), Look())
    assert addresses(messages) == ["tel:0999001101"]
    assert texts(messages)[2:] == [
        "お問い合わせ先",
        "市民課",
        "0999-00-1101 に電話する",
        "受付時間外",
        "受付時間：平日 8:30〜17:15（木曜は19:00まで）",
        "次の受付：11月24日（火）8:30",
    ]
    opened = texts(render(replace(answer_to("handoff_requested"), contact=OPEN_CONTACT), Look()))
    assert "受付中" in opened
    assert not any(text.startswith("次の受付") for text in opened)


def test_an_extension_is_shown_and_not_dialed() -> None:
    contact = Contact("市民課", "0999-00-1000（内線12）", "", open_now=True)
    messages = render(replace(answer_to("handoff_requested"), contact=contact), Look())
    assert addresses(messages) == ["tel:0999001000"]
    assert "電話：0999-00-1000（内線12）" in texts(messages)


def test_an_emergency_is_titled_in_red_and_every_number_can_be_called() -> None:
    messages = render(answer_to("emergency"), Look())
    assert bubble(messages)["header"]["backgroundColor"] == "#ce0000"
    assert texts(messages) == [
        "緊急のご案内",
        "火事・救急は 119、事件・事故は 110 へ、すぐに電話してください。",
        "119 に電話する",
        "110 に電話する",
    ]
    assert addresses(messages) == ["tel:119", "tel:110"]
    assert "quickReply" not in messages[0]


def test_links_of_a_text_get_rows_and_numbers_get_buttons() -> None:
    card = replace(
        JUMINHYO,
        answer="[申請書](https://www.city.mihon.example.jp/a.pdf)は市民課（0999-00-1101）か[メール](mailto:desk@a.example)へ。",
        contact="総合案内 0999-00-1000",
        source="",
        procedure="",
    )
    messages = render(alone(card), Look())
    assert addresses(messages) == ["https://www.city.mihon.example.jp/a.pdf", "tel:0999001101", "tel:0999001000"]
    assert "desk@a.example" in texts(messages)


def test_hostile_texts_lead_nowhere() -> None:
    messages = render(alone(HOSTILE_CARD), Look())
    assert addresses(messages) == []
    assert "javascript:" not in str(list(actions(messages)))


def test_an_address_too_long_for_a_button_can_be_read() -> None:
    long = "https://a.example/" + "x" * 1_200
    messages = render(alone(replace(JUMINHYO, source=long)), Look())
    assert addresses(messages) == [JUMINHYO.procedure]
    assert f"市のページで確認\n{long}" in texts(messages)


def test_the_sender_says_that_nobody_is_typing() -> None:
    assert render(answer_to("住民票"), Look())[0]["sender"] == {"name": "AI自動応答"}
    look = Look(sender="みほん市 AI自動応答", icon="https://www.city.mihon.example.jp/bot.png")
    assert render(answer_to("住民票"), look)[0]["sender"] == {"name": look.sender, "iconUrl": look.icon}


def test_a_name_that_line_refuses_is_left_out() -> None:
    assert "sender" not in render(answer_to("住民票"), Look(sender="みほん市 LINE 窓口", icon="http://a.example/bot.png"))[0]


def test_a_nameless_answer_still_says_something() -> None:
    (message,) = render(Answer(Outcome.ERROR_UNEXPECTED, "", "ja", "c"), Look())
    assert message["text"] == "回答できませんでした"


def test_a_reason_is_asked_for_with_the_words_of_the_page() -> None:
    messages = ask_reason("q_1", Look())
    assert texts(messages) == [
        "どこがよくありませんでしたか",
        "聞きたいことと違う",
        "内容が分かりにくい",
        "情報が古い・間違っている",
        "その他",
    ]
    assert postbacks(messages) == [Rate("q_1", False, reason) for reason in Reason]
    assert "ありがとうございました" in thank(Look())[0]["text"]


def test_a_language_is_asked_for_in_each_of_them() -> None:
    messages = ask_language(Look(languages=LANGUAGES))
    assert texts(messages)[1:] == ["日本語", "やさしい日本語", "English"]
    assert "Which language do you read?" in texts(messages)[0]
    assert postbacks(messages) == [Speak(language) for language in LANGUAGES]
    assert language_chosen(Look("en"))[0]["text"] == "From now on the answers are in English."


def test_every_word_of_the_bubbles_is_used() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in Path(rendering.__file__).parent.glob("*.py"))
    keys = [key for key in wording("channels") if key.startswith("bubble.")]
    assert keys
    assert [key for key in keys if f'"{key}"' not in sources] == []
