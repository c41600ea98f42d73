"""The entries nearest to each entry: what is near to a good answer is a little better for it."""

import numpy as np
import numpy.typing as npt

from indexer.bags import Matrix
from indexer.cells import cells_of
from indexer.vectors import Vectors

NEIGHBOURS = 5
SHARE = 0.35
"""What the neighbours' mean score adds to an entry's own."""

CHUNK = 256
"""Entries compared with all others at a time: bounds the memory of a build."""

EXACT = 25_000
"""Entries up to which each is compared with all others; of more, with those in the cells around it alone."""

Table = npt.NDArray[np.int32]
Entries = npt.NDArray[np.int64]


def find_neighbours(vectors: Vectors) -> Table:
    """Shape (n, up to 5): the other entries by cosine of their own rows."""
    every = np.arange(vectors.size)
    table = np.zeros((vectors.size, min(NEIGHBOURS, vectors.size - 1)), np.int32)
    own = vectors.own(every)
    if vectors.size <= EXACT:
        _compare(own, every, every, table)
    else:
        for members, around in cells_of(own):
            _compare(own, members, around, table)
    return table


def update_neighbours(vectors: Vectors, earlier: Table, rows: Entries) -> Table:
    """The same from an earlier table: `rows` are the numbers entries had there, -1 for those that are new or changed."""
    if earlier.shape[1] != min(NEIGHBOURS, vectors.size - 1):
        return find_neighbours(vectors)
    own, new = vectors.own(np.arange(vectors.size)), rows < 0
    table = np.empty((vectors.size, earlier.shape[1]), np.int32)
    now = np.full(len(earlier), -1, np.int32)
    now[rows[~new]] = np.flatnonzero(~new)
    table[new], table[~new] = -1, now[earlier[rows[~new]]]
    # Whoever lost a neighbour looks at all the others again, as the new ones do.
    again = (table < 0).any(axis=1)
    _compare(own, np.flatnonzero(again), np.arange(vectors.size), table)
    _consider(own, np.flatnonzero(~again), np.flatnonzero(new), table)
    return table


def _compare(own: Matrix, entries: Entries, others: Entries, table: Table) -> None:
    """Fill in the rows of some entries with the nearest of others, which may be fewer than all but not fewer than wanted."""
    for start in range(0, len(entries) if table.shape[1] else 0, CHUNK):
        chunk = entries[start : start + CHUNK]
        cosines = own[chunk] @ own[others].T
        cosines[chunk[:, None] == others[None]] = -np.inf
        table[chunk] = others[np.argpartition(-cosines, table.shape[1] - 1, axis=1)[:, : table.shape[1]]]


def _consider(own: Matrix, entries: Entries, new: Entries, table: Table) -> None:
    """Let new entries take the place of neighbours that are less near."""
    for start in range(0, len(entries) if len(new) else 0, CHUNK):
        chunk = entries[start : start + CHUNK]
        near = np.concatenate([table[chunk], np.tile(new, (len(chunk), 1))], axis=1)
        cosines = np.concatenate([(own[table[chunk]] @ own[chunk, :, None])[:, :, 0], own[chunk] @ own[new].T], axis=1)
        best = np.argpartition(-cosines, table.shape[1] - 1, axis=1)[:, : table.shape[1]]
        table[chunk] = np.take_along_axis(near, best, axis=1)
