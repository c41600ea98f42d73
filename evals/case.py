"""A case: what a resident writes, and how it must end."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from channels.message import Outcome

ANSWERS = 2
"""Grade of an entry that answers the question."""
HELPS = 1
"""Grade of an entry that answers a part of it or leads on: better than nothing, never counted as an answer."""

ENDINGS = frozenset({outcome.value for outcome in Outcome} | {outcome.family for outcome in Outcome})
"""What a case may expect: an outcome, or a family of them."""


@dataclass(frozen=True, slots=True)
class Case:
    """One message of a resident, with the entries that rightly answer it and the outcome it must have."""

    id: str
    text: str
    set: str
    """What it tests, such as `abstention`; figures are told for each set."""
    expected: str
    """An outcome or a family of outcomes, one of ENDINGS."""
    entries: Mapping[str, int]
    """Grade by entry: ANSWERS or HELPS. Without one that answers, the bot should bring a person."""
    language: str = "ja"
    """The language the resident has chosen in the channel."""
    before: tuple[str, ...] = ()
    """What the resident wrote earlier in the same conversation."""
    private: tuple[str, ...] = ()
    """What must not be in the record of the question."""
    protected: bool = False
    """Must never become wrong: a change that makes it so is refused."""
    note: str = ""
    tags: tuple[str, ...] = ()
    plain: str = ""
    """The case that this is another way to write of; empty for cases that people wrote."""
    variety: str = ""
    """In which way it is written differently."""

    @property
    def is_answerable(self) -> bool:
        """Whether an entry of the city answers it."""
        return ANSWERS in self.entries.values()


def to_json(case: Case) -> dict[str, Any]:
    """The case as a line of a case file has it, without what is not set."""
    values: dict[str, Any] = {
        "id": case.id,
        "set": case.set,
        "text": case.text,
        "language": case.language if case.language != "ja" else "",
        "before": list(case.before),
        "expected": case.expected,
        "entries": dict(case.entries),
        "private": list(case.private),
        "protected": case.protected,
        "note": case.note,
        "tags": list(case.tags),
        "plain": case.plain,
        "variety": case.variety,
    }
    return {name: value for name, value in values.items() if value}


def digest(cases: Iterable[Case]) -> str:
    """Hex SHA-256 over the cases in their order: a run goes on only with the cases it began with."""
    lines = (json.dumps(to_json(case), ensure_ascii=False, sort_keys=True) for case in cases)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
