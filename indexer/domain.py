"""Whether a question is one for a city hall at all, from its words alone."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from indexer.bags import Matrix
from indexer.errors import ModelUnusable
from indexer.wordvectors import WordVectors

FILE = "domain.json"

NEUTRAL = 0.5
"""For words in Latin letters and words the model does not know: it has not learned what they are about."""


@dataclass(frozen=True)
class Domain:
    """Logistic regression over the plain mean of word vectors, the same for every city."""

    model: WordVectors
    weights: Matrix
    """Shape (dimension,)."""
    intercept: float

    def probability(self, words: Sequence[str]) -> float:
        """That residents ask a city hall such things; words that say nothing about it pull towards `NEUTRAL`."""
        telling = [word for word in words if word in self.model.vocabulary and not word.isascii()]
        if not telling:
            return NEUTRAL
        logit = float(plain_vector(self.model, telling) @ self.weights) + self.intercept
        share = len(telling) / len(words)
        return float(share / (1 + np.exp(-logit)) + (1 - share) * NEUTRAL)

    def save(self, folder: Path) -> None:
        """Write `domain.json`."""
        values = {"intercept": round(self.intercept, 5), "weights": [round(float(each), 5) for each in self.weights]}
        (folder / FILE).write_text(json.dumps(values) + "\n", encoding="utf-8")


def load_domain(folder: Path, model: WordVectors) -> Domain:
    """Read `domain.json` of a model folder. Raises ModelUnusable."""
    try:
        values = json.loads((folder / FILE).read_text(encoding="utf-8"))
        weights = np.array(values["weights"], np.float32)
        intercept = float(values["intercept"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelUnusable(folder.name, FILE) from error
    if weights.shape != (model.dimension,):
        raise ModelUnusable(folder.name, FILE)
    return Domain(model, weights, intercept)


def plain_vector(model: WordVectors, words: Sequence[str]) -> Matrix:
    """Shape (dimension,): the words' vectors added up with weight log(1 + count), at unit length; zeros for unknown words."""
    counts = Counter(word for word in words if word in model.vocabulary)
    total = np.log1p(np.array(list(counts.values()), np.float32)) @ model.vectors(list(counts))
    return np.asarray(total / max(float(np.linalg.norm(total)), 1e-9), np.float32)
