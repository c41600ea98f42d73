"""Makes services of tests quick to begin with: what is large is loaded once, and resident speech is a tenth of what there is."""

from collections.abc import Iterator
from functools import cache

import pytest

from app import engine
from indexer.assurance import load_assurance
from indexer.wordvectors import load_word_vectors
from knowledge.topics import read_topics

FEW = read_topics()[::10]
"""Topics of every field, enough for signals to mean what they mean."""


@pytest.fixture(autouse=True, scope="session")
def quick_engine() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "load_word_vectors", cache(load_word_vectors))
        patch.setattr(engine, "load_assurance", cache(load_assurance))
        patch.setattr(engine, "read_topics", lambda: FEW)
        yield
