"""Finds the entries nearest to a question in one snapshot, the rejected ones included."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from indexer.assurance import Assurance
from indexer.calibrate import Calibration
from indexer.confidence import NONE, Confidence
from indexer.corpus import read_vocabulary
from indexer.embed import Encoder, WordEncoder, word_encoder_name
from indexer.entries import StoredEntries
from indexer.errors import SnapshotDamaged, SnapshotOfAnotherJudge, SnapshotOfAnotherModel
from indexer.nicknames import NO_NICKNAMES, Nicknames
from indexer.rank import Ranker, Ranking
from indexer.rerank import SecondLook
from indexer.signals import DEPTH, signals
from indexer.snapshot import Manifest, SnapshotStore
from indexer.text import normalise
from indexer.words import Tokenizer
from indexer.wordvectors import WordVectors
from knowledge.entry import Entry

OpenEncoder = Callable[[Path, Manifest, dict[str, int]], Encoder]
"""Gives the encoder a snapshot was made with: folder, manifest, and the row of each word of its corpus."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One entry with its scores. Scores are for staff and evaluations, never for residents."""

    entry: Entry
    score: float
    dense: float
    lexical: float
    named: float
    """Likeness (0 to 1) of the question with a name or the very words of the entry."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What was found for a question, best first, and how sure the bot is of it.

    `hits` are what may be shown: none when the bot is so unsure that a person should answer. The others are `rejected`.
    """

    hits: tuple[Hit, ...]
    rejected: tuple[Hit, ...]
    words: tuple[str, ...]
    confidence: Confidence
    calibration: Calibration
    snapshot: str
    milliseconds: dict[str, float]

    @property
    def ranking(self) -> tuple[Hit, ...]:
        """All that was looked at."""
        return self.hits + self.rejected


@dataclass(frozen=True)
class Searcher:
    """One opened snapshot."""

    manifest: Manifest
    entries: StoredEntries
    tokenizer: Tokenizer
    ranker: Ranker
    encoder: Encoder
    assurance: Assurance
    nicknames: Nicknames = NO_NICKNAMES

    @property
    def by_id(self) -> Mapping[str, Entry]:
        """The snapshot's entries by id."""
        return self.entries.by_id

    def search(self, text: str, limit: int = 10) -> SearchResult:
        """The `limit` best entries for a question; none when no word of it is known."""
        start = perf_counter()
        clean = self.nicknames.spelled_out(normalise(text))
        words = self.tokenizer.words(clean)
        query = self.encoder.query(clean, words)
        encoded = perf_counter()
        found = self.ranker.rank(clean, words, query, max(limit, DEPTH))
        ranked = perf_counter()
        confidence = self._sure(found, words)
        times = {"encode": encoded - start, "rank": ranked - encoded, "judge": perf_counter() - ranked}
        hits = self._hits(found)[:limit]
        close = confidence.three >= self.manifest.calibration.suggest and not self._is_elsewhere(clean)
        shown = limit if close else sum(hit.named > 0 for hit in hits[:1])
        return SearchResult(
            hits=tuple(hits[:shown]),
            rejected=tuple(hits[shown:]),
            words=tuple(words),
            confidence=confidence,
            calibration=self.manifest.calibration,
            snapshot=self.manifest.id,
            milliseconds={name: seconds * 1000 for name, seconds in times.items()},
        )

    def _sure(self, found: Ranking, words: Sequence[str]) -> Confidence:
        """None at all of an empty ranking."""
        if not len(found.entries):
            return NONE
        heading = self.tokenizer.words(self.entries[int(found.entries[0])].question)
        return self.assurance.sure(signals(self.ranker, found, words, heading), words, self.manifest.calibration)

    def _is_elsewhere(self, text: str) -> bool:
        """Whether a question is only the name of a place no entry names: by vectors it would find what the place is known for."""
        places = self.tokenizer.places(text)
        return bool(places) and not any(place in self.ranker.lexical.rows for place in places)

    def _hits(self, found: Ranking) -> list[Hit]:
        rows = zip(found.entries.tolist(), found.scores.tolist(), found.dense.tolist(), found.lexical.tolist(), strict=True)
        return [
            Hit(self.entries[entry], score, dense, lexical, found.named.get(entry, 0.0)) for entry, score, dense, lexical in rows
        ]


def open_snapshot(
    store: SnapshotStore,
    site: str,
    snapshot: str,
    tokenizer: Tokenizer,
    open_encoder: OpenEncoder,
    assurance: Assurance,
    look: SecondLook | None = None,
) -> Searcher:
    """Verify and load one snapshot. Raises SnapshotDamaged, SnapshotOfAnotherModel or SnapshotOfAnotherJudge."""
    manifest = store.verify(site, snapshot)
    if manifest.tokenizer != tokenizer.digest:
        raise SnapshotOfAnotherModel(snapshot, manifest.tokenizer, tokenizer.digest)
    second = look.name if look else ""
    if manifest.second_look != second:
        raise SnapshotOfAnotherModel(snapshot, manifest.second_look, second)
    if manifest.assurance != assurance.digest:
        raise SnapshotOfAnotherJudge(snapshot, manifest.assurance, assurance.digest)
    try:
        return _load(store.folder(site, snapshot), manifest, tokenizer, open_encoder, assurance, look)
    except OSError as error:
        # Another process may drop an old snapshot between the check and the reading.
        raise SnapshotDamaged(snapshot, Path(error.filename or "manifest.json").name) from error


def _load(
    folder: Path,
    manifest: Manifest,
    tokenizer: Tokenizer,
    open_encoder: OpenEncoder,
    assurance: Assurance,
    look: SecondLook | None,
) -> Searcher:
    rows = {word: row for row, word in enumerate(read_vocabulary(folder))}
    encoder = open_encoder(folder, manifest, rows)
    if encoder.name != manifest.model:
        raise SnapshotOfAnotherModel(manifest.id, manifest.model, encoder.name)
    entries = StoredEntries(folder)
    ranker = Ranker.load(folder, rows, tokenizer, entries, look)
    vectors = ranker.vectors
    told = (manifest.entries, manifest.entries, manifest.rows, manifest.dimension)
    if told != (len(entries), vectors.size, len(vectors.rows.codes), vectors.dimension):
        raise SnapshotDamaged(manifest.id, "vectors.faiss")
    return Searcher(manifest, entries, tokenizer, ranker, encoder, assurance, Nicknames.load(folder))


def word_encoder_opener(model: WordVectors) -> OpenEncoder:
    """Open snapshots made with the built-in model. Raises SnapshotOfAnotherModel: other models leave no file to open."""

    def open_encoder(folder: Path, manifest: Manifest, rows: dict[str, int]) -> Encoder:
        if manifest.model != word_encoder_name(model):
            raise SnapshotOfAnotherModel(manifest.id, manifest.model, word_encoder_name(model))
        return WordEncoder.load(folder, model, rows)

    return open_encoder
