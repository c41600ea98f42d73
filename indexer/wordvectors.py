"""The built-in embedding model: a table of Japanese word vectors, read with NumPy alone."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

BUILT_IN = Path(__file__).parent / "model"
"""The model folder shipped with the code; its README names sources, licences and the script that makes it."""


@dataclass(frozen=True)
class WordVectors:
    """v words, each with a row of a quantised table."""

    vocabulary: tuple[str, ...]
    rows: npt.NDArray[np.int32]
    """Shape (v,): the table row of each word; several words may share one."""
    table: npt.NDArray[np.int8]
    """Shape (r, dimension)."""
    scales: npt.NDArray[np.float32]
    """Shape (r,): what a row's integers are multiplied by; every vector then has length 1."""
    digest: str

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return int(self.table.shape[1])

    @cached_property
    def index(self) -> dict[str, int]:
        """Position of each word in the vocabulary."""
        return {word: position for position, word in enumerate(self.vocabulary)}

    def vectors(self, words: Sequence[str]) -> npt.NDArray[np.float32]:
        """Shape (len(words), dimension): unit vectors, zeros for words the model does not know."""
        positions = np.array([self.index.get(word, -1) for word in words], np.int64)
        rows = self.rows[positions]
        vectors = self.table[rows].astype(np.float32) * self.scales[rows][:, None]
        vectors[positions < 0] = 0.0
        return vectors


def load_word_vectors(folder: Path = BUILT_IN) -> WordVectors:
    """Read a model folder: `config.json` (dimension), `vocabulary.txt`, `rows.npy`, `table.npy`, `scales.npy`.

    Raises FileNotFoundError when a file is missing and ValueError when the sizes do not fit together.
    """
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    vocabulary = tuple((folder / "vocabulary.txt").read_text(encoding="utf-8").split("\n"))
    rows, table, scales = (np.load(folder / f"{name}.npy") for name in ("rows", "table", "scales"))
    if rows.shape != (len(vocabulary),) or table.shape != (len(scales), config["dimension"]) or rows.max() >= len(table):
        raise ValueError(f"{folder.name}: vocabulary, rows, table and scales do not fit together")
    digest = hashlib.sha256()
    for name in ("vocabulary.txt", "rows.npy", "table.npy", "scales.npy"):
        digest.update((folder / name).read_bytes())
    return WordVectors(vocabulary, rows, table, scales.astype(np.float32), digest.hexdigest())


def save_word_vectors(folder: Path, words: list[str], vectors: npt.NDArray[np.float32], rows: npt.NDArray[np.int32]) -> None:
    """Write a model folder from r float vectors, quantised to one byte a number with one scale a row."""
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    scales = np.abs(unit).max(axis=1) / 127
    table = np.round(unit / np.maximum(scales, 1e-9)[:, None]).astype(np.int8)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocabulary.txt").write_text("\n".join(words), encoding="utf-8", newline="\n")
    np.save(folder / "rows.npy", rows.astype(np.int32))
    np.save(folder / "table.npy", table)
    np.save(folder / "scales.npy", scales.astype(np.float32))
    (folder / "config.json").write_text(json.dumps({"dimension": int(table.shape[1])}) + "\n", encoding="utf-8")
