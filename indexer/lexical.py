"""Word scores: BM25 with fields (BM25F) over the words of questions, wordings and answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.corpus import Corpus
from indexer.mapped import mapped
from indexer.ragged import starts_of

PART_WEIGHTS = np.array([2, 2, 1])
"""How much one occurrence counts in a question, a wording, a sentence of the answer (indexed by `Part`)."""

SATURATION = 4.0
"""k1 of BM25: high, because a word that a long answer repeats really is its subject."""

LENGTH_PENALTY = 0.75
"""b of BM25."""


@dataclass(frozen=True, slots=True)
class Lexical:
    """Ready-made BM25 scores of n entries for v words, stored by word (compressed sparse rows).

    Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple weighted fields", CIKM 2004: field weights are
    applied to the counts before the saturation.
    """

    rows: dict[str, int]
    starts: npt.NDArray[np.int64]
    """Shape (v + 1,): where each word's entries begin."""
    entries: npt.NDArray[np.int32]
    scores: npt.NDArray[np.float32]
    idf: npt.NDArray[np.float32]
    """Shape (v,)."""
    size: int
    """n, the number of entries."""

    def score(self, words: Iterable[str]) -> npt.NDArray[np.float32]:
        """Shape (n,): the BM25 score of every entry, 0 where no word occurs."""
        total = np.zeros(self.size, np.float32)
        for word in words:
            row = self.rows.get(word)
            if row is not None:
                span = slice(self.starts[row], self.starts[row + 1])
                total[self.entries[span]] += self.scores[span]
        return total

    def contains(self, word: str, entry: int) -> bool:
        """Whether an entry has a word."""
        entries = self._entries_of(word)
        place = int(np.searchsorted(entries, entry))
        return place < len(entries) and int(entries[place]) == entry

    def entries_with(self, words: Iterable[str]) -> npt.NDArray[np.int32]:
        """The entries that have all of the words; none for no words."""
        found = sorted((self._entries_of(word) for word in set(words)), key=len)
        return reduce(np.intersect1d, found) if found else self.entries[:0]

    def _entries_of(self, word: str) -> npt.NDArray[np.int32]:
        row = self.rows.get(word)
        return self.entries[:0] if row is None else self.entries[self.starts[row] : self.starts[row + 1]]

    def save(self, folder: Path) -> None:
        """Write three files; the words themselves are in the corpus's `vocabulary.txt`."""
        np.savez(folder / "lexical.npz", starts=self.starts, idf=self.idf, size=self.size)
        np.save(folder / "lexical.entries.npy", self.entries)
        np.save(folder / "lexical.scores.npy", self.scores)

    @staticmethod
    def load(folder: Path, rows: dict[str, int]) -> "Lexical":
        """Read what `save` wrote; `rows` maps each word to its row. Entries and scores stay on disk."""
        entries, scores = (mapped(folder / f"lexical.{name}.npy") for name in ("entries", "scores"))
        with np.load(folder / "lexical.npz") as data:
            return Lexical(rows, data["starts"], entries, scores, data["idf"], int(data["size"]))


def build_lexical(corpus: Corpus) -> Lexical:
    """Score every word of every entry; sentences that stand everywhere are left out."""
    size, word_count = max(len(corpus.digests), 1), len(corpus.vocabulary)
    times = PART_WEIGHTS[corpus.parts] * ~corpus.boilerplate
    entry_of_word = np.repeat(corpus.entry_of_text, corpus.words_per_text)
    # A word of a heavy part is counted as often as the part weighs, so that sorting is all there is to do.
    keys = np.sort(np.repeat(corpus.words * np.int64(size) + entry_of_word, np.repeat(times, corpus.words_per_text)))
    first = np.flatnonzero(np.diff(keys, prepend=-1))
    counts = np.diff(first, append=len(keys)).astype(np.float32)
    words, entries = np.divmod(keys[first], size)
    idf = inverse_frequency(np.bincount(words, minlength=word_count), len(corpus.digests))
    lengths = np.bincount(entries, counts, len(corpus.digests)).astype(np.float64)
    scores = _saturate(counts, lengths, entries) * idf[words]
    return Lexical(
        rows={word: row for row, word in enumerate(corpus.vocabulary)},
        starts=starts_of(np.bincount(words, minlength=word_count)),
        entries=entries.astype(np.int32),
        scores=scores.astype(np.float32),
        idf=idf,
        size=len(corpus.digests),
    )


def largest(scores: npt.NDArray[np.float32], count: int) -> npt.NDArray[np.int64]:
    """The entries with the `count` largest positive scores."""
    positive = np.flatnonzero(scores)
    if len(positive) <= count:
        return positive
    return positive[np.argpartition(scores[positive], -count)[-count:]]


def inverse_frequency(entry_counts: npt.NDArray[np.int64], entry_count: int) -> npt.NDArray[np.float32]:
    """How telling each word is, from the number of entries it stands in; never negative."""
    return np.log1p((entry_count - entry_counts + 0.5) / (entry_counts + 0.5)).astype(np.float32)


def _saturate(
    counts: npt.NDArray[np.float32], lengths: npt.NDArray[np.float64], entries: npt.NDArray[np.int64]
) -> npt.NDArray[np.float32]:
    mean_length = max(float(lengths.mean()), 1.0) if len(lengths) else 1.0
    penalty = SATURATION * (1 - LENGTH_PENALTY + LENGTH_PENALTY * lengths[entries] / mean_length)
    return (counts * (SATURATION + 1) / (counts + penalty)).astype(np.float32)
