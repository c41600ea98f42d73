"""What a build can take over from the snapshot in use instead of making it again."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.corpus import Corpus
from indexer.embed import Encoder
from indexer.entries import StoredEntries
from indexer.ragged import places_of, starts_of
from indexer.rank import Ranker
from indexer.rerank import SecondLook
from indexer.snapshot import Manifest
from indexer.words import Tokenizer

DRIFT = 0.01
"""Share of a site's entries that may change before word vectors are adapted and thresholds chosen anew."""

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Earlier:
    """A ranker whose encoder gives the same vectors still."""

    ranker: Ranker
    rows: Numbers
    """Shape (n,): the number each entry of now had then; -1 for those that are new or whose words changed."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The snapshot in use: whole, and made by the same recipe."""

    folder: Path
    manifest: Manifest
    corpus: Corpus

    def changed(self, rows: Numbers) -> int:
        """Entries that came, changed or went since word vectors were adapted; what changed twice is counted twice."""
        same = int((rows >= 0).sum())
        return self.manifest.fitted.changed + max(len(rows), len(self.corpus.digests)) - same

    def steady(self, rows: Numbers) -> bool:
        """Whether so little has changed that word vectors and thresholds still fit."""
        return self.changed(rows) <= DRIFT * len(rows)

    def earlier(self, rows: Numbers, encoder: Encoder, tokenizer: Tokenizer, look: SecondLook | None) -> Earlier | None:
        """What can be taken over, if the encoder still gives the same vectors."""
        same = (encoder.name, encoder.state) == (self.manifest.model, self.manifest.fitted.state)
        ranker = Ranker.load(self.folder, {}, tokenizer, StoredEntries(self.folder), look) if same else None
        return Earlier(ranker, rows) if ranker else None


def match(corpus: Corpus, earlier: Corpus) -> Numbers:
    """See `Earlier.rows`; an entry whose sentences have become boilerplate, or no longer are, has changed."""
    places: dict[str, list[int]] = {}
    for row in range(len(earlier.digests) - 1, -1, -1):
        places.setdefault(earlier.digests[row], []).append(row)
    rows = np.array([near.pop() if (near := places.get(digest)) else -1 for digest in corpus.digests], np.int64)
    same = np.flatnonzero(rows >= 0)
    now, starts = places_of(starts_of(corpus.texts_per_entry), same)
    then, _ = places_of(starts_of(earlier.texts_per_entry), rows[same])
    other = np.flatnonzero(corpus.boilerplate[now] != earlier.boilerplate[then])
    rows[same[np.searchsorted(starts, other, side="right") - 1]] = -1
    return rows
