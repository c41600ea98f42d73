"""Others at the same work in the same run: bm25s for words, FAISS's flat index for vectors, a transformer for meaning."""

from collections.abc import Sequence
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import faiss
import numpy as np

from evals.stopwatch import pace, spent
from indexer.bags import Matrix
from indexer.corpus import Corpus, cut
from indexer.encode import encode
from indexer.lexical import largest
from indexer.rank import CANDIDATES
from indexer.search import Searcher
from indexer.transformer import TransformerEncoder, load_transformer
from knowledge.entry import Entry

EMBEDDED = 64
"""Entries that the transformer embeds: it needs seconds for these."""

ASKED = 100
"""Questions that the transformer encodes."""

SHAPE: dict[str, Any] = {
    # cl-nagoya/ruri-v3-30m. How fast a model is does not depend on its weights, so these are random.
    "vocab_size": 102_400,
    "hidden_size": 256,
    "intermediate_size": 1024,
    "num_hidden_layers": 10,
    "num_attention_heads": 4,
}

Figures = dict[str, float]


def compare(searcher: Searcher, entries: Sequence[Entry], texts: Sequence[str]) -> Figures:
    """Milliseconds for a question, and entries embedded in a second: ours and theirs. What is not installed is left out."""
    asked = [(text, searcher.tokenizer.words(text)) for text in texts]
    corpus = cut(entries, searcher.tokenizer)
    figures = {**_by_words(searcher, corpus, [words for _, words in asked]), **_by_vectors(searcher, asked)}
    took, _ = spent(lambda: encode(entries, corpus, searcher.encoder))
    figures["ours_embedded"] = len(entries) / took.wall
    figures["ours_encode"] = pace(lambda each: searcher.encoder.query(*each), asked).p50
    if find_spec("sentence_transformers"):
        with TemporaryDirectory(prefix="madoguchi-bench-") as folder:
            figures |= _by_transformer(_transformer(Path(folder), entries), corpus, entries, texts[:ASKED])
    return figures


def _by_words(searcher: Searcher, corpus: Corpus, asked: Sequence[Sequence[str]]) -> Figures:
    lexical = searcher.ranker.lexical
    known = [[word for word in words if word in lexical.rows] for words in asked]
    known = [words for words in known if words]
    figures = {"ours_words": pace(lambda words: largest(lexical.score(words), CANDIDATES), known).p50}
    if find_spec("bm25s"):
        import bm25s

        peer = bm25s.BM25()
        peer.index(_words_of(corpus), show_progress=False)
        count = min(CANDIDATES, len(corpus.digests))
        figures["bm25s"] = pace(lambda words: peer.retrieve([words], k=count, show_progress=False), known).p50
    return figures


def _words_of(corpus: Corpus) -> list[list[str]]:
    """The words of each entry."""
    words = [corpus.vocabulary[row] for row in corpus.words.tolist()]
    sizes = np.bincount(corpus.entry_of_text, corpus.words_per_text, len(corpus.digests)).astype(np.int64)
    return [words[start:end] for start, end in pairwise([0, *np.cumsum(sizes).tolist()])]


def _by_vectors(searcher: Searcher, asked: Sequence[tuple[str, Sequence[str]]]) -> Figures:
    vectors = searcher.ranker.vectors
    queries = [searcher.encoder.query(*each) for each in asked]
    flat = faiss.IndexFlatIP(vectors.dimension)
    flat.add(vectors.rows.codes.vectors(slice(None)))
    count = min(CANDIDATES, flat.ntotal)

    def search(query: Matrix) -> None:
        flat.search(query[None], count)

    ours = pace(lambda query: vectors.nearest(query, CANDIDATES), queries).p50
    return {"ours_vectors": ours, "flat": pace(search, queries).p50}


def _by_transformer(encoder: TransformerEncoder, corpus: Corpus, entries: Sequence[Entry], texts: Sequence[str]) -> Figures:
    # Spread over all entries, as they are not all of one length.
    chosen = np.linspace(0, len(entries) - 1, min(EMBEDDED, len(entries))).astype(np.int64)
    took, _ = spent(lambda: encoder.rows([entries[entry] for entry in chosen], corpus.take(chosen)))
    asked = pace(lambda text: encoder.query(text, ()), texts).p50
    return {"transformer_embedded": len(chosen) / took.wall, "transformer_encode": asked}


def _transformer(folder: Path, entries: Sequence[Entry]) -> TransformerEncoder:
    """A ModernBERT of the shape above, and a tokenizer that learned from the entries how to cut them."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules.transformer import Transformer
    from sentence_transformers.sentence_transformer.modules.pooling import Pooling
    from tokenizers import Tokenizer, models, trainers
    from transformers import ModernBertConfig, ModernBertModel, PreTrainedTokenizerFast
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # type: ignore[no-untyped-call]
    special = ["<pad>", "<unk>", "<s>", "</s>", "<mask>"]
    cutter = Tokenizer(models.Unigram())
    trainer = trainers.UnigramTrainer(vocab_size=16_000, special_tokens=special, unk_token="<unk>", show_progress=False)  # noqa: S106
    cutter.train_from_iterator([f"{each.question}\n{each.answer}" for each in entries[:2000]], trainer)
    names = dict(zip(("pad_token", "unk_token", "bos_token", "eos_token", "mask_token"), special, strict=True))
    words = PreTrainedTokenizerFast(tokenizer_object=cutter, **names)  # type: ignore[no-untyped-call]
    words.save_pretrained(folder / "bert")
    ModernBertModel(ModernBertConfig(**SHAPE, pad_token_id=0)).save_pretrained(folder / "bert")
    modules = [Transformer(str(folder / "bert")), Pooling(SHAPE["hidden_size"], "mean")]
    SentenceTransformer(modules=modules).save(str(folder / "model"), create_model_card=False)
    return load_transformer(str(folder / "model"))
