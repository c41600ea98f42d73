"""The values everything else is made of: a site, its divisions, and an entry with its translations."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from knowledge.calendar import Hours


class Kind(StrEnum):
    """Where an entry comes from; each kind is imported, updated and retired on its own."""

    FAQ = "faq"
    PAGE = "page"
    WASTE = "waste"


class State(StrEnum):
    """下書き → 承認待ち → 公開 → 終了 (see knowledge/workflow.py for who may move what)."""

    DRAFT = "draft"
    PENDING = "pending"
    PUBLISHED = "published"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Division:
    """A part of the city hall: owns entries, has opening hours, takes handoffs."""

    id: str
    name: str
    phone: str = ""
    hours: Hours = field(default_factory=Hours)
    names: Mapping[str, str] = field(default_factory=dict)
    """The division's name in other languages, by language tag."""

    def name_in(self, language: str) -> str:
        return self.names.get(language, self.name)


@dataclass(frozen=True, slots=True)
class Site:
    """One municipality served by this installation."""

    id: str
    name: str
    phone: str = ""
    divisions: tuple[Division, ...] = ()

    def division(self, division_id: str) -> Division | None:
        return next((each for each in self.divisions if each.id == division_id), None)


@dataclass(frozen=True, slots=True)
class Translation:
    """An entry's text in another language."""

    question: str
    answer: str
    wordings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing residents ask, with its approved answer: an FAQ, a section of a procedure page, or a waste item."""

    id: str
    question: str
    answer: str
    wordings: tuple[str, ...] = ()
    kind: Kind = Kind.FAQ
    category: str = ""
    division: str = ""
    source: str = ""
    """Link to the page the answer comes from, with its anchor where there is one."""
    procedure: str = ""
    """Link to the online procedure (電子申請)."""
    contact: str = ""
    """Whom to ask when that is not the division's own counter."""
    valid_from: date | None = None
    valid_until: date | None = None
    """Last day on which the answer is true (inclusive)."""
    review_on: date | None = None
    confirmed_on: date | None = None
    details: Mapping[str, str] = field(default_factory=dict)
    """What only one kind has: a waste item's kana, a page section's heading path."""
    translations: Mapping[str, Translation] = field(default_factory=dict)

    def valid_on(self, day: date) -> bool:
        """Whether the answer may be given on that day; both ends are inclusive."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_until is None or day <= self.valid_until)

    def digest(self) -> str:
        """Hex SHA-256 of everything in the entry: equal digests mean nothing changed."""
        return hashlib.sha256(json.dumps(to_json(self), ensure_ascii=False, sort_keys=True).encode()).hexdigest()


TEXT_FIELDS = ("category", "question", "answer", "division", "source", "procedure", "contact")
DATE_FIELDS = ("valid_from", "valid_until", "review_on", "confirmed_on")


def to_json(entry: Entry) -> dict[str, Any]:
    """The entry as JSON values, in the field order of the JSONL sheets."""
    return {
        "id": entry.id,
        "kind": entry.kind.value,
        **{name: getattr(entry, name) for name in TEXT_FIELDS},
        "wordings": list(entry.wordings),
        **{name: day.isoformat() if (day := getattr(entry, name)) else None for name in DATE_FIELDS},
        "details": dict(entry.details),
        "translations": {
            language: {"question": each.question, "answer": each.answer, "wordings": list(each.wordings)}
            for language, each in sorted(entry.translations.items())
        },
    }


def from_json(value: Mapping[str, Any]) -> Entry:
    """The inverse of `to_json`, for values we wrote ourselves; what people wrote goes through knowledge/check.py."""
    days: dict[str, Any] = {name: date.fromisoformat(day) if (day := value[name]) else None for name in DATE_FIELDS}
    return Entry(
        id=value["id"],
        kind=Kind(value["kind"]),
        **{name: value[name] for name in TEXT_FIELDS},
        wordings=tuple(value["wordings"]),
        **days,
        details=value["details"],
        translations={
            language: Translation(each["question"], each["answer"], tuple(each["wordings"]))
            for language, each in value["translations"].items()
        },
    )
