"""Importing a sheet once, again, changed, shortened, broken."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session, sessionmaker

from knowledge.database import writing
from knowledge.entry import Entry, Kind, Site, State, Translation
from knowledge.export import exportable
from knowledge.history import decisions_of, revisions_of
from knowledge.intake import Counts, NothingToImport, take_in
from knowledge.rows import By
from knowledge.sites import UnknownSite, add_site
from knowledge.store import all_entries, entry, published, stored
from knowledge.workflow import approve, draft, retire, submit
from tests.conftest import NOW, TOWN

pytestmark = pytest.mark.usefixtures("town")

BY = By("import", "faq.csv", NOW)
SATO, SUZUKI = By("sato", "", NOW), By("suzuki", "", NOW)
ENGLISH = {"en": Translation("Question", "Answer")}
A, B, C = (Entry(each, f"{each}の質問", f"{each}の答え", division="citizens") for each in "abc")
CHANGED = replace(A, answer="新しい答え")


def take(session: Session, *entries: Entry, refused: int = 0, publish: bool = True, kind: Kind = Kind.FAQ) -> Counts:
    return take_in(session, TOWN.id, kind, entries, refused, BY, publish)


def told(counts: Counts) -> dict[str, int]:
    names = ("added", "updated", "unchanged", "retired", "restored", "kept", "superseded")
    return {name: number for name in names if (number := getattr(counts, name))}


def live(session: Session) -> list[Entry]:
    return published(session, TOWN.id, NOW.date())


def test_the_first_import_publishes_everything_in_the_name_of_its_operator(session: Session, town: str) -> None:
    assert told(take(session, A, B)) == {"added": 2}
    assert live(session) == [A, B]
    (decision,) = decisions_of(session, town, "a")
    assert (decision.from_state, decision.to_state, decision.actor, decision.reason) == (
        None,
        State.PUBLISHED,
        "import",
        "faq.csv",
    )
    assert revisions_of(session, town, "a")[0].author == "import"


def test_importing_again_touches_nothing(session: Session, town: str) -> None:
    take(session, A, B)
    before = all_entries(session, town)
    counts = take_in(session, town, Kind.FAQ, [A, B], 0, By("other", "again.csv", NOW.replace(year=2027)))
    assert told(counts) == {"unchanged": 2}
    assert all_entries(session, town) == before


def test_what_changed_is_updated_and_the_rest_left_alone(session: Session, town: str) -> None:
    take(session, A, B)
    assert told(take(session, CHANGED, B)) == {"updated": 1, "unchanged": 1}
    assert live(session) == [CHANGED, B]
    assert [each.entry for each in revisions_of(session, town, "a")] == [CHANGED, A]
    assert len(revisions_of(session, town, "b")) == 1


def test_what_vanished_is_retired_and_what_comes_back_restored(session: Session, town: str) -> None:
    take(session, A, B, C)
    assert told(take(session, A)) == {"unchanged": 1, "retired": 2}
    assert live(session) == [A]
    assert told(take(session, A, B, replace(C, answer="別の答え"))) == {"unchanged": 1, "restored": 2}
    assert [len(revisions_of(session, town, each)) for each in "bc"] == [1, 2]
    assert [each.to_state for each in decisions_of(session, town, "b")] == [State.PUBLISHED, State.RETIRED, State.PUBLISHED]


def test_a_row_that_cannot_be_read_costs_no_entry(session: Session) -> None:
    take(session, A, B, C)
    assert told(take(session, CHANGED, refused=1)) == {"updated": 1, "kept": 2}
    assert live(session) == [CHANGED, B, C]


def test_a_sheet_without_one_good_row_changes_nothing(session: Session) -> None:
    take(session, A)
    for good, refused in [((), 0), ((), 7), ((replace(B, division="課"),), 0)]:
        with pytest.raises(NothingToImport, match="何も変更していません"):
            take(session, *good, refused=refused)
    assert live(session) == [A]


def test_each_kind_is_imported_on_its_own(session: Session) -> None:
    iron = Entry("waste-iron", "アイロン", "燃やせないごみ", kind=Kind.WASTE)
    take(session, A)
    assert told(take(session, iron, kind=Kind.WASTE)) == {"added": 1}
    assert live(session) == [A, iron]


def test_entries_of_another_kind_are_refused_by_name(session: Session, town: str) -> None:
    take(session, A)
    counts = take(session, replace(A, kind=Kind.WASTE), replace(B, kind=Kind.WASTE), C, kind=Kind.WASTE)
    assert told(counts) == {"added": 1}
    assert [(each.key, each.values["id"]) for each in counts.problems] == [("id_of_other_kind", "a"), ("other_kind", "c")]
    assert entry(session, town, "a") == A


def test_an_unknown_division_costs_its_entry_and_names_the_known_ones(session: Session) -> None:
    counts = take(session, replace(A, division="戸籍課"), replace(B, division=""))
    assert told(counts) == {"added": 1}
    (problem,) = counts.problems
    assert problem.sentence.startswith("ID「a」の担当課「戸籍課」は登録されていないため、取り込みませんでした。市民課・税務課 の")


def test_an_entry_refused_for_its_division_is_not_retired(session: Session) -> None:
    take(session, A, B, C)
    assert told(take(session, replace(A, division="戸籍課"), B)) == {"unchanged": 1, "kept": 1}
    assert live(session) == [A, B, C]


def test_a_division_may_be_given_by_its_name(session: Session) -> None:
    take(session, replace(A, division="市民課"))
    assert live(session) == [A]
    assert told(take(session, A)) == {"unchanged": 1}


def test_the_first_of_two_entries_with_one_id_counts(session: Session) -> None:
    counts = take(session, A, CHANGED)
    assert [problem.key for problem in counts.problems] == ["id_twice"]
    assert live(session) == [A]


def test_without_publishing_everything_waits_for_an_approval(session: Session, town: str) -> None:
    take(session, A, B)
    assert told(take(session, CHANGED, C, publish=False)) == {"added": 1, "updated": 1, "kept": 1}
    assert live(session) == [A, B]
    assert [each.state for each in all_entries(session, town)] == [State.PENDING, State.PUBLISHED, State.PENDING]
    assert told(take(session, CHANGED, C, publish=False)) == {"unchanged": 2, "kept": 1}
    approve(session, town, "a", 2, SATO)
    assert live(session) == [CHANGED, B]


def test_publishing_what_already_waits_makes_no_second_revision(session: Session, town: str) -> None:
    take(session, A, publish=False)
    assert told(take(session, A)) == {"updated": 1}
    assert live(session) == [A]
    assert len(revisions_of(session, town, "a")) == 1


def test_a_draft_in_work_survives_a_sheet_that_says_nothing_new(session: Session, town: str) -> None:
    take(session, A)
    draft(session, town, CHANGED, 1, SATO)
    assert told(take(session, A)) == {"unchanged": 1}
    assert (stored(session, town, "a").state, stored(session, town, "a").entry) == (State.DRAFT, CHANGED)


def test_a_draft_overtaken_by_a_new_text_stays_in_the_history(session: Session, town: str) -> None:
    take(session, A)
    draft(session, town, CHANGED, 1, SATO)
    newest = replace(A, answer="表計算の答え")
    assert told(take(session, newest)) == {"updated": 1, "superseded": 1}
    assert live(session) == [newest]
    assert [each.entry for each in revisions_of(session, town, "a")] == [newest, CHANGED, A]


def test_drafts_that_never_were_in_a_sheet_are_not_retired(session: Session, town: str) -> None:
    draft(session, town, B, None, SATO)
    assert told(take(session, A)) == {"added": 1}
    assert stored(session, town, "b").state is State.DRAFT


def test_an_untouched_translation_of_a_changed_answer_is_stale_and_stays_so(session: Session, town: str) -> None:
    take(session, replace(A, translations=ENGLISH))
    changed = replace(CHANGED, translations=ENGLISH)
    assert told(take(session, changed)) == {"updated": 1}
    assert live(session) == [CHANGED]
    assert told(take(session, changed)) == {"unchanged": 1}
    assert told(take(session, *exportable(session, town, Kind.FAQ))) == {"unchanged": 1}
    assert stored(session, town, "a").stale == {"en"}
    again = replace(CHANGED, translations={"en": Translation("Question", "New answer")})
    assert told(take(session, again)) == {"updated": 1}
    assert live(session) == [again]


def test_a_translation_taken_out_of_the_sheet_is_no_longer_shown(session: Session) -> None:
    take(session, replace(A, translations=ENGLISH))
    assert told(take(session, A)) == {"updated": 1}
    assert live(session) == [A]


def test_a_sheet_brings_back_an_older_text_of_a_retired_entry(session: Session, town: str) -> None:
    take(session, A)
    draft(session, town, CHANGED, 1, SATO)
    submit(session, town, "a", 2, SATO)
    approve(session, town, "a", 2, SUZUKI)
    retire(session, town, "a", 2, SATO)
    assert told(take(session, A)) == {"restored": 1}
    assert live(session) == [A]


def test_an_import_that_fails_leaves_everything_as_it_was(open_session: sessionmaker[Session]) -> None:
    with writing(open_session) as session:
        take(session, A)

    def fail() -> None:
        with writing(open_session) as session:
            take(session, CHANGED, B)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with open_session() as session:
        assert live(session) == [A]


def test_two_imports_at_the_same_moment_do_the_work_once(open_session: sessionmaker[Session]) -> None:
    def run(_: int) -> dict[str, int]:
        with writing(open_session) as session:
            return told(take(session, A, B))

    with ThreadPoolExecutor(3) as threads:
        results = list(threads.map(run, range(3)))
    assert sorted(map(str, results)) == sorted(map(str, [{"added": 2}, {"unchanged": 2}, {"unchanged": 2}]))


def test_an_unknown_site_takes_nothing_in(session: Session) -> None:
    with pytest.raises(UnknownSite):
        take_in(session, "other", Kind.FAQ, [A], 0, BY)


_numbers = count()
TRANSLATED = st.dictionaries(st.sampled_from(["en", "ko"]), st.builds(Translation, st.just("Q"), st.sampled_from("XY")))
ENTRIES = st.builds(
    Entry, id=st.sampled_from("abcd"), question=st.just("?"), answer=st.sampled_from("12"), translations=TRANSLATED
)
SHEETS = st.lists(st.lists(ENTRIES, min_size=1, max_size=4, unique_by=lambda each: each.id), min_size=1, max_size=6)


@given(sheets=SHEETS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_after_any_row_of_imports_the_site_says_what_the_last_sheet_says(session: Session, sheets: Sequence[list[Entry]]) -> None:
    site_id = f"town{next(_numbers)}"
    add_site(session, Site(site_id, "町"), NOW)
    for sheet in sheets:
        counts = take_in(session, site_id, Kind.FAQ, sheet, 0, BY)
        assert counts.added + counts.updated + counts.unchanged + counts.restored == len(sheet)
        wanted = sorted(sheet, key=lambda each: each.id)
        found = exportable(session, site_id, Kind.FAQ)
        assert [replace(each, translations={}) for each in found] == [replace(each, translations={}) for each in wanted]
        for mine, theirs in zip(found, wanted, strict=True):
            assert mine.translations.items() <= theirs.translations.items()
        assert take_in(session, site_id, Kind.FAQ, sheet, 0, BY).unchanged == len(sheet)
        assert take_in(session, site_id, Kind.FAQ, found, 0, BY).unchanged == len(sheet)
