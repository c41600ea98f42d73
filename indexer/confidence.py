"""How likely the best entry is right: signals and the question's domain in, two probabilities out."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.errors import ModelUnusable
from indexer.signals import SIGNALS, Signals
from indexer.wordvectors import BUILT_IN

FILE = "confidence.json"


@dataclass(frozen=True, slots=True)
class Confidence:
    """Probabilities that an answer is right."""

    first: float
    """That the first entry answers the question."""
    three: float
    """That one of the first three does."""


NONE = Confidence(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Judge:
    """Two logistic regressions over standardised signals, for questions that are a city hall's.

    Every signal may only count in the direction it is meant, and counts like the others as far as the data allow: a
    weight that one city's entries ask for is not taken for a law.
    """

    mean: npt.NDArray[np.float32]
    scale: npt.NDArray[np.float32]
    first: npt.NDArray[np.float32]
    """Shape (len(SIGNALS) + 1,): weights, then the intercept."""
    three: npt.NDArray[np.float32]

    def judge(self, signals: Signals, domain: float) -> Confidence:
        """Both probabilities for one question; `domain` is the probability that it is one for a city hall."""
        # What cannot be told speaks neither for nor against.
        standard = np.append(np.nan_to_num((signals - self.mean) / self.scale), 1.0)
        return Confidence(*(domain * _logistic(float(weights @ standard)) for weights in (self.first, self.three)))

    def save(self, folder: Path) -> None:
        """Write `confidence.json`, signal by signal so that people can read what counts how much."""
        values = {
            name: [round(float(v), 5) for v in row]
            for name, row in zip(("mean", "scale", "first", "three"), self._arrays(), strict=True)
        }
        text = json.dumps({"signals": list(SIGNALS), **values}, indent=1)
        (folder / FILE).write_text(text + "\n", encoding="utf-8")

    def _arrays(self) -> tuple[npt.NDArray[np.float32], ...]:
        return self.mean, self.scale, self.first, self.three


def load_judge(folder: Path = BUILT_IN) -> Judge:
    """Read `confidence.json` of a model folder. Raises ModelUnusable when it is missing or for other signals."""
    try:
        values = json.loads((folder / FILE).read_text(encoding="utf-8"))
        arrays = [np.array(values[name], np.float32) for name in ("mean", "scale", "first", "three")]
        named = values["signals"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelUnusable(folder.name, FILE) from error
    size = len(SIGNALS)
    if named != list(SIGNALS) or [array.shape for array in arrays] != [(size,), (size,), (size + 1,), (size + 1,)]:
        raise ModelUnusable(folder.name, FILE)
    return Judge(*arrays)


def _logistic(value: float) -> float:
    return float(1 / (1 + np.exp(-np.clip(value, -30, 30))))
