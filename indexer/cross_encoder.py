"""Any sentence-transformers cross-encoder as second look: chosen by setting, loaded from a local folder or an existing cache."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from indexer.bags import Matrix
from indexer.errors import ModelUnusable
from indexer.rerank import Reranker, Rows
from indexer.transformer import loading, weights_digest
from knowledge.entry import Entry

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

WORTH = 8.0
"""What a probability of 1 is worth in standard deviations of the score: such a model may overrule the first look."""

BATCH = 32

LONGEST = 2000
"""Characters of an entry that are read; the model cuts what is too long for it."""


@dataclass(frozen=True, slots=True)
class CrossEncoderReranker:
    """Reads the question together with each candidate: slow and thorough."""

    model: "CrossEncoder"
    entries: Sequence[Entry]

    def gains(self, text: str, entries: Rows) -> Matrix:
        """See `Reranker.gains`."""
        pairs = [(text, text_of(self.entries[entry])) for entry in entries.tolist()]
        return np.asarray(WORTH * _probabilities(self.model, pairs), np.float32)

    def save(self, folder: Path) -> None:
        """Nothing: the model and the entries are all it needs."""


@dataclass(frozen=True)
class CrossEncoderLook:
    """See `SecondLook`."""

    name: str
    model: "CrossEncoder"

    def make(self, entries: Sequence[Entry], earlier: Reranker | None, rows: npt.NDArray[np.int64]) -> Reranker:  # noqa: ARG002
        """See `SecondLook.make`; nothing is made beforehand."""
        return CrossEncoderReranker(self.model, entries)

    def open(self, folder: Path, entries: Sequence[Entry]) -> Reranker:  # noqa: ARG002 (nothing was written)
        """See `SecondLook.open`."""
        return CrossEncoderReranker(self.model, entries)


def load_cross_encoder(model: str) -> CrossEncoderLook:
    """Load a model by local path, or by hub name when it is in the local cache or the hub can be reached.

    Raises ModelUnusable, also for a model that gives more than one number.
    """
    with loading(model):
        from sentence_transformers import CrossEncoder

        loaded = CrossEncoder(model)
    if loaded.num_labels != 1:
        raise ModelUnusable(model, f"num_labels = {loaded.num_labels}")
    return CrossEncoderLook(f"{model}|{weights_digest(loaded)}", loaded)


def text_of(entry: Entry) -> str:
    """What the model reads of an entry."""
    return "\n".join([entry.question, entry.answer])[:LONGEST]


def _probabilities(model: "CrossEncoder", pairs: Sequence[tuple[str, str]]) -> Matrix:
    from torch import nn

    scores = model.predict(list(pairs), batch_size=BATCH, activation_fn=nn.Sigmoid(), show_progress_bar=False)
    return np.asarray(scores, np.float32)
