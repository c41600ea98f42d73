"""Trains word vectors so that texts that belong together are near and others far, with NumPy alone."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from indexer.bags import Bags, Matrix

TEMPERATURE = 0.05
DECAY = 0.99
"""Of the running mean of squared gradients (as in Adam's second moment, one number a word)."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """n pairs of texts that belong together."""

    left: Bags
    right: Bags
    groups: npt.NDArray[np.int64]
    """Shape (n,): pairs of one group are about the same thing and never each other's counter-examples."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how fast to train."""

    epochs: int
    rate: float
    batch: int = 512
    seed: int = 0


def train(table: Matrix, factors: npt.NDArray[np.float32], pairs: Pairs, plan: Plan) -> list[float]:
    """Improve the word vectors in `table` in place; returns the mean loss of each epoch.

    In-batch InfoNCE in both directions (van den Oord, Li and Vinyals, "Representation learning with contrastive predictive
    coding", 2018) over cosines of weighted word sums. `factors` is what each word counts (its idf) and stays as it is: how
    much a word matters beyond that is learned as the length of its vector.
    """
    squares = np.zeros(len(table), np.float32)
    usable = np.flatnonzero((pairs.left.sizes > 0) & (pairs.right.sizes > 0))
    steps, losses = 0, []
    total = plan.epochs * max(len(usable) // plan.batch, 1)
    random = np.random.default_rng(plan.seed)
    for _ in range(plan.epochs):
        epoch = []
        for chosen in _batches(usable, plan.batch, random):
            words, gradient, loss = _gradient(table, factors, pairs, chosen)
            steps += 1
            squares[words] = DECAY * squares[words] + (1 - DECAY) * (gradient**2).mean(axis=1)
            scale = np.sqrt(squares[words] / (1 - DECAY**steps)) + 1e-8
            rate = plan.rate * (1 - 0.9 * min(steps / total, 1.0))
            table[words] -= rate * gradient / scale[:, None]
            epoch.append(loss)
        losses.append(float(np.mean(epoch)) if epoch else 0.0)
    return losses


def _batches(usable: npt.NDArray[np.int64], size: int, random: np.random.Generator) -> Iterator[npt.NDArray[np.int64]]:
    """All pairs in a random order; a last batch with too few counter-examples is left out."""
    order = random.permutation(usable)
    for start in range(0, len(order), size):
        batch = order[start : start + size]
        if len(batch) > 1 and (len(batch) >= size // 4 or start == 0):
            yield batch


def _gradient(
    table: Matrix, factors: npt.NDArray[np.float32], pairs: Pairs, chosen: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], Matrix, float]:
    """The words of a batch, the loss's gradient by each of their vectors, and the loss."""
    left, right = pairs.left.take(chosen), pairs.right.take(chosen)
    left_sums, right_sums = left.sums(table, factors), right.sums(table, factors)
    left_length, right_length = _lengths(left_sums), _lengths(right_sums)
    left_unit, right_unit = left_sums / left_length, right_sums / right_length
    by_score, loss = _infonce(left_unit @ right_unit.T, pairs.groups[chosen])
    by_left = _through_unit(by_score @ right_unit, left_unit, left_length)
    by_right = _through_unit(by_score.T @ left_unit, right_unit, right_length)
    words, by_word = _by_word(left, right, np.concatenate([by_left, by_right]))
    return words, by_word * factors[words, None], loss


def _infonce(cosines: Matrix, groups: npt.NDArray[np.int64]) -> tuple[Matrix, float]:
    """Gradient by the cosines and the loss, mean of both directions."""
    size = len(cosines)
    scores = cosines / TEMPERATURE
    same = groups[:, None] == groups[None, :]
    np.fill_diagonal(same, val=False)
    scores[same] = -1e4
    rows, columns = _softmax(scores, axis=1), _softmax(scores, axis=0)
    loss = -float(np.log(np.diag(rows) + 1e-9).mean() + np.log(np.diag(columns) + 1e-9).mean()) / 2
    return (((rows + columns) / 2 - np.eye(size, dtype=np.float32)) / (size * TEMPERATURE)).astype(np.float32), loss


def _softmax(scores: Matrix, axis: int) -> Matrix:
    powers = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return np.asarray(powers / powers.sum(axis=axis, keepdims=True), np.float32)


def _lengths(sums: Matrix) -> Matrix:
    return np.asarray(np.linalg.norm(sums, axis=1, keepdims=True) + 1e-6, np.float32)


def _through_unit(gradient: Matrix, units: Matrix, lengths: Matrix) -> Matrix:
    """The gradient by the sums, given that by the sums at unit length."""
    return np.asarray((gradient - (gradient * units).sum(axis=1, keepdims=True) * units) / lengths, np.float32)


def _by_word(left: Bags, right: Bags, by_sum: Matrix) -> tuple[npt.NDArray[np.int64], Matrix]:
    """The words of both and the gradient by each one's vector, before its factor: a word is a bag of the sums it is in."""
    words = np.concatenate([left.words, right.words])
    sums = np.repeat(np.arange(len(by_sum), dtype=np.int32), np.concatenate([left.sizes, right.sizes]))
    order = np.argsort(words, kind="stable")
    present, starts = np.unique(words[order], return_index=True)
    weights = np.concatenate([left.weights, right.weights])[order]
    turned = Bags(sums[order], weights, np.append(starts, len(words)).astype(np.int64))
    return present.astype(np.int64), turned.sums(by_sum)
