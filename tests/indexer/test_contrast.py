"""Training word vectors on pairs of texts."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest

from indexer.bags import Matrix, bags_of, unit
from indexer.contrast import TEMPERATURE, Pairs, Plan, train

WORDS, DIMENSION = 12, 6
PLAN = Plan(epochs=60, rate=0.05, batch=8)
APART = [([0, 1], [6]), ([2], [7, 8]), ([3, 3], [9]), ([4], [10])]
"""Texts of words by number: each left side belongs to its right side. Words 5 and 11 are in none."""


def pairs_of(texts: Sequence[tuple[list[int], list[int]]], groups: Sequence[int] | None = None) -> Pairs:
    return Pairs(
        left=bags_of([left for left, _ in texts]),
        right=bags_of([right for _, right in texts]),
        groups=np.array(range(len(texts)) if groups is None else groups, np.int64),
    )


def new_table(seed: int = 0) -> Matrix:
    return np.random.default_rng(seed).normal(size=(WORDS, DIMENSION)).astype(np.float32)


def factors() -> Matrix:
    return np.linspace(0.5, 2, WORDS).astype(np.float32)


def cosines(table: Matrix, pairs: Pairs) -> Matrix:
    return unit(pairs.left.sums(table, factors())) @ unit(pairs.right.sums(table, factors())).T


def loss_written_out(table: npt.NDArray[np.float64], pairs: Pairs) -> float:
    """InfoNCE in both directions in 64 bits, pair by pair."""
    left, right = (
        np.array([
            sum(weight * factor * table[word] for word, weight, factor in zip(words, weights, factors()[words], strict=True))
            for words, weights in ((one.words, one.weights) for one in (bags.take(np.array([row])) for row in range(len(bags))))
        ])
        for bags in (pairs.left, pairs.right)
    )  # fmt: skip
    scores = (left / np.linalg.norm(left, axis=1)[:, None]) @ (right / np.linalg.norm(right, axis=1)[:, None]).T / TEMPERATURE
    total = 0.0
    for mine in range(len(scores)):
        others = [other for other in range(len(scores)) if other == mine or pairs.groups[other] != pairs.groups[mine]]
        total -= scores[mine, mine] - np.log(np.exp(scores[mine, others]).sum())
        total -= scores[mine, mine] - np.log(np.exp(scores[others, mine]).sum())
    return total / (2 * len(scores))


@pytest.mark.parametrize("groups", [[0, 1, 2, 3], [0, 0, 1, 2], [0, 1, 1, 0]])
def test_one_step_goes_down_the_slope_that_small_changes_show(groups: list[int]) -> None:
    """The first step divides each word's slope by its own root mean square, so the direction is compared word by word."""
    pairs, table = pairs_of(APART, groups), 1 + 0.3 * new_table()
    slope = np.zeros((WORDS, DIMENSION))
    for word, axis in np.ndindex(WORDS, DIMENSION):
        nudge = np.zeros((WORDS, DIMENSION))
        nudge[word, axis] = 1e-5
        above, below = (loss_written_out(table.astype(np.float64) + sign * nudge, pairs) for sign in (1, -1))
        slope[word, axis] = (above - below) / 2e-5
    trained = table.copy()
    losses = train(trained, factors(), pairs, Plan(epochs=1, rate=0.1, batch=8))
    expected = slope / np.maximum(np.sqrt((slope**2).mean(axis=1, keepdims=True)), 1e-12)
    step = 0.1 * (1 - 0.9)  # the only step is also the last, at a tenth of the rate
    np.testing.assert_allclose((table - trained) / step, expected, atol=0.02)
    assert losses == [pytest.approx(loss_written_out(table.astype(np.float64), pairs), rel=1e-4)]


def test_what_belongs_together_comes_near_and_what_does_not_goes_away() -> None:
    pairs, table = pairs_of(APART), new_table()
    before = cosines(table, pairs)
    losses = train(table, factors(), pairs, PLAN)
    after = cosines(table, pairs)
    others = np.where(np.eye(len(APART), dtype=bool), -1, after)
    assert (np.diag(after) - np.diag(before)).min() > 0.1
    assert (np.diag(after) - others.max(axis=1)).min() > 0.2
    assert (np.diag(after) - others.max(axis=0)).min() > 0.2
    assert len(losses) == PLAN.epochs
    assert losses[-1] < 0.2 * losses[0]


def test_words_of_no_pair_stay_as_they_are() -> None:
    table = new_table()
    train(table, factors(), pairs_of(APART), PLAN)
    changed = np.flatnonzero((table != new_table()).any(axis=1))
    assert changed.tolist() == [0, 1, 2, 3, 4, 6, 7, 8, 9, 10]


def test_pairs_of_one_group_are_never_told_apart() -> None:
    table = new_table()
    assert train(table, factors(), pairs_of(APART, [7, 7, 7, 7]), PLAN) == pytest.approx([0.0] * PLAN.epochs, abs=1e-6)
    assert table == pytest.approx(new_table(), abs=1e-6)


def test_a_group_is_told_apart_from_others_only() -> None:
    """Two ways of saying one thing both end nearer to it than to the other thing."""
    pairs = pairs_of([([0], [6]), ([1], [6]), ([2], [7])], [0, 0, 1])
    table = new_table()
    train(table, factors(), pairs, PLAN)
    after = cosines(table, pairs)
    assert (after[:2, 0] - after[:2, 2]).min() > 0.2
    assert after[2, 2] > after[2, 0] + 0.2


def test_the_same_seed_gives_the_same_vectors_and_another_gives_others() -> None:
    def trained(seed: int) -> Matrix:
        table = new_table()
        train(table, factors(), pairs_of(APART * 3, range(12)), Plan(epochs=2, rate=0.01, batch=4, seed=seed))
        return table

    assert trained(1).tolist() == trained(1).tolist()
    assert trained(1).tolist() != trained(2).tolist()


@pytest.mark.parametrize(
    "texts",
    [[], [([0], [6])], [([], [6]), ([0], [])], [([], []), ([0], [6])]],
    ids=["no pair", "one pair", "half-empty pairs", "one usable pair"],
)
def test_there_is_nothing_to_learn_without_two_pairs(texts: list[tuple[list[int], list[int]]]) -> None:
    table = new_table()
    assert train(table, factors(), pairs_of(texts), PLAN) == [0.0] * PLAN.epochs
    assert table.tolist() == new_table().tolist()


def test_empty_texts_do_not_disturb_the_others() -> None:
    alone, among = new_table(), new_table()
    train(alone, factors(), pairs_of(APART), PLAN)
    train(among, factors(), pairs_of([([], [5]), *APART, ([11], [])]), PLAN)
    assert among == pytest.approx(alone, abs=1e-4)


def test_a_last_batch_with_too_few_counter_examples_is_left_out() -> None:
    texts = [([word], [word + 6]) for word in range(5)]
    table = new_table()
    train(table, factors(), pairs_of(texts), Plan(epochs=1, rate=0.01, batch=4))
    changed = np.flatnonzero((table != new_table()).any(axis=1))
    assert len(changed) == 8


def test_words_without_a_vector_yet_get_one_and_no_number_is_lost() -> None:
    table = new_table()
    table[[0, 1, 6]] = 0.0
    losses = train(table, factors(), pairs_of(APART), PLAN)
    assert np.isfinite(table).all()
    assert np.isfinite(losses).all()
    assert np.linalg.norm(table[[0, 1, 6]], axis=1).min() > 0
