"""Word scores: BM25 with fields (BM25F) over the words of questions, wordings and answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.corpus import Corpus

PART_WEIGHTS = np.array([2.0, 2.0, 1.0], np.float32)
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
        """Write `lexical.npz`; the words themselves are in the corpus's `vocabulary.txt`."""
        np.savez(
            folder / "lexical.npz", starts=self.starts, entries=self.entries, scores=self.scores, idf=self.idf, size=self.size
        )

    @staticmethod
    def load(folder: Path, rows: dict[str, int]) -> "Lexical":
        """Read what `save` wrote; `rows` maps each word to its row."""
        with np.load(folder / "lexical.npz") as data:
            return Lexical(rows, data["starts"], data["entries"], data["scores"], data["idf"], int(data["size"]))


def build_lexical(corpus: Corpus) -> Lexical:
    """Score every word of every entry; sentences that stand everywhere are left out."""
    entry_count, word_count = len(corpus.digests), len(corpus.vocabulary)
    text_of_word = corpus.text_of_word
    kept = ~corpus.boilerplate()[text_of_word]
    text_of_word, words = text_of_word[kept], corpus.words[kept]
    pairs, inverse = np.unique(corpus.entry_of_text[text_of_word] * np.int64(max(word_count, 1)) + words, return_inverse=True)
    counts = np.bincount(inverse, PART_WEIGHTS[corpus.parts[text_of_word]], len(pairs)).astype(np.float32)
    entries, words = np.divmod(pairs, max(word_count, 1))
    idf = inverse_frequency(np.bincount(words, minlength=word_count), entry_count)
    scores = _saturate(counts, np.bincount(entries, counts, entry_count).astype(np.float64), entries) * idf[words]
    order = np.argsort(words, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(words, minlength=word_count))])
    return Lexical(
        rows={word: row for row, word in enumerate(corpus.vocabulary)},
        starts=starts.astype(np.int64),
        entries=entries[order].astype(np.int32),
        scores=scores[order].astype(np.float32),
        idf=idf,
        size=entry_count,
    )


def inverse_frequency(entry_counts: npt.NDArray[np.int64], entry_count: int) -> npt.NDArray[np.float32]:
    """How telling each word is, from the number of entries it stands in; never negative."""
    return np.log1p((entry_count - entry_counts + 0.5) / (entry_counts + 0.5)).astype(np.float32)


def _saturate(
    counts: npt.NDArray[np.float32], lengths: npt.NDArray[np.float64], entries: npt.NDArray[np.int64]
) -> npt.NDArray[np.float32]:
    mean_length = max(float(lengths.mean()), 1.0) if len(lengths) else 1.0
    penalty = SATURATION * (1 - LENGTH_PENALTY + LENGTH_PENALTY * lengths[entries] / mean_length)
    return (counts * (SATURATION + 1) / (counts + penalty)).astype(np.float32)
