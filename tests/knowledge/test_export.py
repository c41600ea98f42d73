"""What we write out can be taken in by an empty installation, and is then the same."""

from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from knowledge.check import from_json
from knowledge.entry import Entry, Kind, Site, Translation, to_json
from knowledge.export import exportable
from knowledge.intake import take_in
from knowledge.rows import By
from knowledge.sheet import read_entries, write_entries
from knowledge.sites import add_site
from knowledge.workflow import draft
from tests.conftest import NOW

BY = By("sato", "faq.csv", NOW)
SEED = Path(__file__).parents[2] / "knowledge" / "seed" / "entries"
_numbers = count()
LETTERS = st.characters(exclude_categories=["C", "Z"])
TEXT = st.text(st.one_of(LETTERS, st.sampled_from(" \n")), min_size=1, max_size=20).filter(lambda text: bool(text.strip()))
DAYS = st.none() | st.dates(date(2020, 1, 1), date(2040, 1, 1))
LINES = st.lists(st.text(LETTERS, min_size=1, max_size=9), max_size=3, unique=True).map(tuple)
ENTRIES = st.builds(
    Entry,
    id=st.from_regex(r"[a-z]{1,3}", fullmatch=True),
    question=TEXT,
    answer=TEXT,
    wordings=LINES,
    category=TEXT | st.just(""),
    contact=TEXT | st.just(""),
    review_on=DAYS,
    confirmed_on=DAYS,
    valid_until=DAYS,
    details=st.dictionaries(TEXT, TEXT, max_size=2),
    translations=st.dictionaries(st.sampled_from(["en", "zh-Hans", "ja-x-easy"]), st.builds(Translation, TEXT, TEXT, LINES)),
)


def new_site(session: Session) -> str:
    site_id = f"town{next(_numbers)}"
    add_site(session, Site(site_id, "町"), NOW)
    return site_id


@given(entries=st.lists(ENTRIES, min_size=1, max_size=4, unique_by=lambda each: each.id))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_site_taken_out_and_into_another_is_the_same(session: Session, entries: list[Entry]) -> None:
    here, there = new_site(session), new_site(session)
    take_in(session, here, Kind.FAQ, entries, 0, BY)
    exported = exportable(session, here, Kind.FAQ)
    assert exported == sorted(entries, key=lambda each: each.id)
    carried = [from_json(to_json(each)) for each in exported]
    assert carried == exported
    take_in(session, there, Kind.FAQ, exported, 0, BY)
    assert exportable(session, there, Kind.FAQ) == exported


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".xlsx"])
def test_the_sample_city_survives_a_sheet(session: Session, tmp_path: Path, suffix: str) -> None:
    here, there = new_site(session), new_site(session)
    seed = [replace(each, division="") for each in read_entries(SEED / "moving.jsonl").good]
    take_in(session, here, Kind.FAQ, seed, 0, BY)
    write_entries(exportable(session, here, Kind.FAQ), tmp_path / f"faq{suffix}")
    good, problems = read_entries(tmp_path / f"faq{suffix}")
    assert problems == ()
    take_in(session, there, Kind.FAQ, good, 0, BY)
    assert exportable(session, there, Kind.FAQ) == exportable(session, here, Kind.FAQ) != []


def test_what_nobody_approved_stays_behind(session: Session) -> None:
    here = new_site(session)
    first = Entry("a", "?", "1", translations={"en": Translation("Q", "1")})
    take_in(session, here, Kind.FAQ, [first], 0, BY)
    draft(session, here, replace(first, answer="2"), 1, BY)
    draft(session, here, replace(first, id="b"), None, BY)
    assert exportable(session, here, Kind.FAQ) == [first]
    take_in(session, here, Kind.FAQ, [replace(first, answer="3")], 0, BY)
    assert exportable(session, here, Kind.FAQ) == [replace(first, answer="3", translations={})]
