"""How well confidence tells right from wrong, as pure functions over (confidence, right) pairs."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from evals.metrics import INTERVAL, Measure

BINS = 10

RESAMPLES = 1000


class Bin(NamedTuple):
    """Questions of about equal confidence."""

    confidence: float
    """Their mean."""
    right: float
    """Share of them that was right."""
    questions: int


def precision_at(confidences: npt.ArrayLike, right: npt.ArrayLike, coverage: float) -> float:
    """Share of right answers among the `coverage` share of questions that the bot is surest of; needs at least one."""
    order = np.argsort(-np.asarray(confidences, float), kind="stable")
    count = max(int(len(order) * coverage), 1)
    return float(np.asarray(right, float)[order[:count]].mean())


def risk_coverage(confidences: npt.ArrayLike, right: npt.ArrayLike) -> list[tuple[float, float]]:
    """(coverage, share of wrong answers) as answers are given from the surest down (El-Yaniv and Wiener, JMLR 2010)."""
    order = np.argsort(-np.asarray(confidences, float), kind="stable")
    wrong = np.cumsum(~np.asarray(right, bool)[order])
    given = np.arange(1, len(order) + 1)
    return list(zip((given / len(order)).tolist(), (wrong / given).tolist(), strict=True))


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Probability that a positive is given more confidence than a negative, ties counting half; needs one of each."""
    ranks = np.searchsorted(np.sort(negative), positive, "left") + np.searchsorted(np.sort(negative), positive, "right")
    return float(ranks.mean() / (2 * len(negative)))


def reliability(confidences: npt.ArrayLike, right: npt.ArrayLike) -> list[Bin]:
    """Ten bins of equal width, the empty ones left out."""
    sure, hit = np.ravel(confidences), np.ravel(right).astype(float)
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    inside = [bins == each for each in np.unique(bins)]
    return [Bin(float(sure[each].mean()), float(hit[each].mean()), int(each.sum())) for each in inside]


def calibration_error(confidences: npt.ArrayLike, right: npt.ArrayLike) -> float:
    """Expected calibration error over ten bins of equal width (Guo et al., ICML 2017)."""
    bins = reliability(confidences, right)
    return sum(abs(each.confidence - each.right) * each.questions for each in bins) / sum(each.questions for each in bins)


def resampled(statistic: Callable[[npt.NDArray[np.int64]], float], size: int, seed: int = 0) -> Measure:
    """A statistic of `size` questions by their numbers, with its percentile bootstrap interval.

    A resample that the statistic is not defined for (NaN) does not count.
    """
    random = np.random.default_rng(seed)
    drawn = np.array([statistic(random.integers(0, size, size)) for _ in range(RESAMPLES)])
    low, high = np.nanpercentile(drawn, INTERVAL) if not np.isnan(drawn).all() else (np.nan, np.nan)
    return Measure(statistic(np.arange(size)), float(low), float(high), size)
