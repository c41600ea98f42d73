"""Any sentence-transformers model as encoder: chosen by setting, loaded from a local folder or an existing cache."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from indexer.bags import Matrix
from indexer.corpus import Corpus
from indexer.embed import Rows
from indexer.errors import ModelUnusable
from indexer.groups import Groups
from indexer.passage import sentences
from indexer.ragged import starts_of
from knowledge.entry import Entry

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from torch import nn

BATCH = 64

KNOWN_PREFIXES = (
    # Each model card says what to put before questions and passages; without it retrieval is clearly worse.
    ("cl-nagoya/ruri-v3", "検索クエリ: ", "検索文書: "),
    ("intfloat/multilingual-e5", "query: ", "passage: "),
    ("pkshatech/GLuCoSE-base-ja-v2", "query: ", "passage: "),
)


@dataclass(frozen=True, slots=True)
class Prefixes:
    """What a model wants before every question and every passage."""

    query: str = ""
    passage: str = ""


def prefixes_for(model: str, query: str | None, passage: str | None) -> Prefixes:
    """The configured prefixes, else those of the model's card, else none."""
    card = next((row for row in KNOWN_PREFIXES if model.startswith(row[0])), ("", "", ""))
    return Prefixes(card[1] if query is None else query, card[2] if passage is None else passage)


@dataclass(frozen=True)
class TransformerEncoder:
    """Encodes an entry as its question and answer together, and each wording alone."""

    name: str
    """Ends with a digest of the weights: a folder may be trained again under the same name."""
    model: "SentenceTransformer"
    prefixes: Prefixes

    @property
    def state(self) -> str:
        """See `Encoder.state`: a model is not adapted."""
        return self.name

    def query(self, text: str, words: Sequence[str]) -> Matrix:
        """See `Encoder.query`."""
        only: Matrix = self.queries([text], [words])[0]
        return only

    def queries(self, texts: Sequence[str], cuts: Sequence[Sequence[str]]) -> Matrix:  # noqa: ARG002 (word vectors read the words)
        """See `Encoder.queries`."""
        return self._encode([self.prefixes.query + text for text in texts])

    def rows(self, entries: Sequence[Entry], corpus: Corpus) -> Rows:  # noqa: ARG002 (word vectors read the corpus)
        """See `Encoder.rows`."""
        texts = [["\n".join([entry.question, *sentences(entry.answer)]), *_wordings(entry)] for entry in entries]
        vectors = self._encode([self.prefixes.passage + text for each in texts for text in each])
        return Rows(Groups(vectors, starts_of([len(each) for each in texts])))

    def save(self, folder: Path) -> None:
        """Nothing: the model is all that `query` needs."""

    def _encode(self, texts: list[str]) -> Matrix:
        vectors = self.model.encode(texts, batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, np.float32)


def load_transformer(model: str, query_prefix: str | None = None, passage_prefix: str | None = None) -> TransformerEncoder:
    """Load a model by local path, or by hub name when it is already in the local cache or the hub can be reached.

    Raises ModelUnusable when sentence-transformers is not installed or the model cannot be loaded.
    """
    with loading(model):
        from sentence_transformers import SentenceTransformer

        loaded = SentenceTransformer(model)
    prefixes = prefixes_for(model, query_prefix, passage_prefix)
    return TransformerEncoder(f"{model}|{prefixes.query}|{prefixes.passage}|{weights_digest(loaded)}", loaded, prefixes)


@contextmanager
def loading(model: str) -> Iterator[None]:
    """Whatever goes wrong while a model is loaded becomes ModelUnusable."""
    try:
        from safetensors import SafetensorError
    except ImportError as error:
        raise ModelUnusable(model, "pip install 'madoguchi[models]'") from error
    try:
        yield
    # What damaged or unfinished folders were seen to raise, a package that only this model needs included.
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, ImportError, SafetensorError) as error:
        raise ModelUnusable(model, str(error).partition("\n")[0]) from error


def weights_digest(model: "nn.Module") -> str:
    """Changes with the weights: a folder may be trained again under the same name."""
    import torch

    digest = hashlib.sha256()
    for _, weights in sorted(model.named_parameters()):
        digest.update(weights.detach().cpu().reshape(-1).view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()[:16]


def _wordings(entry: Entry) -> list[str]:
    translated = [text for each in entry.translations.values() for text in (each.question, *each.wordings)]
    return [*entry.wordings, *translated]
