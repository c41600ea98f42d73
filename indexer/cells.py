"""Sorts vectors into cells of what is near to each other, so that a large site need not compare everything with everything."""

from collections.abc import Iterator

import faiss
import numpy as np
import numpy.typing as npt

from indexer.bags import Matrix
from indexer.ragged import places_of, starts_of

AROUND = 16
"""Cells looked at around each, itself included."""

ROUNDS = 8
"""Of k-means; more hardly move the cells."""

SAMPLE = 64
"""Vectors a cell is found from."""

Numbers = npt.NDArray[np.int64]


def cells_of(vectors: Matrix) -> Iterator[tuple[Numbers, Numbers]]:
    """For each cell its vectors, and those of the cells around it, itself included."""
    count = max(int(2 * len(vectors) ** 0.5), 1)
    means = faiss.Kmeans(
        vectors.shape[1], count, niter=ROUNDS, spherical=True, seed=1, max_points_per_centroid=SAMPLE, verbose=False
    )
    means.train(vectors)
    centres = np.asarray(means.centroids)
    cell = means.index.search(vectors, 1)[1][:, 0]
    starts, members = starts_of(np.bincount(cell, minlength=count)), np.argsort(cell, kind="stable")
    around = np.argsort(-(centres @ centres.T), axis=1)[:, :AROUND]
    for number in np.unique(cell):
        yield members[starts[number] : starts[number + 1]], members[places_of(starts, np.union1d(around[number], number))[0]]
