"""The entries nearest to each entry: what is near to a good answer is a little better for it."""

import numpy as np
import numpy.typing as npt

from indexer.vectors import Vectors

NEIGHBOURS = 5
SHARE = 0.35
"""What the neighbours' mean score adds to an entry's own."""

CHUNK = 256
"""Entries compared with all others at a time: bounds the memory of a build."""

Table = npt.NDArray[np.int32]


def find_neighbours(vectors: Vectors) -> Table:
    """Shape (n, up to 5): the other entries by cosine of their own rows."""
    own = vectors.matrix[: vectors.size]
    count = min(NEIGHBOURS, vectors.size - 1)
    table = np.zeros((vectors.size, count), np.int32)
    for start in range(0, vectors.size if count else 0, CHUNK):
        cosines = own[start : start + CHUNK] @ own.T
        cosines[np.arange(len(cosines)), np.arange(start, start + len(cosines))] = -np.inf
        table[start : start + CHUNK] = np.argpartition(-cosines, count - 1, axis=1)[:, :count]
    return table
