"""Nearest entries by vector: an exact FAISS index over the rows, and which entry each row belongs to."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import cast

import faiss
import numpy as np
import numpy.typing as npt

from indexer.bags import Matrix
from indexer.embed import Rows


@dataclass(frozen=True)
class Vectors:
    """r rows of n entries in an inner-product index; the first n rows are the entries' own, the rest their wordings'."""

    index: faiss.IndexFlat
    owners: npt.NDArray[np.int32]
    """Shape (r,)."""
    size: int
    """n, the number of entries."""

    def nearest(self, query: Matrix, limit: int) -> npt.NDArray[np.int32]:
        """The entries that own the `limit` nearest rows, each once."""
        _, rows = self.index.search(query[None], min(limit, len(self.owners)))
        return np.unique(self.owners[rows[0]])

    def scores(self, query: Matrix, entries: npt.NDArray[np.int32]) -> Matrix:
        """Shape (len(entries),): cosine of the question with the nearest row of each entry."""
        order, starts = self._rows_by_entry
        begin, end = starts[entries], starts[entries + 1]
        offsets = np.concatenate([[0], np.cumsum(end - begin)])
        rows = order[np.repeat(begin - offsets[:-1], end - begin) + np.arange(offsets[-1])]
        return np.asarray(np.maximum.reduceat(self.matrix[rows] @ query, offsets[:-1]) if len(rows) else np.zeros(0), np.float32)

    def spread(self, query: Matrix) -> tuple[float, float]:
        """Mean and standard deviation of the question's cosine with all entries' own rows, without computing them."""
        mean = float(self._mean @ query)
        square = float(query @ self._second_moment @ query)
        return mean, float(np.sqrt(max(square - mean * mean, 0.0)))

    @cached_property
    def matrix(self) -> Matrix:
        """Shape (r, dimension): the rows, in FAISS's own memory."""
        return np.asarray(faiss.rev_swig_ptr(self.index.get_xb(), self.index.ntotal * self.index.d)).reshape(-1, self.index.d)

    @cached_property
    def _mean(self) -> Matrix:
        return np.asarray(self.matrix[: self.size].mean(axis=0))

    @cached_property
    def _second_moment(self) -> Matrix:
        own = self.matrix[: self.size]
        return np.asarray(own.T @ own / max(self.size, 1))

    @cached_property
    def _rows_by_entry(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """The rows sorted by owner, and where each entry's begin, shape (n + 1,)."""
        counts = np.bincount(self.owners, minlength=self.size)
        return np.argsort(self.owners, kind="stable"), np.concatenate([[0], np.cumsum(counts)])

    def save(self, folder: Path) -> None:
        """Write `vectors.faiss` and `owners.npy`."""
        # Given a path, FAISS reports a full disk as RuntimeError; through Python's file it is an OSError.
        with (folder / "vectors.faiss").open("wb") as file:
            faiss.write_index(self.index, faiss.PyCallbackIOWriter(file.write))  # type: ignore[attr-defined]
        np.save(folder / "owners.npy", self.owners)

    @staticmethod
    def load(folder: Path, size: int) -> "Vectors":
        """Read what `save` wrote, for an index of `size` entries."""
        with (folder / "vectors.faiss").open("rb") as file:
            index = cast(faiss.IndexFlat, faiss.read_index(faiss.PyCallbackIOReader(file.read)))  # type: ignore[attr-defined]
        return Vectors(index, np.load(folder / "owners.npy"), size)


def build_vectors(rows: Rows, size: int) -> Vectors:
    """Index the rows of `size` entries."""
    index = faiss.IndexFlatIP(rows.vectors.shape[1])
    index.add(np.ascontiguousarray(rows.vectors, np.float32))
    return Vectors(index, rows.owners, size)
