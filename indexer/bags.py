"""Texts as bags of words: which words, how often on a log scale, and their weighted sum as a vector."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from indexer.ragged import places_of, starts_of

Matrix = npt.NDArray[np.float32]

CHUNK = 1 << 16
"""Words looked up at a time: bounds the memory of a build."""


@dataclass(frozen=True, slots=True)
class Bags:
    """n bags as compressed sparse rows."""

    words: npt.NDArray[np.int32]
    """Rows of a word table, bag after bag; each word once a bag."""
    weights: npt.NDArray[np.float32]
    """log(1 + count) of each."""
    starts: npt.NDArray[np.int64]
    """Shape (n + 1,)."""

    def __len__(self) -> int:
        """n."""
        return len(self.starts) - 1

    @property
    def sizes(self) -> npt.NDArray[np.int64]:
        """Shape (n,): different words in each bag."""
        return np.diff(self.starts)

    def take(self, chosen: npt.NDArray[np.int64]) -> "Bags":
        """The chosen bags, in that order."""
        places, starts = places_of(self.starts, chosen)
        return Bags(self.words[places], self.weights[places], starts)

    def sums(self, table: Matrix, factors: npt.NDArray[np.float32] | None = None) -> Matrix:
        """Shape (n, dimension): each bag's words from the table, times weight and the word's factor, added up."""
        total = np.zeros((len(self), table.shape[1]), np.float32)
        # Bags of one size are a stack of matrices, which NumPy multiplies many times faster than it adds up uneven runs.
        for size, bags in _alike(self.sizes):
            at = self.starts[bags, None] + np.arange(size)
            weights = self.weights[at] if factors is None else self.weights[at] * factors[self.words[at]]
            total[bags] = np.matmul(weights[:, None, :], table[self.words[at]])[:, 0]
        return total


def bags_of(texts: Iterable[Sequence[int]]) -> Bags:
    """Count the words of each text."""
    counts = [Counter(text) for text in texts]
    sizes = np.array([len(count) for count in counts], np.int64)
    return Bags(
        words=np.array([word for count in counts for word in count], np.int32),
        weights=np.log1p(np.array([number for count in counts for number in count.values()], np.float32)),
        starts=starts_of(sizes),
    )


def _alike(sizes: npt.NDArray[np.int64]) -> Iterator[tuple[int, npt.NDArray[np.int64]]]:
    """Sizes but 0 with the bags of that size, a chunk at a time."""
    order = np.argsort(sizes, kind="stable")
    for bags in np.split(order, np.flatnonzero(np.diff(sizes[order])) + 1):
        size = int(sizes[bags[0]]) if len(bags) else 0
        for start in range(0, len(bags) if size else 0, max(CHUNK // max(size, 1), 1)):
            yield size, bags[start : start + max(CHUNK // size, 1)]


def unit(vectors: Matrix) -> Matrix:
    """Rows at length 1; rows of zeros stay zeros."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), np.float32)
