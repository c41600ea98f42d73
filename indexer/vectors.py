"""Nearest entries by vector: each entry's own row and one for each wording, and how a question's cosines are spread."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.bags import Matrix
from indexer.cells import LARGE, Cells, find_cells, sort_into
from indexer.groups import CodedGroups, Entries

NAME = "vectors"
SPREAD_FILE = "spread.npz"

CHUNK = 8192
"""Rows looked at together: bounds the memory of a build."""


@dataclass(frozen=True)
class Vectors:
    """Rows of n entries; the first of each entry is its own, the others its wordings'."""

    rows: CodedGroups
    mean: Matrix
    """Shape (dimension,): of the entries' own rows."""
    square: Matrix
    """Shape (dimension, dimension): the mean of their outer products with themselves."""
    cells: Cells | None = None
    """Of the rows of a large site."""

    @property
    def size(self) -> int:
        """n, the number of entries."""
        return len(self.rows.starts) - 1

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return len(self.rows.codes.steps)

    def own(self, entries: Entries) -> Matrix:
        """The entries' own rows."""
        return self.rows.codes.vectors(self.rows.starts[entries])

    def nearest(self, query: Matrix, limit: int) -> npt.NDArray[np.int32]:
        """The entries that own about the `limit` nearest rows, each once."""
        codes = self.rows.codes
        rows = self.cells.nearest(codes, query, limit) if self.cells else codes.nearest(query, limit)
        return np.unique(np.searchsorted(self.rows.starts, rows, side="right") - 1).astype(np.int32)

    def scores(self, query: Matrix, entries: Entries) -> Matrix:
        """Shape (len(entries),): cosine of the question with the nearest row of each entry."""
        return self.rows.best(query, entries, np.zeros(len(entries), np.float32))

    def spread(self, query: Matrix) -> tuple[float, float]:
        """Mean and standard deviation of the question's cosine with all entries' own rows, without computing them."""
        mean = float(self.mean @ query)
        square = float(query @ self.square @ query)
        return mean, float(np.sqrt(max(square - mean * mean, 0.0)))

    def save(self, folder: Path) -> None:
        """Write the rows, `spread.npz` and the cells."""
        self.rows.save(folder, NAME)
        if self.cells:
            self.cells.save(folder)
        np.savez(folder / SPREAD_FILE, mean=self.mean, square=self.square)

    @staticmethod
    def load(folder: Path) -> "Vectors":
        """Read what `save` wrote; the rows stay on disk."""
        with np.load(folder / SPREAD_FILE) as data:
            return Vectors(CodedGroups.load(folder, NAME), data["mean"], data["square"], Cells.load(folder))


def vectors_of(rows: CodedGroups, earlier: Cells | None = None) -> Vectors:
    """The rows with their spread and, if they are many, in cells: those of an earlier snapshot as long as they are kept."""
    size, dimension = len(rows.starts) - 1, len(rows.codes.steps)
    mean, square = np.zeros(dimension), np.zeros((dimension, dimension))
    for start in range(0, size, CHUNK):
        own = rows.codes.vectors(rows.starts[start : min(start + CHUNK, size)])
        mean += own.sum(axis=0)
        square += own.T @ own
    cells = None
    if len(rows.codes) > LARGE:
        cells = sort_into(earlier.centres, rows.codes) if earlier else find_cells(rows.codes)
    return Vectors(rows, (mean / max(size, 1)).astype(np.float32), (square / max(size, 1)).astype(np.float32), cells)
