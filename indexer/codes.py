"""Vectors with one byte a number, compared by FAISS and read from disk only where somebody looks."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import cast

import faiss
import numpy as np
import numpy.typing as npt

from indexer.bags import Matrix

LARGEST = 127
BYTE = faiss.ScalarQuantizer.QT_8bit_direct_signed

Bytes = npt.NDArray[np.uint8]
Rows = npt.NDArray[np.integer]


@dataclass(frozen=True)
class Codes:
    """r vectors of d numbers: number = step of its column × (byte - 128)."""

    index: faiss.IndexScalarQuantizer
    steps: Matrix
    """Shape (d,)."""
    file: Bytes | None = None
    """What a loaded index looks into: FAISS does not know that Python might give it back."""

    def __len__(self) -> int:
        """r."""
        return int(self.index.ntotal)

    @cached_property
    def table(self) -> Bytes:
        """Shape (r, d): the bytes, in FAISS's own memory."""
        size = len(self) * len(self.steps)
        if not size:
            return np.zeros((0, len(self.steps)), np.uint8)
        # The index has to live as long as the view on its memory: `self` keeps both.
        return np.asarray(faiss.rev_swig_ptr(self.index.codes.data(), size)).reshape(len(self), -1)

    def vectors(self, rows: Rows | slice) -> Matrix:
        """The vectors of some rows."""
        return (self.table[rows].astype(np.float32) - (LARGEST + 1)) * self.steps

    def cosines(self, query: Matrix, rows: Rows) -> Matrix:
        """Shape (len(rows),): the inner product of a question with each row; of q questions, shape (len(rows), q)."""
        weighed = query * self.steps
        return np.asarray(self.table[rows].astype(np.float32) @ weighed.T - (LARGEST + 1) * weighed.sum(axis=-1), np.float32)

    def nearest(self, query: Matrix, count: int) -> Rows:
        """About the `count` rows nearest to a question."""
        found: Rows = self.index.search(self.coded(query), min(count, len(self)))[1][0] if len(self) else np.zeros(0, np.int64)
        return found

    def coded(self, query: Matrix) -> Matrix:
        """Shape (1, d): a question as FAISS compares it with these bytes, rounded to bytes itself."""
        weighed = query * self.steps
        return np.asarray(weighed * (LARGEST / max(float(np.abs(weighed).max(initial=0.0)), 1e-9)))[None]

    def save(self, folder: Path, name: str) -> None:
        """Write `<name>.faiss` and `<name>.steps.npy`."""
        write_index(folder / f"{name}.faiss", self.index)
        np.save(folder / f"{name}.steps.npy", self.steps)

    @staticmethod
    def load(folder: Path, name: str) -> "Codes":
        """Read what `save` wrote; the bytes stay on disk."""
        index, file = map_index(folder / f"{name}.faiss")
        return Codes(cast(faiss.IndexScalarQuantizer, index), np.load(folder / f"{name}.steps.npy"), file)


def steps_for(vectors: Matrix) -> Matrix:
    """Steps with which the largest number of each column just fits; a column of next to nothing leaves room for more."""
    largest = np.abs(vectors).max(axis=0, initial=0.0)
    mean = float(largest.mean()) if largest.any() else 1.0
    return np.asarray(np.maximum(largest, mean / 4) / LARGEST, np.float32)


def rounded(vectors: Matrix, steps: Matrix) -> Bytes:
    """The bytes for some vectors; what is too large for its column is cut to the largest there is."""
    whole = np.clip(np.rint(vectors / steps), -LARGEST, LARGEST)
    return np.asarray(whole + (LARGEST + 1)).astype(np.uint8)


def codes_of(table: Bytes, steps: Matrix) -> Codes:
    """An index over bytes."""
    index = faiss.IndexScalarQuantizer(len(steps), BYTE, faiss.METRIC_INNER_PRODUCT)
    index.add_sa_codes(np.ascontiguousarray(table))
    return Codes(index, steps)


def write_index(path: Path, index: faiss.Index) -> None:
    """Write a FAISS index."""
    # Given a path, FAISS reports a full disk as RuntimeError; through Python's file it is an OSError.
    with path.open("wb") as file:
        faiss.write_index(index, faiss.PyCallbackIOWriter(file.write))  # type: ignore[attr-defined]


def map_index(path: Path) -> tuple[faiss.Index, Bytes]:
    """Read it, its vectors staying on disk, and the memory they are seen through, which has to be kept."""
    memory = np.memmap(path, np.uint8, "r")
    return faiss.read_index(faiss.ZeroCopyIOReader(faiss.swig_ptr(np.asarray(memory)), memory.size)), memory  # type: ignore[attr-defined]
