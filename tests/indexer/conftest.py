"""Small true things that the tests of the indexer share."""

import resource
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from indexer.build import Builder, word_vector_fit
from indexer.search import Searcher, open_snapshot, word_encoder_opener
from indexer.snapshot import SnapshotStore
from indexer.words import Tokenizer
from indexer.wordvectors import WordVectors, load_word_vectors, save_word_vectors
from knowledge.entry import Entry
from tests.assured import assurance


class SplitTokenizer(Tokenizer):
    """Cuts at spaces, so that a test writes the very words that are indexed."""

    def words(self, text: str) -> list[str]:
        return text.split()

    def sequence(self, text: str) -> list[str]:
        return text.split()


@pytest.fixture(scope="session")
def tokenizer() -> Tokenizer:
    return Tokenizer()


@pytest.fixture(scope="session")
def split_tokenizer() -> Tokenizer:
    return SplitTokenizer()


@pytest.fixture(scope="session")
def built_in() -> WordVectors:
    return load_word_vectors()


@pytest.fixture(scope="session")
def letter_vectors(tmp_path_factory: pytest.TempPathFactory) -> WordVectors:
    """A model of 8 dimensions that knows the words a to h."""
    folder = tmp_path_factory.mktemp("letters")
    vectors = np.random.default_rng(7).normal(size=(8, 8)).astype(np.float32)
    save_word_vectors(folder, list("abcdefgh"), vectors, np.arange(8, dtype=np.int32))
    return load_word_vectors(folder)


@pytest.fixture(scope="session")
def open_city(
    tmp_path_factory: pytest.TempPathFactory, tokenizer: Tokenizer, built_in: WordVectors
) -> Callable[[Sequence[Entry]], Searcher]:
    """Builds a snapshot of the entries with the built-in model and opens it."""

    def build_and_open(entries: Sequence[Entry]) -> Searcher:
        store = SnapshotStore(Path(tmp_path_factory.mktemp("city")))
        manifest = Builder(store, tokenizer, word_vector_fit(built_in), assurance()).build(
            "city", entries, datetime(2026, 4, 1, tzinfo=UTC)
        )
        return open_snapshot(store, "city", manifest.id, tokenizer, word_encoder_opener(built_in), assurance())

    return build_and_open


@pytest.fixture(scope="session")
def files_up_to() -> Callable[[int], AbstractContextManager[None]]:
    """Within it the operating system refuses to write files on beyond so many bytes, as it does when the disk is full."""

    @contextmanager
    def limited(size: int) -> Iterator[None]:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    return limited
