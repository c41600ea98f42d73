"""Compares a question with entries word by word, each word seen with its neighbours: what a bag of words cannot tell apart."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from indexer.bags import Matrix, unit
from indexer.errors import ModelUnusable
from indexer.wordvectors import BUILT_IN, WordVectors

FILE = "interaction.npz"

SHARE_OF_NEIGHBOURS = 0.5
"""How much the words beside a word add to it."""

CHUNK = 1 << 15
"""Words read at a time: bounds the memory of a build."""

BREAK = ""
"""Between texts that are read one after another: neither is a neighbour of the other."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Words as the model reads them, in order."""

    vectors: Matrix
    """Shape (words, dimension): each word in its place, at unit length; zeros for breaks."""
    weights: Matrix
    """Shape (words,): how much each matters; 0 for breaks."""
    known: float
    """Share of the words that the model has a vector for; it reads the others as what may stand in their place."""


@dataclass(frozen=True)
class Interaction:
    """Word vectors made smaller, mixed with those beside them, and compared one by one.

    Late interaction (Khattab and Zaharia, "ColBERT", SIGIR 2020) over one gated convolution of three words (Dauphin et al.,
    ICML 2017) in place of a transformer: entries are read when a snapshot is built, and only the question when it is asked.
    """

    model: WordVectors
    particles: dict[str, int]
    """Row in `particle_vectors` of each particle, marked as `Tokenizer.sequence` marks them."""
    particle_vectors: Matrix
    """Shape (particles, model dimension): the model itself has content words alone."""
    smaller: Matrix
    """Shape (model dimension, d)."""
    mixing: Matrix
    """Shape (3 × d, 2 × d): from the word before, the word and the word after, to what is added and how much of it passes."""
    mixing_bias: Matrix
    """Shape (2 × d,)."""
    meaning: Matrix
    """Shape (d, dimension)."""
    mattering: Matrix
    """Shape (d + 1,): weights and intercept of how much a word matters."""
    digest: str = ""
    """Of the file it was read from."""

    def read(self, words: Sequence[str]) -> Reading:
        """Texts as `Tokenizer.sequence` cuts them, with a BREAK between one and the next."""
        rows = {word: row for row, word in enumerate(dict.fromkeys(words))}
        own = self._vectors(list(rows))
        table = own @ self.smaller
        places = np.array([rows[word] for word in words], np.int64)
        real = np.array([word != BREAK for word in words], np.float32)
        parts = [self._read(table, places, real, start) for start in range(0, len(words), CHUNK)]
        dimension = self.meaning.shape[1]
        vectors = np.concatenate([np.zeros((0, dimension), np.float32), *(vectors for vectors, _ in parts)])
        weights = np.concatenate([np.zeros(0, np.float32), *(weights for _, weights in parts)])
        known = np.abs(own).sum(axis=1)[places] > 0
        return Reading(vectors, weights, float(known.sum() / max(real.sum(), 1)))

    def _read(self, table: Matrix, places: npt.NDArray[np.int64], real: Matrix, start: int) -> tuple[Matrix, Matrix]:
        """One chunk, with the words on both sides of it."""
        first, last = max(start - 1, 0), min(start + CHUNK + 1, len(places))
        mixed = self._mixed(table[places[first:last]], real[first:last, None])[start - first : start - first + CHUNK]
        raw = mixed @ self.mattering[:-1] + self.mattering[-1] + np.linalg.norm(mixed, axis=1) - 1
        kept = real[start : start + CHUNK]
        return unit(mixed @ self.meaning) * kept[:, None], np.asarray(np.logaddexp(0, raw) * kept, np.float32)

    def _mixed(self, seen: Matrix, real: Matrix) -> Matrix:
        """Shape as `seen`: each word with a gated share of the words beside it."""
        size, seen = seen.shape[1], seen * real
        nothing = np.zeros((1, size), np.float32)
        beside = np.concatenate([nothing, seen[:-1]]), seen, np.concatenate([seen[1:], nothing])
        both = sum(part @ self.mixing[turn * size : (turn + 1) * size] for turn, part in enumerate(beside)) + self.mixing_bias
        gate = 1 / (1 + np.exp(-np.clip(both[:, size:], -30, 30)))
        return np.asarray((seen + SHARE_OF_NEIGHBOURS * both[:, :size] * gate) * real, np.float32)

    def _vectors(self, words: Sequence[str]) -> Matrix:
        """Shape (len(words), model dimension): zeros for breaks and for what is not known."""
        vectors = self.model.vectors(words)
        own = [row for row, word in enumerate(words) if word in self.particles]
        vectors[own] = self.particle_vectors[[self.particles[words[row]] for row in own]]
        return vectors

    def save(self, folder: Path) -> None:
        """Write `interaction.npz`, two bytes a number."""
        arrays = {name: getattr(self, name).astype(np.float16) for name in _ARRAYS}
        with (folder / FILE).open("wb") as file:
            np.savez(file, particles=np.array(list(self.particles)), **arrays)


_ARRAYS = ("particle_vectors", "smaller", "mixing", "mixing_bias", "meaning", "mattering")


def load_interaction(model: WordVectors, folder: Path = BUILT_IN) -> Interaction:
    """Read `interaction.npz` of a model folder. Raises ModelUnusable when it is missing or of another dimension."""
    try:
        content = (folder / FILE).read_bytes()
        with np.load(BytesIO(content)) as data:
            particles = {word: row for row, word in enumerate(data["particles"].tolist())}
            arrays = {name: data[name].astype(np.float32) for name in _ARRAYS}
    except (OSError, EOFError, BadZipFile, ValueError, KeyError) as error:
        raise ModelUnusable(folder.name, FILE) from error
    if arrays["smaller"].shape[0] != model.dimension or arrays["particle_vectors"].shape != (len(particles), model.dimension):
        raise ModelUnusable(folder.name, FILE)
    return Interaction(model, particles, **arrays, digest=hashlib.sha256(content).hexdigest())
