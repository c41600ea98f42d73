"""The entries nearest to each entry: what is near to a good answer is a little better for it."""

from collections.abc import Iterator

import faiss
import numpy as np
import numpy.typing as npt

from indexer.bags import Matrix
from indexer.vectors import Vectors

NEIGHBOURS = 5
SHARE = 0.35
"""What the neighbours' mean score adds to an entry's own."""

CHUNK = 256
"""Entries considered at a time: bounds the memory of a build."""

Table = npt.NDArray[np.int32]
Entries = npt.NDArray[np.int64]


def find_neighbours(vectors: Vectors) -> Table:
    """Shape (n, up to 5): the other entries by cosine of their own rows; of a large site nearly always."""
    every = np.arange(vectors.size)
    table = np.zeros((vectors.size, min(NEIGHBOURS, vectors.size - 1)), np.int32)
    own = vectors.own(every)
    for entries, others in _surroundings(vectors) if vectors.cells else [(every, every)]:
        _compare(own, entries, others if len(others) > NEIGHBOURS else every, table)
    return table


def _surroundings(vectors: Vectors) -> Iterator[tuple[Entries, Entries]]:
    """Some entries, and those that are near to them."""
    entry_of_row = np.full(len(vectors.rows.codes), -1)
    entry_of_row[vectors.rows.starts[:-1]] = np.arange(vectors.size)
    for rows, around in vectors.cells.surroundings(vectors.rows.codes.steps) if vectors.cells else ():
        entries, others = entry_of_row[rows], entry_of_row[around]
        yield entries[entries >= 0], others[others >= 0]


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
    """Fill in the rows of some entries with the nearest of others, themselves left out."""
    if not table.shape[1] or not len(entries):
        return
    found = others[faiss.knn(own[entries], own[others], table.shape[1] + 1, metric=faiss.METRIC_INNER_PRODUCT)[1]]
    kept = found != entries[:, None]
    # Among many that are all alike an entry may not even find itself.
    kept[kept.all(axis=1), -1] = False
    table[entries] = found[kept].reshape(len(entries), -1)


def _consider(own: Matrix, entries: Entries, new: Entries, table: Table) -> None:
    """Let new entries take the place of neighbours that are less near."""
    for start in range(0, len(entries) if len(new) else 0, CHUNK):
        chunk = entries[start : start + CHUNK]
        near = np.concatenate([table[chunk], np.tile(new, (len(chunk), 1))], axis=1)
        cosines = np.concatenate([(own[table[chunk]] @ own[chunk, :, None])[:, :, 0], own[chunk] @ own[new].T], axis=1)
        best = np.argpartition(-cosines, table.shape[1] - 1, axis=1)[:, : table.shape[1]]
        table[chunk] = np.take_along_axis(near, best, axis=1)
