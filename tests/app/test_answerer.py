"""What a resident gets for what they write, end to end."""

import re
import resource
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NoReturn

import pytest
import structlog
from sqlalchemy import Engine, func, select, text

from app.answering.answerer import Answerer
from app.answering.draft import Draft
from app.records.digits import my_number_check_digit
from app.records.masking import cut
from app.records.tables import ConversationRow, QuestionRow
from app.wiring import Service
from channels.message import Answer, Outcome, Question
from indexer.embed import WordEncoder
from knowledge.database import writing
from knowledge.entry import Entry
from knowledge.rows import By
from knowledge.sentences import say
from knowledge.sites import UnknownSite
from knowledge.workflow import retire
from tests.app.small_city import ENTRIES, KITA, SITE, SetClock, ask, fill, service, take


def row_of(running: Service, answer: Answer) -> QuestionRow:
    with running.sessions() as session:
        return session.get_one(QuestionRow, (KITA, answer.record))


@pytest.mark.parametrize("entry", [each for each in ENTRIES if each.id not in ("future", "dv")], ids=lambda each: each.id)
def test_a_question_in_the_words_of_an_entry_is_answered_with_it(city: Service, entry: Entry) -> None:
    for words in (entry.question, *entry.wordings):
        answer = ask(city, words)
        assert (answer.outcome, [card.id for card in answer.entries]) == (Outcome.ANSWERED_ENTRY, [entry.id])


def test_width_case_spaces_and_marks_do_not_matter(city: Service) -> None:
    answer = ask(city, "　住民票の 写しは、どこで取れますか？？\n")
    assert [card.id for card in answer.entries] == ["juminhyo"]


def test_an_answer_is_the_approved_text_with_all_that_belongs_to_it(city: Service) -> None:
    (card,) = ask(city, "住民票がほしい").entries
    own = ENTRIES[0]
    assert (card.question, card.answer, card.language) == (own.question, own.answer, "ja")
    assert (card.division, card.source, card.procedure, card.contact) == ("市民課", own.source, own.procedure, own.contact)
    assert card.confirmed_on == date(2026, 10, 5)


@pytest.mark.parametrize(
    "text",
    [
        "ご迷惑をおかけします。隣の家が燃えています",
        "父が息をしていません",
        "母が倒れました",
        "強盗が入って猫と隠れています",
        "もう死のうと思います",
        "死 に た い",
        "あ" * 600 + "家が燃えています",
    ],
)
def test_an_emergency_is_noticed_however_it_is_put(city: Service, text: str) -> None:
    assert ask(city, text).outcome in {Outcome.EMERGENCY, Outcome.EMERGENCY_CRISIS}


def test_the_first_sentence_of_a_question_in_two_asks_for_its_entry(tmp_path: Path) -> None:
    running = service(tmp_path)
    both = Entry("kasa", "傘はどう捨てますか。手数料はいくらですか。", "燃えないごみに出してください。無料です。")
    fill(running, entries=[*ENTRIES, both])
    assert [card.id for card in ask(running, "傘はどう捨てますか").entries] == ["kasa"]
    assert ask(running, "手数料はいくらですか").outcome is not Outcome.ANSWERED_ENTRY


def test_a_close_question_is_answered_with_buttons(city: Service) -> None:
    answer = ask(city, "古い電池がたまった")
    assert answer.outcome is Outcome.SUGGESTED
    assert answer.message == say("app", "answers.suggested")
    assert not answer.entries
    assert (answer.choices[0].entry, answer.choices[0].text) == ("denchi", "乾電池はどう捨てればよいですか")


def test_pressing_a_button_answers_with_its_entry(city: Service) -> None:
    offered = ask(city, "古い電池がたまった")
    chosen = ask(city, offered.choices[0].text, offered.conversation, choice=offered.choices[0].entry)
    assert chosen.outcome is Outcome.ANSWERED_ENTRY
    assert chosen.message == say("app", "answers.answered_choice")
    assert [card.id for card in chosen.entries] == ["denchi"]
    assert chosen.conversation == offered.conversation


@pytest.mark.parametrize("entry", ["dv", "neko"])
def test_a_button_is_never_taken_for_an_emergency(city: Service, entry: str) -> None:
    text = next(each.question for each in ENTRIES if each.id == entry)
    assert [card.id for card in ask(city, text, choice=entry).entries] == [entry]


def test_a_button_whose_entry_is_gone_counts_as_its_text(city: Service) -> None:
    assert [card.id for card in ask(city, "図書館の開館時間", choice="long-gone").entries] == ["toshokan"]
    assert ask(city, "", choice="long-gone").outcome is Outcome.HANDOFF_NO_MATCH


def test_an_unknown_question_brings_a_person_with_hours_and_next_opening(city: Service) -> None:
    answer = ask(city, "asdfgh")
    assert answer.outcome is Outcome.HANDOFF_NO_MATCH
    assert not answer.entries
    assert not answer.choices
    assert answer.contact is not None
    assert (answer.contact.division, answer.contact.phone) == ("きた市", "0999-00-1000")
    assert answer.contact.hours == "月・火・水・木・金 8:30〜17:15"
    assert (answer.contact.open_now, answer.contact.next_open) == (False, "11月24日（火）8:30")


def test_during_office_hours_no_next_opening_is_named(own_city: Service, clock: SetClock) -> None:
    clock.now = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    contact = ask(own_city, "asdfgh").contact
    assert contact is not None
    assert (contact.open_now, contact.next_open) == (True, "")


@pytest.mark.parametrize("text", ["こんにちは", "こんにちは！", "おはようございます。", "ＨＥＬＬＯ", "もしもし〜"])
def test_a_greeting_is_greeted(city: Service, text: str) -> None:
    answer = ask(city, text)
    assert answer.outcome is Outcome.ANSWERED_GREETING
    assert "きた市" in answer.message


@pytest.mark.parametrize("text", ["ありがとう", "ありがとうございました！！", "サンキュー", "ありがとうー", "Thank you."])
def test_thanks_are_thanked(city: Service, text: str) -> None:
    assert ask(city, text).outcome is Outcome.ANSWERED_THANKS


def test_a_question_that_begins_with_a_greeting_is_a_question(city: Service) -> None:
    answer = ask(city, "こんにちは。住民票がほしい")
    assert answer.outcome in {Outcome.ANSWERED_ENTRY, Outcome.SUGGESTED}


def test_who_asks_for_a_person_gets_the_city_hall(city: Service) -> None:
    answer = ask(city, "職員と話したいです")
    assert answer.outcome is Outcome.HANDOFF_REQUESTED
    assert answer.contact is not None
    assert answer.contact.division == "きた市"


def test_who_asks_for_a_person_after_an_answer_gets_its_division(city: Service) -> None:
    first = ask(city, "住民票がほしい")
    answer = ask(city, "担当の方と話したい", first.conversation)
    assert answer.contact is not None
    assert (answer.contact.division, answer.contact.phone) == ("市民課", "0999-00-1101")
    assert answer.contact.hours == "月・火・水・金 8:30〜17:15、木 8:30〜19:00"


MY_NUMBER = "123456789018"
SPELLINGS = [
    "123456789018",
    "1234 5678 9018",
    "1234-5678-9018",
    "１２３４５６７８９０１８",
    "１２３４－５６７８－９０１８",
    "一二三四五六七八九〇一八",
    "壱弐参四五六七八九零壱八",
    "①②③④⑤⑥⑦⑧⑨〇①⑧",
    "1 2 3 4 5 6 7 8 9 0 1 8",
    "1234\n5678\n9018",
    "1234・5678・9018",
    "1234の5678の9018",
    "12\u200b34567\u200b89018",
    "𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗𝟎𝟏𝟖",
    "١٢٣٤٥٦٧٨٩٠١٨",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_my_number_is_refused_and_kept_nowhere(own_city: Service, spelling: str) -> None:
    with structlog.testing.capture_logs() as logged:
        answer = ask(own_city, f"私のマイナンバーは{spelling}です。住民票がほしい")
    assert answer.outcome is Outcome.REFUSED_PERSONAL_DATA
    assert not answer.entries
    kept = everything_written(own_city) + repr(logged).encode() + repr(answer).encode()
    for form in {MY_NUMBER, spelling, spelling.replace("\u200b", "")}:
        assert form.encode() not in kept
        assert form.encode("utf-16-le") not in kept
    assert "【マイナンバー】".encode() in kept


def test_a_number_that_the_length_limit_would_cut_is_not_kept_in_part(own_city: Service) -> None:
    for digits in range(1, 13):
        answer = ask(own_city, "あ" * (500 - digits) + MY_NUMBER + "です。" * 10)
        assert answer.outcome is Outcome.REFUSED_TOO_LONG
        assert not re.search(r"\d", row_of(own_city, answer).text)


@pytest.mark.parametrize("gap", ["", "-", " ", "の", "\n"])
def test_cutting_leaves_no_number_at_the_end(gap: str) -> None:
    assert cut("番号は" + gap.join(MY_NUMBER) + "です", 3 + len(gap.join(MY_NUMBER[:11]))) == "番号は"
    assert cut("番号は123", 6) == "番号は123"


def test_a_phone_number_is_masked_and_the_question_answered(own_city: Service) -> None:
    answer = ask(own_city, "住民票がほしい 090-1234-5678")
    assert [card.id for card in answer.entries] == ["juminhyo"]
    assert row_of(own_city, answer).text == "住民票がほしい 【電話番号】"
    assert b"1234-5678" not in everything_written(own_city)


@pytest.mark.parametrize(
    ("text", "number"),
    [("カードは4111 1111 1111 1111です", "4111"), ("基礎年金番号は1234-567890です", "567890")],
)
def test_other_numbers_that_do_not_belong_here_are_refused(own_city: Service, text: str, number: str) -> None:
    assert ask(own_city, text).outcome is Outcome.REFUSED_PERSONAL_DATA
    assert number.encode() not in everything_written(own_city)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("火事です！助けて", "fire_or_ambulance"),
        ("父の意識がないんです", "fire_or_ambulance"),
        ("My house is on fire", "fire_or_ambulance"),
        ("泥棒に入られた", "crime_or_accident"),
        ("もう死にたい", "life"),
        ("夫に殴られました", "violence"),
        ("ＤＶを受けています", "violence"),
        ("隣の子が虐待されているようです", "child"),
    ],
)
def test_an_emergency_is_pointed_to_help(city: Service, text: str, key: str) -> None:
    answer = ask(city, text)
    assert answer.outcome is (Outcome.EMERGENCY_CRISIS if key in {"life", "violence", "child"} else Outcome.EMERGENCY)
    assert answer.message == say("app", f"answers.emergency_{key}")
    assert not answer.choices


def test_an_emergency_comes_before_every_refusal(city: Service) -> None:
    assert ask(city, f"意識がない。マイナンバーは{MY_NUMBER}").outcome is Outcome.EMERGENCY
    assert ask(city, "もう死にたい。" + "つらいです。" * 200).outcome is Outcome.EMERGENCY_CRISIS


def test_a_calm_question_about_a_fire_is_answered(city: Service) -> None:
    assert [card.id for card in ask(city, "火事のあとの罹災証明").entries] == ["risai"]


@pytest.mark.parametrize("follow_up", ["料金は？", "持ち物は？", "いつまで？", "それは土日でも大丈夫？", "郵送でもできますか"])
def test_a_question_without_a_subject_follows_the_one_before(city: Service, follow_up: str) -> None:
    first = ask(city, "住民票がほしい")
    answer = ask(city, follow_up, first.conversation)
    assert (answer.outcome, [card.id for card in answer.entries]) == (Outcome.ANSWERED_ENTRY, ["juminhyo"])
    alone = ask(city, follow_up)
    assert not alone.entries


def test_follow_ups_do_not_pile_up(own_city: Service) -> None:
    conversation = ask(own_city, "住民票がほしい").conversation
    for _ in range(5):
        assert [card.id for card in ask(own_city, "料金は？", conversation).entries] == ["juminhyo"]
    with own_city.sessions() as session:
        assert session.get_one(ConversationRow, (KITA, conversation)).text == "住民票がほしい"


def test_a_new_subject_is_not_mixed_with_the_old_one(city: Service) -> None:
    first = ask(city, "住民票がほしい")
    answer = ask(city, "粗大ごみの出し方", first.conversation)
    assert [card.id for card in answer.entries] == ["sodai"]
    assert [card.id for card in ask(city, "料金は？", first.conversation).entries] == ["sodai"]


def test_a_subject_outlives_thanks_and_questions_nobody_can_answer(city: Service) -> None:
    first = ask(city, "住民票がほしい")
    ask(city, "ありがとう", first.conversation)
    assert [card.id for card in ask(city, "料金は？", first.conversation).entries] == ["juminhyo"]


def test_a_pressed_button_is_the_next_subject(city: Service) -> None:
    first = ask(city, "ごみ")
    ask(city, "粗大ごみの出し方", first.conversation, choice="sodai")
    assert [card.id for card in ask(city, "料金は？", first.conversation).entries] == ["sodai"]


@pytest.mark.parametrize("token", ["invented-token-0001", "", "\ud800", "a\x00b", "長い" * 100, "' OR 1=1 --"])
def test_an_invented_conversation_starts_anew(city: Service, token: str) -> None:
    answer = ask(city, "料金は？", token)
    assert answer.conversation not in {token, ""}
    assert answer.outcome is Outcome.HANDOFF_NO_MATCH
    assert answer.record


def test_a_conversation_of_another_site_starts_anew(own_city: Service) -> None:
    fill(own_city, replace(SITE, id="minami"))
    first = ask(own_city, "住民票")
    there = own_city.answerer.converse(Question("minami", "料金は？", "test", conversation=first.conversation))
    assert there.conversation != first.conversation
    assert there.outcome is Outcome.HANDOFF_NO_MATCH


def test_an_entry_retired_by_its_division_is_gone_at_once(own_city: Service) -> None:
    with writing(own_city.sessions) as session:
        retire(session, KITA, "juminhyo", 1, By("担当", "古い", own_city.clock()))
    still_there(own_city, "juminhyo")
    assert "juminhyo" not in offered(ask(own_city, "住民票がほしい"))
    assert "juminhyo" not in offered(ask(own_city, "", choice="juminhyo"))


def test_an_entry_that_vanished_from_the_sheet_is_gone_at_once(own_city: Service) -> None:
    take(own_city, SITE, ENTRIES[1:])
    still_there(own_city, "juminhyo")
    assert "juminhyo" not in offered(ask(own_city, "住民票がほしい"))


def test_an_answer_ends_with_its_last_day(own_city: Service, clock: SetClock) -> None:
    clock.now = datetime(2026, 11, 23, 14, 59, tzinfo=UTC)
    assert offered(ask(own_city, "給付金の受け取り")) == ["ended"]
    clock.now = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
    assert "ended" not in offered(ask(own_city, "給付金の受け取り"))
    assert "ended" not in offered(ask(own_city, "", choice="ended"))


def test_an_answer_begins_with_its_first_day(own_city: Service, clock: SetClock) -> None:
    clock.now = datetime(2026, 11, 30, 14, 59, tzinfo=UTC)
    assert "future" not in offered(ask(own_city, "プレミアム商品券の購入"))
    assert "future" not in offered(ask(own_city, "", choice="future"))
    clock.now = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)
    assert offered(ask(own_city, "プレミアム商品券の購入")) == ["future"]


@pytest.mark.parametrize(
    ("language", "question", "division"),
    [
        ("en", "Where can I get a certificate of residence?", "Citizens Division"),
        ("ja-x-easy", "住民票（じゅうみんひょう）は どこで もらえますか", "市民課（しみんか）"),
    ],
)
def test_an_answer_is_given_in_the_language_asked_for(city: Service, language: str, question: str, division: str) -> None:
    answer = ask(city, question, language=language)
    (card,) = answer.entries
    assert (answer.language, card.language, card.question, card.division) == (language, language, question, division)
    assert card.answer == ENTRIES[0].translations[language].answer
    assert answer.message == say("app", "answers.answered_entry", language)


def test_what_is_not_translated_is_shown_in_japanese_and_says_so(city: Service) -> None:
    answer = ask(city, "戸籍謄本の請求", language="en")
    (card,) = answer.entries
    assert (answer.language, card.language, card.question) == ("en", "ja", "戸籍謄本の請求")


def test_a_language_nobody_speaks_is_japanese(city: Service) -> None:
    answer = ask(city, "住民票がほしい", language="xx")
    assert (answer.language, answer.entries[0].language) == ("ja", "ja")


@pytest.mark.parametrize("nothing", ["", " ", "\n\t", "\u200b\u200b", "\x00", "\ud800", "\U000e0041"])
def test_nothing_to_read_is_refused_kindly(city: Service, nothing: str) -> None:
    answer = ask(city, nothing)
    assert answer.outcome is Outcome.REFUSED_EMPTY
    assert answer.record


@pytest.mark.parametrize("length", [501, 10_000])
def test_too_long_is_refused_with_the_limit(city: Service, length: int) -> None:
    answer = ask(city, "住" * length)
    assert answer.outcome is Outcome.REFUSED_TOO_LONG
    assert "500" in answer.message
    assert len(row_of(city, answer).text) <= 500


def test_the_limit_is_the_one_configured(tmp_path: Path) -> None:
    short = service(tmp_path)
    short = Service(short.settings.model_copy(update={"question_limit": 20}), short.clock)
    take(short, SITE, ENTRIES)
    answer = ask(short, "あ" * 21)
    assert answer.outcome is Outcome.REFUSED_TOO_LONG
    assert "20文字" in answer.message


@pytest.mark.parametrize(
    "strange",
    [
        *("!?#$%&", "。。。", "🎉🎉🎉", "👨‍👩‍👧", "12345", "ａｂｃ", "アイウ", "ﾊﾝｶｸ", "русский", "한국어 질문", "مرحبا"),
        *("a住b民c票", "あ\ud800い", "あ\x00い", "%s {0} {site}", "' OR 1=1", "<script>"),
    ],
)
def test_strange_text_gets_an_orderly_answer(city: Service, strange: str) -> None:
    answer = ask(city, strange)
    assert answer.outcome.family in {"answered", "suggested", "handoff"}
    assert answer.record
    assert (answer.contact is not None) == (answer.outcome is Outcome.HANDOFF_NO_MATCH)


def test_a_question_survives_what_cannot_be_stored(city: Service) -> None:
    answer = ask(city, "住民\ud800票が\x00ほしい🎉")
    assert [card.id for card in answer.entries] == ["juminhyo"]
    assert row_of(city, answer).text == "住民票がほしい🎉"


def test_a_step_that_fails_costs_one_question_its_answer_and_no_more(own_city: Service) -> None:
    def fail(_: Draft) -> NoReturn:
        raise RuntimeError("boom")

    whole = own_city.answerer
    broken = Answerer(whole.parts, (*whole.steps[:-1], fail))
    with structlog.testing.capture_logs() as logged:
        answer = broken.converse(Question(KITA, "asdfgh", "test"))
    assert answer.outcome is Outcome.ERROR_UNEXPECTED
    assert answer.message == say("app", "answers.error_unexpected")
    assert "boom" not in repr(answer)
    assert [(each["event"], each["site"], each["log_level"]) for each in logged][1:] == [("step failed", KITA, "error")]
    assert row_of(own_city, answer).outcome == Outcome.ERROR_UNEXPECTED
    assert broken.converse(Question(KITA, "住民票がほしい", "test", conversation=answer.conversation)).entries


def test_steps_that_all_keep_silent_are_a_failure_too(own_city: Service) -> None:
    answer = replace(own_city.answerer, steps=()).converse(Question(KITA, "住民票", "test"))
    assert answer.outcome is Outcome.ERROR_UNEXPECTED


def test_without_a_snapshot_it_says_that_it_is_not_ready(tmp_path: Path) -> None:
    running = service(tmp_path)
    take(running, SITE, ENTRIES)
    with structlog.testing.capture_logs() as logged:
        answer = ask(running, "住民票がほしい")
    assert answer.outcome is Outcome.ERROR_NOT_READY
    assert row_of(running, answer).outcome == Outcome.ERROR_NOT_READY
    assert [each["event"] for each in logged] == ["no snapshot to search"]
    assert ask(running, "火事です").outcome is Outcome.EMERGENCY
    assert ask(running, "こんにちは").outcome is Outcome.ANSWERED_GREETING


def test_with_only_a_snapshot_of_another_model_it_is_not_ready(own_city: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WordEncoder, "name", "another")
    assert ask(own_city, "住民票がほしい").outcome is Outcome.ERROR_NOT_READY


def test_an_unknown_site_is_refused(city: Service) -> None:
    with pytest.raises(UnknownSite):
        city.answerer.converse(Question("nowhere", "住民票", "test"))


def test_a_full_database_costs_the_record_and_not_the_answer(own_city: Service) -> None:
    ask(own_city, "住民票がほしい")
    before = count(own_city)
    with structlog.testing.capture_logs() as logged, no_more_pages(own_city):
        answers = [ask(own_city, "住民票がほしい")]
        while answers[-1].record:
            answers.append(ask(own_city, "住民票がほしい"))
    assert [card.id for card in answers[-1].entries] == ["juminhyo"]
    assert [each["reason"] for each in logged] == ["database or disk is full"]
    assert count(own_city) == before + len(answers) - 1
    assert ask(own_city, "住民票がほしい").record


def test_a_full_disk_costs_the_record_and_not_the_answer(own_city: Service) -> None:
    ask(own_city, "住民票がほしい")
    log = own_city.settings.data_dir / "madoguchi.db-wal"
    with structlog.testing.capture_logs(), no_file_over(log.stat().st_size):
        answers = [ask(own_city, "住民票がほしい") for _ in range(3)]
    assert {card.id for answer in answers for card in answer.entries} == {"juminhyo"}
    assert [answer.record for answer in answers] == [None] * 3
    assert ask(own_city, "住民票がほしい").record


def test_a_locked_database_costs_the_record_and_not_the_answer(own_city: Service) -> None:
    ask(own_city, "住民票がほしい")
    with locked(own_city), structlog.testing.capture_logs() as logged:
        answer = ask(own_city, "住民票がほしい")
    assert [each["reason"] for each in logged] == ["database is locked"]
    assert ([card.id for card in answer.entries], answer.record) == (["juminhyo"], None)
    assert ask(own_city, "住民票がほしい").record


def test_the_number_of_these_tests_is_a_real_one() -> None:
    assert my_number_check_digit(MY_NUMBER[:11]) == int(MY_NUMBER[11])


def offered(answer: Answer) -> list[str]:
    return [card.id for card in answer.entries] + [choice.entry for choice in answer.choices]


def still_there(running: Service, entry: str) -> None:
    assert entry in running.live.searcher(KITA).by_id, "the snapshot has been built again"


def everything_written(running: Service) -> bytes:
    """Every byte that the service has put on the disk, the write-ahead log included."""
    return b"".join(each.read_bytes() for each in running.settings.data_dir.rglob("*") if each.is_file())


def count(running: Service) -> int:
    with running.sessions() as session:
        return session.scalar(select(func.count()).select_from(QuestionRow)) or 0


@contextmanager
def no_more_pages(running: Service) -> Iterator[None]:
    """SQLite refuses to let the database grow, as on a full disk."""
    engine = only_connection(running)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {connection.execute(text('PRAGMA page_count')).scalar_one()}")
    yield
    engine.dispose()


@contextmanager
def locked(running: Service) -> Iterator[None]:
    """Another program writes and does not end, and nobody waits for it."""
    engine = only_connection(running)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 0")
    other = sqlite3.connect(running.settings.data_dir / "madoguchi.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.close()
    engine.dispose()


def only_connection(running: Service) -> Engine:
    """The engine, emptied: a pragma set on its next connection holds for whoever asks one after the other."""
    engine: Engine = running.sessions.kw["bind"]
    engine.dispose()
    return engine


@contextmanager
def no_file_over(size: int) -> Iterator[None]:
    """The system refuses to let any file grow beyond `size` bytes."""
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, old[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
        signal.signal(signal.SIGXFSZ, ignored)
