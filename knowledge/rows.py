"""Turns sites and entries into rows of the database, and rows back into them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from knowledge.calendar import hours_from_json, hours_to_json
from knowledge.entry import DATE_FIELDS, TEXT_FIELDS, Division, Entry, Kind, Translation
from knowledge.schema import EntryRow, RevisionRow, TranslationRow

Values = dict[str, Any]
"""One row to be written, by column."""

_CONTENT = (*TEXT_FIELDS, *DATE_FIELDS, "wordings", "details")
_READ = ("id", "kind", *_CONTENT)
CONTENT = (EntryRow.id, EntryRow.kind, *(getattr(RevisionRow, name) for name in _CONTENT))
"""What has to be selected, first and in this order, for `to_entry`."""
TRANSLATED = (TranslationRow.question, TranslationRow.answer, TranslationRow.wordings)
"""What has to be selected, first and in this order, for `to_translation`."""


class By(NamedTuple):
    """Who does something to an entry, why, and when."""

    actor: str
    reason: str
    at: datetime


def to_entry(row: Sequence[Any], translations: Mapping[str, Translation]) -> Entry:
    """The entry in a row that begins with CONTENT."""
    values = dict(zip(_READ, row, strict=False))
    return Entry(**{**values, "kind": Kind(values["kind"]), "wordings": tuple(values["wordings"]), "translations": translations})


def to_translation(row: Sequence[Any]) -> Translation:
    """The translation in a row that begins with TRANSLATED."""
    return Translation(row[0], row[1], tuple(row[2]))


def to_division(row: Sequence[Any]) -> Division:
    """The division in a row of ID, name, phone, hours and names."""
    return Division(row[0], row[1], row[2], hours_from_json(row[3]), row[4])


def division_values(site_id: str, division: Division, position: int) -> Values:
    """The row of a division, which stands at that place among the divisions of its site."""
    return {
        "site_id": site_id,
        "id": division.id,
        "name": division.name,
        "phone": division.phone,
        "hours": hours_to_json(division.hours),
        "names": dict(division.names),
        "position": position,
    }


def revision_values(site_id: str, entry: Entry, number: int, by: By) -> Values:
    """The row of a revision."""
    return {
        "site_id": site_id,
        "entry_id": entry.id,
        "number": number,
        **{name: getattr(entry, name) for name in (*TEXT_FIELDS, *DATE_FIELDS)},
        "wordings": list(entry.wordings),
        "details": dict(entry.details),
        "digest": entry.digest(),
        "author": by.actor,
        "reason": by.reason,
        "created_at": by.at,
    }


def translation_values(site_id: str, entry: Entry, number: int, origins: Mapping[str, int]) -> list[Values]:
    """The rows of a revision's translations; `origins` says of each language which revision's Japanese it says."""
    return [
        {
            "site_id": site_id,
            "entry_id": entry.id,
            "revision": number,
            "language": language,
            "translates": origins[language],
            "question": each.question,
            "answer": each.answer,
            "wordings": list(each.wordings),
        }
        for language, each in entry.translations.items()
    ]
