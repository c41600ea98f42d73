"""Texts as bags of words: which words, how often on a log scale, and their weighted sum as a vector."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]


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
        sizes = self.sizes[chosen]
        starts = np.concatenate([[0], np.cumsum(sizes)])
        picked = np.repeat(self.starts[chosen] - starts[:-1], sizes) + np.arange(starts[-1])
        return Bags(self.words[picked], self.weights[picked], starts)

    def sums(self, table: Matrix, factors: npt.NDArray[np.float32]) -> Matrix:
        """Shape (n, dimension): each bag's words from the table, times weight and the word's factor, added up."""
        total = np.zeros((len(self), table.shape[1]), np.float32)
        filled = np.flatnonzero(self.sizes)
        if len(filled):
            weighted = table[self.words] * (self.weights * factors[self.words])[:, None]
            total[filled] = np.add.reduceat(weighted, self.starts[filled], axis=0)
        return total


def bags_of(texts: Iterable[Sequence[int]]) -> Bags:
    """Count the words of each text."""
    counts = [Counter(text) for text in texts]
    sizes = np.array([len(count) for count in counts], np.int64)
    return Bags(
        words=np.array([word for count in counts for word in count], np.int32),
        weights=np.log1p(np.array([number for count in counts for number in count.values()], np.float32)),
        starts=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
    )


def unit(vectors: Matrix) -> Matrix:
    """Rows at length 1; rows of zeros stay zeros."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), np.float32)
