"""Turns questions and entries into vectors, with the built-in word vectors or any sentence-transformers model."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from indexer.adapt import adapt
from indexer.bags import Bags, Matrix, unit
from indexer.corpus import Corpus
from indexer.lexical import inverse_frequency
from indexer.passage import Part
from indexer.passages import Passages, quantise
from indexer.wordvectors import WordVectors
from knowledge.entry import Entry

MOST_PASSAGES = 24
"""Sentences of an answer that are looked at one by one; the rest still counts in the entry's own vector."""

ANSWER_SHARE = 0.7
"""How much the answer counts beside the question in an entry's own vector."""


@dataclass(frozen=True, slots=True)
class Rows:
    """r unit vectors and the entry each belongs to; an entry has one for itself and one for each wording."""

    vectors: Matrix
    owners: npt.NDArray[np.int32]
    passages: Passages | None = None
    """The sentences of the answers, from a model that has a vector for each."""


class Encoder(Protocol):
    """What search and build need of a model."""

    @property
    def name(self) -> str:
        """Name and digest, kept in the manifest: a snapshot is only searched with the model that made it."""
        ...

    def rows(self, entries: Sequence[Entry], corpus: Corpus) -> Rows:
        """The vectors of all entries."""
        ...

    def query(self, text: str, words: Sequence[str]) -> Matrix:
        """Shape (dimension,): the unit vector of a question; zeros when nothing in it is known."""
        ...

    def save(self, folder: Path) -> None:
        """Write what `query` needs beyond the model itself."""
        ...


@dataclass(frozen=True)
class WordEncoder:
    """Mean of word vectors weighted by idf × log(1 + count), the direction all entries share removed.

    Arora, Liang and Ma, "A simple but tough-to-beat baseline for sentence embeddings", ICLR 2017.
    """

    model: WordVectors
    known: dict[str, int]
    """Row in `vectors` of each word of the site's entries."""
    vectors: Matrix
    """Shape (words, dimension): each word's vector times its idf."""
    unseen_idf: float
    """For words that no entry contains: they say as much as a word in one entry."""
    common: Matrix
    """Shape (dimension,): the first principal component of the entries, a unit vector."""

    @property
    def name(self) -> str:
        """See `Encoder.name`."""
        return word_encoder_name(self.model)

    def query(self, text: str, words: Sequence[str]) -> Matrix:  # noqa: ARG002 (a transformer reads the text)
        """See `Encoder.query`."""
        counts = Counter(words)
        known = [word for word in counts if word in self.known]
        unseen = [word for word in counts if word not in self.known]
        total: Matrix = _weights(counts, known) @ self.vectors[[self.known[word] for word in known]]
        total = total + _weights(counts, unseen) @ self.model.vectors(unseen) * np.float32(self.unseen_idf)
        own: Matrix = unit(_telling(total[None], self.common))[0]
        return own

    def rows(self, entries: Sequence[Entry], corpus: Corpus) -> Rows:  # noqa: ARG002 (a transformer reads the entries)
        """See `Encoder.rows`."""
        table = self.vectors[[self.known[word] for word in corpus.vocabulary]]
        vectors, owners = _bags(corpus, table)
        return Rows(unit(_telling(vectors, self.common)), owners, self._passages(corpus, table))

    def _passages(self, corpus: Corpus, table: Matrix) -> Passages:
        """Every sentence that is not boilerplate, added to the question it answers."""
        chosen = _first_sentences(corpus)
        owners = corpus.entry_of_text[chosen]
        rows = np.full(len(corpus.parts), -1)
        rows[chosen] = np.arange(len(chosen))
        sentences = _sums(corpus, rows, len(chosen), table)
        questions = _sums(corpus, np.where(corpus.parts == Part.QUESTION, corpus.entry_of_text, -1), len(corpus.digests), table)
        starts = np.concatenate([[0], np.cumsum(np.bincount(owners, minlength=len(corpus.digests)))])
        return quantise(unit(_telling(sentences + questions[owners], self.common)), starts.astype(np.int64))

    def save(self, folder: Path) -> None:
        """Write `encoder.npz`; the words are in the corpus's `vocabulary.txt`."""
        np.savez(folder / "encoder.npz", vectors=self.vectors.astype(np.float16), unseen_idf=self.unseen_idf, common=self.common)

    @staticmethod
    def load(folder: Path, model: WordVectors, known: dict[str, int]) -> "WordEncoder":
        """Read what `save` wrote; `known` maps the corpus's words to their rows."""
        with np.load(folder / "encoder.npz") as data:
            return WordEncoder(model, known, data["vectors"].astype(np.float32), float(data["unseen_idf"]), data["common"])


def word_encoder_name(model: WordVectors) -> str:
    """See `Encoder.name`."""
    return f"words-{model.digest[:16]}"


def fit_word_encoder(corpus: Corpus, model: WordVectors) -> WordEncoder:
    """Adapt the vectors to the corpus, weigh its words by how telling they are, and find the direction to remove."""
    size, stride = len(corpus.digests), np.int64(max(len(corpus.vocabulary), 1))
    seen = np.unique(corpus.entry_of_text[corpus.text_of_word] * stride + corpus.words) % stride
    idf = inverse_frequency(np.bincount(seen, minlength=len(corpus.vocabulary)), size)
    vectors = adapt(corpus, model.vectors(corpus.vocabulary), idf) * idf[:, None]
    common = _first_component(unit(_bags(corpus, vectors)[0][:size]))
    unseen_idf = float(inverse_frequency(np.array([0]), size)[0])
    return WordEncoder(model, {word: row for row, word in enumerate(corpus.vocabulary)}, vectors, unseen_idf, common)


def _first_sentences(corpus: Corpus) -> npt.NDArray[np.int64]:
    """The texts of answers that are sentences with something to say, at most `MOST_PASSAGES` an entry."""
    telling = (corpus.parts == Part.SENTENCE) & ~corpus.boilerplate() & (corpus.words_per_text > 1)
    chosen = np.flatnonzero(telling)
    owners = corpus.entry_of_text[chosen]
    rank = np.arange(len(chosen)) - np.searchsorted(owners, owners)
    return chosen[rank < MOST_PASSAGES]


def _weights(counts: Counter[str], words: Sequence[str]) -> Matrix:
    return np.log1p(np.array([counts[word] for word in words], np.float32))


def _bags(corpus: Corpus, vectors: Matrix) -> tuple[Matrix, npt.NDArray[np.int32]]:
    """The rows of a corpus before the common direction is removed: entries first in their order, then wordings."""
    entry_of_text = corpus.entry_of_text
    kept = ~corpus.boilerplate()
    size = len(corpus.digests)
    question = _sums(corpus, np.where((corpus.parts == Part.QUESTION) & kept, entry_of_text, -1), size, vectors)
    answer = _sums(corpus, np.where((corpus.parts == Part.SENTENCE) & kept, entry_of_text, -1), size, vectors)
    is_wording = corpus.parts == Part.WORDING
    wordings = int(is_wording.sum())
    wording = _sums(corpus, np.where(is_wording, np.cumsum(is_wording) - 1, -1), wordings, vectors)
    owners = np.concatenate([np.arange(size), entry_of_text[is_wording]]).astype(np.int32)
    return np.concatenate([unit(question) + ANSWER_SHARE * unit(answer), wording]), owners


def _sums(corpus: Corpus, row_of_text: npt.NDArray[np.int64], size: int, vectors: Matrix) -> Matrix:
    """Shape (size, dimension): word vectors added up by row with weight log(1 + count); texts of row -1 are left out."""
    row_of_word = row_of_text[corpus.text_of_word]
    kept = row_of_word >= 0
    stride = np.int64(max(len(corpus.vocabulary), 1))
    pairs, counts = np.unique(row_of_word[kept] * stride + corpus.words[kept], return_counts=True)
    rows, words = np.divmod(pairs, stride)
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=size))])
    bags = Bags(words.astype(np.int32), np.log1p(counts).astype(np.float32), starts.astype(np.int64))
    return bags.sums(vectors, np.ones(len(vectors), np.float32))


def _first_component(vectors: Matrix) -> Matrix:
    """The direction with the largest mean square, as a unit vector; zeros when there are no vectors."""
    if not len(vectors):
        return np.zeros(vectors.shape[1], np.float32)
    return np.asarray(np.linalg.eigh(vectors.T @ vectors)[1][:, -1], np.float32)


def _telling(vectors: Matrix, common: Matrix) -> Matrix:
    """What is left without the common direction; zeros where that is all there was, so that rounding is not taken for meaning."""
    left = vectors - np.outer(vectors @ common, common)
    meant = np.linalg.norm(left, axis=1) > ROUNDING * np.linalg.norm(vectors, axis=1)
    return np.asarray(left * meant[:, None], np.float32)


ROUNDING = 1e-4
"""Share of a vector's length below which a rest is what 32-bit arithmetic leaves over."""
