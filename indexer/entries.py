"""The entries of a snapshot: one line of JSON each, read when one is needed, because most are not for a long time."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import overload

import numpy as np

from indexer.ragged import starts_of
from indexer.wordlist import WordList, read_word_list, word_list
from knowledge.entry import Entry, from_json, to_json

FILE = "entries.jsonl"
STARTS_FILE = "entries.starts.npy"
IDS_FILE = "entries.ids.txt"

REMEMBERED = 1000
"""Entries kept in memory: residents ask for the same ones again and again."""


class StoredEntries(Sequence[Entry]):
    """The entries by row."""

    def __init__(self, folder: Path) -> None:
        self._lines = np.asarray(np.memmap(folder / FILE, np.uint8, "r"))
        self._starts = np.load(folder / STARTS_FILE)
        self.by_id = EntriesById(self, read_word_list(folder / IDS_FILE))
        self._read = lru_cache(REMEMBERED)(self._read_line)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._starts) - 1

    @overload
    def __getitem__(self, row: int) -> Entry: ...
    @overload
    def __getitem__(self, row: slice) -> list[Entry]: ...
    def __getitem__(self, row: int | slice) -> Entry | list[Entry]:
        """One entry, or some."""
        if isinstance(row, slice):
            return [self[each] for each in range(*row.indices(len(self)))]
        if not 0 <= row < len(self):
            raise IndexError(row)
        return self._read(row)

    def _read_line(self, row: int) -> Entry:
        return from_json(json.loads(self._lines[self._starts[row] : self._starts[row + 1]].tobytes()))


class EntriesById(Mapping[str, Entry]):
    """The same entries by id."""

    def __init__(self, entries: StoredEntries, rows: WordList) -> None:
        self._entries, self._rows = entries, rows

    def __getitem__(self, entry: str) -> Entry:
        """The entry with an id. Raises KeyError."""
        return self._entries[self._rows[entry]]

    def __iter__(self) -> Iterator[str]:
        """The ids."""
        return iter(self._rows)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._rows)


def write_entries(folder: Path, entries: Sequence[Entry]) -> str:
    """Write `entries.jsonl`, one entry a line, in row order, and where each line begins; returns a digest of the lines."""
    lines = [f"{json.dumps(to_json(entry), ensure_ascii=False)}\n".encode() for entry in entries]
    text = b"".join(lines)
    (folder / FILE).write_bytes(text)
    np.save(folder / STARTS_FILE, starts_of([len(line) for line in lines]))
    word_list(entry.id for entry in entries).save(folder / IDS_FILE)
    return hashlib.sha256(text).hexdigest()
