"""Makes a snapshot from published entries: cut, score, embed, write; what did not change is taken from the last one."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from indexer.assurance import Assurance
from indexer.calibrate import LEAST_TRIALS, Calibration
from indexer.corpus import Corpus, Progress, cut
from indexer.embed import Encoder, fit_word_encoder
from indexer.errors import NothingToBuild, SnapshotDamaged, SnapshotMissing
from indexer.nicknames import collect_nicknames
from indexer.rehearse import Trial, assemble, count_questions, rehearsal_of, rehearse
from indexer.snapshot import Manifest, SnapshotStore, snapshot_id
from indexer.words import Tokenizer
from indexer.wordvectors import WordVectors
from knowledge.entry import Entry, to_json
from knowledge.speech_sheet import Nickname
from knowledge.topics import Topic

TURNS = 3
"""Rehearsals of a small site, each with another wording of every entry."""

SMALL_SITE = 5000
"""Entries up to which a site is rehearsed more than once: a larger one has questions enough."""

FitEncoder = Callable[[Corpus], Encoder]
"""Makes the encoder for one corpus; word vectors adapt to it, a transformer ignores it."""


@dataclass(frozen=True)
class Builder:
    """Builds the snapshots of all sites with one tokenizer and one model."""

    store: SnapshotStore
    tokenizer: Tokenizer
    fit: FitEncoder
    assurance: Assurance
    topics: Sequence[Topic] = ()
    """Resident speech, for models that are led by it."""
    nicknames: Sequence[Nickname] = ()
    """What residents call places and services."""

    @cached_property
    def speech_digest(self) -> str:
        """Digest of topics and nicknames: a snapshot with another one is not up to date."""
        values = [[astuple(topic) for topic in self.topics], [astuple(each) for each in self.nicknames]]
        return hashlib.sha256(json.dumps(values, ensure_ascii=False).encode()).hexdigest()[:16]

    def build(self, site: str, entries: Sequence[Entry], made_at: datetime, progress: Progress | None = None) -> Manifest:
        """Write a new snapshot of the entries; the caller decides whether to make it current.

        Raises NothingToBuild for no entries and SnapshotNotWritten when the disk refuses.
        """
        if not entries:
            raise NothingToBuild(site)
        corpus = cut(entries, self.tokenizer, self._previous(site), progress)
        encoder = self.fit(corpus)
        ranker = assemble(entries, corpus, encoder, self.tokenizer, self.topics)
        nicknames = collect_nicknames(self.nicknames, entries, ranker.lexical, self.tokenizer)
        calibration = self._calibration(entries, corpus)

        def fill(folder: Path) -> Manifest:
            corpus.save(folder)
            encoder.save(folder)
            ranker.save(folder)
            nicknames.save(folder)
            write_entries(folder, entries)
            return Manifest(
                id=snapshot_id(
                    made_at, f"{site}{self.tokenizer.digest}{encoder.name}{self.speech_digest}{content_digest(entries)}"
                ),
                site=site,
                created_at=made_at.isoformat(),
                entries=len(entries),
                rows=len(ranker.vectors.owners),
                dimension=ranker.vectors.index.d,
                model=encoder.name,
                tokenizer=self.tokenizer.digest,
                assurance=self.assurance.digest,
                speech=self.speech_digest,
                calibration=calibration,
                files={},
            )

        return self.store.write(site, fill)

    def _calibration(self, entries: Sequence[Entry], corpus: Corpus) -> Calibration:
        """Rehearse without the wordings that are asked, which the encoder must not have seen either, and without some entries."""
        trials: list[Trial] = []
        if count_questions(entries, TURNS) < LEAST_TRIALS:
            return self.assurance.borrowed
        for turn in range(TURNS if len(entries) <= SMALL_SITE else 1):
            rehearsal = rehearsal_of(entries, turn)
            left = cut(rehearsal.entries, self.tokenizer, corpus)
            encoder = self.fit(left)
            ranker = assemble(rehearsal.entries, left, encoder, self.tokenizer, self.topics)
            trials += rehearse(rehearsal, ranker, encoder, self.tokenizer)
        return self.assurance.calibrated(trials)

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
