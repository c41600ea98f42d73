"""Turns questions and entries into vectors, with the built-in word vectors or any sentence-transformers model."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from indexer.adapt import adapt
from indexer.bags import Matrix, bags_of, unit
from indexer.corpus import Corpus, read_vocabulary
from indexer.groups import Groups
from indexer.lexical import inverse_frequency
from indexer.mapped import mapped
from indexer.passage import Part
from indexer.ragged import starts_of
from indexer.wordvectors import WordVectors
from knowledge.entry import Entry

MOST_PASSAGES = 24
"""Sentences of an answer that are looked at one by one; the rest still counts in the entry's own vector."""

ANSWER_SHARE = 0.7
"""How much the answer counts beside the question in an entry's own vector."""

CHUNK = 4096
"""Entries whose vectors are made together: bounds the memory of a build."""

HalfMatrix = npt.NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class Rows:
    """The unit vectors of n entries."""

    own: Groups
    """One for the entry itself, then one for each wording."""
    passages: Groups | None = None
    """The sentences of the answers, from a model that has a vector for each."""


class Encoder(Protocol):
    """What search and build need of a model."""

    @property
    def name(self) -> str:
        """Name and digest, kept in the manifest: a snapshot is only searched with the model that made it."""
        ...

    @property
    def state(self) -> str:
        """Changes whenever a text could get another vector than before, because the model was adapted again."""
        ...

    def rows(self, entries: Sequence[Entry], corpus: Corpus) -> Rows:
        """The vectors of some entries, which are all that the corpus is of."""
        ...

    def query(self, text: str, words: Sequence[str]) -> Matrix:
        """Shape (dimension,): the unit vector of a question; zeros when nothing in it is known."""
        ...

    def queries(self, texts: Sequence[str], cuts: Sequence[Sequence[str]]) -> Matrix:
        """Shape (len(texts), dimension): those of many questions, each with its words."""
        ...

    def save(self, folder: Path) -> None:
        """Write what `query` needs beyond the model itself."""
        ...


class FitEncoder(Protocol):
    """Makes the encoder for one corpus; word vectors adapt to it, a transformer ignores it."""

    def __call__(self, corpus: Corpus, kept: Path | None = None) -> Encoder:
        """Given the folder of a snapshot, the encoder of that snapshot with the new words of the corpus."""
        ...


@dataclass(frozen=True)
class WordEncoder:
    """Mean of word vectors weighted by idf × log(1 + count), the direction all entries share removed.

    Arora, Liang and Ma, "A simple but tough-to-beat baseline for sentence embeddings", ICLR 2017.
    """

    model: WordVectors
    known: dict[str, int]
    """Row in `vectors` of each word of the site's entries."""
    vectors: HalfMatrix
    """Shape (words, dimension): each word's vector times its idf; on disk until it is looked at."""
    unseen_idf: float
    """For words that no entry contains: they say as much as a word in one entry."""
    common: Matrix
    """Shape (dimension,): the first principal component of the entries, a unit vector."""
    state: str
    """See `Encoder.state`."""

    @property
    def name(self) -> str:
        """See `Encoder.name`."""
        return word_encoder_name(self.model)

    def query(self, text: str, words: Sequence[str]) -> Matrix:
        """See `Encoder.query`."""
        only: Matrix = self.queries([text], [words])[0]
        return only

    def queries(self, texts: Sequence[str], cuts: Sequence[Sequence[str]]) -> Matrix:  # noqa: ARG002 (a transformer reads the texts)
        """See `Encoder.queries`."""
        rows = {word: row for row, word in enumerate(dict.fromkeys(word for cut in cuts for word in cut))}
        bags = bags_of([[rows[word] for word in cut] for cut in cuts])
        return unit(_telling(bags.sums(self._table(list(rows))), self.common))

    def rows(self, entries: Sequence[Entry], corpus: Corpus) -> Rows:  # noqa: ARG002 (a transformer reads the entries)
        """See `Encoder.rows`."""
        table = self._table(corpus.vocabulary)
        return Rows(self._own(corpus, table), self._passages(corpus, table))

    def grown(self, corpus: Corpus) -> "WordEncoder":
        """The same for the words of another corpus; those it did not know count by how telling they are there."""
        table = self._table(corpus.vocabulary)
        new = [row for row, word in enumerate(corpus.vocabulary) if word not in self.known]
        table[new] = self.model.vectors([corpus.vocabulary[row] for row in new]) * _idf(corpus)[new, None]
        return replace(self, known=_numbered(corpus.vocabulary), vectors=table.astype(np.float16))

    def _table(self, words: Sequence[str]) -> Matrix:
        """Shape (len(words), dimension): each word's vector times its idf; zeros for what even the model does not know."""
        places = np.array([self.known.get(word, -1) for word in words], np.int64)
        unseen = np.flatnonzero(places < 0)
        table = np.empty((len(words), self.model.dimension), np.float32)
        table[unseen] = self.model.vectors([words[row] for row in unseen.tolist()]) * np.float32(self.unseen_idf)
        table[places >= 0] = self.vectors[places[places >= 0]]
        return table

    def _own(self, corpus: Corpus, table: Matrix) -> Groups:
        """Each entry's own vector and those of its wordings."""
        wording = corpus.parts == Part.WORDING
        wordings = _sums(corpus, np.where(wording, np.cumsum(wording) - 1, -1), int(wording.sum()), table)
        starts = starts_of(1 + np.bincount(corpus.entry_of_text[wording], minlength=len(corpus.digests)))
        vectors = np.empty((starts[-1], table.shape[1]), np.float32)
        first = np.zeros(len(vectors), np.bool_)
        first[starts[:-1]] = True
        vectors[first], vectors[~first] = _entries(corpus, table), wordings
        return Groups(unit(_telling(vectors, self.common)), starts)

    def _passages(self, corpus: Corpus, table: Matrix) -> Groups:
        """Every sentence that is not boilerplate, added to the question it answers."""
        chosen = _first_sentences(corpus)
        owners = corpus.entry_of_text[chosen]
        rows = np.full(len(corpus.parts), -1)
        rows[chosen] = np.arange(len(chosen))
        sentences = _sums(corpus, rows, len(chosen), table)
        questions = _sums(corpus, _entry_of(corpus, Part.QUESTION), len(corpus.digests), table)
        starts = starts_of(np.bincount(owners, minlength=len(corpus.digests)))
        return Groups(unit(_telling(sentences + questions[owners], self.common)), starts)

    def save(self, folder: Path) -> None:
        """Write `encoder.npy` and `encoder.npz`; the words are in the corpus's `vocabulary.txt`."""
        np.save(folder / "encoder.npy", self.vectors)
        np.savez(folder / "encoder.npz", name=self.name, state=self.state, unseen_idf=self.unseen_idf, common=self.common)

    @staticmethod
    def load(folder: Path, model: WordVectors, known: dict[str, int]) -> "WordEncoder":
        """Read what `save` wrote; `known` maps the corpus's words to their rows."""
        vectors = mapped(folder / "encoder.npy")
        with np.load(folder / "encoder.npz") as data:
            return WordEncoder(model, known, vectors, float(data["unseen_idf"]), data["common"], str(data["state"]))


def word_encoder_name(model: WordVectors) -> str:
    """See `Encoder.name`."""
    return f"words-{model.digest[:16]}"


def fit_word_encoder(corpus: Corpus, model: WordVectors) -> WordEncoder:
    """Adapt the vectors to the corpus, weigh its words by how telling they are, and find the direction to remove."""
    idf = _idf(corpus)
    vectors = (adapt(corpus, model.vectors(corpus.vocabulary), idf) * idf[:, None]).astype(np.float16)
    common = _common(corpus, vectors.astype(np.float32))
    unseen_idf = float(inverse_frequency(np.array([0]), len(corpus.digests))[0])
    state = hashlib.sha256(vectors.tobytes() + common.tobytes()).hexdigest()[:16]
    return WordEncoder(model, _numbered(corpus.vocabulary), vectors, unseen_idf, common, state)


def kept_word_encoder(folder: Path, corpus: Corpus, model: WordVectors) -> WordEncoder:
    """The encoder of a snapshot for another corpus; one fitted to it when the snapshot was made with another model."""
    file = folder / "encoder.npz"
    if not file.exists() or _model_of(file) != word_encoder_name(model):
        return fit_word_encoder(corpus, model)
    return WordEncoder.load(folder, model, _numbered(read_vocabulary(folder))).grown(corpus)


def _model_of(file: Path) -> str:
    with np.load(file) as data:
        return str(data["name"])


def _numbered(words: Sequence[str]) -> dict[str, int]:
    return {word: row for row, word in enumerate(words)}


def _idf(corpus: Corpus) -> npt.NDArray[np.float32]:
    """How telling each word of the corpus is."""
    entries = corpus.bags(corpus.entry_of_text, len(corpus.digests))
    return inverse_frequency(np.bincount(entries.words, minlength=len(corpus.vocabulary)), len(corpus.digests))


def _first_sentences(corpus: Corpus) -> npt.NDArray[np.int64]:
    """The texts of answers that are sentences with something to say, at most `MOST_PASSAGES` an entry."""
    telling = (corpus.parts == Part.SENTENCE) & ~corpus.boilerplate & (corpus.words_per_text > 1)
    chosen = np.flatnonzero(telling)
    owners = corpus.entry_of_text[chosen]
    rank = np.arange(len(chosen)) - np.searchsorted(owners, owners)
    return chosen[rank < MOST_PASSAGES]


def _entry_of(corpus: Corpus, part: Part) -> npt.NDArray[np.int64]:
    """Shape (texts,): the entry of each text of one part, but for boilerplate; -1 for the others."""
    return np.where((corpus.parts == part) & ~corpus.boilerplate, corpus.entry_of_text, -1)


def _entries(corpus: Corpus, table: Matrix) -> Matrix:
    """The entries by question and answer, before the common direction is removed."""
    size = len(corpus.digests)
    question, answer = (_sums(corpus, _entry_of(corpus, part), size, table) for part in (Part.QUESTION, Part.SENTENCE))
    return unit(question) + np.float32(ANSWER_SHARE) * unit(answer)


def _sums(corpus: Corpus, bag_of_text: npt.NDArray[np.int64], size: int, table: Matrix) -> Matrix:
    return corpus.bags(bag_of_text, size).sums(table)


def _common(corpus: Corpus, table: Matrix) -> Matrix:
    """The direction with the largest mean square among the entries, as a unit vector."""
    square = np.zeros((table.shape[1], table.shape[1]), np.float32)
    for chosen in _chunks(len(corpus.digests)):
        own = unit(_entries(corpus.take(chosen), table))
        square += own.T @ own
    return np.asarray(np.linalg.eigh(square)[1][:, -1], np.float32)


def _chunks(size: int) -> Iterator[npt.NDArray[np.int64]]:
    for start in range(0, size, CHUNK):
        yield np.arange(start, min(start + CHUNK, size))


def _telling(vectors: Matrix, common: Matrix) -> Matrix:
    """What is left without the common direction; zeros where that is all there was, so that rounding is not taken for meaning."""
    left = vectors - np.outer(vectors @ common, common)
    meant = np.linalg.norm(left, axis=1) > ROUNDING * np.linalg.norm(vectors, axis=1)
    return np.asarray(left * meant[:, None], np.float32)


ROUNDING = 1e-4
"""Share of a vector's length below which a rest is what 32-bit arithmetic leaves over."""
