"""Whatever an answer holds, LINE takes the messages made of it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.line.asks import ask_language, ask_reason, language_chosen, thank
from channels.line.card import digest
from channels.line.fits import fit_together
from channels.line.flex import Json
from channels.line.look import Look
from channels.line.postback import More
from channels.line.render import render, render_more
from channels.message import Answer, Card, Choice, Contact, Outcome, Question
from tests.channels.line.anything import ANSWERS, CARDS, FAMILY, FIFTY_THOUSAND, TEXTS, UNHURRIED, URLS
from tests.channels.line.sdk import accepts
from tests.channels.web.fake_desk import MIHON, Desk

LANGUAGES = ("ja", "ja-x-easy", "en")
LOOKS = st.builds(Look, language=st.sampled_from(LANGUAGES), sender=TEXTS, icon=URLS, languages=st.just(LANGUAGES))


def assert_sendable(messages: list[Json]) -> None:
    assert fit_together(messages) == []
    assert all(accepts(message) for message in messages)


@UNHURRIED
@given(ANSWERS, LOOKS)
def test_any_answer_becomes_messages_that_line_takes(answer: Answer, look: Look) -> None:
    assert_sendable(render(answer, look))


@UNHURRIED
@given(CARDS, LOOKS, st.integers(0, 60_000))
def test_any_rest_of_an_answer_becomes_messages_that_line_takes(card: Card, look: Look, start: int) -> None:
    assert_sendable(render_more(card, More(card.id, start, digest(card.answer)), look))


@UNHURRIED
@given(LOOKS)
def test_what_the_bot_asks_fits(look: Look) -> None:
    for messages in (ask_reason("q_1", look), thank(look), ask_language(look), language_chosen(look)):
        assert_sendable(messages)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_has_a_face_in_every_language(outcome: Outcome, language: str) -> None:
    answer = Desk().converse(Question(MIHON.id, outcome.value, "line", language))
    assert_sendable(render(answer, Look(language, languages=LANGUAGES)))


def test_twenty_questions_fifty_thousand_characters_and_a_crowd_fit() -> None:
    card = Card("long", FAMILY * 200, FIFTY_THOUSAND, "ja", "課" * 300, "", "", FAMILY * 500, date(2026, 10, 7))
    choices = tuple(Choice(f"entry-{number}", f"{number}番目の質問はどれですか" * 5) for number in range(20))
    contact = Contact("課" * 2_000, "0999-00-1000" * 50, "平日" * 2_000, open_now=False, next_open="来週" * 2_000)
    answer = Answer(Outcome.SUGGESTED_CARDS, FIFTY_THOUSAND, "ja", "c", (card,) * 15, choices, contact, "q_1")
    messages = render(answer, Look())
    assert_sendable(messages)
    assert len(messages) <= 5
