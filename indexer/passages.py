"""The sentences of each answer as vectors of their own, read from disk only for the entries a question comes near."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from indexer.bags import Matrix

PASSAGES_FILE = "passages.npy"
FILES = (PASSAGES_FILE, "passage_scales.npy", "passage_starts.npy")


@dataclass(frozen=True, slots=True)
class Passages:
    """p sentences of n entries, each together with its entry's question, one byte a number."""

    table: npt.NDArray[np.int8]
    """Shape (p, dimension), in entry order; on disk until it is looked at."""
    scales: Matrix
    """Shape (p,): what a row's integers are multiplied by."""
    starts: npt.NDArray[np.int64]
    """Shape (n + 1,)."""

    def best(self, query: Matrix, entries: npt.NDArray[np.int32], otherwise: Matrix) -> Matrix:
        """Shape (len(entries),): cosine with the nearest sentence of each entry; `otherwise` for an entry without sentences."""
        starts, ends = self.starts[entries], self.starts[entries + 1]
        sizes = ends - starts
        found = otherwise.copy()
        filled = np.flatnonzero(sizes)
        if len(filled):
            offsets = np.concatenate([[0], np.cumsum(sizes[filled])])
            rows = np.repeat(starts[filled] - offsets[:-1], sizes[filled]) + np.arange(offsets[-1])
            cosines = (self.table[rows].astype(np.float32) @ query) * self.scales[rows]
            found[filled] = np.maximum.reduceat(cosines, offsets[:-1])
        return found

    def save(self, folder: Path) -> None:
        """Write the three files."""
        arrays: tuple[npt.NDArray[Any], ...] = (self.table, self.scales, self.starts)
        for name, array in zip(FILES, arrays, strict=True):
            np.save(folder / name, array)

    @staticmethod
    def load(folder: Path) -> "Passages":
        """Read what `save` wrote; the table stays on disk."""
        table, scales, starts = FILES
        return Passages(np.load(folder / table, mmap_mode="r"), np.load(folder / scales), np.load(folder / starts))


def quantise(vectors: Matrix, starts: npt.NDArray[np.int64]) -> Passages:
    """Round unit vectors to one byte a number with one scale a row."""
    scales = np.maximum(np.abs(vectors).max(axis=1, initial=0.0), 1e-9) / 127
    return Passages(np.round(vectors / scales[:, None]).astype(np.int8), scales.astype(np.float32), starts)
