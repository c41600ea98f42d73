"""Texts as bags of words, compared with counting them one by one."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.bags import Matrix, bags_of, unit

WORDS = 10
TEXTS = st.lists(st.lists(st.integers(0, WORDS - 1), max_size=6), max_size=8)
SEEDS = st.integers(0, 2**32 - 1)


def one_by_one(texts: list[list[int]], table: Matrix, factors: Matrix) -> Matrix:
    sums = np.zeros((len(texts), table.shape[1]))
    for row, text in enumerate(texts):
        for word, count in Counter(text).items():
            sums[row] += np.log1p(count) * factors[word] * table[word]
    return np.asarray(sums, np.float32)


def some_table(seed: int) -> tuple[Matrix, Matrix]:
    random = np.random.default_rng(seed)
    return random.normal(size=(WORDS, 4)).astype(np.float32), random.random(WORDS).astype(np.float32)


@given(TEXTS, SEEDS)
def test_a_sum_is_every_word_once_by_its_weight_and_factor(texts: list[list[int]], seed: int) -> None:
    table, factors = some_table(seed)
    np.testing.assert_allclose(bags_of(texts).sums(table, factors), one_by_one(texts, table, factors), atol=1e-5)


@given(TEXTS.filter(bool), st.data())
def test_the_chosen_bags_are_those_of_the_chosen_texts(texts: list[list[int]], data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.integers(0, len(texts) - 1), max_size=10))
    taken, expected = bags_of(texts).take(np.array(chosen, np.int64)), bags_of([texts[row] for row in chosen])
    assert (len(taken), taken.sizes.tolist()) == (len(chosen), [len(set(texts[row])) for row in chosen])
    assert taken.starts.tolist() == expected.starts.tolist()
    assert taken.words.tolist() == expected.words.tolist()
    assert taken.weights.tolist() == expected.weights.tolist()


@given(TEXTS, SEEDS)
def test_the_order_of_words_does_not_matter(texts: list[list[int]], seed: int) -> None:
    table, factors = some_table(seed)
    turned = bags_of([text[::-1] for text in texts]).sums(table, factors)
    np.testing.assert_allclose(turned, bags_of(texts).sums(table, factors), atol=1e-5)


def test_no_texts_are_no_bags_and_empty_texts_are_zeros() -> None:
    table, factors = some_table(0)
    assert len(bags_of([])) == 0
    assert bags_of([]).sums(table, factors).shape == (0, 4)
    assert not bags_of([[], [], []]).sums(table, factors).any()
    assert bags_of([[1], []]).take(np.zeros(0, np.int64)).starts.tolist() == [0]


def test_unit_vectors_keep_their_direction_and_zeros_stay_zeros() -> None:
    made = unit(np.array([[3, 4], [0, 0], [-1e-3, 0]], np.float32))
    assert made == pytest.approx(np.array([[0.6, 0.8], [0, 0], [-1, 0]]), abs=1e-6)
    assert made.dtype == np.float32
