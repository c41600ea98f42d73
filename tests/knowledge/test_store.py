"""What residents may be answered from, what staff see, and that no site sees another's."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from knowledge.calendar import hours_from_json
from knowledge.entry import Division, Entry, Kind, Site, State, Translation
from knowledge.export import exportable
from knowledge.history import decisions_of, revisions_of
from knowledge.intake import take_in
from knowledge.rows import By
from knowledge.schema import PastIsFixed, RevisionRow, SiteRow
from knowledge.sites import DivisionInUse, UnknownSite, add_site, put_division, site, sites
from knowledge.store import (
    CHUNK,
    UnknownEntry,
    all_entries,
    entry,
    live_revision_numbers,
    published,
    still_published,
    stored,
)
from knowledge.workflow import draft, retire
from tests.conftest import NOW, TOWN

TODAY = date(2026, 11, 20)
DAY = timedelta(days=1)
BY = By("sato", "faq.csv", NOW)
SEAL = Entry(
    id="seal",
    question="印鑑登録はどこでできますか",
    answer="市民課です。\n300円です。",
    wordings=("ハンコ登録", "実印"),
    category="証明",
    division="citizens",
    source="https://www.city.mihon.example.jp/seal.html",
    procedure="https://shinsei.city.mihon.example.jp/seal",
    contact="コールセンター",
    valid_from=date(2026, 4, 1),
    valid_until=date(2027, 3, 31),
    review_on=date(2027, 2, 1),
    confirmed_on=date(2026, 10, 1),
    details={"kana": "いんかん"},
    translations={"en": Translation("Where?", "Here.", ("seal", "stamp")), "ja-x-easy": Translation("どこ", "ここ")},
)


def give(session: Session, *entries: Entry, site_id: str = TOWN.id, kind: Kind = Kind.FAQ) -> None:
    take_in(session, site_id, kind, entries, 0, BY)


def test_every_field_comes_back(session: Session, town: str) -> None:
    give(session, SEAL)
    assert entry(session, town, "seal") == SEAL
    assert published(session, town, TODAY) == [SEAL]
    assert exportable(session, town, Kind.FAQ) == [SEAL]
    assert [each.entry for each in all_entries(session, town)] == [SEAL]
    assert [each.entry for each in revisions_of(session, town, "seal")] == [SEAL]


def test_a_snapshot_gets_what_is_valid_today_or_later(session: Session, town: str) -> None:
    ended, last_day, not_yet = (
        replace(SEAL, id="ended", valid_until=TODAY - DAY),
        replace(SEAL, id="last-day", valid_until=TODAY),
        replace(SEAL, id="not-yet", valid_from=TODAY + DAY),
    )
    give(session, ended, last_day, not_yet)
    assert published(session, town, TODAY) == [last_day, not_yet]


def test_residents_are_answered_only_from_what_is_valid_today(session: Session, town: str) -> None:
    give(
        session,
        replace(SEAL, id="always", valid_from=None, valid_until=None),
        replace(SEAL, id="first-day", valid_from=TODAY),
        replace(SEAL, id="last-day", valid_until=TODAY),
        replace(SEAL, id="ended", valid_until=TODAY - DAY),
        replace(SEAL, id="not-yet", valid_from=TODAY + DAY),
        replace(SEAL, id="retired"),
    )
    retire(session, town, "retired", 1, BY)
    draft(session, town, replace(SEAL, id="draft"), None, BY)
    asked = ["always", "first-day", "last-day", "ended", "not-yet", "retired", "draft", "unknown"]
    assert still_published(session, town, asked, TODAY) == {"always", "first-day", "last-day"}
    assert still_published(session, town, [], TODAY) == set()


def test_the_revision_in_use_is_known_for_live_entries_only(session: Session, town: str) -> None:
    give(session, SEAL, replace(SEAL, id="other"))
    give(session, replace(SEAL, answer="市民課"), replace(SEAL, id="other"))
    draft(session, town, replace(SEAL, answer="税務課"), 2, BY)
    draft(session, town, replace(SEAL, id="new"), None, BY)
    assert live_revision_numbers(session, town, ["seal", "other", "new", "unknown"]) == {"seal": 2, "other": 1}


def test_more_ids_than_a_statement_takes_are_asked_for_in_parts(session: Session, town: str) -> None:
    give(session, SEAL)
    asked = [*(f"unknown{number}" for number in range(CHUNK)), "seal"]
    assert still_published(session, town, asked, TODAY) == {"seal"}


def test_staff_see_the_latest_text_and_where_it_stands(session: Session, town: str) -> None:
    give(session, SEAL)
    draft(session, town, replace(SEAL, answer="税務課"), 1, BY)
    draft(session, town, replace(SEAL, id="ハンコ"), None, BY)
    told = [(each.entry.id, each.entry.answer, each.state, each.live, each.latest) for each in all_entries(session, town)]
    assert told == [("seal", "税務課", State.DRAFT, 1, 2), ("ハンコ", SEAL.answer, State.DRAFT, None, 1)]
    assert stored(session, town, "seal").updated_at == NOW


def test_unknown_entries_and_drafts_have_no_live_text(session: Session, town: str) -> None:
    draft(session, town, SEAL, None, BY)
    for entry_id in ("seal", "unknown"):
        with pytest.raises(UnknownEntry, match=f"項目「{entry_id}」は見つかりません"):
            entry(session, town, entry_id)
    with pytest.raises(UnknownEntry):
        stored(session, town, "unknown")


def test_no_site_sees_or_touches_what_another_has(session: Session, town: str) -> None:
    add_site(session, Site("other", "となり町", divisions=(Division("citizens", "住民課"),)), NOW)
    theirs = replace(SEAL, answer="住民課です。", translations={})
    give(session, SEAL, replace(SEAL, id="ours"))
    give(session, theirs, replace(theirs, id="theirs"), site_id="other")
    give(session, SEAL)
    draft(session, town, replace(SEAL, answer="下書き"), 1, BY)
    assert published(session, "other", TODAY) == [theirs, replace(theirs, id="theirs")]
    assert exportable(session, "other", Kind.FAQ) == published(session, "other", TODAY)
    assert entry(session, "other", "seal") == theirs
    assert still_published(session, "other", ["seal", "ours", "theirs"], TODAY) == {"seal", "theirs"}
    assert live_revision_numbers(session, "other", ["seal", "ours", "theirs"]) == {"seal": 1, "theirs": 1}
    assert [each.entry.id for each in all_entries(session, "other")] == ["seal", "theirs"]
    assert stored(session, "other", "seal").state is State.PUBLISHED
    assert [each.entry for each in revisions_of(session, "other", "seal")] == [theirs]
    assert len(decisions_of(session, "other", "seal")) == 1
    assert [division.name for division in site(session, "other").divisions] == ["住民課"]
    assert (revisions_of(session, "other", "ours"), decisions_of(session, "other", "ours")) == ([], [])
    with pytest.raises(UnknownEntry):
        retire(session, "other", "ours", 1, BY)


def test_many_entries_take_no_more_statements_than_one(engine: Engine, session: Session, town: str) -> None:
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *told: statements.append(told[2]))

    def asked() -> int:
        statements.clear()
        published(session, town, TODAY)
        all_entries(session, town)
        exportable(session, town, Kind.FAQ)
        return len(statements)

    give(session, SEAL)
    one = asked()
    give(session, *(replace(SEAL, id=f"seal-{number}") for number in range(50)))
    assert (one, asked()) == (6, 6)


@pytest.mark.parametrize("table", ["revisions", "translations", "decisions"])
@pytest.mark.parametrize("change", ["UPDATE {} SET entry_id = 'x'", "DELETE FROM {}"])
@pytest.mark.usefixtures("town")
def test_the_database_itself_keeps_the_past_as_it_was(session: Session, table: str, change: str) -> None:
    give(session, SEAL)
    with pytest.raises(DBAPIError, match="the past is fixed"):
        session.execute(text(change.format(table)))


@pytest.mark.usefixtures("town")
def test_there_is_no_side_door_to_the_past(engine: Engine, session: Session) -> None:
    give(session, SEAL)
    doors = {
        "sqlite": "INSERT OR REPLACE INTO decisions SELECT * FROM decisions",
        "postgresql": "TRUNCATE decisions",
    }
    with pytest.raises(DBAPIError, match="the past is fixed"):
        session.execute(text(doors[engine.dialect.name]))


def test_the_code_does_not_even_ask_to_change_the_past(session: Session, town: str) -> None:
    give(session, SEAL)
    session.get_one(RevisionRow, (town, "seal", 1)).answer = "なかったことに"
    with pytest.raises(PastIsFixed):
        session.flush()


@pytest.mark.usefixtures("town")
def test_a_site_comes_back_with_its_divisions_in_order(session: Session) -> None:
    hours = hours_from_json({"weekly": {"thu": [["08:30", "19:00"]]}, "exceptions": {"2026-12-28": []}, "note": "木曜だけ"})
    other = Site("a-town", "あ町", "0999-00-2000", (Division("z", "課", "1", hours, {"en": "Z"}), Division("a", "係")))
    add_site(session, other, NOW)
    assert site(session, "a-town") == other
    assert sites(session) == [other, TOWN]
    with pytest.raises(UnknownSite, match="自治体「b-town」は登録されていません"):
        site(session, "b-town")


def test_adding_a_known_site_brings_it_up_to_date(session: Session, town: str) -> None:
    changed = replace(TOWN, phone="0999-00-2000", divisions=(Division("tax", "納税課"), Division("water", "水道課")))
    add_site(session, changed, NOW + DAY)
    assert site(session, town) == changed
    assert session.get_one(SiteRow, town).created_at == NOW
    put_division(session, town, Division("water", "上下水道課"), 1)
    assert site(session, town).division("water") == Division("water", "上下水道課")


def test_a_division_that_entries_name_does_not_vanish(session: Session, town: str) -> None:
    give(session, SEAL)
    draft(session, town, replace(SEAL, division="tax"), 1, BY)
    with pytest.raises(DivisionInUse, match="1件の項目"):
        add_site(session, replace(TOWN, divisions=TOWN.divisions[1:]), NOW)
    retire(session, town, "seal", 2, BY)
    add_site(session, replace(TOWN, divisions=()), NOW)
    assert site(session, town).divisions == ()
