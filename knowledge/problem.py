"""What an import hands back: the good entries, and for each bad row a sentence that says where and what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from knowledge.entry import Entry
from knowledge.sentences import DEFAULT_LANGUAGE, say

REMARKS = frozenset({"waste_twice", "page_without_headings"})
"""Problems of rows whose content was taken in all the same."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in one row; the sentence is `problems.<key>` in the wording of this package."""

    row: int | None
    """Row as a spreadsheet counts it (the header is row 1), or line of a JSONL file; None when there is no row to point at."""
    key: str
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def costs_an_entry(self) -> bool:
        """Whether something that the row says is missing from what was read; the others are only worth knowing."""
        return self.key not in REMARKS

    @property
    def sentence(self) -> str:
        """What to show a person, beginning with the row where there is one."""
        told = say("knowledge", f"problems.{self.key}", DEFAULT_LANGUAGE, **self.values)
        return told if self.row is None else say("knowledge", "problems.at_row", row=self.row, sentence=told)


class Imported(NamedTuple):
    """The result of every importer: a bad row never costs a good one."""

    good: tuple[Entry, ...]
    problems: tuple[Problem, ...]


def field_label(name: str, tag: str = "") -> str:
    """How the sheets call a field, such as 質問 or 質問[en]."""
    label = say("knowledge", f"columns.{name}").partition("|")[0].strip()
    return f"{label}[{tag}]" if tag else label
