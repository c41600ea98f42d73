"""Each step of the bot alone, on a draft made by hand."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from app.answering.draft import Draft, Memory, Step
from app.answering.steps.choose import answer_choice
from app.answering.steps.clarify import ask_back
from app.answering.steps.emergency import point_to_help
from app.answering.steps.judge import SUGGESTIONS, answer_if_sure, show_three_if_fairly_sure, suggest_if_close
from app.answering.steps.person import hand_over_on_request, offer_person
from app.answering.steps.personal_data import refuse_personal_data
from app.answering.steps.retrieve import asks_for, is_about_something_said_before, retrieve
from app.answering.steps.talk import greet
from app.answering.steps.usable import refuse_unusable
from app.records.masking import PersonalData, mask
from channels.message import Answer, Outcome
from indexer.calibrate import Calibration, Source
from indexer.confidence import Confidence
from indexer.risk import Promise
from indexer.search import Hit, SearchResult
from knowledge.entry import Entry, Translation
from tests.app.small_city import HOLIDAY, SITE
from tests.assured import ear

A = Entry(
    "a", "住民票", "市民課へ。", ("じゅうみんひょう",), division="citizens", translations={"en": Translation("Juminhyo", "Go.")}
)
B = Entry("b", "粗大ごみ", "環境課へ。", division="waste")
C = Entry("c", "図書館", "本を借りる。", division="waste")
D = Entry("d", "水道", "電話へ。", division="waste")


def draft(text: str = "", **values: object) -> Draft:
    made = Draft(SITE, text, "ja", HOLIDAY, Memory("token"), length=len(text))
    for name, value in values.items():
        setattr(made, name, value)
    return made


def hit(entry: Entry, score: float = 5.0, named: float = 0.0) -> Hit:
    return Hit(entry, score, 0.5, 1.0, named)


SURE = Calibration(Promise(0.9, 500, 100, 5, 0.1), Promise(0.8, 500, 100, 5, 0.1), 0.1, Source.OWN_WORDINGS)
"""Answers from 0.9 on, and shows three from 0.8 on."""


def result(
    *hits: Hit, rejected: tuple[Hit, ...] = (), words: tuple[str, ...] = ("住民", "票"), first: float = 0.5, three: float = 0.5
) -> SearchResult:
    return SearchResult(hits, rejected, words, Confidence(first, three), SURE, "snapshot", {"encode": 0.1})


def judged(*hits: Hit, text: str = "住民票のこと", first: float = 0.5, three: float = 0.5, **values: object) -> Draft:
    return draft(text, result=result(*hits, first=first, three=three), hits=hits, **values)


def all_of(_: str, ids: Collection[str], __: date) -> set[str]:
    return set(ids)


def none_of(_: str, __: Collection[str], ___: date) -> set[str]:
    return set()


def find(_: str, entry: str) -> Entry | None:
    return {"a": A, "b": B}.get(entry)


def outcome(answer: Answer | None) -> Outcome | None:
    return answer.outcome if answer else None


@pytest.mark.parametrize(
    ("text", "length", "choice", "expected"),
    [
        ("あ", 1, None, None),
        ("あ" * 10, 10, None, None),
        ("あ" * 11, 11, None, Outcome.REFUSED_TOO_LONG),
        ("", 0, None, Outcome.REFUSED_EMPTY),
        ("", 3, None, Outcome.REFUSED_EMPTY),
        ("", 0, "", Outcome.REFUSED_EMPTY),
        ("", 0, "a", None),
    ],
)
def test_usable_means_one_to_limit_characters(text: str, length: int, choice: str | None, expected: Outcome | None) -> None:
    assert outcome(refuse_unusable(10)(draft(text, length=length, choice=choice))) is expected


@pytest.mark.parametrize("kind", PersonalData)
def test_only_numbers_that_endanger_are_refused(kind: PersonalData) -> None:
    refused = kind in {PersonalData.MY_NUMBER, PersonalData.CARD, PersonalData.PENSION_NUMBER}
    assert outcome(refuse_personal_data(draft("質問", personal_data=frozenset({kind})))) is (
        Outcome.REFUSED_PERSONAL_DATA if refused else None
    )


def test_a_question_without_personal_data_goes_on() -> None:
    assert refuse_personal_data(draft("質問")) is None


@pytest.mark.parametrize("text", ["こんにちは", "こんにちは。", "hello!", "Help"])
def test_a_whole_greeting_is_greeted(text: str) -> None:
    assert outcome(greet(draft(text))) is Outcome.ANSWERED_GREETING


@pytest.mark.parametrize("text", ["こんにちは市長", "ありがとうの手紙", "", "🎉", "ー"])
def test_what_only_contains_a_greeting_is_not_one(text: str) -> None:
    assert greet(draft(text)) is None


@pytest.mark.parametrize("text", ["あ", "7", "ん？", "きた市", "【電話番号】あ"])
def test_what_names_nothing_is_asked_back(text: str) -> None:
    assert outcome(ask_back(draft(text))) is Outcome.CLARIFY


@pytest.mark.parametrize("text", ["犬", "𠮷", "ごみ", "きた市役所", "？", "", "【電話番号】"])
def test_what_may_name_something_goes_on(text: str) -> None:
    assert ask_back(draft(text)) is None


@pytest.mark.parametrize("text", ["職員と話したい", "オペレーターお願いします", "Can I TALK TO A HUMAN?", "誰かと話がしたい"])
def test_a_person_is_offered_when_asked_for(text: str) -> None:
    assert outcome(hand_over_on_request(find)(draft(text))) is Outcome.HANDOFF_REQUESTED


@pytest.mark.parametrize("text", ["住民票", "法律に詳しい人に聞きたい", "本人と話し合いました"])
def test_a_person_is_not_offered_unasked(text: str) -> None:
    assert hand_over_on_request(find)(draft(text)) is None


@pytest.mark.parametrize(("entry", "division"), [("a", "市民課"), ("b", "環境課"), ("gone", "きた市"), (None, "きた市")])
def test_the_person_is_of_the_division_that_answered_last(entry: str | None, division: str) -> None:
    answer = hand_over_on_request(find)(draft("職員と話したい", memory=Memory("token", "住民票", entry)))
    assert answer is not None
    assert answer.contact is not None
    assert answer.contact.division == division
    assert answer.contact.phone == ("0999-00-1101" if division == "市民課" else "0999-00-1000")


def test_a_button_answers_with_its_entry_and_becomes_the_subject() -> None:
    pressed = draft("なんでも", choice="a")
    answer = answer_choice(find, all_of)(pressed)
    assert answer is not None
    assert [card.id for card in answer.entries] == ["a"]
    assert pressed.subject == "住民票"


@pytest.mark.parametrize("choice", [None, "", "gone"])
def test_without_an_entry_behind_the_button_the_text_counts(choice: str | None) -> None:
    assert answer_choice(find, all_of)(draft("住民票", choice=choice)) is None


def test_a_button_shows_nothing_that_was_retired_or_is_out_of_date() -> None:
    assert answer_choice(find, none_of)(draft(choice="a")) is None
    ended = replace(A, valid_until=date(2026, 11, 22))
    assert answer_choice(lambda *_: ended, all_of)(draft(choice="a")) is None


def test_retrieve_answers_nothing_itself_and_fills_the_draft() -> None:
    asked = draft("住民票", language="ja")
    assert retrieve(lambda *_: result(hit(A), hit(B)), all_of)(asked) is None
    assert [each.entry.id for each in asked.hits] == ["a", "b"]
    assert (asked.subject, asked.follows_up, asked.confidence) == ("住民票", False, 0.5)
    assert set(asked.milliseconds) == {"encode", "retrieve"}


def test_retrieve_searches_without_the_labels_of_masked_data() -> None:
    seen: list[str] = []

    def search(_: str, text: str) -> SearchResult:
        seen.append(text)
        return result()

    retrieve(search, all_of)(draft(mask("住民票 090-1234-5678").text))
    assert seen == ["住民票"]


def test_retrieve_takes_the_subject_from_before_when_there_is_none() -> None:
    seen: list[str] = []

    def search(_: str, text: str) -> SearchResult:
        seen.append(text)
        return result(hit(A), words=("料金",) if text == "料金は?" else ("住民", "票", "料金"))

    asked = draft("料金は?", memory=Memory("token", "住民票", "a"))
    retrieve(search, all_of)(asked)
    assert seen == ["料金は?", "住民票 料金は?"]
    assert (asked.subject, asked.follows_up) == ("住民票", True)


def test_retrieve_leaves_out_what_may_not_be_shown() -> None:
    future = replace(B, valid_from=date(2026, 11, 24))
    asked = draft("住民票")
    retrieve(lambda *_: result(hit(A), hit(future)), all_of)(asked)
    assert [each.entry.id for each in asked.hits] == ["a"]
    retrieve(lambda *_: result(hit(A)), none_of)(asked)
    assert (asked.hits, asked.is_judged(1)) == ((), False)


def test_retrieve_keeps_the_best_of_those_that_nobody_could_tell_apart() -> None:
    again, other = replace(A, id="again"), replace(A, id="other", answer="出張所へ。")
    asked = draft("住民票")
    retrieve(lambda *_: result(hit(A), hit(again), hit(B), hit(other)), all_of)(asked)
    assert [each.entry.id for each in asked.hits] == ["a", "b", "other"]


def test_retrieve_does_not_ask_the_database_about_nothing() -> None:
    def unreachable(*_: object) -> set[str]:
        raise AssertionError

    asked = draft("asdf")
    retrieve(lambda *_: result(rejected=(hit(A, 1.0),)), unreachable)(asked)
    assert asked.hits == ()


def test_retrieve_keeps_what_was_asked_for_word_for_word_however_low_it_scores() -> None:
    asked = draft("じゅうみん ひょう。")
    retrieve(lambda *_: result(rejected=(hit(B, 1.0), hit(A, 0.5))), all_of)(asked)
    assert [each.entry.id for each in asked.hits] == ["a"]


@pytest.mark.parametrize("text", ["住民票", "住 民 票？", "じゅうみんひょう", "ＪＵＭＩＮＨＹＯ", "juminhyo!"])
def test_an_entry_is_asked_for_in_its_own_words(text: str) -> None:
    assert asks_for(text, A)


@pytest.mark.parametrize("text", ["住民", "住民票を", "", "。", "市民課へ。"])
def test_an_entry_is_not_asked_for_in_part_or_by_its_answer(text: str) -> None:
    assert not asks_for(text, A)


def test_a_long_vowel_is_not_a_mark() -> None:
    assert not asks_for("ビル", replace(A, question="ビール"))


@pytest.mark.parametrize(
    ("words", "expected"),
    [((), True), (("料金",), True), (("料金", "幾ら"), True), (("住民", "料金"), False), (("asdf",), False)],
)
def test_a_question_of_such_words_alone_is_about_something_said_before(words: tuple[str, ...], expected: bool) -> None:
    assert is_about_something_said_before(words) is expected


def test_it_answers_from_the_threshold_on() -> None:
    assert outcome(answer_if_sure(judged(hit(A), hit(B), first=0.9))) is Outcome.ANSWERED_ENTRY
    assert answer_if_sure(judged(hit(A), hit(B), first=0.89)) is None


def test_it_answers_when_the_question_is_a_name_however_written() -> None:
    assert outcome(answer_if_sure(judged(hit(A, named=1.0)))) is Outcome.ANSWERED_ENTRY
    assert answer_if_sure(judged(hit(A, named=0.9))) is None


def test_it_is_not_sure_of_the_second_because_it_was_sure_of_one_that_was_withdrawn() -> None:
    withdrawn = draft(
        "住民票のこと", result=result(hit(A), hit(B), hit(C), first=0.99, three=0.99), hits=(hit(B), hit(C), hit(D))
    )
    assert answer_if_sure(withdrawn) is None
    assert show_three_if_fairly_sure(withdrawn) is None
    assert outcome(suggest_if_close(withdrawn)) is Outcome.SUGGESTED


@pytest.mark.parametrize("gone", [A, B, C])
def test_it_shows_no_three_when_one_of_those_it_was_sure_of_was_withdrawn(gone: Entry) -> None:
    found = [hit(each) for each in (A, B, C, D)]
    left = tuple(each for each in found if each.entry != gone)
    assert show_three_if_fairly_sure(draft("住民票のこと", result=result(*found, three=0.99), hits=left)) is None


def test_it_shows_three_when_only_one_behind_them_was_withdrawn() -> None:
    found = [hit(each) for each in (A, B, C, D)]
    kept = draft("住民票のこと", result=result(*found, three=0.99), hits=tuple(found[:3]))
    assert outcome(show_three_if_fairly_sure(kept)) is Outcome.SUGGESTED_CARDS


def test_it_shows_three_answers_from_their_threshold_on() -> None:
    answer = show_three_if_fairly_sure(judged(hit(A), hit(B), hit(C), hit(D), three=0.8))
    assert answer is not None
    assert (answer.outcome, [card.id for card in answer.entries]) == (Outcome.SUGGESTED_CARDS, ["a", "b", "c"])
    assert show_three_if_fairly_sure(judged(hit(A), hit(B), hit(C), three=0.79)) is None
    assert show_three_if_fairly_sure(judged(hit(A), hit(B), three=0.99)) is None


def test_it_answers_with_the_entry_named_word_for_word_even_below_another() -> None:
    answer = answer_if_sure(judged(hit(A, 9.0), hit(B, 3.0), text="粗大ごみ 【電話番号】", first=0.99))
    assert answer is not None
    assert [card.id for card in answer.entries] == ["b"]


def test_it_answers_a_follow_up_with_the_same_entry_only() -> None:
    memory = Memory("token", "住民票", "a")
    assert outcome(answer_if_sure(judged(hit(A), hit(B), memory=memory, follows_up=True))) is Outcome.ANSWERED_ENTRY
    assert answer_if_sure(judged(hit(B), hit(A), memory=memory, follows_up=True)) is None
    assert answer_if_sure(judged(hit(A), memory=memory)) is None


def test_without_hits_it_neither_answers_nor_suggests() -> None:
    for empty in (draft("住民票"), judged()):
        assert answer_if_sure(empty) is None
        assert show_three_if_fairly_sure(empty) is None
        assert suggest_if_close(empty) is None


def test_it_suggests_a_few_in_the_language_asked_for() -> None:
    many = [hit(replace(A, id=str(number))) for number in range(SUGGESTIONS + 3)]
    answer = suggest_if_close(judged(*many, language="en"))
    assert answer is not None
    assert [choice.entry for choice in answer.choices] == [str(number) for number in range(SUGGESTIONS)]
    assert {choice.text for choice in answer.choices} == {"Juminhyo"}


@pytest.mark.parametrize(
    ("ranking", "division"),
    [
        ((), "きた市"),
        ((A,), "きた市"),
        ((A, B), "きた市"),
        ((A, B, C), "環境課"),
        ((B, C), "環境課"),
        ((A, B, replace(C, division="")), "きた市"),
    ],
)
def test_the_last_step_names_the_division_of_most_of_the_nearest(ranking: tuple[Entry, ...], division: str) -> None:
    answer = offer_person(draft("?", result=result(rejected=tuple(hit(each, 1.0) for each in ranking))))
    assert answer.outcome is Outcome.HANDOFF_NO_MATCH
    assert answer.contact is not None
    assert answer.contact.division == division


def test_the_last_step_always_answers() -> None:
    assert outcome(offer_person(draft())) is Outcome.HANDOFF_NO_MATCH


def test_no_step_but_the_last_answers_an_ordinary_question_that_nothing_was_found_for() -> None:
    steps: tuple[Step, ...] = (
        refuse_unusable(500),
        refuse_personal_data,
        point_to_help(ear().hear),
        greet,
        hand_over_on_request(find),
    )
    assert [step(draft("道路に穴があいています")) for step in steps] == [None] * len(steps)


def test_today_is_the_day_in_japan() -> None:
    assert draft(now=datetime(2026, 11, 22, 15, 0, tzinfo=UTC)).today == date(2026, 11, 23)
    assert draft(now=datetime(2026, 11, 22, 14, 59, tzinfo=UTC)).today == date(2026, 11, 22)
