"""The sheets of emergencies: what residents write when somebody is in danger, and what only sounds like it."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from knowledge.clean import clean, has_lone_surrogate, shown
from knowledge.columns import Columns, Named, named_rows
from knowledge.own_speech import Place, SheetProblem
from knowledge.problem import Problem
from knowledge.speech_sheet import plain
from knowledge.tables import as_text

URGENCY = Path(__file__).parent / "urgency"
"""The sheets that come with the product; `urgency/README.ja.md` says what belongs into them."""

COLUMNS = Columns("urgency_columns", ("kind", "about", "say"), required=("kind", "about", "say"))
MOST_ROWS = 50_000
LONGEST = 500
HELD_OUT = 5
"""One saying in so many is never trained on."""


class Urgency(StrEnum):
    """What help a saying asks for: the lists of phrases that are sure signs have the same names."""

    FIRE_OR_AMBULANCE = "fire_or_ambulance"
    CRIME_OR_ACCIDENT = "crime_or_accident"
    LIFE = "life"
    CHILD = "child"
    VIOLENCE = "violence"
    CALM = "calm"
    """No emergency, however much it sounds like one."""


@dataclass(frozen=True, slots=True)
class Saying:
    """What one resident might write."""

    kind: Urgency
    about: str
    text: str


class Sayings(NamedTuple):
    """What was read; a bad row never costs a good one."""

    good: tuple[Saying, ...]
    problems: tuple[SheetProblem, ...]


def read_sayings(folder: Path = URGENCY) -> Sayings:
    """All sheets of a folder, in the order of their names; a text that stands there twice is used once.

    Raises the errors of `knowledge.sheet_errors` when a sheet as a whole cannot be read.
    """
    good, problems, first = list[Saying](), list[SheetProblem](), dict[str, Place]()
    for sheet in sorted(folder.glob("*.csv")):
        for read in _read(sheet):
            if isinstance(read, Problem):
                problems.append(SheetProblem(sheet.name, read))
                continue
            number, saying = read
            earlier = first.setdefault(plain(saying.text), Place(sheet.name, number))
            if earlier == (sheet.name, number):
                good.append(saying)
            else:
                values = {"name": shown(saying.text), "sheet": earlier.sheet, "first": earlier.row}
                problems.append(SheetProblem(sheet.name, Problem(number, "said_twice", values)))
    return Sayings(tuple(good), tuple(problems))


def held_out(sayings: Sequence[Saying]) -> frozenset[Saying]:
    """About one saying in `HELD_OUT` of each kind and subject, chosen by digest: what was learned is measured on them."""
    ordered = sorted(sayings, key=lambda each: (each.kind, each.about, _digest(each.text)))
    groups = (list(group) for _, group in groupby(ordered, key=lambda each: (each.kind, each.about)))
    return frozenset(each for group in groups for each in group[: len(group) // HELD_OUT])


def _read(sheet: Path) -> Iterator[tuple[int, Saying] | Problem]:
    for row in named_rows(sheet, COLUMNS, MOST_ROWS):
        yield row if isinstance(row, Problem) else _saying(row)


def _saying(row: Named) -> tuple[int, Saying] | Problem:
    number, cells = row
    kind, about, text = (" ".join(clean(as_text(cells.get(name, ""))).split()) for name in COLUMNS.fields)
    if missing := next((name for name, value in (("about", about), ("say", text)) if not value), None):
        return Problem(number, "missing", {"field": _label(missing)})
    if has_lone_surrogate(text):
        return Problem(number, "lone_surrogate", {"field": _label("say")})
    if len(text) > LONGEST:
        return Problem(number, "too_long", {"field": _label("say"), "length": len(text), "limit": LONGEST})
    if kind not in set(Urgency):
        return Problem(number, "bad_kind", {"field": _label("kind"), "kinds": "・".join(Urgency)})
    return number, Saying(Urgency(kind), about, text)


def _label(name: str) -> str:
    return COLUMNS.headings(name)[0]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
