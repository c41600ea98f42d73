"""The search engine that the settings ask for: tokenizer, model, snapshots, and how they are built and opened."""

from dataclasses import dataclass
from functools import cached_property

from app.labelled import LabelledStore
from app.settings import Settings
from indexer.assurance import Assurance, load_assurance
from indexer.build import Builder, word_vector_fit
from indexer.cross_encoder import load_cross_encoder
from indexer.embed import FitEncoder
from indexer.interaction import load_interaction
from indexer.readings import WordOrder
from indexer.rerank import SecondLook
from indexer.search import OpenEncoder, Searcher, open_snapshot, word_encoder_opener
from indexer.snapshot import SnapshotStore
from indexer.transformer import load_transformer
from indexer.urgency import Ear, load_ear
from indexer.words import Tokenizer
from indexer.wordvectors import WordVectors, load_word_vectors
from knowledge.own_speech import Speech, speech_of
from knowledge.topics import Topic, read_topics


@dataclass(frozen=True)
class Engine:
    """Loads a model only when something is built or searched."""

    settings: Settings

    @cached_property
    def store(self) -> SnapshotStore:
        """All snapshots of this installation."""
        return SnapshotStore(self.settings.snapshots)

    @cached_property
    def labelled(self) -> LabelledStore:
        """Questions with known answers, by site."""
        return LabelledStore(self.settings.labelled)

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """One for building and searching."""
        return Tokenizer()

    def builder(self, site: str) -> Builder:
        """Builds snapshots of the site with the configured model. Raises ModelUnusable, and what `speech` raises."""
        speech = self.speech(site)
        fit, look = self._encoders[0], self._look
        labelled = self.labelled.read(site)
        return Builder(self.store, self.tokenizer, fit, self.assurance, speech.topics, speech.nicknames, look, labelled)

    def speech(self, site: str) -> Speech:
        """How the site's residents speak, read anew each time: staff change their sheets while the service runs.

        Raises SpeechFolderMissing, and the errors of `knowledge.sheet_errors` for a damaged sheet.
        """
        folder = self.settings.speech
        return speech_of(site, folder, self._standard_topics) if folder else Speech(self._standard_topics)

    def load(self) -> None:
        """Load the configured model now and not with the first question. Raises ModelUnusable."""
        _ = self._encoders, self._look, self.ear

    @cached_property
    def assurance(self) -> Assurance:
        """How sure the bot is of what it finds."""
        return load_assurance(bound=self.settings.wrong_bound)

    @cached_property
    def ear(self) -> Ear:
        """Hears emergencies, whatever model searches. Raises ModelUnusable."""
        return load_ear(self._word_vectors, self.tokenizer)

    def open(self, site: str, snapshot: str, store: SnapshotStore | None = None) -> Searcher:
        """Open a snapshot with the configured model, of another store if one is given.

        Raises SnapshotDamaged, SnapshotOfAnotherModel or ModelUnusable.
        """
        chosen = store or self.store
        return open_snapshot(chosen, site, snapshot, self.tokenizer, self._encoders[1], self.assurance, self._look)

    @cached_property
    def _word_vectors(self) -> WordVectors:
        return load_word_vectors()

    @cached_property
    def _look(self) -> SecondLook | None:
        """A cross-encoder where one is named; the built-in one belongs to the built-in word vectors."""
        if self.settings.reranker_model:
            return load_cross_encoder(self.settings.reranker_model)
        if self.settings.embedding_model:
            return None
        return WordOrder(load_interaction(self._word_vectors), self.tokenizer)

    @cached_property
    def _standard_topics(self) -> tuple[Topic, ...]:
        return read_topics()

    @cached_property
    def _encoders(self) -> tuple[FitEncoder, OpenEncoder]:
        chosen = self.settings
        if not chosen.embedding_model:
            return word_vector_fit(self._word_vectors), word_encoder_opener(self._word_vectors)
        encoder = load_transformer(chosen.embedding_model, chosen.query_prefix, chosen.passage_prefix)
        return lambda *_: encoder, lambda *_: encoder
