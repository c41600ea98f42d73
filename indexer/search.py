"""Finds the entries nearest to a question in one snapshot, the rejected ones included."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from time import perf_counter

import numpy as np
import numpy.typing as npt

from indexer.corpus import read_vocabulary
from indexer.embed import Encoder, WordEncoder, word_encoder_name
from indexer.errors import SnapshotDamaged, SnapshotOfAnotherModel
from indexer.fuse import fuse, spread
from indexer.lexical import Lexical
from indexer.snapshot import Manifest, SnapshotStore
from indexer.text import normalise
from indexer.vectors import Vectors
from indexer.words import Tokenizer
from indexer.wordvectors import WordVectors
from knowledge.entry import Entry, from_json

CANDIDATES = 200
"""How many entries each of the two scores may propose."""

OpenEncoder = Callable[[Path, Manifest, dict[str, int]], Encoder]
"""Gives the encoder a snapshot was made with: folder, manifest, and the row of each word of its corpus."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One entry with its scores. Scores are for staff and evaluations, never for residents."""

    entry: Entry
    score: float
    dense: float
    lexical: float


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What was found for a question, best first: `hits` reach the suggestion threshold, `rejected` do not."""

    hits: tuple[Hit, ...]
    rejected: tuple[Hit, ...]
    words: tuple[str, ...]
    snapshot: str
    answer_from: float
    """Score from which the best hit may be given as the answer."""
    milliseconds: dict[str, float]

    @property
    def ranking(self) -> tuple[Hit, ...]:
        """All that was looked at."""
        return self.hits + self.rejected


@dataclass(frozen=True)
class Searcher:
    """One opened snapshot."""

    manifest: Manifest
    entries: tuple[Entry, ...]
    tokenizer: Tokenizer
    lexical: Lexical
    vectors: Vectors
    encoder: Encoder

    @cached_property
    def by_id(self) -> dict[str, Entry]:
        """The snapshot's entries by id."""
        return {entry.id: entry for entry in self.entries}

    def search(self, text: str, limit: int = 10) -> SearchResult:
        """The `limit` best entries for a question; none when no word of it is known."""
        start = perf_counter()
        clean = normalise(text)
        words = self.tokenizer.words(clean)
        query = self.encoder.query(clean, words)
        encoded = perf_counter()
        ranking = self._rank(query, words, limit)
        least = self.manifest.thresholds.suggest
        times = {"encode": (encoded - start) * 1000, "rank": (perf_counter() - encoded) * 1000}
        return SearchResult(
            hits=tuple(hit for hit in ranking if hit.score >= least),
            rejected=tuple(hit for hit in ranking if hit.score < least),
            words=tuple(words),
            snapshot=self.manifest.id,
            answer_from=self.manifest.thresholds.answer,
            milliseconds=times,
        )

    def _rank(self, query: npt.NDArray[np.float32], words: list[str], limit: int) -> list[Hit]:
        lexical = self.lexical.score(words)
        # A transformer gives a vector even for what says nothing (どうすればいいですか, ？！).
        if not words or not (query.any() or lexical.any()):
            return []
        wanted = max(limit, CANDIDATES)
        entries = np.union1d(self.vectors.nearest(query, wanted), _largest(lexical, wanted)).astype(np.int32)
        dense = self.vectors.scores(query, entries)
        scores = fuse(dense, self.vectors.spread(query), lexical[entries], spread(lexical))
        # Ties are broken by the entries' order, so that the same question always gets the same ranking.
        order = np.lexsort((entries, -scores))[:limit]
        return [
            Hit(self.entries[entries[row]], float(scores[row]), float(dense[row]), float(lexical[entries[row]])) for row in order
        ]


def open_snapshot(store: SnapshotStore, site: str, snapshot: str, tokenizer: Tokenizer, open_encoder: OpenEncoder) -> Searcher:
    """Verify and load one snapshot. Raises SnapshotDamaged or SnapshotOfAnotherModel."""
    manifest = store.verify(site, snapshot)
    if manifest.tokenizer != tokenizer.digest:
        raise SnapshotOfAnotherModel(snapshot, manifest.tokenizer, tokenizer.digest)
    try:
        return _load(store.folder(site, snapshot), manifest, tokenizer, open_encoder)
    except OSError as error:
        # Another process may drop an old snapshot between the check and the reading.
        raise SnapshotDamaged(snapshot, Path(error.filename or "manifest.json").name) from error


def _load(folder: Path, manifest: Manifest, tokenizer: Tokenizer, open_encoder: OpenEncoder) -> Searcher:
    rows = {word: row for row, word in enumerate(read_vocabulary(folder))}
    encoder = open_encoder(folder, manifest, rows)
    if encoder.name != manifest.model:
        raise SnapshotOfAnotherModel(manifest.id, manifest.model, encoder.name)
    entries = read_entries(folder)
    vectors = Vectors.load(folder, len(entries))
    if len(entries) != manifest.entries or vectors.index.ntotal != manifest.rows or vectors.index.d != manifest.dimension:
        raise SnapshotDamaged(manifest.id, "vectors.faiss")
    return Searcher(manifest, entries, tokenizer, Lexical.load(folder, rows), vectors, encoder)


def word_encoder_opener(model: WordVectors) -> OpenEncoder:
    """Open snapshots made with the built-in model. Raises SnapshotOfAnotherModel: other models leave no file to open."""

    def open_encoder(folder: Path, manifest: Manifest, rows: dict[str, int]) -> Encoder:
        if manifest.model != word_encoder_name(model):
            raise SnapshotOfAnotherModel(manifest.id, manifest.model, word_encoder_name(model))
        return WordEncoder.load(folder, model, rows)

    return open_encoder


def read_entries(folder: Path) -> tuple[Entry, ...]:
    """The entries of a snapshot, in row order."""
    lines = (folder / "entries.jsonl").read_text(encoding="utf-8").split("\n")
    return tuple(from_json(json.loads(line)) for line in lines)


def _largest(scores: npt.NDArray[np.float32], count: int) -> npt.NDArray[np.int64]:
    """The entries with the `count` largest positive scores."""
    positive = np.flatnonzero(scores)
    if len(positive) <= count:
        return positive
    return positive[np.argpartition(scores[positive], -count)[-count:]]
