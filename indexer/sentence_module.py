"""The built-in word vectors as a sentence-transformers module, so that other tools can load and measure the model folder."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from sentence_transformers.base.modules.input_module import InputModule

from indexer.words import Tokenizer
from indexer.wordvectors import WordVectors, load_word_vectors, write_word_vectors


class WordVectorModule(InputModule):  # type: ignore[misc]
    """Mean of a text's word vectors weighted by log(1 + count); zeros when no word is known.

    No idf and no common direction: both belong to a city's entries, and `indexer.embed` adds them.
    """

    def __init__(self, words: WordVectors) -> None:
        super().__init__()
        self.words = words
        self.tokenizer = Tokenizer()

    def preprocess(self, inputs: Sequence[str], prompt: str | None = None, **_: Any) -> dict[str, torch.Tensor]:
        """Cut and average: `sentence_embedding` has the shape (len(inputs), dimension)."""
        rows = [self._mean(Counter(self.tokenizer.words((prompt or "") + text))) for text in inputs]
        return {"sentence_embedding": torch.from_numpy(np.array(rows, np.float32).reshape(-1, self.words.dimension))}

    def forward(self, features: dict[str, torch.Tensor], **_: Any) -> dict[str, torch.Tensor]:
        """Pass on what `preprocess` made."""
        return features

    def get_embedding_dimension(self) -> int:
        """The length of a vector."""
        return self.words.dimension

    def save(self, output_path: str, *_: Any, **__: Any) -> None:
        """Write the model's own files; sentence-transformers writes the others."""
        write_word_vectors(Path(output_path), self.words)

    @classmethod
    def load(cls, model_name_or_path: str, subfolder: str = "", **source: Any) -> Self:
        """Read a local folder, or one on a hub; `source` says which version and where to keep it. Raises ModelUnusable."""
        hub = {name: source.get(name) for name in ("token", "cache_folder", "revision")}
        folder = cls.load_dir_path(model_name_or_path, subfolder, **hub, local_files_only=bool(source.get("local_files_only")))
        return cls(load_word_vectors(Path(folder)))

    def _mean(self, counts: Counter[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
        known = [word for word in counts if word in self.words.vocabulary]
        weights = np.log1p(np.array([counts[word] for word in known], np.float32))
        total = weights @ self.words.vectors(known)
        return np.asarray(total / max(float(weights.sum()), 1.0), np.float32)
