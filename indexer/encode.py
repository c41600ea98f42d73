"""Makes the vectors of a site's entries, chunk by chunk; those that did not change are copied from an earlier snapshot."""

from collections.abc import Sequence

import numpy as np

from indexer.corpus import Corpus
from indexer.embed import CHUNK, Encoder
from indexer.groups import CodedGroups, Gathering
from indexer.kept import Earlier, Numbers
from indexer.vectors import Vectors, vectors_of
from knowledge.entry import Entry


def encode(
    entries: Sequence[Entry], corpus: Corpus, encoder: Encoder, earlier: Earlier | None = None
) -> tuple[Vectors, CodedGroups | None]:
    """Entries and wordings, and the sentences of the answers where the model has vectors for them."""
    rows = earlier.rows if earlier else np.full(len(entries), -1, np.int64)
    own = _gathering(earlier.ranker.vectors.rows if earlier else None, rows)
    passages = _gathering(earlier.ranker.passages if earlier else None, rows)
    new = np.flatnonzero(rows < 0)
    parts = -(-len(new) // CHUNK)
    # Every so many-th entry rather than one after another, so that the first chunk is a sample of all.
    for chosen in (new[part::parts] for part in range(parts)):
        made = encoder.rows([entries[entry] for entry in chosen], corpus.take(chosen))
        own.add(chosen, made.own)
        if made.passages:
            passages.add(chosen, made.passages)
    has_passages = passages.steps is not None
    cells = earlier.ranker.vectors.cells if earlier else None
    return vectors_of(own.gathered(), cells), passages.gathered() if has_passages else None


def _gathering(earlier: CodedGroups | None, rows: Numbers) -> Gathering:
    """Begun with what an earlier snapshot has."""
    if earlier is None:
        return Gathering(len(rows))
    gathering = Gathering(len(rows), earlier.codes.steps)
    same = np.flatnonzero(rows >= 0)
    gathering.keep(same, earlier, rows[same])
    return gathering
