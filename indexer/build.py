"""Makes a snapshot from published entries: cut, score, embed, write; what did not change is taken from the last one."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from indexer.bridge import build_bridge
from indexer.corpus import Corpus, Progress, cut
from indexer.embed import Encoder, fit_word_encoder
from indexer.errors import NothingToBuild, SnapshotDamaged, SnapshotMissing
from indexer.lexical import build_lexical
from indexer.neighbours import find_neighbours
from indexer.snapshot import Manifest, SnapshotStore, Thresholds, snapshot_id
from indexer.vectors import build_vectors
from indexer.words import Tokenizer
from indexer.wordvectors import WordVectors
from knowledge.entry import Entry, to_json
from knowledge.topics import Topic

DEFAULT_THRESHOLDS = Thresholds(answer=7.0, suggest=3.4)
"""Chosen on development queries: three of four direct answers right, and a suggestion unless nothing stands out."""

FitEncoder = Callable[[Corpus], Encoder]
"""Makes the encoder for one corpus; word vectors adapt to it, a transformer ignores it."""


@dataclass(frozen=True)
class Builder:
    """Builds the snapshots of all sites with one tokenizer and one model."""

    store: SnapshotStore
    tokenizer: Tokenizer
    fit: FitEncoder
    topics: Sequence[Topic] = ()
    """Resident speech, for models that are led by it."""
    thresholds: Thresholds = DEFAULT_THRESHOLDS

    def build(self, site: str, entries: Sequence[Entry], made_at: datetime, progress: Progress | None = None) -> Manifest:
        """Write a new snapshot of the entries; the caller decides whether to make it current.

        Raises NothingToBuild for no entries and SnapshotNotWritten when the disk refuses.
        """
        if not entries:
            raise NothingToBuild(site)
        corpus = cut(entries, self.tokenizer, self._previous(site), progress)
        encoder = self.fit(corpus)

        def fill(folder: Path) -> Manifest:
            rows = encoder.rows(entries, corpus)
            vectors = build_vectors(rows, len(entries))
            corpus.save(folder)
            if rows.passages:
                rows.passages.save(folder)
            if rows.passages and self.topics:
                build_bridge(self.topics, self.tokenizer, encoder).save(folder)
            np.save(folder / "neighbours.npy", find_neighbours(vectors))
            build_lexical(corpus).save(folder)
            encoder.save(folder)
            vectors.save(folder)
            write_entries(folder, entries)
            return Manifest(
                id=snapshot_id(made_at, f"{site}{self.tokenizer.digest}{encoder.name}{content_digest(entries)}"),
                site=site,
                created_at=made_at.isoformat(),
                entries=len(entries),
                rows=len(vectors.owners),
                dimension=vectors.index.d,
                model=encoder.name,
                tokenizer=self.tokenizer.digest,
                thresholds=self.thresholds,
                files={},
            )

        return self.store.write(site, fill)

    def _previous(self, site: str) -> Corpus | None:
        """The words of the snapshot in use, unless there is none or it cannot be trusted."""
        try:
            snapshot = self.store.current(site)
            self.store.verify(site, snapshot)
        except (SnapshotMissing, SnapshotDamaged):
            return None
        return Corpus.load(self.store.folder(site, snapshot))


def word_vector_fit(model: WordVectors) -> FitEncoder:
    """Fit the built-in model to each corpus."""
    return lambda corpus: fit_word_encoder(corpus, model)


def write_entries(folder: Path, entries: Sequence[Entry]) -> None:
    """Write `entries.jsonl`, one entry a line, in row order."""
    lines = [json.dumps(to_json(entry), ensure_ascii=False) for entry in entries]
    (folder / "entries.jsonl").write_text("\n".join(lines), encoding="utf-8", newline="\n")


def content_digest(entries: Sequence[Entry]) -> str:
    """Hex SHA-256 over all entries in order."""
    return hashlib.sha256("".join(entry.digest() for entry in entries).encode()).hexdigest()
