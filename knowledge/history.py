"""What happened to entries: revisions and decisions are read and added here, and never changed."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import SQLColumnExpression, and_, insert, select
from sqlalchemy.orm import Session

from knowledge.entry import Entry, State, Translation
from knowledge.rows import CONTENT, TRANSLATED, By, Values, revision_values, to_entry, to_translation, translation_values
from knowledge.schema import DecisionRow, EntryRow, RevisionRow, TranslationRow


@dataclass(frozen=True, slots=True)
class Revision:
    """One version of an entry."""

    number: int
    entry: Entry
    stale: frozenset[str]
    """Languages whose text translates an earlier Japanese text."""
    author: str
    reason: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """One move of an entry; a revision goes along with each."""

    number: int
    revision: int
    from_state: State | None
    """None for the decision that made the entry."""
    to_state: State
    actor: str
    reason: str
    decided_at: datetime


class Earlier(NamedTuple):
    """A translation as an earlier revision had it, and the Japanese it says."""

    translation: Translation
    translates: int
    question: str
    answer: str


class Added(NamedTuple):
    """A revision to be written."""

    entry: Entry
    number: int
    earlier: Mapping[str, Earlier]
    """The translations of the revision that it follows, by language."""
    still_right: Collection[str] = ()
    """Languages that somebody has compared with the new Japanese text and left as they were."""


class Moved(NamedTuple):
    """A decision to be written."""

    entry_id: str
    number: int
    revision: int
    from_state: State | None
    to_state: State


def revisions_of(session: Session, site_id: str, entry_id: str) -> list[Revision]:
    """All versions, the newest first; none for an unknown entry."""
    same = and_(RevisionRow.site_id == EntryRow.site_id, RevisionRow.entry_id == EntryRow.id)
    written = (RevisionRow.number, RevisionRow.author, RevisionRow.reason, RevisionRow.created_at)
    query = select(*CONTENT, *written).join(RevisionRow, same).where(EntryRow.site_id == site_id, EntryRow.id == entry_id)
    texts, stale = _translations(session, site_id, entry_id)
    return [
        Revision(
            row.number,
            to_entry(row, texts.get(row.number, {})),
            frozenset(stale.get(row.number, ())),
            row.author,
            row.reason,
            row.created_at,
        )
        for row in session.execute(query.order_by(RevisionRow.number.desc()))
    ]


def decisions_of(session: Session, site_id: str, entry_id: str) -> list[Decision]:
    """Who moved the entry, the latest first."""
    rows = session.scalars(
        select(DecisionRow)
        .where(DecisionRow.site_id == site_id, DecisionRow.entry_id == entry_id)
        .order_by(DecisionRow.number.desc())
    )
    return [
        Decision(
            row.number,
            row.revision,
            State(row.from_state) if row.from_state else None,
            State(row.to_state),
            row.actor,
            row.reason,
            row.decided_at,
        )
        for row in rows
    ]


def add_revisions(session: Session, site_id: str, added: Iterable[Added], by: By) -> None:
    """Write revisions with their translations. Their entries must be there."""
    revisions: list[Values] = []
    translations: list[Values] = []
    for each in added:
        revisions.append(revision_values(site_id, each.entry, each.number, by))
        translations += translation_values(site_id, each.entry, each.number, _origins(each))
    if revisions:
        session.execute(insert(RevisionRow), revisions)
    if translations:
        session.execute(insert(TranslationRow), translations)


def add_decisions(session: Session, site_id: str, moved: Iterable[Moved], by: By) -> None:
    """Write decisions. Their revisions must be there."""
    rows = [
        {
            "site_id": site_id,
            **each._asdict(),
            "from_state": each.from_state.value if each.from_state else None,
            "to_state": each.to_state.value,
            "actor": by.actor,
            "reason": by.reason,
            "decided_at": by.at,
        }
        for each in moved
    ]
    if rows:
        session.execute(insert(DecisionRow), rows)


def earlier_translations(
    session: Session, site_id: str, ids: Collection[str], revision: SQLColumnExpression[int]
) -> dict[str, dict[str, Earlier]]:
    """By entry and language, the translations of the given revision of each entry (its latest, its live one)."""
    origin = and_(
        RevisionRow.site_id == TranslationRow.site_id,
        RevisionRow.entry_id == TranslationRow.entry_id,
        RevisionRow.number == TranslationRow.translates,
    )
    said = (RevisionRow.question.label("said_question"), RevisionRow.answer.label("said_answer"))
    query = (
        select(*TRANSLATED, TranslationRow.entry_id, TranslationRow.language, TranslationRow.translates, *said)
        .join(EntryRow, and_(EntryRow.site_id == TranslationRow.site_id, EntryRow.id == TranslationRow.entry_id))
        .join(RevisionRow, origin)
        .where(EntryRow.site_id == site_id, EntryRow.id.in_(ids), TranslationRow.revision == revision)
    )
    found: dict[str, dict[str, Earlier]] = {}
    for row in session.execute(query):
        earlier = Earlier(to_translation(row), row.translates, row.said_question, row.said_answer)
        found.setdefault(row.entry_id, {})[row.language] = earlier
    return found


def _translations(session: Session, site_id: str, entry_id: str) -> tuple[dict[int, dict[str, Translation]], dict[int, set[str]]]:
    """All translations an entry ever had, and which languages were stale, by revision."""
    texts: dict[int, dict[str, Translation]] = {}
    stale: dict[int, set[str]] = {}
    own = (TranslationRow.site_id == site_id, TranslationRow.entry_id == entry_id)
    columns = (*TRANSLATED, TranslationRow.language, TranslationRow.revision, TranslationRow.translates)
    for row in session.execute(select(*columns).where(*own).order_by(TranslationRow.language)):
        texts.setdefault(row.revision, {})[row.language] = to_translation(row)
        if row.translates != row.revision:
            stale.setdefault(row.revision, set()).add(row.language)
    return texts, stale


def _origins(added: Added) -> dict[str, int]:
    """Which revision's Japanese each translation says: its own, unless it was left as it was when the Japanese changed."""
    return {
        language: added.number if _is_fresh(added, language) else added.earlier[language].translates
        for language in added.entry.translations
    }


def _is_fresh(added: Added, language: str) -> bool:
    earlier = added.earlier.get(language)
    if earlier is None or language in added.still_right or earlier.translation != added.entry.translations[language]:
        return True
    return (earlier.question, earlier.answer) == (added.entry.question, added.entry.answer)
