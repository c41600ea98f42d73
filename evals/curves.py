"""How well confidence tells right from wrong, as pure functions over (confidence, right) pairs."""

from collections.abc import Sequence

import numpy as np

BINS = 10


def precision_at(confidences: Sequence[float], right: Sequence[bool], coverage: float) -> float:
    """Share of right answers among the `coverage` share of questions that the bot is surest of; needs at least one."""
    order = np.argsort(-np.asarray(confidences, float), kind="stable")
    count = max(int(len(order) * coverage), 1)
    return float(np.asarray(right, float)[order[:count]].mean())


def risk_coverage(confidences: Sequence[float], right: Sequence[bool]) -> list[tuple[float, float]]:
    """(coverage, share of wrong answers) as answers are given from the surest down (El-Yaniv and Wiener, JMLR 2010)."""
    order = np.argsort(-np.asarray(confidences, float), kind="stable")
    wrong = np.cumsum(~np.asarray(right, bool)[order])
    given = np.arange(1, len(order) + 1)
    return list(zip((given / len(order)).tolist(), (wrong / given).tolist(), strict=True))


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Probability that a positive is given more confidence than a negative, ties counting half; needs one of each."""
    ranks = np.searchsorted(np.sort(negative), positive, "left") + np.searchsorted(np.sort(negative), positive, "right")
    return float(ranks.mean() / (2 * len(negative)))


def calibration_error(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """Expected calibration error over ten bins of equal width (Guo et al., ICML 2017)."""
    sure, hit = np.asarray(confidences, float), np.asarray(right, float)
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    gaps = [abs(sure[bins == each].mean() - hit[bins == each].mean()) * (bins == each).sum() for each in np.unique(bins)]
    return float(sum(gaps) / len(sure))
