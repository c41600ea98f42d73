"""Rendering: pure, complete for every outcome, and safe whatever the texts hold."""

from datetime import date

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from channels.links import link, telephone
from channels.message import Answer, Outcome, Question
from channels.web.desk import SiteCard, Welcome
from channels.web.render import Chat, FeedbackStep, Turn, answer_fragment, chat_page, feedback_fragment
from channels.words import Words, day
from tests.channels.web.fake_desk import MIHON, OPEN_CONTACT, Desk

LANGUAGES = ("ja", "ja-x-easy", "en")


def answer_to(text: str, language: str = "ja") -> Answer:
    return Desk().converse(Question(MIHON.id, text, "web", language))


def page(turn: Turn | None = None, site: SiteCard = MIHON, framed: bool = False) -> str:
    return chat_page(Chat(site, "ja", LANGUAGES, "/s/mihon", Welcome("こんにちは"), 300, framed=framed, turn=turn))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_has_a_face_in_every_language(outcome: Outcome, language: str) -> None:
    answer = answer_to(outcome.value, language)
    html = BeautifulSoup(answer_fragment(MIHON, answer), "html.parser")
    item = html.select_one("li[data-answer]")
    assert item is not None
    assert item["data-outcome"] == outcome.value
    assert item["lang"] == language.partition("-x-")[0]
    assert item.select_one(".prose")
    assert len(item.select(".choice")) == len(answer.choices)
    assert bool(item.select_one(".contact")) == bool(answer.contact)
    assert bool(item.select_one(".badge")) == (outcome.family in {"handoff", "refused", "emergency", "error"})


def test_equal_values_give_equal_html() -> None:
    turn = Turn("住民票", answer_to("住民票"))
    assert page(turn) == page(turn)
    assert answer_fragment(MIHON, turn.answer) == answer_fragment(MIHON, turn.answer)


def test_an_answer_shows_division_date_source_and_procedure() -> None:
    card = BeautifulSoup(answer_fragment(MIHON, answer_to("住民票")), "html.parser").select_one(".card")
    assert card is not None
    assert card.select_one(".facts").get_text(" ", strip=True) == "担当 市民課 最終確認日 2026年10月7日"  # type: ignore[union-attr]
    procedure, source = card.select(".card__links a")
    assert procedure["href"] == "https://shinsei.example.jp/juminhyo"
    assert source["href"] == "https://www.city.mihon.example.jp/registry/juminhyo.html"
    assert source["rel"] == ["noopener", "noreferrer"]


def test_the_phone_can_be_called_and_an_open_desk_says_so() -> None:
    answer = answer_to("handoff_requested")
    closed = answer_fragment(MIHON, answer)
    opened = answer_fragment(MIHON, Answer(answer.outcome, answer.message, "ja", answer.conversation, contact=OPEN_CONTACT))
    assert 'href="tel:0999001101"' in closed
    assert "受付時間外" in closed
    assert "11月24日（火）8:30" in closed
    assert "受付中" in opened
    assert "次の受付" not in opened


@pytest.mark.parametrize("framed", [False, True])
def test_hostile_texts_stay_texts(framed: bool) -> None:
    turn = Turn("hostile</textarea><script>alert(1)</script>", answer_to("hostile"))
    site = SiteCard("mihon", "</title></script><script>alert(1)</script>")
    html = BeautifulSoup(page(turn, site, framed), "html.parser")
    assert [str(each.get("id") or each["src"]).partition("?")[0] for each in html.find_all("script")] == [
        "/widget/v1/chat.js",
        "words",
    ]
    assert not html.find_all("img")
    assert not html.select('[href^="javascript"], [href^="data"], [onerror], [style]')


@given(st.text())
def test_a_question_is_shown_as_it_was_asked(text: str) -> None:
    asked = BeautifulSoup(page(Turn(text, answer_to("suggested"))), "html.parser").select_one("li .asked")
    assert asked is not None
    assert asked.get_text().split() == text.split()


def test_a_refused_text_goes_back_into_the_field() -> None:
    refused = BeautifulSoup(page(Turn("refused_too_long", answer_to("refused_too_long"))), "html.parser")
    answered = BeautifulSoup(page(Turn("住民票", answer_to("住民票"))), "html.parser")
    assert refused.textarea is not None
    assert refused.textarea.get_text() == "refused_too_long"
    assert answered.textarea is not None
    assert answered.textarea.get_text() == ""


def test_feedback_asks_for_the_reason_and_then_thanks() -> None:
    reasons = BeautifulSoup(feedback_fragment(MIHON, FeedbackStep("q_1", ask_reason=True), "ja"), "html.parser")
    assert [each.get_text() for each in reasons.select(".reason")] == [
        "聞きたいことと違う",
        "内容が分かりにくい",
        "情報が古い・間違っている",
        "その他",
    ]
    assert "ありがとうございました" in feedback_fragment(MIHON, FeedbackStep("q_1", ask_reason=False), "ja")


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://a.example/b#c", True),
        ("http://a.example", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//a.example", False),
        ("https://[", False),
        ("", False),
    ],
)
def test_only_web_addresses_become_links(url: str, kept: bool) -> None:
    assert link(url) == (url if kept else "")


def test_dates_are_western_in_every_language() -> None:
    shown = [day(date(2026, 10, 7), Words(language)) for language in LANGUAGES]
    assert shown == ["2026年10月7日", "2026年10月7日", "7 October 2026"]


@pytest.mark.parametrize(
    ("phone", "href"),
    [("0999-00-1000（内線12）", "tel:099900100012"), ("＃7119", "tel:7119"), ("なし", ""), ("#7119", "tel:#7119")],
)
def test_phone_numbers_become_links(phone: str, href: str) -> None:
    assert telephone(phone) == href
