"""One score from two: how far a question's dense and lexical scores stand out among all entries."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float32]
Spread = tuple[float, float]
"""Mean and standard deviation over all entries."""

LEXICAL_SHARE = 0.15
"""What a standard deviation of word score is worth beside one of vector score (chosen on development queries)."""

LEAST_DEVIATION = 1e-3
"""Entries whose scores differ by less are alike, and what they differ by is rounding."""


def fuse(dense: Scores, dense_spread: Spread, lexical: Scores, lexical_spread: Spread, share: float = LEXICAL_SHARE) -> Scores:
    """z(dense) + share × z(lexical)."""
    return (_standard(dense, dense_spread) + share * _standard(lexical, lexical_spread)).astype(np.float32)


def lexical_share(words: Sequence[str]) -> float:
    """More for words in Latin letters, which the Japanese vectors hardly know: 1 when all are."""
    foreign = sum(word.isascii() and word.isalpha() for word in words) / len(words) if words else 0.0
    return LEXICAL_SHARE + (1 - LEXICAL_SHARE) * foreign


def spread(scores: Scores) -> Spread:
    """(0, 0) for no scores."""
    return (float(scores.mean()), float(scores.std())) if len(scores) else (0.0, 0.0)


def _standard(scores: Scores, spread: Spread) -> Scores:
    mean, deviation = spread
    # All alike: nothing stands out.
    return (scores - mean) / deviation if deviation > LEAST_DEVIATION else np.zeros_like(scores)
