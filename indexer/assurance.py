"""How sure the bot is of what it found: signals, judge, the question's domain, and the thresholds to start with."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from indexer.calibrate import Calibration, calibrate, load_borrowed
from indexer.confidence import NONE, Confidence, Judge, load_judge
from indexer.domain import Domain, load_domain
from indexer.rank import Ranker, Ranking
from indexer.rehearse import Trial
from indexer.risk import BOUND
from indexer.signals import signals
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

    def sure(self, ranker: Ranker, ranking: Ranking, words: Sequence[str]) -> Confidence:
        """The probabilities for a ranking; none at all when it is empty."""
        if not len(ranking.entries):
            return NONE
        return self.judge.judge(signals(ranker, ranking, words), self.domain.probability(words))

    def calibrated(self, trials: Sequence[Trial]) -> Calibration:
        """Thresholds from a site's own rehearsal."""
        sure = [self.judge.judge(trial.signals, self.domain.probability(trial.words)) for trial in trials]
        return calibrate(trials, sure, self.borrowed, self.bound)


def load_assurance(folder: Path = BUILT_IN, bound: float = BOUND) -> Assurance:
    """Read what indexer/training/confidence.py wrote. Raises ModelUnusable."""
    return Assurance(load_judge(folder), load_domain(folder, load_word_vectors(folder)), load_borrowed(folder), bound)
