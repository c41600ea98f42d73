"""Makes a snapshot from published entries: cut, score, embed, write; what did not change is taken from the last one."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path

from indexer.assemble import assemble
from indexer.assurance import Assurance
from indexer.calibrate import Calibration, Source, least_trials
from indexer.corpus import NO_CORPUS, Corpus, Progress, cut
from indexer.embed import Encoder, FitEncoder, fit_word_encoder, kept_word_encoder
from indexer.entries import write_entries
from indexer.errors import NothingToBuild, SnapshotDamaged, SnapshotMissing
from indexer.kept import Earlier, Kept, match
from indexer.nicknames import collect_nicknames
from indexer.rank import Ranker
from indexer.recipe import recipe_of
from indexer.rehearse import (
    Rehearsal,
    Trial,
    count_questions,
    labelled_rehearsals,
    rehearsals_of,
    rehearse,
    still_labelled,
)
from indexer.rerank import SecondLook
from indexer.snapshot import Fitted, Manifest, SnapshotStore, snapshot_id
from indexer.words import Tokenizer
from indexer.wordvectors import WordVectors
from knowledge.entry import Entry
from knowledge.labelled import Labelled
from knowledge.speech_sheet import Nickname
from knowledge.topics import Topic


@dataclass(frozen=True, slots=True)
class Made:
    """The parts of a snapshot in memory."""

    corpus: Corpus
    encoder: Encoder
    ranker: Ranker
    calibration: Calibration
    fitted: Fitted


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
    look: SecondLook | None = None
    """What looks once more at the best candidates."""
    labelled: Sequence[Labelled] = ()
    """Questions of residents with the entries that answer them: thresholds are chosen on these when there are enough."""

    @cached_property
    def speech_digest(self) -> str:
        """Digest of topics and nicknames: a snapshot with another one is not up to date."""
        values = [[astuple(topic) for topic in self.topics], [astuple(each) for each in self.nicknames]]
        return hashlib.sha256(json.dumps(values, ensure_ascii=False).encode()).hexdigest()[:16]

    def build(
        self, site: str, entries: Sequence[Entry], made_at: datetime, progress: Progress | None = None, anew: bool = False
    ) -> Manifest:
        """Write a new snapshot of the entries; the caller decides whether to make it current.

        What did not change is taken from the snapshot in use, unless all shall be made anew.
        Raises NothingToBuild for no entries and SnapshotNotWritten when the disk refuses.
        """
        if not entries:
            raise NothingToBuild(site)
        recipe = recipe_of(self.tokenizer, self.topics, self.assurance, self.look, self.labelled)
        made = self._make(entries, None if anew else self._kept(site, recipe), made_at, progress)
        nicknames = collect_nicknames(self.nicknames, entries, made.ranker.lexical, self.tokenizer)

        def fill(folder: Path) -> Manifest:
            made.corpus.save(folder)
            made.encoder.save(folder)
            made.ranker.save(folder)
            nicknames.save(folder)
            content = write_entries(folder, entries)
            return Manifest(
                id=snapshot_id(made_at, f"{site}{recipe}{self.speech_digest}{made.encoder.name}{content}"),
                site=site,
                created_at=made_at.isoformat(),
                entries=len(entries),
                rows=len(made.ranker.vectors.rows.codes),
                dimension=made.ranker.vectors.dimension,
                model=made.encoder.name,
                tokenizer=self.tokenizer.digest,
                second_look=self.look.name if self.look else "",
                assurance=self.assurance.digest,
                speech=self.speech_digest,
                calibration=made.calibration,
                recipe=recipe,
                fitted=made.fitted,
                files={},
            )

        return self.store.write(site, fill)

    def _make(self, entries: Sequence[Entry], kept: Kept | None, made_at: datetime, progress: Progress | None) -> Made:
        corpus = cut(entries, self.tokenizer, kept.corpus if kept else NO_CORPUS, progress)
        if kept is None:
            return self._fitted(entries, corpus, made_at, self.fit(corpus), None)
        rows = match(corpus, kept.corpus)
        steady = kept.steady(rows) and not self._can_promise_now(entries, kept.manifest.calibration)
        encoder = self.fit(corpus, kept.folder if steady else None)
        earlier = kept.earlier(rows, encoder, self.tokenizer, self.look)
        if not steady or earlier is None:
            return self._fitted(entries, corpus, made_at, encoder, earlier)
        ranker = self._assemble(entries, corpus, encoder, earlier)
        fitted = replace(kept.manifest.fitted, changed=kept.changed(rows))
        return Made(corpus, encoder, ranker, kept.manifest.calibration, fitted)

    def _fitted(
        self, entries: Sequence[Entry], corpus: Corpus, made_at: datetime, encoder: Encoder, earlier: Earlier | None
    ) -> Made:
        """With an encoder that was just fitted, and thresholds to go with it."""
        ranker = self._assemble(entries, corpus, encoder, earlier)
        calibration = self._calibration(entries, corpus, encoder, ranker)
        return Made(corpus, encoder, ranker, calibration, Fitted(made_at.isoformat(), len(entries), 0, encoder.state))

    def _assemble(self, entries: Sequence[Entry], corpus: Corpus, encoder: Encoder, earlier: Earlier | None) -> Ranker:
        return assemble(entries, corpus, encoder, self.tokenizer, self.topics, self.look, earlier)

    def _can_promise_now(self, entries: Sequence[Entry], before: Calibration) -> bool:
        return before.source is Source.BORROWED and self._rehearsals(entries) is not None

    def _calibration(self, entries: Sequence[Entry], corpus: Corpus, encoder: Encoder, ranker: Ranker) -> Calibration:
        """Ask beforehand, of encoders that have not seen what is asked."""
        source, rehearsals = self._rehearsals(entries) or (Source.BORROWED, ())
        trials: list[Trial] = []
        for rehearsal in rehearsals:
            left = cut(rehearsal.entries, self.tokenizer, corpus)
            own = self.fit(left)
            # A model that does not adapt gives the same vectors again.
            earlier = Earlier(ranker, match(left, corpus)) if own.state == encoder.state else None
            trials += rehearse(rehearsal, self._assemble(rehearsal.entries, left, own, earlier), own, self.tokenizer)
        return self.assurance.calibrated(trials, source)

    def _rehearsals(self, entries: Sequence[Entry]) -> tuple[Source, Iterable[Rehearsal]] | None:
        """What to ask beforehand and what that rests on; None when there is not enough to promise anything by."""
        least, labelled = least_trials(self.assurance.bound), still_labelled(entries, self.labelled)
        if len(labelled) >= least:
            return Source.LABELLED, labelled_rehearsals(entries, labelled)
        return (Source.OWN_WORDINGS, rehearsals_of(entries)) if count_questions(entries) >= least else None

    def _kept(self, site: str, recipe: str) -> Kept | None:
        """The snapshot in use, unless there is none or it cannot be trusted or another recipe made it."""
        try:
            manifest = self.store.verify(site, self.store.current(site))
        except (SnapshotMissing, SnapshotDamaged):
            return None
        folder = self.store.folder(site, manifest.id)
        return Kept(folder, manifest, Corpus.load(folder)) if manifest.recipe == recipe else None


def word_vector_fit(model: WordVectors) -> FitEncoder:
    """Fit the built-in model to each corpus."""

    def fit(corpus: Corpus, kept: Path | None = None) -> Encoder:
        return kept_word_encoder(kept, corpus, model) if kept else fit_word_encoder(corpus, model)

    return fit
