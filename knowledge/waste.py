"""Waste lists: one entry per item, from the city's own sheet or the official open data, and back to a sheet."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from knowledge.check import from_json, short_digest
from knowledge.clean import clean, has_lone_surrogate, shown
from knowledge.columns import Columns, Named, named_json_rows, named_rows
from knowledge.entry import Entry, Kind
from knowledge.problem import Imported, Problem
from knowledge.sentences import say
from knowledge.tables import MAX_ROWS, Format, as_text, format_of, write_cell_rows, write_json_rows

_FIELDS = ("city", "item", "kana", "category", "note")
_DETAILS = ("item", "kana", "category", "note")
COLUMNS = Columns("waste_columns", ("number", *_FIELDS), required=("item", "category"))

_Item = dict[str, str]


def read_waste(path: Path, limit: int = MAX_ROWS) -> Imported:
    """Waste items from .csv, .tsv, .jsonl (also .gz) or .xlsx; item and category are required.

    An item that stands twice with different instructions gives two entries; a row that only repeats another is a problem.
    Raises the errors of `knowledge.sheet_errors` when the file as a whole cannot be read.
    """
    json_lines = format_of(path) is Format.JSONL
    rows = named_json_rows(path, COLUMNS, limit) if json_lines else named_rows(path, COLUMNS, limit)
    taken = _List()
    for row in rows:
        taken.take(row)
    return Imported(tuple(taken.good), tuple(taken.problems))


def write_waste(entries: Iterable[Entry], path: Path) -> None:
    """Write the items as .csv, .tsv, .jsonl or .xlsx, whole or not at all; `read_waste` gives the same entries back."""
    items = [{name: entry.details.get(name, "") for name in _FIELDS} for entry in entries]
    fields = [name for name in _FIELDS if name != "city" or any(item["city"] for item in items)]
    if format_of(path) is Format.JSONL:
        write_json_rows(path, [{name: item[name] for name in fields} for item in items])
        return
    heading = [COLUMNS.headings(name)[0] for name in fields]
    write_cell_rows(path, [heading, *([item[name] for name in fields] for item in items)])


class _List:
    """The items taken so far, and what was wrong with the others."""

    def __init__(self) -> None:
        self.good: list[Entry] = []
        self.problems: list[Problem] = []
        self._first_rows: dict[tuple[str, ...], int] = {}
        self._times: Counter[tuple[str, str]] = Counter()

    def take(self, row: Named | Problem) -> None:
        checked = (row,) if isinstance(row, Problem) else self._entry(row[0], _item(row))
        if isinstance(checked, Entry):
            self.good.append(checked)
        else:
            self.problems += checked

    def _entry(self, number: int, item: _Item) -> Entry | tuple[Problem, ...]:
        """The entry, or what is wrong; neither for a blank row, which official lists number all the same."""
        if not any(item.values()):
            return ()
        wrong = _problem(number, item) or self._repetition(number, item)
        if wrong is not None:
            return (wrong,)
        name = (item["city"], item["item"])
        checked = from_json(_value(item, self._times[name]), number)
        if isinstance(checked, Entry):
            self._times[name] += 1
        return checked

    def _repetition(self, number: int, item: _Item) -> Problem | None:
        first = self._first_rows.setdefault(tuple(item.values()), number)
        return None if first == number else Problem(number, "waste_twice", {"item": shown(item["item"]), "first": first})


def _item(row: Named) -> _Item:
    texts = {name: clean(as_text(row[1].get(name, ""))).strip() for name in _FIELDS}
    return {name: text if name == "note" else " ".join(text.split("\n")) for name, text in texts.items()}


def _problem(number: int, item: _Item) -> Problem | None:
    """What would otherwise be told of the question or the answer, which nobody wrote."""
    for name in _FIELDS:
        if has_lone_surrogate(item[name]):
            return Problem(number, "lone_surrogate", {"field": COLUMNS.headings(name)[0]})
        if name in COLUMNS.required and not item[name]:
            return Problem(number, "missing", {"field": COLUMNS.headings(name)[0]})
    return None


def _value(item: _Item, ordinal: int) -> dict[str, object]:
    note = [say("knowledge", "waste.note_line", note=item["note"])] if item["note"] else []
    return {
        "id": f"waste-{short_digest(item['item'], item['city'], str(ordinal))}",
        "kind": Kind.WASTE.value,
        "category": say("knowledge", "waste.category"),
        "question": say("knowledge", "waste.question", item=item["item"]),
        "answer": "\n".join([say("knowledge", "waste.category_line", category=item["category"]), *note]),
        "wordings": [item["item"], item["kana"]],
        "details": {name: item[name] for name in (*_DETAILS, *(["city"] if item["city"] else []))},
    }
