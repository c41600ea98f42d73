"""Reads sites and entries: what residents may be answered from, and what staff work on."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from itertools import islice
from typing import Any, TypeVarTuple

from sqlalchemy import BindParameter, ColumnElement, Date, Select, and_, bindparam, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from knowledge.entry import Entry, Kind, State, Translation
from knowledge.errors import KnownError
from knowledge.rows import CONTENT, TRANSLATED, to_entry, to_translation
from knowledge.schema import EntryRow, RevisionRow, TranslationRow

CHUNK = 5000
"""IDs asked for in one statement; SQLite takes 32,766 parameters."""

Number = InstrumentedAttribute[int] | InstrumentedAttribute[int | None]
"""Which revision of an entry is meant: the live or the latest one."""
Columns = TypeVarTuple("Columns")
_STATE = (EntryRow.state, EntryRow.live_revision, EntryRow.latest_revision, EntryRow.created_at, EntryRow.updated_at)


class UnknownEntry(KnownError):
    """The site has no such entry, or nothing of it that may be shown."""

    status = 404

    def __init__(self, entry: str) -> None:
        super().__init__(entry=entry)


@dataclass(frozen=True, slots=True)
class Stored:
    """An entry with one of its texts, and where it stands."""

    entry: Entry
    """With all translations, stale ones too."""
    state: State
    live: int | None
    """Revision that residents are answered from."""
    latest: int
    stale: frozenset[str]
    """Languages whose text translates another Japanese question or answer than this one."""
    created_at: datetime
    updated_at: datetime

    @property
    def shown(self) -> Entry:
        """The entry as residents may see it: without stale translations."""
        if not self.stale:
            return self.entry
        fresh = {language: each for language, each in self.entry.translations.items() if language not in self.stale}
        return replace(self.entry, translations=fresh)


def entry(session: Session, site_id: str, entry_id: str) -> Entry:
    """The live text, whatever its dates. Raises UnknownEntry."""
    found = _stored(session, site_id, EntryRow.live_revision, EntryRow.id == entry_id)
    if not found:
        raise UnknownEntry(entry_id)
    return found[0].shown


def published(session: Session, site_id: str, on: date) -> list[Entry]:
    """Everything a snapshot may hold on that day, by ID: live texts that have not ended, those yet to begin included."""
    return [each.shown for each in _stored(session, site_id, EntryRow.live_revision, _not_ended(on))]


def still_published(session: Session, site_id: str, ids: Collection[str], on: date) -> set[str]:
    """Those of the IDs that residents may be answered from on that day: live, begun and not ended."""
    told = ({"site": site_id, "on": on, "ids": chunk} for chunk in in_chunks(ids))
    return {entry_id for each in told for entry_id in session.scalars(_still_published(), each)}


def live_revision_numbers(session: Session, site_id: str, ids: Collection[str]) -> dict[str, int]:
    """The live revision of those that have one."""
    told = ({"site": site_id, "ids": chunk} for chunk in in_chunks(ids))
    rows = (row for each in told for row in session.execute(_live_numbers(), each))
    return {entry_id: number for entry_id, number in rows if number is not None}


def live_entries(session: Session, site_id: str, kind: Kind) -> list[Stored]:
    """The live texts of one kind by ID, whatever their dates."""
    return _stored(session, site_id, EntryRow.live_revision, EntryRow.kind == kind.value)


def all_entries(session: Session, site_id: str) -> list[Stored]:
    """Every entry by ID with its latest text, whether or not anybody approved it."""
    return _stored(session, site_id, EntryRow.latest_revision)


def stored(session: Session, site_id: str, entry_id: str) -> Stored:
    """One entry with its latest text. Raises UnknownEntry."""
    found = _stored(session, site_id, EntryRow.latest_revision, EntryRow.id == entry_id)
    if not found:
        raise UnknownEntry(entry_id)
    return found[0]


def _stored(session: Session, site_id: str, number: Number, *conditions: ColumnElement[bool]) -> list[Stored]:
    rows = session.execute(_of(select(*CONTENT, *_STATE), site_id, number).where(*conditions)).all()
    texts, stale = _translations(session, site_id, number, conditions)
    found = [_one(row, texts.get(row.id, {}), frozenset(stale.get(row.id, ()))) for row in rows]
    # Sorted here because every database has its own idea of the order of letters.
    return sorted(found, key=lambda each: each.entry.id)


def _one(row: Any, translations: dict[str, Translation], stale: frozenset[str]) -> Stored:
    state = State(row.state)
    return Stored(
        to_entry(row, translations), state, row.live_revision, row.latest_revision, stale, row.created_at, row.updated_at
    )


def _translations(
    session: Session, site_id: str, number: Number, conditions: Iterable[ColumnElement[bool]]
) -> tuple[dict[str, dict[str, Translation]], dict[str, set[str]]]:
    """All translations of the chosen revisions, and which languages of them are stale, by entry."""
    texts: dict[str, dict[str, Translation]] = {}
    stale: dict[str, set[str]] = {}
    same = and_(
        TranslationRow.site_id == EntryRow.site_id, TranslationRow.entry_id == EntryRow.id, TranslationRow.revision == number
    )
    columns = (*TRANSLATED, TranslationRow.entry_id, TranslationRow.language, TranslationRow.translates, TranslationRow.revision)
    query = _of(select(*columns), site_id, number).join(TranslationRow, same).where(*conditions)
    for row in session.execute(query.order_by(TranslationRow.entry_id, TranslationRow.language)):
        texts.setdefault(row.entry_id, {})[row.language] = to_translation(row)
        if row.translates != row.revision:
            stale.setdefault(row.entry_id, set()).add(row.language)
    return texts, stale


def _of(query: Select[*Columns], site_id: str | BindParameter[str], number: Number) -> Select[*Columns]:
    """The query about one site's entries, each with its live or latest revision."""
    same = and_(RevisionRow.site_id == EntryRow.site_id, RevisionRow.entry_id == EntryRow.id, RevisionRow.number == number)
    return query.select_from(EntryRow).join(RevisionRow, same).where(EntryRow.site_id == site_id)


# The next two are asked with every question, so they are put together once.
@cache
def _still_published() -> Select[str]:
    on = bindparam("on", type_=Date)
    begun = or_(RevisionRow.valid_from.is_(None), RevisionRow.valid_from <= on)
    chosen = EntryRow.id.in_(bindparam("ids", expanding=True))
    return _of(select(EntryRow.id), bindparam("site"), EntryRow.live_revision).where(chosen, begun, _not_ended(on))


@cache
def _live_numbers() -> Select[str, int | None]:
    chosen = EntryRow.id.in_(bindparam("ids", expanding=True))
    return select(EntryRow.id, EntryRow.live_revision).where(EntryRow.site_id == bindparam("site"), chosen)


def _not_ended(on: date | BindParameter[date]) -> ColumnElement[bool]:
    return or_(RevisionRow.valid_until.is_(None), RevisionRow.valid_until >= on)


def in_chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    """Lists short enough to be asked for in one statement."""
    rest = iter(ids)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
