"""Makes a probability mean what it says: 70 % for what is right seven times out of ten among questions with known answers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

PRIOR = 50.0
"""As many questions it takes to move the correction half of the way from none to what they say."""

STEPS = 50
SMALLEST = 1e-6
FLATTEST = 0.1
"""A correction never turns an order of probabilities round, nor makes them all alike."""


@dataclass(frozen=True, slots=True)
class Correction:
    """Platt's two numbers ("Probabilistic outputs for support vector machines", 1999), over the log odds."""

    slope: float = 1.0
    shift: float = 0.0

    def __call__(self, probability: float) -> float:
        """The corrected probability; greater for a greater one."""
        return float(1 / (1 + np.exp(-(self.slope * _log_odds(probability) + self.shift))))


NO_CORRECTION = Correction()


def fit_correction(probabilities: Sequence[float], right: Sequence[bool]) -> Correction:
    """The correction under which the right ones are likeliest, drawn to none at all while there are few."""
    odds, hit = np.array([_log_odds(each) for each in probabilities]), np.array(right, float)
    inputs = np.stack([odds, np.ones_like(odds)], axis=1)
    none = np.array([NO_CORRECTION.slope, NO_CORRECTION.shift])
    values = none.copy()
    for _ in range(STEPS):
        sure = 1 / (1 + np.exp(-np.clip(inputs @ values, -30, 30)))
        slope = inputs.T @ (sure - hit) + PRIOR / 4 * (values - none)
        curve = (inputs * (sure * (1 - sure))[:, None]).T @ inputs + PRIOR / 4 * np.eye(2)
        step = np.linalg.solve(curve, slope)
        values = values - step
        if float(np.abs(step).max()) < SMALLEST:
            break
    return Correction(round(max(float(values[0]), FLATTEST), 5), round(float(values[1]), 5))


def _log_odds(probability: float) -> float:
    sure = min(max(probability, SMALLEST), 1 - SMALLEST)
    return float(np.log(sure / (1 - sure)))
