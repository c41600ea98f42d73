"""Vectors sorted into cells of what is near to each other, so that a large site need not compare everything with everything."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import faiss
import numpy as np

from indexer.bags import Matrix
from indexer.codes import BYTE, LARGEST, Bytes, Codes, Rows, map_index, write_index

LARGE = 50_000
"""Vectors from which cells are worth their while: before, looking at all is quick, and exact."""

LOOKED_INTO = 64
"""Cells nearest to a question, in which its nearest vectors are looked for: 98 in a hundred are there."""

AROUND = 16
"""Cells looked at around each, itself included."""

ROUNDS = 8
"""Of k-means; more hardly move the cells."""

SAMPLE = 64
"""Vectors a cell is found from."""

CHUNK = 8192
"""Vectors sorted at a time: bounds the memory of a build."""

FILE = "cells.faiss"


@dataclass(frozen=True, slots=True)
class Cells:
    """c cells of r coded vectors."""

    index: faiss.IndexIVFScalarQuantizer
    file: Bytes | None = None
    """See `Codes.file`."""

    @property
    def centres(self) -> Matrix:
        """Shape (c, d): in steps, as the vectors are."""
        return np.asarray(self.index.quantizer.reconstruct_n(0, self.index.nlist))

    def nearest(self, codes: Codes, query: Matrix, count: int) -> Rows:
        """About the `count` rows nearest to a question."""
        found: Rows = self.index.search(codes.coded(query), count)[1][0]
        return found[found >= 0]

    def surroundings(self, steps: Matrix) -> Iterator[tuple[Rows, Rows]]:
        """For each cell its rows, and those of the cells around it, itself included."""
        centres = self.centres * steps
        around = np.argsort(-(centres @ centres.T), axis=1)[:, :AROUND]
        rows = [self._rows(cell) for cell in range(len(centres))]
        for cell, members in enumerate(rows):
            if len(members):
                yield members, np.concatenate([rows[other] for other in {cell, *around[cell].tolist()}])

    def _rows(self, cell: int) -> Rows:
        lists = cast(faiss.InvertedLists, self.index.invlists)
        size = lists.list_size(cell)
        return np.array(faiss.rev_swig_ptr(lists.get_ids(cell), size)) if size else np.zeros(0, np.int64)

    def save(self, folder: Path) -> None:
        """Write `cells.faiss`."""
        write_index(folder / FILE, self.index)

    @staticmethod
    def load(folder: Path) -> "Cells | None":
        """Read what `save` wrote, its vectors staying on disk; None for a site that needs no cells."""
        if not (folder / FILE).exists():
            return None
        index, file = map_index(folder / FILE)
        return Cells(cast(faiss.IndexIVFScalarQuantizer, index), file)


def find_cells(codes: Codes) -> Cells:
    """By k-means on a sample: twice as many cells as the square root of the vectors."""
    count = max(int(2 * len(codes) ** 0.5), 1)
    sample = np.linspace(0, len(codes) - 1, min(count * SAMPLE, len(codes))).astype(np.int64)
    means = faiss.Kmeans(len(codes.steps), count, niter=ROUNDS, spherical=True, seed=1)
    means.train(codes.vectors(sample))
    return sort_into(np.asarray(np.asarray(means.centroids) / codes.steps, np.float32), codes)


def sort_into(centres: Matrix, codes: Codes) -> Cells:
    """Each vector into the cell whose centre is nearest."""
    nearest = faiss.IndexFlatIP(centres.shape[1])
    nearest.add(centres * codes.steps)
    quantizer = faiss.IndexFlatIP(centres.shape[1])
    quantizer.add(centres)
    index = faiss.IndexIVFScalarQuantizer(quantizer, centres.shape[1], len(centres), BYTE, faiss.METRIC_INNER_PRODUCT, False)
    index.is_trained, index.nprobe = True, LOOKED_INTO
    for start in range(0, len(codes), CHUNK):
        cell = np.ascontiguousarray(nearest.search(codes.vectors(slice(start, start + CHUNK)), 1)[1][:, 0])
        whole = codes.table[start : start + CHUNK].astype(np.float32) - (LARGEST + 1)
        rows = np.arange(start, start + len(whole))
        # FAISS gets bare addresses: the three arrays have to have names until it is done.
        index.add_core(len(whole), faiss.swig_ptr(whole), faiss.swig_ptr(rows), faiss.swig_ptr(cell))
    return Cells(index)
