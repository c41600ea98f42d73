"""Finds out which column is which by its heading, and turns rows of cells into rows by field name."""

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

from knowledge.clean import shown
from knowledge.excel import Cell
from knowledge.problem import Problem
from knowledge.sentences import say
from knowledge.sheet_errors import MissingColumns, SheetEmpty
from knowledge.tables import as_text, cell_rows, json_rows

Named = tuple[int, dict[str, Cell]]
_Row = TypeVar("_Row")


class Columns:
    """The headings of one kind of sheet: each field by its own name and by those that the wording lists."""

    def __init__(self, section: str, fields: Sequence[str], required: Sequence[str]) -> None:
        self.section = section
        self.fields = tuple(fields)
        self.required = tuple(required)
        self._by_heading = {_plain(name): field for field in self.fields for name in (field, *self.headings(field))}

    def headings(self, field: str) -> list[str]:
        """The Japanese headings of a field; the first is the one we write."""
        return [heading.strip() for heading in say("knowledge", f"{self.section}.{field}").split("|")]

    def field(self, heading: str) -> str | None:
        """The field that a heading means, None when it means nothing to us."""
        return self._by_heading.get(_plain(heading))

    def near(self, heading: str) -> str:
        """The known heading closest to an unknown one, empty when none is close."""
        known = {name: self.headings(field)[0] for field in self.fields for name in self.headings(field)}
        known |= {field: field for field in self.fields}
        return next((known[name] for name in get_close_matches(heading, known, n=1)), "")


def named_rows(
    path: Path, columns: Columns, limit: int, read_heading: Callable[[str], str | None] | None = None
) -> Iterator[Named | Problem]:
    """The rows below the heading by field; a column nobody knows is one problem and not one per row.

    Raises SheetEmpty, MissingColumns and what `cell_rows` raises.
    """
    rows = cell_rows(path, limit)
    first = next(rows, None)
    if first is None:
        raise SheetEmpty(name=path.name)
    if isinstance(first, Problem):
        yield first
        raise MissingColumns(name=path.name, missing=_labels(columns, columns.required), found="")
    number, cells = first
    headings = [as_text(cell) for cell in cells]
    fields, problems = _fields(number, headings, columns, read_heading or columns.field)
    missing = [field for field in columns.required if field not in fields]
    if missing:
        raise MissingColumns(name=path.name, missing=_labels(columns, missing), found=_found(headings))
    yield from problems
    for row in rows:
        yield row if isinstance(row, Problem) else _named(row[0], row[1], fields)


def named_json_rows(path: Path, columns: Columns, limit: int) -> Iterator[Named | Problem]:
    """The objects of a JSONL file by field; a key nobody knows is told once, where it first comes up. Raises SheetEmpty."""
    told: set[str] = set()
    for row in refuse_empty(json_rows(path, limit), path.name):
        if isinstance(row, Problem):
            yield row
            continue
        number, value = row
        if isinstance(value, Mapping):
            yield from _unknown_keys(number, value, columns, told)
            yield _named_value(number, value, columns)
        else:
            yield Problem(number, "not_an_object")


def refuse_empty(rows: Iterator[_Row], name: str) -> Iterator[_Row]:
    """The rows as they are. Raises SheetEmpty when there is not one."""
    first = next(rows, None)
    if first is None:
        raise SheetEmpty(name=name)
    yield first
    yield from rows


def _unknown_keys(number: int, value: Mapping[str, object], columns: Columns, told: set[str]) -> Iterator[Problem]:
    for key in value:
        if columns.field(key) is None and key not in told:
            told.add(key)
            yield _unknown(number, key, columns)


def _named_value(number: int, value: Mapping[str, object], columns: Columns) -> Named | Problem:
    named: dict[str, Cell] = {}
    for key, each in value.items():
        field = columns.field(key)
        if field is None or each is None:
            continue
        if not isinstance(each, str | int | float):
            return Problem(number, "not_text", {"field": columns.headings(field)[0]})
        named[field] = str(each)
    return number, named


def _unknown(number: int, heading: str, columns: Columns) -> Problem:
    near = columns.near(heading)
    told = {"name": shown(heading), "near": near}
    return Problem(number, "unknown_column_near" if near else "unknown_column", told)


def _fields(
    number: int, headings: Sequence[str], columns: Columns, read_heading: Callable[[str], str | None]
) -> tuple[list[str | None], list[Problem]]:
    """The field of each column, None for those that are left out, and why they are."""
    fields: list[str | None] = []
    problems: list[Problem] = []
    for heading in headings:
        field = read_heading(heading)
        if field is None and heading.strip():
            problems.append(_unknown(number, heading, columns))
        elif field is not None and field in fields:
            problems.append(Problem(number, "column_twice", {"name": shown(heading)}))
            field = None
        fields.append(field)
    return fields, problems


def _named(number: int, cells: Sequence[Cell], fields: Sequence[str | None]) -> Named | Problem:
    extra = next((as_text(cell) for cell in cells[len(fields) :] if as_text(cell).strip()), None)
    if extra is not None:
        return Problem(number, "too_many_cells", {"text": shown(extra)})
    return number, {field: cell for field, cell in zip(fields, cells, strict=False) if field is not None}


def _labels(columns: Columns, fields: Sequence[str]) -> str:
    return "・".join(columns.headings(field)[0] for field in fields)


def _found(headings: Sequence[str]) -> str:
    return "・".join(shown(heading, 20) for heading in headings[:20] if heading.strip())


def _plain(heading: str) -> str:
    """Headings are compared without width, case and spaces."""
    return "".join(unicodedata.normalize("NFKC", heading).casefold().split())
