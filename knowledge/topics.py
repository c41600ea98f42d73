"""The sheets of resident speech: what residents say for what a city hall calls something else."""

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

SPEECH = Path(__file__).parent / "speech"
"""The sheets that come with the product, for every city; `speech/README.ja.md` says how to extend them."""

BETWEEN = "／"
"""Stands between the words in a cell."""


@dataclass(frozen=True)
class Topic:
    """One thing residents come to a city hall for."""

    field: str
    topic: str
    question: str
    """The standard question, as a city's FAQ would head it."""
    says: tuple[str, ...]
    """What residents say instead."""
    office: tuple[str, ...]
    """The city hall's words for it."""
    lay: tuple[str, ...]
    """The residents' words for it."""
    own: bool = False
    """From a site's own sheet: nothing is measured on it, so nothing is held out."""

    @property
    def id(self) -> str:
        """Stable as long as field and topic keep their names."""
        return f"{self.field}/{self.topic}"

    @cached_property
    def held_out(self) -> tuple[str, ...]:
        """About one say in eight, chosen by digest and never trained on: the evaluation set of the lexicon."""
        if self.own:
            return ()
        return tuple(sorted(self.says, key=_digest)[: max(1, len(self.says) // 8)])

    @cached_property
    def trained(self) -> tuple[str, ...]:
        """The other says, in the order of the sheet."""
        return tuple(say for say in self.says if say not in self.held_out)


def read_topics(folder: Path = SPEECH) -> tuple[Topic, ...]:
    """All topics of a folder of sheets, file by file in the order of their names.

    Raises KeyError for a sheet without one of the columns; the product's own sheets are checked by the tests.
    """
    return tuple(topic for file in sorted(folder.glob("*.csv")) for topic in _topics(file))


def _topics(file: Path) -> Iterator[Topic]:
    with file.open(encoding="utf-8-sig", newline="") as sheet:
        # Spreadsheets leave out cells at the end of a row, and write rows of commas after the last.
        for row in csv.DictReader(sheet, restval=""):
            if not row["question"].strip():
                continue
            says = [row[name].strip() for name in row if name and name.startswith("say_") and row[name]]
            yield Topic(
                row["field"], row["topic"], row["question"], tuple(filter(None, says)), _words(row["office"]), _words(row["lay"])
            )


def _words(cell: str) -> tuple[str, ...]:
    return tuple(word for part in cell.split(BETWEEN) if (word := part.strip()))


def _digest(say: str) -> str:
    return hashlib.sha256(say.encode()).hexdigest()
