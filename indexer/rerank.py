"""The second look at the best candidates of a question: what any way of taking it has to offer."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from indexer.bags import Matrix
from knowledge.entry import Entry

Rows = npt.NDArray[np.integer]


class Reranker(Protocol):
    """Looks at a few of a snapshot's entries for one question."""

    def gains(self, text: str, entries: Rows) -> Matrix:
        """Shape (len(entries),): what is added to each entry's score, in standard deviations of the score."""
        ...

    def save(self, folder: Path) -> None:
        """Write what is needed to open it again, if anything."""
        ...


class SecondLook(Protocol):
    """Makes and opens the rerankers of all snapshots."""

    @property
    def name(self) -> str:
        """Name and digest: a snapshot is only searched with the second look that it was made for."""
        ...

    def make(self, entries: Sequence[Entry], earlier: Reranker | None, rows: npt.NDArray[np.int64]) -> Reranker:
        """For the entries of a snapshot that is being built; `rows` has each one's number in the earlier one, or -1."""
        ...

    def open(self, folder: Path, entries: Sequence[Entry]) -> Reranker:
        """For a snapshot on disk."""
        ...
