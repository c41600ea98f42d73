"""One score from two: how far a question's dense and lexical scores stand out among all entries."""

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float32]

LEXICAL_SHARE = 0.15
"""What a standard deviation of word score is worth beside one of vector score (chosen on development queries)."""


LEAST_DEVIATION = 1e-3
"""Entries whose scores differ by less are alike, and what they differ by is rounding."""


def fuse(dense: Scores, dense_spread: tuple[float, float], lexical: Scores, lexical_spread: tuple[float, float]) -> Scores:
    """z(dense) + 0.15 z(lexical); spreads are (mean, standard deviation) over all entries."""
    return (_standard(dense, dense_spread) + LEXICAL_SHARE * _standard(lexical, lexical_spread)).astype(np.float32)


def spread(scores: Scores) -> tuple[float, float]:
    """Mean and standard deviation; (0, 0) for no scores."""
    return (float(scores.mean()), float(scores.std())) if len(scores) else (0.0, 0.0)


def _standard(scores: Scores, spread: tuple[float, float]) -> Scores:
    mean, deviation = spread
    # All alike: nothing stands out.
    return (scores - mean) / deviation if deviation > LEAST_DEVIATION else np.zeros_like(scores)
