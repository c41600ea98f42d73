"""What is kept of a question: masked, whole or not at all, each site for itself."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.answering.draft import Draft, Memory
from app.errors import UnknownRecord
from app.records.tables import ConversationRow, FeedbackRow, QuestionRow, ShownRow
from app.wiring import Service
from channels.message import Answer, Outcome, Question
from knowledge.database import writing
from knowledge.rows import By
from knowledge.workflow import approve, draft, submit
from tests.app.small_city import ENTRIES, HOLIDAY, KITA, SITE, SetClock, ask, fill, service, take, with_cards_from

MINAMI = "minami"


def shown(running: Service, answer: Answer) -> list[tuple[str, int | None, bool]]:
    query = select(ShownRow).where(ShownRow.question_id == answer.record).order_by(ShownRow.position)
    with running.sessions() as session:
        return [(row.entry_id, row.revision, row.as_answer) for row in session.scalars(query)]


def question(running: Service, answer: Answer) -> QuestionRow:
    with running.sessions() as session:
        return session.get_one(QuestionRow, (KITA, answer.record))


def feedback(running: Service) -> list[tuple[str, bool, str | None, str]]:
    with running.sessions() as session:
        return [(row.site_id, row.helpful, row.reason, row.comment) for row in session.scalars(select(FeedbackRow))]


def test_a_question_is_kept_with_how_it_ended(own_city: Service) -> None:
    answer = ask(own_city, "　住民票が　ほしい　", language="en")
    row = question(own_city, answer)
    assert (row.text, row.outcome, row.language, row.channel) == ("住民票が ほしい", "answered_entry", "en", "test")
    assert (row.conversation, row.asked_at) == (answer.conversation, HOLIDAY)
    assert row.snapshot == own_city.live.searcher(KITA).manifest.id
    assert row.confidence == own_city.records.confidence(KITA, answer.record)
    assert row.text == own_city.records.text(KITA, answer.record)
    assert row.confidence is not None
    assert {"encode", "rank", "retrieve", "total"} <= set(row.milliseconds)
    assert all(value >= 0 for value in row.milliseconds.values())


def test_a_question_that_was_not_searched_has_no_snapshot_and_no_confidence(own_city: Service) -> None:
    row = question(own_city, ask(own_city, "こんにちは"))
    assert (row.outcome, row.snapshot, row.confidence) == (Outcome.ANSWERED_GREETING, None, None)


def test_entries_are_kept_in_the_order_they_were_shown(own_city: Service) -> None:
    assert shown(own_city, ask(own_city, "住民票がほしい")) == [("juminhyo", 1, True)]
    suggested = ask(own_city, "古い電池がたまった")
    assert shown(own_city, suggested) == [(choice.entry, 1, False) for choice in suggested.choices]
    assert shown(own_city, ask(own_city, "こんにちは")) == []


def test_cards_are_not_counted_as_answers(tmp_path: Path) -> None:
    running = with_cards_from(service(tmp_path), 0.0)
    fill(running)
    answer = ask(running, "古い電池がたまった")
    assert answer.outcome is Outcome.SUGGESTED_CARDS
    assert answer.entries[0].id == "denchi"
    assert [(entry, as_answer) for entry, _, as_answer in shown(running, answer)] == [(card.id, False) for card in answer.entries]
    assert len(answer.entries) == 3


def test_the_revision_is_the_one_that_is_live(own_city: Service, clock: SetClock) -> None:
    by = By("担当", "直し", own_city.clock())
    with writing(own_city.sessions) as session:
        number = draft(session, KITA, ENTRIES[0], 1, by)
        submit(session, KITA, "juminhyo", number, by)
    assert shown(own_city, ask(own_city, "住民票がほしい")) == [("juminhyo", 1, True)]
    with writing(own_city.sessions) as session:
        approve(session, KITA, "juminhyo", number, By("上司", "よし", own_city.clock()))
    clock.now += timedelta(seconds=1)
    own_city.publisher.publish(KITA)
    assert shown(own_city, ask(own_city, "住民票がほしい")) == [("juminhyo", 2, True)]


def test_nothing_is_kept_unmasked(own_city: Service) -> None:
    answer = ask(own_city, "住民票がほしい。電話は06-6489-1234、メールはtaro@example.jp、中央1-2-3")
    own_city.records.take_feedback(KITA, answer.record or "", False, "other", "090-1234-5678に電話を。番号は1234 5678 9018")
    with own_city.sessions() as session:
        kept = [row.text for row in session.scalars(select(QuestionRow))]
        kept += [row.text for row in session.scalars(select(ConversationRow))]
        kept += [row.comment for row in session.scalars(select(FeedbackRow))]
    assert kept[0] == "住民票がほしい。電話は【電話番号】、メールは【メールアドレス】、【住所】"
    assert kept[-1] == "【電話番号】に電話を。番号は【マイナンバー】"
    assert not any(secret in text for text in kept for secret in ("6489", "taro", "1-2-3", "5678"))


def test_feedback_replaces_earlier_feedback(own_city: Service, clock: SetClock) -> None:
    record = ask(own_city, "住民票がほしい").record or ""
    own_city.records.take_feedback(KITA, record, False, "outdated", "古い")
    assert feedback(own_city) == [(KITA, False, "outdated", "古い")]
    clock.now += timedelta(minutes=1)
    own_city.records.take_feedback(KITA, record, True, None, "")
    assert feedback(own_city) == [(KITA, True, None, "")]


@pytest.mark.parametrize("comment", ["", "\ud800", "a\x00b", "🎉" * 500])
def test_any_comment_can_be_kept(own_city: Service, comment: str) -> None:
    record = ask(own_city, "住民票がほしい").record or ""
    own_city.records.take_feedback(KITA, record, True, None, comment)
    assert len(feedback(own_city)) == 1


@pytest.mark.parametrize("handle", ["", "unknown", "x" * 128])
def test_feedback_on_what_was_never_answered_is_refused(own_city: Service, handle: str) -> None:
    with pytest.raises(UnknownRecord, match="見つかりません"):
        own_city.records.take_feedback(KITA, handle, True, None, "")
    assert feedback(own_city) == []


def test_two_sites_never_see_each_other(own_city: Service) -> None:
    other = SITE.__class__(MINAMI, "みなみ市", "0998-00-0000", SITE.divisions)
    fill(own_city, other, [each for each in ENTRIES if each.id != "juminhyo"])
    here = ask(own_city, "住民票がほしい")
    there = own_city.answerer.converse(Question(MINAMI, "住民票がほしい", "test"))
    assert "juminhyo" not in {card.id for card in there.entries} | {choice.entry for choice in there.choices}
    with pytest.raises(UnknownRecord):
        own_city.records.take_feedback(MINAMI, here.record or "", True, None, "")
    assert own_city.records.confidence(MINAMI, here.record) is None
    assert own_city.records.text(MINAMI, here.record) is None
    assert own_city.records.recall(MINAMI, here.conversation).conversation != here.conversation
    assert own_city.records.recall(KITA, here.conversation).entry == "juminhyo"
    with own_city.sessions() as session:
        assert {row.id: row.site_id for row in session.scalars(select(QuestionRow))} == {here.record: KITA, there.record: MINAMI}


def test_a_turn_that_cannot_be_written_whole_is_not_written(own_city: Service) -> None:
    with own_city.sessions.kw["bind"].begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER no_entries BEFORE INSERT ON shown_entries BEGIN SELECT RAISE(ABORT, 'not now'); END"
        )
    answer = ask(own_city, "住民票がほしい")
    assert [card.id for card in answer.entries] == ["juminhyo"]
    assert answer.record is None
    with own_city.sessions() as session:
        assert not session.scalars(select(QuestionRow)).all()
        assert not session.scalars(select(ConversationRow)).all()
    assert ask(own_city, "こんにちは", answer.conversation).record


@pytest.mark.parametrize(("outcome", "answered"), [(Outcome.ANSWERED_ENTRY, "juminhyo"), (Outcome.SUGGESTED_CARDS, None)])
def test_only_an_answer_is_what_the_next_question_may_follow(own_city: Service, outcome: Outcome, answered: str | None) -> None:
    asked = Draft(SITE, "住民票", "ja", HOLIDAY, Memory("a-conversation-token"), subject="住民票")
    assert own_city.records.record(asked, asked.answer(outcome, entries=ENTRIES[:3]))
    assert own_city.records.recall(KITA, "a-conversation-token") == Memory("a-conversation-token", "住民票", answered)


def test_tokens_and_handles_cannot_be_guessed(own_city: Service) -> None:
    answers = [ask(own_city, "こんにちは") for _ in range(3)]
    tokens = {each.conversation for each in answers} | {each.record for each in answers}
    assert len(tokens) == 6
    assert all(token and len(token) == 24 for token in tokens)


def test_a_conversation_remembers_when_it_began_and_was_last_used(own_city: Service, clock: SetClock) -> None:
    conversation = ask(own_city, "住民票がほしい").conversation
    clock.now += timedelta(hours=1)
    take(own_city, SITE, ENTRIES)
    ask(own_city, "ありがとう", conversation)
    with own_city.sessions() as session:
        row = session.get_one(ConversationRow, (KITA, conversation))
    assert (row.started_at, row.updated_at) == (HOLIDAY, HOLIDAY + timedelta(hours=1))
    assert (row.text, row.entry_id) == ("住民票がほしい", "juminhyo")


def by_reference(running: Service, text: str, reference: str, conversation: str | None = None) -> Answer:
    return running.answerer.converse(Question(KITA, text, "test", conversation=conversation, reference=reference))


def kept(running: Service) -> dict[str, str]:
    """The text of every question and of every conversation's memory, by whose it is."""
    with running.sessions() as session:
        rows = {row.reference or row.id: row.text for row in session.scalars(select(QuestionRow))}
        return rows | {row.token: row.text for row in session.scalars(select(ConversationRow))}


def test_a_question_asked_again_under_its_reference_is_kept_once(own_city: Service) -> None:
    first = by_reference(own_city, "住民票がほしい", "message-1")
    again = by_reference(own_city, "住民票がほしい", "message-1")
    assert again.conversation != first.conversation
    assert kept(own_city) == {"message-1": "住民票がほしい", again.conversation: "住民票がほしい"}
    by_reference(own_city, "料金は？", "message-2", again.conversation)
    by_reference(own_city, "料金は？", "message-2", again.conversation)
    assert set(kept(own_city)) == {"message-1", "message-2", again.conversation}


def test_a_question_can_be_forgotten_with_what_the_conversation_remembers_of_it(own_city: Service) -> None:
    asked = by_reference(own_city, "住民票がほしい", "message-1")
    own_city.records.take_feedback(KITA, asked.record or "", False, "other", "わかりにくい")
    by_reference(own_city, "料金は？", "message-2", asked.conversation)
    for site, channel, reference in ((MINAMI, "test", "message-1"), (KITA, "web", "message-1"), (KITA, "test", "message-3")):
        own_city.records.forget(site, channel, reference)
    assert kept(own_city)["message-1"] == "住民票がほしい"
    own_city.records.forget(KITA, "test", "message-1")
    assert kept(own_city) == {"message-2": "料金は?", asked.conversation: ""}
    assert feedback(own_city) == []
    assert own_city.records.recall(KITA, asked.conversation) == Memory(asked.conversation)
    own_city.records.forget(KITA, "test", "message-1")


def test_what_a_channel_has_already_masked_is_refused_all_the_same(own_city: Service) -> None:
    masked = Question(KITA, "【マイナンバー】です", "test", taken_out=frozenset({"my_number"}))
    assert own_city.answerer.converse(masked).outcome is Outcome.REFUSED_PERSONAL_DATA
    assert ask(own_city, "【マイナンバー】です").outcome is not Outcome.REFUSED_PERSONAL_DATA
