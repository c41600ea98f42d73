"""How sure the bot is of what it found: signals, judge, the question's domain, and the thresholds to start with."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from indexer.calibrate import Calibration, Source, calibrate, least_trials, load_borrowed
from indexer.confidence import Confidence, Judge, load_judge
from indexer.domain import Domain, load_domain
from indexer.rehearse import Trial
from indexer.risk import BOUND
from indexer.signals import Signals
from indexer.wordvectors import BUILT_IN, load_word_vectors


@dataclass(frozen=True)
class Assurance:
    """Fitted once for all cities; thresholds are each site's own where its entries allow."""

    judge: Judge
    domain: Domain
    borrowed: Calibration
    bound: float = BOUND
    """The share of wrong answers that is accepted."""

    @cached_property
    def digest(self) -> str:
        """Changes whenever the same ranking could be judged otherwise: thresholds belong to the judge they were chosen with."""
        judge, domain = self.judge, self.domain
        arrays = (judge.mean, judge.scale, judge.first, judge.three, domain.weights, np.float32(domain.intercept))
        found = hashlib.sha256(domain.model.digest.encode())
        for array in arrays:
            found.update(array.tobytes())
        return found.hexdigest()[:16]

    def sure(self, found: Signals, words: Sequence[str], calibration: Calibration) -> Confidence:
        """The probabilities for a question, in the measure of the site it was asked."""
        return calibration.corrected(self._judged(found, words))

    def calibrated(self, trials: Sequence[Trial], source: Source) -> Calibration:
        """Thresholds from what a site was asked beforehand; the borrowed ones when that is too little."""
        if len(trials) < least_trials(self.bound):
            return self.borrowed
        return calibrate(trials, [self._judged(trial.signals, trial.words) for trial in trials], self.bound, source)

    def _judged(self, found: Signals, words: Sequence[str]) -> Confidence:
        return self.judge.judge(found, self.domain.probability(words))


def load_assurance(folder: Path = BUILT_IN, bound: float = BOUND) -> Assurance:
    """Read what indexer/training/confidence.py wrote. Raises ModelUnusable."""
    return Assurance(load_judge(folder), load_domain(folder, load_word_vectors(folder)), load_borrowed(folder, bound), bound)
