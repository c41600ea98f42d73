"""What speaks for and against the best entry found: the numbers that confidence is judged by."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from indexer.bags import Matrix
from indexer.rank import Ranker, Ranking

SIGNALS = (
    "score",  # how far the best entry stands out among all
    "margin",  # … beyond the second
    "gap",  # … beyond the mean of the next nine
    "cosine",
    "cosine_margin",  # beyond the highest cosine of the others
    "coverage",  # idf share of the question's words that the entry contains
    "unknown",  # idf share of the question's words that no entry contains
    "lexical_agreement",  # one over the entry's rank by words alone
    "dense_agreement",  # … by vectors alone
    "spread",  # entropy of the first ten: 0 one stands out, 1 all alike
    "length",  # log of one more than the number of words
    "topic",  # likeness to the nearest topic residents ask a city hall about
    "topic_agreement",  # cosine of that topic with the entry
    "topic_margin",  # … beyond its mean with the next four
)
DEPTH = 10
"""Entries that have to be ranked for the signals."""

TEMPERATURE = 1.0

Signals = npt.NDArray[np.float32]
"""Shape (len(SIGNALS),)."""


def signals(ranker: Ranker, ranking: Ranking, words: Sequence[str]) -> Signals:
    """The signals for the first entry of a ranking that has at least one."""
    best = int(ranking.entries[0])
    scores, dense = ranking.scores[:DEPTH], ranking.dense[:DEPTH]
    return np.array(
        [
            scores[0],
            scores[0] - scores[1] if len(scores) > 1 else 0.0,
            scores[0] - scores[1:].mean() if len(scores) > 1 else 0.0,
            dense[0],
            dense[0] - dense[1:].max() if len(dense) > 1 else 0.0,
            *_coverage(ranker, words, best),
            1 / _rank(ranking.lexical[:DEPTH]),
            1 / _rank(dense),
            _entropy(scores),
            np.log1p(len(words)),
            *_topics(ranker, ranking),
        ],
        np.float32,
    )


def _coverage(ranker: Ranker, words: Sequence[str], best: int) -> tuple[float, float]:
    lexical = ranker.lexical
    unseen = float(np.log1p((lexical.size + 0.5) / 0.5))
    weights = [float(lexical.idf[lexical.rows[word]]) if word in lexical.rows else unseen for word in words]
    total = sum(weights) or 1.0
    covered = sum(weight for word, weight in zip(words, weights, strict=True) if lexical.contains(word, best))
    unknown = sum(weight for word, weight in zip(words, weights, strict=True) if word not in lexical.rows)
    return covered / total, unknown / total


def _rank(values: Matrix) -> int:
    """The rank of the first value among all."""
    return int((values > values[0]).sum()) + 1


def _entropy(scores: Matrix) -> float:
    if len(scores) < 2:
        return 0.0
    shares = np.exp((scores - scores.max()) / TEMPERATURE)
    shares /= shares.sum()
    return float(-(shares * np.log(shares + 1e-12)).sum() / np.log(len(shares)))


def _topics(ranker: Ranker, ranking: Ranking) -> tuple[float, float, float]:
    if ranker.bridge is None or not ranking.topics.any():
        return 0.0, 0.0, 0.0
    topic = int(ranking.topics.argmax())
    cosines = ranker.vectors.own(ranking.entries[: DEPTH // 2]) @ ranker.bridge.topics[topic]
    others = float(cosines[1:].mean()) if len(cosines) > 1 else 0.0
    return float(ranking.topics[topic]), float(cosines[0]), float(cosines[0]) - others
