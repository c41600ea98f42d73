"""Entries in sheets: JSONL as programs write it, CSV and Excel as the divisions keep it, read and written without loss."""

import json
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from knowledge.check import check_all, language_tag
from knowledge.columns import Columns, Named, named_rows, refuse_empty
from knowledge.entry import DATE_FIELDS, Entry, to_json
from knowledge.excel import Cell
from knowledge.problem import Imported, Problem, field_label
from knowledge.tables import MAX_ROWS, Format, as_text, format_of, json_rows, write_cell_rows, write_json_rows

_PLAIN = (
    *("id", "kind", "category", "question", "answer", "wordings", "division", "source", "procedure", "contact"),
    *DATE_FIELDS,
    "details",
)
_TRANSLATED = ("question", "answer", "wordings")
_TRANSLATED_HEADING = re.compile(r"(?P<base>.+?)\s*[\[［](?P<tag>[^\[\]［］]+)[\]］]\s*")
COLUMNS = Columns("columns", _PLAIN, required=("question", "answer"))


def read_entries(path: Path, limit: int = MAX_ROWS) -> Imported:
    """Entries from .jsonl, .csv, .tsv (also .gz) or .xlsx, at most `limit` rows; headings are Japanese or field names.

    Raises the errors of `knowledge.sheet_errors` when the file as a whole cannot be read.
    """
    if format_of(path) is Format.JSONL:
        return check_all(refuse_empty(json_rows(path, limit), path.name))
    rows = named_rows(path, COLUMNS, limit, _field)
    return check_all(row if isinstance(row, Problem) else _value(row) for row in rows)


def write_entries(entries: Iterable[Entry], path: Path) -> None:
    """Write .jsonl, .csv, .tsv or .xlsx, whole or not at all; `read_entries` gives the same entries back.

    Raises UnknownSheetFormat, and CellTooLong when Excel could not hold a text.
    """
    if format_of(path) is Format.JSONL:
        write_json_rows(path, map(to_json, entries))
        return
    kept = tuple(entries)
    tags = sorted({tag for entry in kept for tag in entry.translations})
    heading = [*map(field_label, _PLAIN), *(field_label(name, tag) for tag in tags for name in _TRANSLATED)]
    write_cell_rows(path, [heading, *(_cells(entry, tags) for entry in kept)])


def _field(heading: str) -> str | None:
    """`question` for 質問, `question[en]` for 質問[en]."""
    found = _TRANSLATED_HEADING.fullmatch(heading)
    if found is None:
        return COLUMNS.field(heading)
    base, tag = COLUMNS.field(found["base"]), language_tag(found["tag"].strip())
    return f"{base}[{tag}]" if base in _TRANSLATED and tag else None


def _value(row: Named) -> tuple[int, object] | Problem:
    number, cells = row
    value: dict[str, object] = {}
    translations: dict[str, dict[str, str]] = {}
    for name, cell in cells.items():
        base, _, tag = name.rstrip("]").partition("[")
        if tag and as_text(cell):
            translations.setdefault(tag, {})[base] = as_text(cell)
        elif not tag:
            value[name] = cell if name in DATE_FIELDS else as_text(cell)
    try:
        value["details"] = json.loads(as_text(cells.get("details", "")) or "{}")
    except (ValueError, RecursionError):
        return Problem(number, "broken_details", {"field": field_label("details")})
    return number, {**value, "translations": translations}


def _cells(entry: Entry, tags: Iterable[str]) -> list[Cell]:
    values = to_json(entry)
    plain = [_cell(getattr(entry, name) if name in DATE_FIELDS else values[name]) for name in _PLAIN]
    return [*plain, *(_cell(values["translations"].get(tag, {}).get(name, "")) for tag in tags for name in _TRANSLATED)]


def _cell(value: object) -> Cell:
    match value:
        case None:
            return ""
        case date():
            return value
        case list():
            return "\n".join(value)
        case dict():
            return json.dumps(value, ensure_ascii=False, separators=(",", ":")) if value else ""
        case _:
            return str(value)
