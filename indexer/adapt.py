"""Adapts the word vectors to a site's own entries while its snapshot is built, and takes it back when it does not help."""

import numpy as np
import numpy.typing as npt

from indexer.bags import Bags, Matrix, unit
from indexer.contrast import Pairs, Plan, train
from indexer.corpus import Corpus
from indexer.passage import Part

PLAN = Plan(epochs=2, rate=0.0003, batch=256)
"""Gentle: a city's texts refine what thousands of residents' sentences have taught, and must not overwrite it."""

SENTENCES = 3
"""Sentences of an answer that are paired with its question."""

HELD_OUT = 8
"""One pair in eight is kept aside to judge by …"""

MOST_HELD_OUT = 2048
"""… but no more than these: each is compared with every other."""

LEAST_PAIRS = 64
"""Fewer cannot teach anything."""


def adapt(corpus: Corpus, table: Matrix, factors: npt.NDArray[np.float32]) -> Matrix:
    """Vectors under which the questions are found from their wordings and answers at least as well as under `table`.

    `factors` is the words' idf. The answer is `table` itself when training did not raise the mean reciprocal rank of
    pairs it had not seen.
    """
    pairs = pairs_of(corpus)
    numbers = np.arange(len(pairs.left))
    every = max(HELD_OUT, -(-len(numbers) // MOST_HELD_OUT))
    kept_aside, shown = numbers[numbers % every == 0], numbers[numbers % every > 0]
    if len(shown) < LEAST_PAIRS:
        return table
    adapted = table.copy()
    train(adapted, factors, _take(pairs, shown), PLAN)
    before, after = (_reciprocal_rank(_take(pairs, kept_aside), each, factors) for each in (table, adapted))
    return adapted if after > before else table


def pairs_of(corpus: Corpus) -> Pairs:
    """Each wording and the first sentences of each answer, with the question of their entry; pairs of an entry are a group."""
    entry_of_text = corpus.entry_of_text
    teaching = _teaching(corpus, entry_of_text)
    groups = entry_of_text[teaching]
    questions = corpus.bags(np.where(corpus.parts == Part.QUESTION, entry_of_text, -1), len(corpus.digests))
    return Pairs(
        left=corpus.bags(np.where(teaching, np.cumsum(teaching) - 1, -1), len(groups)),
        right=questions.take(groups),
        groups=groups,
    )


def _teaching(corpus: Corpus, entry_of_text: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    sentence = (corpus.parts == Part.SENTENCE) & ~corpus.boilerplate & (corpus.words_per_text > 1)
    number = np.cumsum(sentence) - np.concatenate([[0], np.cumsum(sentence)])[np.searchsorted(entry_of_text, entry_of_text)]
    return np.asarray((corpus.parts == Part.WORDING) | (sentence & (number <= SENTENCES)))


def _take(pairs: Pairs, chosen: npt.NDArray[np.int64]) -> Pairs:
    return Pairs(pairs.left.take(chosen), pairs.right.take(chosen), pairs.groups[chosen])


def _reciprocal_rank(pairs: Pairs, table: Matrix, factors: npt.NDArray[np.float32]) -> float:
    """Mean over the pairs of one over the rank of the right text among all that are kept aside."""
    cosines = _units(pairs.left, table, factors) @ _units(pairs.right, table, factors).T
    right = np.where(pairs.groups[:, None] == pairs.groups[None, :], cosines, -np.inf).max(axis=1)
    return float((1 / (1 + (cosines > right[:, None]).sum(axis=1))).mean())


def _units(bags: Bags, table: Matrix, factors: npt.NDArray[np.float32]) -> Matrix:
    return unit(bags.sums(table, factors))
