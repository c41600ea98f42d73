"""The sentences of answers, compared with looking at each."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.bags import Matrix, unit
from indexer.passages import FILES, Passages, quantise

DIMENSION = 16
SIZES = st.lists(st.integers(0, 4), min_size=1, max_size=12)
"""Sentences of each entry."""


def some_vectors(count: int, seed: int) -> Matrix:
    return unit(np.random.default_rng(seed).normal(size=(count, DIMENSION)).astype(np.float32))


def starts_of(sizes: list[int]) -> npt.NDArray[np.int64]:
    return np.cumsum([0, *sizes])


def restored(passages: Passages) -> Matrix:
    return passages.table.astype(np.float32) * passages.scales[:, None]


@given(SIZES, st.integers(0, 2**32 - 1), st.data())
def test_an_entry_is_as_near_as_its_nearest_sentence(sizes: list[int], seed: int, data: st.DataObject) -> None:
    vectors, starts = some_vectors(sum(sizes), seed), starts_of(sizes)
    passages, query = quantise(vectors, starts), some_vectors(1, seed + 1)[0]
    asked = np.array(data.draw(st.lists(st.integers(0, len(sizes) - 1), max_size=8)), np.int32)
    otherwise = np.linspace(-1, 1, len(asked)).astype(np.float32)
    expected = [
        max((float(row @ query) for row in restored(passages)[starts[entry] : starts[entry + 1]]), default=instead)
        for entry, instead in zip(asked, otherwise, strict=True)
    ]
    before = otherwise.copy()
    assert passages.best(query, asked, otherwise) == pytest.approx(expected, abs=1e-5)
    assert otherwise.tolist() == before.tolist()


@given(st.integers(1, 50), st.integers(0, 2**32 - 1))
def test_a_number_is_off_by_half_a_step_at_most(count: int, seed: int) -> None:
    """A step is the largest number of the row divided by 127, so a cosine of 256 numbers is off by a few thousandths at most."""
    vectors = some_vectors(count, seed)
    off = abs(restored(quantise(vectors, starts_of([count]))) - vectors)
    assert (off <= abs(vectors).max(axis=1, keepdims=True) / 127 * 0.501).all()


def test_cosines_of_the_models_size_are_right_to_a_hundredth() -> None:
    random = np.random.default_rng(0)
    vectors = unit(random.normal(size=(500, 256)).astype(np.float32))
    passages = quantise(vectors, starts_of([1] * 500))
    found = passages.best(vectors[0], np.arange(500, dtype=np.int32), np.zeros(500, np.float32))
    assert found == pytest.approx(vectors @ vectors[0], abs=0.01)


def test_sentences_without_meaning_stay_zeros() -> None:
    passages = quantise(np.zeros((2, DIMENSION), np.float32), starts_of([2]))
    assert not restored(passages).any()
    assert passages.best(some_vectors(1, 0)[0], np.array([0], np.int32), np.array([0.5], np.float32)).tolist() == [0.0]


def test_saved_sentences_are_read_from_disk_only_when_looked_at(tmp_path: Path) -> None:
    made = quantise(some_vectors(6, 3), starts_of([2, 0, 4]))
    made.save(tmp_path)
    loaded = Passages.load(tmp_path)
    assert isinstance(loaded.table, np.memmap)
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted(FILES)
    query, entries, instead = some_vectors(1, 4)[0], np.arange(3, dtype=np.int32), np.full(3, 0.25, np.float32)
    assert loaded.best(query, entries, instead).tolist() == made.best(query, entries, instead).tolist()


def test_a_site_without_any_sentence_is_saved_and_read_too(tmp_path: Path) -> None:
    quantise(np.zeros((0, DIMENSION), np.float32), starts_of([0, 0])).save(tmp_path)
    found = Passages.load(tmp_path).best(some_vectors(1, 0)[0], np.array([1, 0], np.int32), np.array([0.1, 0.2], np.float32))
    assert found == pytest.approx([0.1, 0.2])
