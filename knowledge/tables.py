"""Rows of CSV, JSONL and Excel files, numbered as their readers see them, and the same three written whole."""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from enum import StrEnum
from io import TextIOWrapper
from itertools import count
from pathlib import Path

from knowledge import excel
from knowledge.atomic import replace_file
from knowledge.encoding import MAX_LINE, Encoding, detect, lines, open_text_file
from knowledge.excel import Cell
from knowledge.problem import Problem
from knowledge.sheet_errors import SheetDamaged, SheetTooLong, UnknownSheetFormat

MAX_ROWS = 200_000
SUFFIXES = (".jsonl", ".csv", ".tsv", ".xlsx")
_DELIMITERS = ",\t;"
_BLANK = b" \t\r\n\xef\xbb\xbf"
"""White space and the byte order mark."""
_RISKY = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")

Cells = Sequence[Cell]


class Format(StrEnum):
    """How the rows are written down."""

    JSONL = "jsonl"
    CSV = "csv"
    EXCEL = "excel"


def format_of(path: Path) -> Format:
    """By suffix, a trailing .gz aside. Raises UnknownSheetFormat."""
    suffix = path.with_suffix("").suffix if path.suffix.lower() == ".gz" else path.suffix
    match suffix.lower():
        case ".jsonl":
            return Format.JSONL
        case ".csv" | ".tsv":
            return Format.CSV
        case ".xlsx" if suffix == path.suffix:
            return Format.EXCEL
        case _:
            raise UnknownSheetFormat(name=path.name, suffixes="・".join(SUFFIXES))


def json_rows(path: Path, limit: int = MAX_ROWS) -> Iterator[tuple[int, object] | Problem]:
    """The value of every line that is not blank, with its number. Raises the errors of `knowledge.encoding` and SheetTooLong."""
    with open_text_file(path) as stream:
        encoding = detect(stream, path.name)
        stream.seek(0)
        every = enumerate(lines(stream, path.name), 1)
        numbered = ((number, line) for number, line in every if line is None or line.strip(_BLANK))
        for seen, (number, line) in enumerate(numbered, 1):
            if seen > limit:
                raise SheetTooLong(name=path.name, limit=limit)
            yield _json_row(number, line, encoding)


def cell_rows(path: Path, limit: int = MAX_ROWS) -> Iterator[tuple[int, Cells] | Problem]:
    """The rows of a CSV or Excel file that are not blank, heading first. Raises SheetTooLong past `limit` rows below it."""
    rows = excel.read_rows(path) if format_of(path) is Format.EXCEL else _csv_rows(path)
    for seen, row in enumerate(rows):
        if seen > limit:
            raise SheetTooLong(name=path.name, limit=limit)
        yield row if isinstance(row, Problem) else (row[0], [unguarded(cell) for cell in row[1]])


def write_json_rows(path: Path, rows: Iterable[object]) -> None:
    """One JSON value a line."""
    _refuse_packed(path)
    with replace_file(path) as stream:
        for row in rows:
            stream.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")


def write_cell_rows(path: Path, rows: Iterable[Cells]) -> None:
    """Heading and rows as CSV (UTF-8 with BOM, which Excel needs) or Excel. Raises CellTooLong before anything is written."""
    _refuse_packed(path)
    guarded_rows = ([guarded(cell) for cell in row] for row in rows)
    if format_of(path) is Format.EXCEL:
        excel.write_rows(path, guarded_rows)
        return
    with replace_file(path) as stream:
        text = TextIOWrapper(stream, encoding="utf-8-sig", newline="")
        csv.writer(text, delimiter="\t" if path.suffix.lower() == ".tsv" else ",").writerows(guarded_rows)
        text.detach()


def guarded(cell: Cell) -> Cell:
    """The cell with an apostrophe before what a spreadsheet would run as a formula."""
    return f"'{cell}" if isinstance(cell, str) and _looks_like_formula(cell) else cell


def unguarded(cell: Cell) -> Cell:
    """The inverse of `guarded`; an apostrophe that guards nothing stays."""
    return cell[1:] if isinstance(cell, str) and cell.startswith("'") and _looks_like_formula(cell) else cell


def as_text(cell: Cell) -> str:
    """What a text column means by a cell: a date is written as its ISO form."""
    return cell.isoformat() if isinstance(cell, date) else cell


def _looks_like_formula(text: str) -> bool:
    """Also behind apostrophes, so that a text that has them already comes back with as many as it had."""
    return text.lstrip("'").startswith(_RISKY)


def _refuse_packed(path: Path) -> None:
    """We read gzip but do not write it."""
    if path.suffix.lower() == ".gz":
        raise UnknownSheetFormat(name=path.name, suffixes="・".join(SUFFIXES))


def _json_row(number: int, line: bytes | None, encoding: Encoding) -> tuple[int, object] | Problem:
    if line is None:
        return Problem(number, "line_too_long")
    try:
        return number, json.loads(line.decode(encoding))
    except (ValueError, RecursionError):  # not JSON, a number of 5,000 digits, or brackets nested without end
        return Problem(number, "broken_json")


def _csv_rows(path: Path) -> Iterator[tuple[int, Cells] | Problem]:
    with open_text_file(path) as stream:
        encoding = detect(stream, path.name)
        stream.seek(0)
        heading = stream.readline(MAX_LINE).decode(encoding, "replace")
        stream.seek(0)
        text = TextIOWrapper(stream, encoding=encoding, newline="")
        # Whatever cuts the first line into the most columns; a comma when nothing does.
        reader = csv.reader(text, delimiter=max(_DELIMITERS, key=heading.count), strict=True)
        try:
            yield from _records(reader)
        except UnicodeDecodeError as error:  # a line so long that its encoding was not looked at
            raise SheetDamaged(name=path.name) from error


def _records(reader: Iterator[list[str]]) -> Iterator[tuple[int, Cells] | Problem]:
    for number in count(1):
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Problem(number, "line_too_long" if "field limit" in str(error) else "broken_csv")
            continue
        if any(cell.strip() for cell in cells):
            yield number, cells
