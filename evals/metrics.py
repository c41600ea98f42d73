"""Retrieval measures as pure functions over rankings, each with a bootstrap interval."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

CUTOFF = 10
RESAMPLES = 2000
INTERVAL = (2.5, 97.5)
FEW = 8
"""Distinct values up to which samples are drawn by their counts."""
BLOCK = 1_000_000
"""Draws held at once."""

Key = TypeVar("Key", int, str, int | str)
Ranking = Sequence[str]
Relevance = Mapping[str, int]
"""Grade by entry id; entries that are missing are irrelevant."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A mean over queries with its 95 % bootstrap interval."""

    mean: float
    low: float
    high: float
    queries: int


def recall(ranking: Ranking, relevance: Relevance) -> float:
    """Share of the relevant entries that are among the first ten."""
    return sum(relevance.get(entry, 0) > 0 for entry in ranking[:CUTOFF]) / sum(grade > 0 for grade in relevance.values())


def ndcg(ranking: Ranking, relevance: Relevance) -> float:
    """Normalised discounted cumulative gain of the first ten with the grade as gain, none below 0, as trec_eval does."""
    found = _discounted([relevance.get(entry, 0) for entry in ranking[:CUTOFF]])
    return found / _discounted(sorted(relevance.values(), reverse=True)[:CUTOFF])


def reciprocal_rank(ranking: Ranking, relevance: Relevance) -> float:
    """One over the rank of the first relevant entry, 0 when none was found."""
    return next((1 / rank for rank, entry in enumerate(ranking, 1) if relevance.get(entry, 0) > 0), 0.0)


def success(ranking: Ranking, relevance: Relevance) -> float:
    """1 when the first entry is relevant."""
    return float(bool(ranking) and relevance.get(ranking[0], 0) > 0)


MEASURES = {"recall@10": recall, "ndcg@10": ndcg, "mrr": reciprocal_rank, "success@1": success}


def measure(rankings: Mapping[Key, Ranking], relevances: Mapping[Key, Relevance], seed: int = 0) -> dict[str, Measure]:
    """All measures over the queries that have a relevant entry; an empty dict when there is none."""
    judged = [query for query, relevance in relevances.items() if any(grade > 0 for grade in relevance.values())]
    if not judged:
        return {}
    return {
        name: interval([function(rankings.get(query, ()), relevances[query]) for query in judged], seed)
        for name, function in MEASURES.items()
    }


def interval(values: Sequence[float], seed: int = 0) -> Measure:
    """Mean and percentile bootstrap interval (Efron and Tibshirani 1993, ch. 13); needs at least one value."""
    array = np.asarray(values, float)
    low, high = np.percentile(_resampled_means(array, np.random.default_rng(seed)), INTERVAL)
    return Measure(float(array.mean()), float(low), float(high), len(array))


def _resampled_means(array: npt.NDArray[np.float64], generator: np.random.Generator) -> npt.NDArray[np.float64]:
    """The means of RESAMPLES samples drawn with replacement.

    How often each value is drawn is multinomial, so shares of a hundred thousand questions need not be drawn one by one.
    """
    distinct, counts = np.unique(array, return_counts=True)
    if len(distinct) <= FEW:
        drawn: npt.NDArray[np.float64] = generator.multinomial(len(array), counts / len(array), RESAMPLES) @ distinct / len(array)
        return drawn
    rows = max(1, BLOCK // len(array))
    sizes = [min(rows, RESAMPLES - start) for start in range(0, RESAMPLES, rows)]
    return np.concatenate([array[generator.integers(0, len(array), (size, len(array)))].mean(axis=1) for size in sizes])


def _discounted(gains: Sequence[int]) -> float:
    return sum(max(gain, 0) / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))
