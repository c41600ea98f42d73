"""What speaks for and against the best entry found: the numbers that confidence is judged by."""

from collections.abc import Sequence, Set

import numpy as np
import numpy.typing as npt

from indexer.bags import Matrix
from indexer.bridge import Bridge
from indexer.lexical import Lexical
from indexer.rank import Ranker, Ranking

SIGNALS = (
    "margin",  # how far the best entry's score is beyond the second's
    "gap",  # … beyond the mean of the next nine
    "spread",  # entropy of the first ten scores: 0 one stands out, 1 all alike
    "cosine_margin",  # how far its cosine is beyond the highest of the others
    "coverage",  # idf share of the question's words that the entry contains
    "unknown",  # idf share of the question's words that no entry contains
    "length",  # log of one more than the number of words
    "explained",  # idf share of the words of the entry's question that the question or its nearest topics contain
    "shared",  # how far question and entry are about the same of the topics that residents ask a city hall about
    "nearness",  # cosine of question and entry, less what is usual for either
)
"""One that cannot be told, without topics say, is NaN."""

DEPTH = 10
"""Entries that have to be ranked for the signals."""

FOCUS = 0.03
"""Cosine by which one topic has to be nearer than another to count e times as much."""

USUAL = 10
"""Topics whose mean cosine is what is usual."""

FEWEST = 100
"""Topics of all that a city hall does; a few say nothing of what a question and an entry are about."""

Signals = npt.NDArray[np.float32]
"""Shape (len(SIGNALS),)."""

UNTOLD = (np.nan, np.nan)


def signals(ranker: Ranker, ranking: Ranking, words: Sequence[str], heading: Sequence[str]) -> Signals:
    """The signals for the first entry of a ranking that has at least one; `heading` is the words of that entry's question."""
    scores, dense = ranking.scores[:DEPTH], ranking.dense[:DEPTH]
    bridge = ranker.bridge if len(ranking.topics) >= FEWEST and ranking.topics.any() else None
    return np.array(
        [
            scores[0] - scores[1] if len(scores) > 1 else 0.0,
            scores[0] - scores[1:].mean() if len(scores) > 1 else 0.0,
            _entropy(scores),
            dense[0] - dense[1:].max() if len(dense) > 1 else 0.0,
            *_coverage(ranker.lexical, words, int(ranking.entries[0])),
            np.log1p(len(words)),
            _share(ranker.lexical, heading, {*words, *(bridge.near_words(ranking.topics) if bridge else ())}),
            *(_topics(ranker, bridge, ranking) if bridge else UNTOLD),
        ],
        np.float32,
    )


def _coverage(lexical: Lexical, words: Sequence[str], best: int) -> tuple[float, float]:
    covered = {word for word in words if lexical.contains(word, best)}
    return _share(lexical, words, covered), 1 - _share(lexical, words, lexical.rows.keys())


def _share(lexical: Lexical, words: Sequence[str], among: Set[str]) -> float:
    """What the words that are among others weigh, as a share of what all weigh; 0 for no words."""
    unseen = float(np.log1p((lexical.size + 0.5) / 0.5))
    weights = [float(lexical.idf[lexical.rows[word]]) if word in lexical.rows else unseen for word in words]
    return sum(weight for word, weight in zip(words, weights, strict=True) if word in among) / (sum(weights) or 1.0)


def _entropy(scores: Matrix) -> float:
    if len(scores) < 2:
        return 0.0
    shares = _shares(scores, 1.0)
    return float(-(shares * np.log(shares + 1e-12)).sum() / np.log(len(shares)))


def _topics(ranker: Ranker, bridge: Bridge, ranking: Ranking) -> tuple[float, float]:
    """What is shared is Bhattacharyya's coefficient of two distributions over topics, 0 to 1; nearness is a cosine cleared of
    what is near to everything (Conneau et al., "Word translation without parallel data", ICLR 2018)."""
    asked = 0.5 * (ranking.topics + bridge.topics @ ranking.query)
    found = bridge.topics @ ranker.vectors.own(ranking.entries[:1])[0]
    shared = float(np.sqrt(_shares(asked, FOCUS)) @ np.sqrt(_shares(found, FOCUS)))
    cosine = float(ranker.vectors.scores(ranking.query, ranking.entries[:1])[0])
    return shared, 2 * cosine - _usual(ranking.topics) - _usual(found)


def _shares(values: npt.NDArray[np.floating], focus: float) -> Matrix:
    """Softmax."""
    powers = np.exp((values - values.max()) / focus)
    return np.asarray(powers / powers.sum(), np.float32)


def _usual(cosines: Matrix) -> float:
    most = min(USUAL, len(cosines))
    return float(np.partition(cosines, -most)[-most:].mean())
