"""Vectors that belong to entries, none or many to each: an entry's own and its wordings', or the sentences of its answer."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.bags import Matrix
from indexer.codes import Bytes, Codes, codes_of, rounded, steps_for
from indexer.ragged import Places, places_of, starts_of

Entries = npt.NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class Groups:
    """The vectors of n entries as an encoder makes them."""

    vectors: Matrix
    """Shape (r, dimension), in entry order."""
    starts: Places
    """Shape (n + 1,)."""


@dataclass(frozen=True, slots=True)
class CodedGroups:
    """The same with one byte a number, to be searched."""

    codes: Codes
    starts: Places

    def best(self, query: Matrix, entries: Entries, otherwise: Matrix) -> Matrix:
        """Shape (len(entries),): cosine with the nearest vector of each entry; `otherwise` for an entry without any."""
        places, begin = places_of(self.starts, entries)
        found = otherwise.copy()
        filled = np.flatnonzero(np.diff(begin))
        if len(filled):
            found[filled] = np.maximum.reduceat(self.codes.cosines(query, places), begin[filled])
        return found

    def save(self, folder: Path, name: str) -> None:
        """Write three files that begin with the name."""
        self.codes.save(folder, name)
        np.save(folder / f"{name}.starts.npy", self.starts)

    @staticmethod
    def load(folder: Path, name: str) -> "CodedGroups":
        """Read what `save` wrote; the vectors stay on disk."""
        return CodedGroups(Codes.load(folder, name), np.load(folder / f"{name}.starts.npy"))


class Gathering:
    """Vectors of n entries that come in any order, some of them from an earlier snapshot."""

    def __init__(self, size: int, steps: Matrix | None = None) -> None:
        self.steps = steps
        """Without those of an earlier snapshot the first vectors that come decide, so they should be of all kinds."""
        self._sizes = np.zeros(size, np.int64)
        self._pieces: list[tuple[Entries, Bytes]] = []

    def add(self, entries: Entries, groups: Groups) -> None:
        """What an encoder made of some entries."""
        self.steps = steps_for(groups.vectors) if self.steps is None else self.steps
        self._put(entries, groups.starts, rounded(groups.vectors, self.steps))

    def keep(self, entries: Entries, earlier: CodedGroups, rows: Entries) -> None:
        """What the entries had as number `rows` of an earlier snapshot."""
        places, starts = places_of(earlier.starts, rows)
        self._put(entries, starts, earlier.codes.table[places])

    def gathered(self) -> CodedGroups:
        """All of them, in entry order; at least one entry must have come."""
        if self.steps is None:
            raise ValueError("nothing was gathered")
        starts = starts_of(self._sizes)
        table = np.empty((starts[-1], len(self.steps)), np.uint8)
        for entries, rows in self._pieces:
            table[places_of(starts, entries)[0]] = rows
        return CodedGroups(codes_of(table, self.steps), starts)

    def _put(self, entries: Entries, starts: Places, rows: Bytes) -> None:
        self._sizes[entries] = np.diff(starts)
        self._pieces.append((entries, rows))
