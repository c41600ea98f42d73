"""下書き → 承認待ち → 公開 → 終了, with every wrong way refused."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count, product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session, sessionmaker

from knowledge.database import writing
from knowledge.entry import Entry, Site, State, Translation
from knowledge.history import decisions_of, revisions_of
from knowledge.rows import By
from knowledge.sites import add_site
from knowledge.store import UnknownEntry, entry, live_revision_numbers, published, still_published, stored
from knowledge.workflow import (
    TRANSITIONS,
    EntryChanged,
    EntryExists,
    Move,
    OwnApproval,
    UnknownDivision,
    WrongTransition,
    approve,
    draft,
    restore,
    retire,
    send_back,
    submit,
)
from tests.conftest import NOW, TOWN

TODAY = NOW.date()
SATO, SUZUKI = By("sato", "年度の更新", NOW), By("suzuki", "確認済み", NOW)
SEAL = Entry("seal", "印鑑登録はどこでできますか", "市民課です。", division="citizens")
ENGLISH = Translation("Where can I register a seal?", "At the Citizens Division.")
MOVES: dict[Move, Callable[[Session, str, str, int, By], None]] = {
    Move.SUBMIT: submit,
    Move.APPROVE: approve,
    Move.SEND_BACK: send_back,
    Move.RETIRE: retire,
    Move.RESTORE: restore,
}


@pytest.fixture
def office(session: Session, town: str) -> Session:
    """A session in a site with one draft, SEAL, written by Sato."""
    draft(session, town, SEAL, None, SATO)
    return session


def publish(session: Session, entry: Entry, based_on: int | None) -> int:
    number = draft(session, TOWN.id, entry, based_on, SATO)
    submit(session, TOWN.id, entry.id, number, SATO)
    approve(session, TOWN.id, entry.id, number, SUZUKI)
    return number


def reach(session: Session, state: State) -> None:
    if state is not State.DRAFT:
        submit(session, TOWN.id, "seal", 1, SATO)
    if state in (State.PUBLISHED, State.RETIRED):
        approve(session, TOWN.id, "seal", 1, SUZUKI)
    if state is State.RETIRED:
        retire(session, TOWN.id, "seal", 1, SATO)


def test_a_text_is_live_only_after_somebody_else_approved_it(office: Session, town: str) -> None:
    assert published(office, town, TODAY) == []
    submit(office, town, "seal", 1, SATO)
    assert published(office, town, TODAY) == []
    approve(office, town, "seal", 1, SUZUKI)
    assert published(office, town, TODAY) == [SEAL]


def test_the_live_text_serves_on_until_the_next_one_is_approved(office: Session, town: str) -> None:
    reach(office, State.PUBLISHED)
    better = replace(SEAL, answer="市民課の3番窓口です。")
    assert draft(office, town, better, 1, SUZUKI) == 2
    assert (entry(office, town, "seal"), stored(office, town, "seal").entry) == (SEAL, better)
    submit(office, town, "seal", 2, SUZUKI)
    assert published(office, town, TODAY) == [SEAL]
    approve(office, town, "seal", 2, SATO)
    assert entry(office, town, "seal") == better


def test_nobody_approves_what_they_wrote(office: Session, town: str) -> None:
    submit(office, town, "seal", 1, SUZUKI)
    with pytest.raises(OwnApproval, match="書いた本人"):
        approve(office, town, "seal", 1, SATO)
    assert published(office, town, TODAY) == []


@pytest.mark.parametrize(("state", "move"), [pair for pair in product(State, Move) if pair not in TRANSITIONS])
def test_every_other_move_is_refused_and_changes_nothing(office: Session, town: str, state: State, move: Move) -> None:
    reach(office, state)
    before = stored(office, town, "seal")
    with pytest.raises(WrongTransition):
        draft(office, town, SEAL, 1, SATO) if move is Move.EDIT else MOVES[move](office, town, "seal", 1, SUZUKI)
    assert stored(office, town, "seal") == before


def test_the_refusal_names_the_states_in_japanese(office: Session, town: str) -> None:
    reach(office, State.PUBLISHED)
    with pytest.raises(WrongTransition) as caught:
        approve(office, town, "seal", 1, SUZUKI)
    assert caught.value.sentence() == (
        "項目「seal」は今「公開」のため、承認することができません。この操作ができるのは、「承認待ち」の項目です。"
    )


def test_a_text_sent_back_can_be_written_again(office: Session, town: str) -> None:
    submit(office, town, "seal", 1, SATO)
    send_back(office, town, "seal", 1, By("suzuki", "手数料がありません", NOW))
    assert draft(office, town, replace(SEAL, answer="市民課です。300円です。"), 1, SATO) == 2


def test_a_retired_entry_answers_nothing_until_it_is_approved_again(office: Session, town: str) -> None:
    reach(office, State.RETIRED)
    assert still_published(office, town, ["seal"], TODAY) == set()
    restore(office, town, "seal", 1, SATO)
    assert published(office, town, TODAY) == []
    submit(office, town, "seal", 1, SATO)
    approve(office, town, "seal", 1, SUZUKI)
    assert published(office, town, TODAY) == [SEAL]


def test_the_second_of_two_editors_is_told_that_the_text_has_changed(office: Session, town: str) -> None:
    draft(office, town, replace(SEAL, answer="一"), 1, SUZUKI)
    with pytest.raises(EntryChanged, match="第1版、最新は第2版"):
        draft(office, town, replace(SEAL, answer="二"), 1, SATO)
    with pytest.raises(EntryChanged):
        submit(office, town, "seal", 1, SATO)
    assert stored(office, town, "seal").entry.answer == "一"


def test_of_two_editors_at_the_same_moment_exactly_one_wins(open_session: sessionmaker[Session], town: str) -> None:
    with writing(open_session) as session:
        draft(session, town, SEAL, None, SATO)

    def edit(text: str) -> str:
        try:
            with writing(open_session) as session:
                draft(session, town, replace(SEAL, answer=text), 1, SATO)
        except EntryChanged:
            return "refused"
        return text

    with ThreadPoolExecutor(4) as threads:
        told = list(threads.map(edit, "一二三四"))
    with open_session() as session:
        assert sorted(told) == sorted([stored(session, town, "seal").entry.answer, *["refused"] * 3])


def test_a_new_entry_cannot_take_the_id_of_another(office: Session, town: str) -> None:
    with pytest.raises(EntryExists):
        draft(office, town, replace(SEAL, answer="別の答え"), None, SUZUKI)
    assert stored(office, town, "seal").entry == SEAL


def test_unknown_entries_and_divisions_are_refused(office: Session, town: str) -> None:
    with pytest.raises(UnknownEntry):
        submit(office, town, "sael", 1, SATO)
    with pytest.raises(UnknownEntry):
        draft(office, town, replace(SEAL, id="sael"), 1, SATO)
    with pytest.raises(UnknownDivision, match="citizens・tax"):
        draft(office, town, replace(SEAL, division="taxi"), 1, SATO)


def test_a_text_whose_division_has_gone_is_not_approved(office: Session, town: str) -> None:
    reach(office, State.RETIRED)
    add_site(office, replace(TOWN, divisions=TOWN.divisions[1:]), NOW)
    restore(office, town, "seal", 1, SATO)
    submit(office, town, "seal", 1, SATO)
    with pytest.raises(UnknownDivision):
        approve(office, town, "seal", 1, SUZUKI)


def test_every_decision_is_kept_with_its_actor_and_reason(office: Session, town: str) -> None:
    reach(office, State.RETIRED)
    told = [(each.number, each.from_state, each.to_state, each.actor) for each in decisions_of(office, town, "seal")]
    assert told == [
        (4, State.PUBLISHED, State.RETIRED, "sato"),
        (3, State.PENDING, State.PUBLISHED, "suzuki"),
        (2, State.DRAFT, State.PENDING, "sato"),
        (1, None, State.DRAFT, "sato"),
    ]
    latest = decisions_of(office, town, "seal")[0]
    assert (latest.reason, latest.revision, latest.decided_at) == ("年度の更新", 1, NOW)


def test_every_revision_is_kept_as_it_was(office: Session, town: str) -> None:
    translated = replace(SEAL, translations={"en": ENGLISH})
    draft(office, town, translated, 1, SUZUKI)
    found = revisions_of(office, town, "seal")
    assert [(each.number, each.entry, each.author) for each in found] == [(2, translated, "suzuki"), (1, SEAL, "sato")]
    assert revisions_of(office, town, "sael") == []


def test_an_untouched_translation_is_not_shown_with_a_changed_answer(session: Session, town: str) -> None:
    publish(session, replace(SEAL, translations={"en": ENGLISH}), None)
    changed = replace(SEAL, answer="税務課です。", translations={"en": ENGLISH})
    publish(session, changed, 1)
    assert published(session, town, TODAY)[0].translations == {}
    assert stored(session, town, "seal").stale == revisions_of(session, town, "seal")[0].stale == {"en"}
    publish(session, changed, 2)
    assert stored(session, town, "seal").stale == {"en"}


@pytest.mark.parametrize(
    "after",
    [
        replace(SEAL, wordings=("ハンコ登録",), translations={"en": ENGLISH}),
        replace(SEAL, answer="税務課です。", translations={"en": replace(ENGLISH, answer="At the Tax Division.")}),
    ],
    ids=["the Japanese says the same", "it was translated again"],
)
def test_a_translation_that_fits_its_japanese_is_shown(session: Session, town: str, after: Entry) -> None:
    publish(session, replace(SEAL, translations={"en": ENGLISH}), None)
    publish(session, after, 1)
    assert published(session, town, TODAY) == [after]


def test_a_translation_is_shown_again_when_its_japanese_is_back(session: Session, town: str) -> None:
    first = replace(SEAL, translations={"en": ENGLISH})
    publish(session, first, None)
    publish(session, replace(first, answer="税務課です。"), 1)
    publish(session, first, 2)
    assert published(session, town, TODAY) == [first]


def test_a_translator_can_say_that_a_translation_is_still_right(session: Session, town: str) -> None:
    publish(session, replace(SEAL, translations={"en": ENGLISH, "ko": ENGLISH}), None)
    changed = replace(SEAL, answer="市民課です!", translations={"en": ENGLISH, "ko": ENGLISH})
    draft(session, town, changed, 1, SATO, still_right=["en"])
    assert stored(session, town, "seal").stale == {"ko"}


_numbers = count()
STEPS = st.lists(st.tuples(st.sampled_from(Move), st.sampled_from(["sato", "suzuki", "ito"])), max_size=25)


@given(steps=STEPS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_people_do_only_approved_text_is_live(session: Session, steps: list[tuple[Move, str]]) -> None:
    site_id = f"town{next(_numbers)}"
    add_site(session, Site(site_id, "町"), NOW)
    author = {draft(session, site_id, Entry("a", "?", "0"), None, SATO): "sato"}
    live, state = None, State.DRAFT
    for step, (move, actor) in enumerate(steps):
        latest = max(author)
        allowed = TRANSITIONS.get((state, move))
        try:
            if move is Move.EDIT:
                author[draft(session, site_id, Entry("a", "?", str(step)), latest, By(actor, "", NOW))] = actor
            else:
                MOVES[move](session, site_id, "a", latest, By(actor, "", NOW))
        except WrongTransition:
            assert allowed is None
            continue
        except OwnApproval:
            assert (move, author[latest]) == (Move.APPROVE, actor)
            continue
        assert allowed is not None
        state = allowed
        if move is Move.APPROVE:
            assert author[latest] != actor
        live = latest if move is Move.APPROVE else None if move is Move.RETIRE else live
        assert live_revision_numbers(session, site_id, ["a"]) == ({} if live is None else {"a": live})
        assert bool(still_published(session, site_id, ["a"], TODAY)) == (live is not None)
        assert stored(session, site_id, "a").state is state
