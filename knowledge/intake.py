"""Takes in a whole sheet: the new is added, the changed updated, the vanished retired; its operator answers for the texts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import NamedTuple

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session, aliased

from knowledge.entry import Entry, Kind, Site, State
from knowledge.errors import KnownError
from knowledge.history import Added, Earlier, Moved, add_decisions, add_revisions, earlier_translations
from knowledge.problem import Imported, Problem
from knowledge.rows import By, Values
from knowledge.schema import EntryRow, RevisionRow, SiteRow
from knowledge.sites import site
from knowledge.store import in_chunks


class NothingToImport(KnownError):
    """Not one usable row: more likely the wrong file than a city without knowledge, so nothing is changed."""

    status = 422

    def __init__(self, problem: str = "") -> None:
        super().__init__(problem=problem)


@dataclass(frozen=True, slots=True)
class Counts:
    """What an import did, in entries."""

    added: int
    updated: int
    unchanged: int
    retired: int
    restored: int
    kept: int
    """Vanished from the sheet and yet not retired: rows were refused, or the import was not to publish."""
    superseded: int
    """Of those updated or restored: somebody's draft in work was overtaken; it stays in the history."""
    problems: tuple[Problem, ...]
    """Entries that were refused here, although the sheet itself could be read."""


class _Fate(Enum):
    ADDED = auto()
    UPDATED = auto()
    RESTORED = auto()
    UNCHANGED = auto()


class _Known(NamedTuple):
    """What the site has under an ID so far."""

    state: State
    live: int | None
    latest: int
    decisions: int
    live_digest: str | None
    latest_digest: str


class _Change(NamedTuple):
    fate: _Fate
    entry: Entry
    known: _Known | None
    revision: int
    """The one to become current: a new one, or the latest when it says the same already."""
    earlier: Mapping[str, Earlier]

    @property
    def is_new(self) -> bool:
        return self.known is None or self.revision > self.known.latest

    @property
    def supersedes(self) -> bool:
        return self.known is not None and self.known.state in (State.DRAFT, State.PENDING) and self.is_new


def take_in(
    session: Session, site_id: str, kind: Kind, good: Sequence[Entry], refused: int, by: By, publish: bool = True
) -> Counts:
    """Make the site's entries of one kind what the sheet says; the caller's transaction makes it all or nothing.

    `refused` is how many rows of the sheet could not be read: when there is one, nothing is retired, because the row may be
    the missing entry. With `publish` false new texts wait for an approval and nothing is retired.
    Raises UnknownSite or NothingToImport.
    """
    session.execute(update(SiteRow).where(SiteRow.id == site_id).values(name=SiteRow.name))  # one import at a time
    accepted, problems = _accepted(session, site(session, site_id), kind, good)
    if not accepted:
        raise NothingToImport(problems[0].sentence if problems else "")
    known = _known(session, site_id, kind)
    changes = _changes(session, site_id, accepted, known, publish)
    named = {entry.id for entry in good}
    vanished = {id_: each for id_, each in known.items() if each.live is not None and id_ not in named}
    keep = refused > 0 or bool(problems) or not publish
    _apply(session, site_id, changes, by, State.PUBLISHED if publish else State.PENDING)
    if not keep:
        _retire(session, site_id, vanished, by)
    return _counts(changes, len(vanished), keep, problems)


def _accepted(session: Session, own: Site, kind: Kind, good: Sequence[Entry]) -> Imported:
    """The entries that fit the site, each division by its ID; a sheet may also give its name."""
    elsewhere = set(session.scalars(select(EntryRow.id).where(EntryRow.site_id == own.id, EntryRow.kind != kind.value)))
    divisions = {"": "", **{each.name: each.id for each in own.divisions}, **{each.id: each.id for each in own.divisions}}
    accepted: dict[str, Entry] = {}
    problems: list[Problem] = []
    for entry in good:
        if entry.kind is not kind:
            problems.append(Problem(None, "other_kind", {"id": entry.id, "kind": entry.kind, "wanted": kind}))
        elif entry.id in elsewhere:
            problems.append(Problem(None, "id_of_other_kind", {"id": entry.id}))
        elif entry.id in accepted:
            problems.append(Problem(None, "id_twice", {"id": entry.id}))
        elif entry.division not in divisions:
            told = {"id": entry.id, "division": entry.division, "known": "・".join(each.name for each in own.divisions)}
            problems.append(Problem(None, "unknown_division", told))
        else:
            division = divisions[entry.division]
            accepted[entry.id] = entry if entry.division == division else replace(entry, division=division)
    return Imported(tuple(accepted.values()), tuple(problems))


def _known(session: Session, site_id: str, kind: Kind) -> dict[str, _Known]:
    live, latest = aliased(RevisionRow), aliased(RevisionRow)
    same_live = (live.site_id == EntryRow.site_id) & (live.entry_id == EntryRow.id) & (live.number == EntryRow.live_revision)
    same_latest = (
        (latest.site_id == EntryRow.site_id) & (latest.entry_id == EntryRow.id) & (latest.number == EntryRow.latest_revision)
    )
    standing = (EntryRow.state, EntryRow.live_revision, EntryRow.latest_revision, EntryRow.decisions)
    query = (
        select(EntryRow.id, *standing, live.digest, latest.digest)
        .join(latest, same_latest)
        .outerjoin(live, same_live)
        .where(EntryRow.site_id == site_id, EntryRow.kind == kind.value)
        .with_for_update(of=EntryRow)
    )
    return {row[0]: _Known(State(row[1]), row[2], row[3], row[4], row[5], row[6]) for row in session.execute(query)}


def _changes(
    session: Session, site_id: str, entries: Sequence[Entry], known: Mapping[str, _Known], publish: bool
) -> list[_Change]:
    digests = {entry.id: entry.digest() for entry in entries if entry.id in known}
    differing = [id_ for id_, digest in digests.items() if digest != known[id_].live_digest]
    earlier: dict[str, dict[str, Earlier]] = {}
    for chunk in in_chunks(differing):
        approved = func.coalesce(EntryRow.live_revision, EntryRow.latest_revision)
        earlier |= earlier_translations(session, site_id, chunk, approved)
    return [
        _change(entry, digests[entry.id], known[entry.id], earlier.get(entry.id, {}), publish)
        if entry.id in known
        else _Change(_Fate.ADDED, entry, None, 1, {})
        for entry in entries
    ]


def _change(entry: Entry, digest: str, known: _Known, earlier: Mapping[str, Earlier], publish: bool) -> _Change:
    completed = _with_stale(entry, known, earlier)
    digests = {digest, digest if completed is entry else completed.digest()}
    waits = known.state is State.PENDING and known.latest_digest in digests and not publish
    if known.live_digest in digests or waits:
        return _Change(_Fate.UNCHANGED, entry, known, known.latest, earlier)
    fate = _Fate.RESTORED if known.state is State.RETIRED else _Fate.UPDATED
    return _Change(fate, entry, known, known.latest + (known.latest_digest not in digests), earlier)


def _with_stale(entry: Entry, known: _Known, earlier: Mapping[str, Earlier]) -> Entry:
    """A sheet that we wrote lacks the stale translations; that is no change."""
    current = known.live or known.latest
    stale = {language: each.translation for language, each in earlier.items() if each.translates != current}
    return replace(entry, translations={**stale, **entry.translations}) if stale else entry


def _apply(session: Session, site_id: str, changes: Sequence[_Change], by: By, target: State) -> None:
    """Write what changed, every table in one go."""
    real = [each for each in changes if each.fate is not _Fate.UNCHANGED]
    if new := [_new_entry(site_id, each, by, target) for each in real if each.known is None]:
        session.execute(insert(EntryRow), new)
    add_revisions(session, site_id, (Added(each.entry, each.revision, each.earlier) for each in real if each.is_new), by)
    moved = [(each.entry.id, each.known, each.revision) for each in real if each.known]
    _update(session, site_id, moved, by, target)
    fresh = (Moved(each.entry.id, 1, 1, None, target) for each in real if each.known is None)
    add_decisions(session, site_id, fresh, by)


def _new_entry(site_id: str, change: _Change, by: By, target: State) -> Values:
    return {
        "site_id": site_id,
        "id": change.entry.id,
        "kind": change.entry.kind.value,
        "state": target.value,
        "live_revision": 1 if target is State.PUBLISHED else None,
        "latest_revision": 1,
        "decisions": 1,
        "created_at": by.at,
        "updated_at": by.at,
    }


def _retire(session: Session, site_id: str, vanished: Mapping[str, _Known], by: By) -> None:
    _update(session, site_id, [(id_, each, each.latest) for id_, each in vanished.items()], by, State.RETIRED)


def _update(session: Session, site_id: str, moved: Collection[tuple[str, _Known, int]], by: By, target: State) -> None:
    """Move known entries, each to the revision that becomes its latest."""
    rows = [
        {
            "site_id": site_id,
            "id": id_,
            "state": target.value,
            "live_revision": _live(known, revision, target),
            "latest_revision": revision,
            "decisions": known.decisions + 1,
            "updated_at": by.at,
        }
        for id_, known, revision in moved
    ]
    if rows:
        session.execute(update(EntryRow), rows)
    decided = (Moved(id_, known.decisions + 1, revision, known.state, target) for id_, known, revision in moved)
    add_decisions(session, site_id, decided, by)


def _live(known: _Known, revision: int, target: State) -> int | None:
    match target:
        case State.PUBLISHED:
            return revision
        case State.RETIRED:
            return None
        case _:
            return known.live


def _counts(changes: Sequence[_Change], vanished: int, keep: bool, problems: tuple[Problem, ...]) -> Counts:
    fates = [each.fate for each in changes]
    return Counts(
        added=fates.count(_Fate.ADDED),
        updated=fates.count(_Fate.UPDATED),
        unchanged=fates.count(_Fate.UNCHANGED),
        retired=0 if keep else vanished,
        restored=fates.count(_Fate.RESTORED),
        kept=vanished if keep else 0,
        superseded=sum(each.supersedes for each in changes if each.fate is not _Fate.UNCHANGED),
        problems=problems,
    )
