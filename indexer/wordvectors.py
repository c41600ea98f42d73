"""The built-in embedding model: a table of Japanese word vectors, read with NumPy alone."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.errors import ModelUnusable
from indexer.mapped import mapped
from indexer.wordlist import WordList, read_word_list, word_list

BUILT_IN = Path(__file__).parent / "model"
"""The model folder shipped with the code; its README names sources, licences and the script that makes it."""


@dataclass(frozen=True)
class WordVectors:
    """v words, each with a row of a quantised table."""

    vocabulary: WordList
    rows: npt.NDArray[np.int32]
    """Shape (v,): the table row of each word; several words may share one."""
    table: npt.NDArray[np.int8]
    """Shape (r, dimension); on disk until it is looked at."""
    scales: npt.NDArray[np.float32]
    """Shape (r,): what a row's integers are multiplied by. A vector's length is how much its word matters."""
    digest: str

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return int(self.table.shape[1])

    def vectors(self, words: Sequence[str]) -> npt.NDArray[np.float32]:
        """Shape (len(words), dimension): zeros for words the model does not know."""
        positions = np.array([self.vocabulary.get(word, -1) for word in words], np.int64)
        rows = self.rows[positions]
        vectors = self.table[rows].astype(np.float32) * self.scales[rows][:, None]
        vectors[positions < 0] = 0.0
        return vectors


def load_word_vectors(folder: Path = BUILT_IN) -> WordVectors:
    """Read a model folder: `config.json` (dimension), `vocabulary.txt`, `rows.npy`, `table.npy`, `scales.npy`.

    Raises ModelUnusable when a file is missing or damaged or does not fit the others.
    """
    try:
        return _read(folder)
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise ModelUnusable(str(folder), str(error)) from error


def _read(folder: Path) -> WordVectors:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    vocabulary = read_word_list(folder / "vocabulary.txt")
    rows, table, scales = (mapped(folder / f"{name}.npy") for name in ("rows", "table", "scales"))
    fits = rows.shape == (len(vocabulary),) and table.shape == (len(scales), config["dimension"])
    if not fits or rows.min() < 0 or rows.max() >= len(table):
        raise ValueError("vocabulary, rows, table and scales do not fit together")
    return WordVectors(vocabulary, rows, table, np.asarray(scales, np.float32), _digest(folder))


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for name in ("vocabulary.txt", "rows.npy", "table.npy", "scales.npy"):
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()


def save_word_vectors(folder: Path, words: list[str], vectors: npt.NDArray[np.float32], rows: npt.NDArray[np.int32]) -> None:
    """Write a model folder from r float vectors, quantised to one byte a number with one scale a row."""
    scales = np.abs(vectors).max(axis=1) / 127
    table = np.round(vectors / np.maximum(scales, 1e-9)[:, None]).astype(np.int8)
    write_word_vectors(folder, WordVectors(word_list(words), rows.astype(np.int32), table, scales.astype(np.float32), digest=""))


def write_word_vectors(folder: Path, model: WordVectors) -> None:
    """Write the files of a model as they are; its digest is made when it is read."""
    folder.mkdir(parents=True, exist_ok=True)
    model.vocabulary.save(folder / "vocabulary.txt")
    np.save(folder / "rows.npy", model.rows)
    np.save(folder / "table.npy", model.table)
    np.save(folder / "scales.npy", model.scales)
    (folder / "config.json").write_text(json.dumps({"dimension": model.dimension}) + "\n", encoding="utf-8")
