"""Excel workbooks (.xlsx) as rows of texts and dates, and back."""

import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from knowledge.atomic import replace_file
from knowledge.clean import clean, shown
from knowledge.problem import Problem
from knowledge.sheet_errors import (
    CellTooLong,
    NotThisFormat,
    SheetDamaged,
    SheetEmpty,
    SheetNotFound,
    SheetTooLarge,
    SheetTooWide,
)

Cell = str | date
MAX_CELL = 32_767
"""UTF-16 units in one cell, a limit of Excel itself; openpyxl would cut longer texts without a word."""
MAX_COLUMNS = 500
MAX_UNPACKED = 400_000_000
_WORKBOOK_PART = "xl/workbook.xml"
_CHUNK = 500
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED = re.compile(r"_x005F_(?=x[0-9A-Fa-f]{4}_)|_x000D_")
"""Excel writes a carriage return as _x000D_, and the underscore of a text that looks like that as _x005F_ (ST_Xstring)."""
_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError),
    *(LookupError, ValueError, TypeError, AttributeError, SyntaxError),
    RuntimeError,
)
"""What zipfile (RuntimeError: a password or an unknown compression) and openpyxl raise on parts that are missing, cut or not what
they should be; XML errors are SyntaxErrors."""

Row = tuple[int, Sequence[Cell]]


def read_rows(path: Path) -> Iterator[Row | Problem]:
    """The rows of the first sheet that are not blank, formulas as their last values; an error value (#N/A) is a problem.

    Raises SheetNotFound, NotThisFormat, SheetTooLarge, SheetTooWide, SheetDamaged or SheetEmpty.
    """
    _refuse_other_files(path)
    rows = _values(path)
    while chunk := _careful_chunk(rows, path.name):
        for number, row in chunk:
            errors = [cell for cell in row if isinstance(cell, _ErrorValue)]
            if errors:
                yield Problem(number, "cell_error", {"column": errors[0].column, "text": errors[0].text})
            else:
                yield number, [cell for cell in row if not isinstance(cell, _ErrorValue)]


def write_rows(path: Path, rows: Iterable[Sequence[Cell]]) -> None:
    """One sheet with the first row frozen. Raises CellTooLong before anything is written."""
    table = [list(row) for row in rows]
    for number, row in enumerate(table, 1):
        for column, cell in enumerate(row, 1):
            if isinstance(cell, str) and len(_escaped(cell).encode("utf-16-le")) // 2 > MAX_CELL:
                raise CellTooLong(name=path.name, row=number, column=get_column_letter(column), limit=MAX_CELL)
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    for row in table:
        sheet.append([_cell(sheet, value) for value in row])
    with replace_file(path) as stream:
        book.save(stream)


class _ErrorValue:
    """#N/A and its kind, with the letter of its column."""

    def __init__(self, text: str, column: str) -> None:
        self.text = text
        self.column = column


def _refuse_other_files(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile as error:
        raise (NotThisFormat if path.stat().st_size else SheetEmpty)(name=path.name) from error
    except OSError as error:
        raise SheetNotFound(name=path.name) from error
    if _WORKBOOK_PART not in {part.filename for part in parts}:
        raise NotThisFormat(name=path.name)
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise SheetTooLarge(name=path.name, limit=MAX_UNPACKED // 1_000_000)


def _careful_chunk(rows: Iterator[tuple[int, list[Cell | _ErrorValue]]], name: str) -> list[tuple[int, list[Cell | _ErrorValue]]]:
    """The next rows; openpyxl reads them lazily, so its errors and its warnings about styles come here."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            return list(islice(rows, _CHUNK))
    except InvalidFileException as error:
        raise NotThisFormat(name=name) from error
    except _DAMAGE as error:
        raise SheetDamaged(name=name) from error


def _values(path: Path) -> Iterator[tuple[int, list[Cell | _ErrorValue]]]:
    book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for number, cells in enumerate(sheet.iter_rows(), 1):
            if any(cell.value is not None for cell in cells[MAX_COLUMNS:]):
                raise SheetTooWide(name=path.name, limit=MAX_COLUMNS)
            row = [_value(cell.value, cell.data_type, column) for column, cell in enumerate(cells[:MAX_COLUMNS], 1)]
            if any(isinstance(value, _ErrorValue | date) or value.strip() for value in row):
                yield number, row
    finally:
        book.close()


def _value(value: object, data_type: str, column: int) -> Cell | _ErrorValue:
    match value:
        case None:
            return ""
        case str() if data_type == "e":
            return _ErrorValue(shown(value), get_column_letter(column))
        case str():
            return _ESCAPED.sub(lambda found: "\r" if found[0] == "_x000D_" else "_", value)
        case datetime():
            return value.date()
        case date():
            return value
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)


def _cell(sheet: WriteOnlyWorksheet, value: Cell) -> object:
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, _escaped(value))
    cell.data_type = "s"  # otherwise a text such as "#N/A" would become an error value
    return cell


def _escaped(text: str) -> str:
    return _ESCAPE.sub("_x005F_", clean(text))
