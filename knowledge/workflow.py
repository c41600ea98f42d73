"""The way of an entry: 下書き → 承認待ち → 公開 → 終了, and who may move it; the live text serves until another is approved."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from knowledge.entry import Entry, Kind, State
from knowledge.errors import KnownError
from knowledge.history import Added, Moved, add_decisions, add_revisions, earlier_translations
from knowledge.rows import By
from knowledge.schema import EntryRow, RevisionRow
from knowledge.sentences import say
from knowledge.sites import site
from knowledge.store import UnknownEntry


class Move(StrEnum):
    """What a person can do with an entry."""

    EDIT = "edit"
    SUBMIT = "submit"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    RETIRE = "retire"
    RESTORE = "restore"


TRANSITIONS: Mapping[tuple[State, Move], State] = MappingProxyType(
    {
        (State.DRAFT, Move.EDIT): State.DRAFT,
        (State.PENDING, Move.EDIT): State.DRAFT,
        (State.PUBLISHED, Move.EDIT): State.DRAFT,
        (State.DRAFT, Move.SUBMIT): State.PENDING,
        (State.PENDING, Move.APPROVE): State.PUBLISHED,
        (State.PENDING, Move.SEND_BACK): State.DRAFT,
        (State.DRAFT, Move.RETIRE): State.RETIRED,
        (State.PENDING, Move.RETIRE): State.RETIRED,
        (State.PUBLISHED, Move.RETIRE): State.RETIRED,
        (State.RETIRED, Move.RESTORE): State.DRAFT,
    }
)


class WrongTransition(KnownError):
    """The entry is not in a state from which it could be moved like that."""

    status = 409

    def __init__(self, entry: str, state: State, move: Move) -> None:
        allowed = "」「".join(state_label(each) for each, possible in TRANSITIONS if possible is move)
        super().__init__(entry=entry, state=state_label(state), move=say("knowledge", f"moves.{move}"), allowed=allowed)


class EntryChanged(KnownError):
    """Somebody else has made another revision meanwhile."""

    status = 409

    def __init__(self, entry: str, seen: int, latest: int) -> None:
        super().__init__(entry=entry, seen=seen, latest=latest)


class EntryExists(KnownError):
    """A new entry has the ID of another one."""

    status = 409

    def __init__(self, entry: str) -> None:
        super().__init__(entry=entry)


class OwnApproval(KnownError):
    """Four eyes: nobody approves what they wrote."""

    status = 403

    def __init__(self, entry: str) -> None:
        super().__init__(entry=entry)


class UnknownDivision(KnownError):
    """An entry names a division that the site does not have."""

    status = 422

    def __init__(self, division: str, known: Collection[str]) -> None:
        super().__init__(division=division, known="・".join(known))


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an entry stands; while somebody holds it, nobody else can move the entry."""

    id: str
    kind: Kind
    state: State
    live: int | None
    latest: int
    decisions: int


def state_label(state: State) -> str:
    """The state as staff know it."""
    return say("knowledge", f"states.{state}")


def draft(session: Session, site_id: str, entry: Entry, based_on: int | None, by: By, still_right: Collection[str] = ()) -> int:
    """Write a new revision and return its number; `based_on` is the revision the author started from, None for a new entry.

    A translation that was not touched although the Japanese question or answer was, is stale from now on, unless its
    language is in `still_right`. Raises EntryChanged, EntryExists, UnknownDivision, UnknownEntry or WrongTransition.
    """
    _check_division(session, site_id, entry.division)
    if based_on is None:
        return _create(session, site_id, entry, by)
    standing = _hold(session, site_id, entry.id, based_on)
    earlier = earlier_translations(session, site_id, [entry.id], EntryRow.latest_revision).get(entry.id, {})
    revision = replace(entry, kind=standing.kind)
    target = _target(standing, Move.EDIT)
    add_revisions(session, site_id, [Added(revision, based_on + 1, earlier, still_right)], by)
    _move(session, site_id, standing, target, by, revision=based_on + 1, live=standing.live)
    return based_on + 1


def submit(session: Session, site_id: str, entry_id: str, revision: int, by: By) -> None:
    """Ask for approval. Here and below: `revision` is what the person saw; raises EntryChanged when it is not the latest."""
    standing = _hold(session, site_id, entry_id, revision)
    _move(session, site_id, standing, _target(standing, Move.SUBMIT), by, revision, standing.live)


def approve(session: Session, site_id: str, entry_id: str, revision: int, by: By) -> None:
    """Make the revision live. Raises OwnApproval when its author asks, UnknownDivision when its division is gone."""
    standing = _hold(session, site_id, entry_id, revision)
    target = _target(standing, Move.APPROVE)
    author, division = session.execute(
        select(RevisionRow.author, RevisionRow.division).where(
            RevisionRow.site_id == site_id, RevisionRow.entry_id == entry_id, RevisionRow.number == revision
        )
    ).one()
    if author == by.actor:
        raise OwnApproval(entry_id)
    _check_division(session, site_id, division)
    _move(session, site_id, standing, target, by, revision, live=revision)


def send_back(session: Session, site_id: str, entry_id: str, revision: int, by: By) -> None:
    """Return it to its author; the reason says what is missing."""
    standing = _hold(session, site_id, entry_id, revision)
    _move(session, site_id, standing, _target(standing, Move.SEND_BACK), by, revision, standing.live)


def retire(session: Session, site_id: str, entry_id: str, revision: int, by: By) -> None:
    """Stop answering from it at once; one person is enough to take a text away."""
    standing = _hold(session, site_id, entry_id, revision)
    _move(session, site_id, standing, _target(standing, Move.RETIRE), by, revision, live=None)


def restore(session: Session, site_id: str, entry_id: str, revision: int, by: By) -> None:
    """Bring it back as a draft, which needs an approval before residents see it again."""
    standing = _hold(session, site_id, entry_id, revision)
    _move(session, site_id, standing, _target(standing, Move.RESTORE), by, revision, live=None)


def _check_division(session: Session, site_id: str, division: str) -> None:
    known = site(session, site_id)
    if division and known.division(division) is None:
        raise UnknownDivision(division, [each.id for each in known.divisions])


def _create(session: Session, site_id: str, entry: Entry, by: By) -> int:
    row = EntryRow(
        site_id=site_id,
        id=entry.id,
        kind=entry.kind.value,
        state=State.DRAFT.value,
        live_revision=None,
        latest_revision=1,
        decisions=1,
        created_at=by.at,
        updated_at=by.at,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise EntryExists(entry.id) from error
    add_revisions(session, site_id, [Added(entry, 1, {})], by)
    add_decisions(session, site_id, [Moved(entry.id, 1, 1, None, State.DRAFT)], by)
    return 1


def _hold(session: Session, site_id: str, entry_id: str, seen: int) -> Standing:
    """Lock the entry by writing what it holds already, which PostgreSQL and SQLite both understand; see that nothing is new."""
    row = session.execute(
        update(EntryRow)
        .where(EntryRow.site_id == site_id, EntryRow.id == entry_id)
        .values(latest_revision=EntryRow.latest_revision)
        .returning(EntryRow.kind, EntryRow.state, EntryRow.live_revision, EntryRow.latest_revision, EntryRow.decisions),
        execution_options={"synchronize_session": False},
    ).one_or_none()
    if row is None:
        raise UnknownEntry(entry_id)
    if row.latest_revision != seen:
        raise EntryChanged(entry_id, seen, row.latest_revision)
    return Standing(entry_id, Kind(row.kind), State(row.state), row.live_revision, row.latest_revision, row.decisions)


def _target(standing: Standing, move: Move) -> State:
    target = TRANSITIONS.get((standing.state, move))
    if target is None:
        raise WrongTransition(standing.id, standing.state, move)
    return target


def _move(session: Session, site_id: str, standing: Standing, target: State, by: By, revision: int, live: int | None) -> None:
    number = standing.decisions + 1
    session.execute(
        update(EntryRow)
        .where(EntryRow.site_id == site_id, EntryRow.id == standing.id)
        .values(state=target.value, live_revision=live, latest_revision=revision, decisions=number, updated_at=by.at),
        execution_options={"synchronize_session": False},
    )
    add_decisions(session, site_id, [Moved(standing.id, number, revision, standing.state, target)], by)
