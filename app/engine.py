"""The search engine that the settings ask for: tokenizer, model, snapshots, and how they are built and opened."""

from dataclasses import dataclass
from functools import cached_property

from app.settings import Settings
from indexer.assurance import Assurance, load_assurance
from indexer.build import Builder, FitEncoder, word_vector_fit
from indexer.search import OpenEncoder, Searcher, open_snapshot, word_encoder_opener
from indexer.snapshot import SnapshotStore
from indexer.transformer import load_transformer
from indexer.words import Tokenizer
from indexer.wordvectors import load_word_vectors
from knowledge.topics import read_topics


@dataclass(frozen=True)
class Engine:
    """Loads a model only when something is built or searched."""

    settings: Settings

    @cached_property
    def store(self) -> SnapshotStore:
        """All snapshots of this installation."""
        return SnapshotStore(self.settings.snapshots)

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """One for building and searching."""
        return Tokenizer()

    @cached_property
    def builder(self) -> Builder:
        """Builds with the configured model. Raises ModelUnusable."""
        return Builder(self.store, self.tokenizer, self._encoders[0], self.assurance, read_topics())

    def load(self) -> None:
        """Load the configured model now and not with the first question. Raises ModelUnusable."""
        _ = self._encoders

    @cached_property
    def assurance(self) -> Assurance:
        """How sure the bot is of what it finds."""
        return load_assurance(bound=self.settings.wrong_bound)

    def open(self, site: str, snapshot: str, store: SnapshotStore | None = None) -> Searcher:
        """Open a snapshot with the configured model, of another store if one is given.

        Raises SnapshotDamaged, SnapshotOfAnotherModel or ModelUnusable.
        """
        return open_snapshot(store or self.store, site, snapshot, self.tokenizer, self._encoders[1], self.assurance)

    @cached_property
    def _encoders(self) -> tuple[FitEncoder, OpenEncoder]:
        chosen = self.settings
        if not chosen.embedding_model:
            model = load_word_vectors()
            return word_vector_fit(model), word_encoder_opener(model)
        encoder = load_transformer(chosen.embedding_model, chosen.query_prefix, chosen.passage_prefix)
        return lambda _: encoder, lambda *_: encoder
