"""Questions are forgotten after their time with all that hangs on them; counts stay, and so do the rows of others."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session, sessionmaker

from app.records import retention
from app.records.retention import Forgotten, Retention
from app.records.tables import ConversationRow, FeedbackRow, QuestionCountRow, QuestionRow, ShownRow
from app.records.unanswered import outcomes, unanswered
from knowledge.database import writing
from knowledge.entry import Site
from knowledge.sites import add_site

NOW = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
OLD = NOW - timedelta(days=400)
_handles = count()


@pytest.fixture
def records(open_session: sessionmaker[Session]) -> sessionmaker[Session]:
    """Two sites without any question."""
    with writing(open_session) as session:
        for site in ("kita", "minami"):
            add_site(session, Site(site, site), NOW)
    return open_session


def add(
    records: sessionmaker[Session],
    turns: Sequence[str],
    at: datetime,
    site: str = "kita",
    text: str = "犬が死にました",
    helpful: bool | None = None,
    token: str = "",
) -> str:
    """A conversation whose turns ended in these outcomes, a minute apart; returns its token."""
    token = token or f"conversation{next(_handles)}"
    with writing(records) as session:
        session.add(
            ConversationRow(site_id=site, token=token, channel="web", text=text, entry_id="neko", started_at=at, updated_at=at)
        )
        session.flush()
        for minute, outcome in enumerate(turns):
            handle = f"question{next(_handles)}"
            asked = at + timedelta(minutes=minute)
            session.add(
                QuestionRow(
                    site_id=site,
                    id=handle,
                    conversation=token,
                    channel="web",
                    language="ja",
                    text=text,
                    outcome=outcome,
                    milliseconds={},
                    asked_at=asked,
                )
            )
            session.flush()
            session.add(ShownRow(site_id=site, question_id=handle, position=0, entry_id="neko", as_answer=True))
            if helpful is not None:
                session.add(FeedbackRow(site_id=site, question_id=handle, helpful=helpful, comment="", given_at=asked))
    return token


def forget(records: sessionmaker[Session], site: str = "kita") -> Forgotten:
    return Retention(records).forget(site, NOW - timedelta(days=365), NOW - timedelta(days=7))


def counts(records: sessionmaker[Session]) -> list[tuple[str, str, str, int]]:
    with records() as session:
        rows = session.scalars(select(QuestionCountRow).order_by(QuestionCountRow.day, QuestionCountRow.outcome))
        return [(row.site_id, row.day.isoformat(), row.outcome, row.questions) for row in rows]


def rows(records: sessionmaker[Session], table: type) -> int:
    with records() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_old_questions_go_with_all_that_hangs_on_them(records: sessionmaker[Session]) -> None:
    add(records, ["answered_entry", "suggested"], OLD, helpful=True)
    assert forget(records) == Forgotten(questions=2, conversations=1, contexts=1)
    assert [rows(records, table) for table in (QuestionRow, ShownRow, FeedbackRow, ConversationRow)] == [0] * 4
    assert forget(records) == Forgotten(0, 0, 0)


def test_their_counts_stay_by_the_day_in_japan(records: sessionmaker[Session]) -> None:
    evening = datetime(2025, 3, 1, 16, 0, tzinfo=UTC)
    add(records, ["answered_entry", "answered_entry", "suggested"], evening)
    forget(records)
    add(records, ["answered_entry"], evening)
    forget(records)
    assert counts(records) == [("kita", "2025-03-02", "answered_entry", 3), ("kita", "2025-03-02", "suggested", 1)]


def test_what_is_not_old_stays(records: sessionmaker[Session]) -> None:
    add(records, ["answered_entry"], NOW - timedelta(days=364))
    assert forget(records).questions == 0
    assert rows(records, QuestionRow) == 1
    assert counts(records) == []


def test_what_a_silent_conversation_was_about_is_forgotten_earlier(records: sessionmaker[Session]) -> None:
    silent = add(records, ["answered_entry"], NOW - timedelta(days=8))
    lively = add(records, ["answered_entry"], NOW - timedelta(days=6))
    assert forget(records).contexts == 1
    with records() as session:
        kept = {row.token: (row.text, row.entry_id) for row in session.scalars(select(ConversationRow))}
    assert kept == {silent: ("", None), lively: ("犬が死にました", "neko")}


def test_a_conversation_stays_as_long_as_one_of_its_questions(records: sessionmaker[Session]) -> None:
    token = add(records, ["answered_entry"], OLD)
    with writing(records) as session:
        late = {"conversation": token, "channel": "web", "language": "ja", "text": "", "milliseconds": {}}
        session.add(QuestionRow(site_id="kita", id="late", **late, outcome="suggested", asked_at=NOW))
    assert forget(records) == Forgotten(questions=1, conversations=0, contexts=1)


def test_no_site_forgets_for_another(records: sessionmaker[Session]) -> None:
    add(records, ["answered_entry"], OLD, token="same")
    add(records, ["answered_entry"], OLD, site="minami", token="same")
    assert forget(records).questions == 1
    assert rows(records, QuestionRow) == 1
    assert [row[0] for row in counts(records)] == ["kita"]


def test_it_works_in_small_transactions_and_counts_each_question_once_when_stopped(
    records: sessionmaker[Session], engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "CHUNK", 2)
    for _ in range(5):
        add(records, ["suggested"], OLD)
    stops = iter([False, False, True])

    class Stopped(BaseException):
        """Stands for a kill."""

    @event.listens_for(engine, "before_cursor_execute")
    def stop(*arguments: object) -> None:
        if str(arguments[2]).startswith("DELETE FROM questions") and next(stops, False):
            raise Stopped

    with pytest.raises(Stopped):
        forget(records)
    assert rows(records, QuestionRow) == 1
    assert forget(records).questions == 1
    assert [row[3] for row in counts(records)] == [5]


def in_vain(records: sessionmaker[Session]) -> list[str]:
    with records() as session:
        return [turn.outcome for turn in unanswered(session, "kita", NOW - timedelta(days=1), NOW)]


@pytest.mark.parametrize(
    ("turns", "helpful", "expected"),
    [
        (["handoff_no_match"], None, ["handoff_no_match"]),
        (["suggested"], None, ["suggested"]),
        (["suggested", "answered_entry"], None, []),
        (["answered_entry", "suggested_cards"], None, ["suggested_cards"]),
        (["answered_entry"], False, ["answered_entry"]),
        (["answered_entry"], True, []),
        (["answered_greeting", "refused_personal_data", "emergency", "handoff_requested"], None, []),
    ],
)
def test_what_was_asked_in_vain_is_found(
    records: sessionmaker[Session], turns: list[str], helpful: bool | None, expected: list[str]
) -> None:
    add(records, turns, NOW - timedelta(hours=3), helpful=helpful)
    add(records, ["handoff_no_match"], NOW - timedelta(days=2))
    add(records, ["handoff_no_match"], NOW - timedelta(hours=3), site="minami")
    assert in_vain(records) == expected


def test_outcomes_are_counted_within_a_span(records: sessionmaker[Session]) -> None:
    add(records, ["answered_entry", "answered_entry", "suggested"], NOW - timedelta(hours=3))
    add(records, ["answered_entry"], NOW)
    add(records, ["answered_entry"], NOW - timedelta(hours=3), site="minami")
    with records() as session:
        assert outcomes(session, "kita", NOW - timedelta(days=1), NOW) == {"answered_entry": 2, "suggested": 1}
