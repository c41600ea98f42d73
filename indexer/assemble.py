"""Puts a ranker together from entries, taking over from an earlier one what did not change."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from indexer.bridge import build_bridge
from indexer.corpus import Corpus
from indexer.embed import Encoder
from indexer.encode import encode
from indexer.kept import Earlier, Numbers
from indexer.lexical import build_lexical
from indexer.names import collect_names
from indexer.neighbours import find_neighbours, update_neighbours
from indexer.rank import Ranker, handicaps_of
from indexer.rerank import Reranker, SecondLook
from indexer.words import Tokenizer
from knowledge.entry import Entry
from knowledge.topics import Topic


def assemble(
    entries: Sequence[Entry],
    corpus: Corpus,
    encoder: Encoder,
    tokenizer: Tokenizer,
    topics: Sequence[Topic],
    look: SecondLook | None = None,
    earlier: Earlier | None = None,
) -> Ranker:
    """The ranker of a snapshot, made in memory, from what an earlier one has where nothing changed."""
    vectors, passages = encode(entries, corpus, encoder, earlier)
    made = Ranker(
        lexical=build_lexical(corpus),
        vectors=vectors,
        neighbours=update_neighbours(vectors, earlier.ranker.neighbours, earlier.rows) if earlier else find_neighbours(vectors),
        names=collect_names(entries, tokenizer, *((earlier.ranker.names, earlier.rows) if earlier else ())),
        handicaps=handicaps_of(entries),
        passages=passages,
        reranker=look.make(entries, *_reranked(earlier, len(entries))) if look else None,
    )
    if earlier:
        return replace(made, bridge=earlier.ranker.bridge)
    return replace(made, bridge=build_bridge(topics, tokenizer, encoder)) if passages and topics else made


def _reranked(earlier: Earlier | None, size: int) -> tuple[Reranker | None, Numbers]:
    return (earlier.ranker.reranker, earlier.rows) if earlier else (None, np.full(size, -1, np.int64))
